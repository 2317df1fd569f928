//! Runs one step of one plug-in in a fresh instance: link, limit, call, record.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

pub mod compile;
mod error;
mod options;
mod plugin;
mod sandbox;
mod step;
mod storage;
mod tables;
mod world;

pub use error::{LoadError, SandboxError};
pub use options::{Compiler, Options};
pub use plugin::{LoadReport, Plugin, PluginSpec};
pub use sandbox::Sandbox;
pub use step::{Divergence, DivergenceKind, LogLevel, LogLine, StepResult};
pub use storage::StorageView;
pub use tables::{
    ColumnKind, Comparison, Condition, Direction, Order, Rows, TableError, TableSet, TableSetBuilder,
};
pub use world::{BoxFuture, KnowledgeAnswer, World};
