//! The contract's own types, for tools that call a pack natively. A flow needs only those that the crate
//! root names.

pub use crate::bindings::exports::jackfield::flow::flow::{
    Answer, Attachment, Attribute, AwaitCallback, Body, Callback, Candidate, Card, Channel,
    ChannelKind, Choice, Completion, Contact, Correction, Digits, Effect, Entity, Event,
    Expectation, Expected, Extension, Fault, FlowCall, HandOff, Media, Message, NamedRequest,
    NewCase, Next, Place, Reply, Speech, Template, Timer, Turn, Utterance, Verification,
};
pub use crate::bindings::jackfield::{
    knowledge::knowledge::Answer as KnowledgeAnswer,
    log::log::Level,
    storage::storage::Error as StorageError,
    tables::tables::{Comparison, Condition, Direction, Error as TableError, Order, Row, Rows},
    types::values::{Money, NamedValue, Quantity, Value},
    types::web::{Failure, Header, Method, Request, Response},
};
