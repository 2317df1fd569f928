//! Talk to a flow in a test: natively, with capabilities that the test provides.
//!
//! A [`Conversation`] keeps state, slots and verification between steps as the host does, and every answer
//! ([`Heard`]) has assertions that read like a transcript. Wrong expectations panic at the caller's line.

mod conversation;
mod heard;
mod table;
mod world;

pub use conversation::{Conversation, utterance};
pub use heard::Heard;
pub use table::Table;
pub use world::World;
