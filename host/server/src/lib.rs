//! HTTP: channels, web pages, health and metrics. Everything it knows of the engine is the trait [`Host`].

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod host;

pub use host::{Host, HostError, Published, Readiness, Receipt, TranscriptTurn};
