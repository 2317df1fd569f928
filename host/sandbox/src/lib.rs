//! Runs one step of one plug-in in a fresh instance: link, limit, call, record.
//!
//! A plug-in is hostile until it has ended. It sees its arguments and the capabilities that were granted,
//! nothing else; everything it can use up has a limit that is enforced where it is used; and whatever it does
//! ends as a [`StepOutcome`](jackfield_core::StepOutcome) with an error code, never as an error of the host.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")
)]

mod adapter;
mod budget;
mod check;
mod clock;
pub mod compile;
mod engine;
mod error;
#[cfg(feature = "guests")]
pub mod guests;
mod inspect;
mod limiter;
mod log;
mod metrics;
mod options;
mod outcome;
mod plugin;
mod replay;
mod reuse;
mod run;
mod sandbox;
mod schema;
mod state;
mod step;
mod stop;
mod storage;
mod tables;
mod ticker;
mod tree;
mod world;

pub use engine::{
    MOST_CORE_INSTANCES, MOST_MEMORIES, MOST_MEMORY, MOST_TABLE_ELEMENTS, MOST_TABLES,
};
pub use error::{LoadError, SandboxError};
pub use options::{Compiler, Options};
pub use plugin::{LoadReport, Plugin, PluginSpec};
pub use replay::Recording;
pub use sandbox::Sandbox;
pub use step::{Divergence, DivergenceKind, LogLevel, LogLine, StepResult};
pub use storage::StorageView;
pub use tables::{
    ColumnKind, Comparison, Condition, Direction, Order, Rows, TableError, TableSet,
    TableSetBuilder,
};
pub use world::{BoxFuture, KnowledgeAnswer, World};
