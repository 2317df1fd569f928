//! Channels: wire bytes into `jackfield_core` types and back, nothing else. No sockets, no sessions, no state.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod invalid;
pub mod rasa;
pub mod webchat;

pub use invalid::Invalid;

/// Longest text of one message, characters after trimming.
pub const LONGEST_TEXT: usize = 4_000;
