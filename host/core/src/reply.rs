//! What a flow answers: messages, what it waits for, what happens next, effects.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::{Extension, NamedValue, Request, Value, Verification};

/// Words of a message.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A key of the pack's catalogues, with arguments.
    #[n(0)]
    Template {
        /// Message key.
        #[n(0)]
        key: String,
        /// Arguments.
        #[n(1)]
        arguments: Vec<NamedValue>,
    },
    /// Literal text in the locale of the turn.
    #[n(1)]
    Text(#[n(0)] String),
    /// A value alone, written as the locale of the turn writes it.
    #[n(2)]
    Value(#[n(0)] Value),
}

/// Something to pick.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Choice {
    /// The pack's own id.
    #[n(0)]
    pub id: String,
    /// What the contact sees.
    #[n(1)]
    pub label: Body,
}

/// A card: a title, facts, perhaps a link.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Card {
    /// Title.
    #[n(0)]
    pub title: Body,
    /// Text below the title.
    #[n(1)]
    pub text: Option<Body>,
    /// Label and value, in order.
    #[n(2)]
    pub facts: Vec<(Body, Body)>,
    /// HTTPS address.
    #[n(3)]
    pub link: Option<String>,
}

/// A picture or a file.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Media {
    /// A file of the pack, or an HTTPS address.
    #[n(0)]
    pub source: String,
    /// Media type.
    #[n(1)]
    pub media_type: String,
    /// For those who cannot see it.
    #[n(2)]
    pub description: Body,
}

/// Speech for voice channels.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speech {
    /// Words.
    #[n(0)]
    Say(#[n(0)] Body),
    /// Spelled character by character.
    #[n(1)]
    Spell(#[n(0)] String),
    /// A pause in milliseconds.
    #[n(2)]
    Pause(#[n(0)] u32),
    /// Stressed words.
    #[n(3)]
    Stress(#[n(0)] Body),
}

/// One message of a flow, before rendering.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Message {
    /// Words.
    #[n(0)]
    pub body: Body,
    /// Things to pick.
    #[n(1)]
    pub choices: Vec<Choice>,
    /// Card.
    #[n(2)]
    pub card: Option<Card>,
    /// Pictures and files.
    #[n(3)]
    pub media: Vec<Media>,
    /// Speech instead of the words, on voice channels.
    #[n(4)]
    pub speech: Vec<Speech>,
    /// Whether the customer may speak over it.
    #[n(5)]
    pub interruptible: bool,
}

/// What kind of answer a flow waits for.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// Anything.
    #[default]
    #[n(0)]
    Anything,
    /// The slot of this name.
    #[n(1)]
    Slot(#[n(0)] String),
    /// One of the choices of the last message.
    #[n(2)]
    Choice,
    /// Telephone keys.
    #[n(3)]
    Digits {
        /// Fewest keys.
        #[n(0)]
        least: u32,
        /// Most keys.
        #[n(1)]
        most: u32,
        /// Key that ends the entry early.
        #[n(2)]
        end_key: Option<String>,
    },
    /// Yes or no.
    #[n(4)]
    YesNo,
}

/// What a flow waits for.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode, Serialize, Deserialize)]
pub struct Expectation {
    /// The kind of answer.
    #[n(0)]
    pub what: Expected,
    /// Words a recogniser should prefer.
    #[n(1)]
    pub hints: Vec<String>,
    /// Said when the answer is not understood.
    #[n(2)]
    pub reprompt: Option<Body>,
    /// Milliseconds until `silent`.
    #[n(3)]
    pub timeout_ms: Option<u32>,
    /// The answer is masked in transcript, logs and recordings.
    #[n(4)]
    pub sensitive: bool,
}

/// What happens after the messages.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Next {
    /// Wait for the contact, a timer, an answer.
    #[n(0)]
    Wait,
    /// The flow is complete; its results.
    #[n(1)]
    Done(#[n(0)] Vec<NamedValue>),
    /// Run another flow, then `returned`.
    #[n(2)]
    Call {
        /// A flow of this pack, or `pack/flow`.
        #[n(0)]
        flow: String,
        /// Its arguments.
        #[n(1)]
        arguments: Vec<NamedValue>,
    },
    /// Verify the contact up to this level.
    #[n(3)]
    Verify(#[n(0)] Verification),
    /// Give the session to people.
    #[n(4)]
    HandOff {
        /// The queue.
        #[n(0)]
        queue: String,
        /// Why.
        #[n(1)]
        reason: String,
    },
    /// End the session.
    #[n(5)]
    Close,
    /// Something a later contract added.
    #[n(6)]
    Other(#[n(0)] Extension),
}

/// A change to the world, performed after the commit.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// A request with a stable idempotency key, answered by the event `answered`.
    #[n(0)]
    Request {
        /// Comes back in `answered`.
        #[n(0)]
        name: String,
        /// What to send.
        #[n(1)]
        request: Request,
    },
    /// Another system will call back.
    #[n(1)]
    AwaitCallback {
        /// Name of the callback.
        #[n(0)]
        name: String,
        /// Milliseconds until `expired`.
        #[n(1)]
        deadline_ms: u64,
    },
    /// A timer of the frame.
    #[n(2)]
    SetTimer {
        /// Name of the timer.
        #[n(0)]
        name: String,
        /// Milliseconds from the start of the turn.
        #[n(1)]
        after_ms: u64,
    },
    /// No timer of this name any more.
    #[n(3)]
    CancelTimer(#[n(0)] String),
    /// A contact attribute.
    #[n(4)]
    SetAttribute {
        /// Name of the attribute.
        #[n(0)]
        name: String,
        /// Its value.
        #[n(1)]
        value: Value,
        /// What it is kept for.
        #[n(2)]
        purpose: String,
    },
    /// A case for a department.
    #[n(5)]
    OpenCase {
        /// Category.
        #[n(0)]
        category: String,
        /// Title.
        #[n(1)]
        title: String,
        /// Fields.
        #[n(2)]
        fields: Vec<NamedValue>,
    },
    /// An outcome code.
    #[n(6)]
    RecordOutcome(#[n(0)] String),
    /// Something a later contract added.
    #[n(7)]
    Other(#[n(0)] Extension),
}

/// The answer of a flow to one step.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Reply {
    /// Where the flow is now.
    #[n(0)]
    pub step: String,
    /// Messages, in order.
    #[n(1)]
    pub messages: Vec<Message>,
    /// What the flow waits for.
    #[n(2)]
    pub expects: Expectation,
    /// What happens next.
    #[n(3)]
    pub then: Next,
    /// The new private state, JSON text.
    #[n(4)]
    pub state: String,
    /// The frame's slots.
    #[n(5)]
    pub slots: Vec<NamedValue>,
    /// Effects.
    #[n(6)]
    pub effects: Vec<Effect>,
    /// Extensions.
    #[n(7)]
    pub extensions: Vec<Extension>,
}

/// Why a flow gave no reply.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Something the flow needs is down; milliseconds until a retry makes sense.
    #[error("a dependency is unavailable (retry after {0} ms)")]
    #[n(0)]
    Unavailable(#[n(0)] u32),
    /// The flow cannot serve this.
    #[error("rejected: {0}")]
    #[n(1)]
    Rejected(#[n(0)] String),
    /// The pack's own error.
    #[error("the pack reports a bug: {0}")]
    #[n(2)]
    Bug(#[n(0)] String),
}
