//! What a contact, or whoever looks over their shoulder, sees of a session.

use crate::{Outbound, Owner, Position, Said};

/// A committed turn as the contact sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct TranscriptTurn {
    /// Number of the turn in its session, from 1.
    pub turn: u64,
    /// Start of the turn, milliseconds since 1970.
    pub at: u64,
    /// The accepted events it handled.
    pub handled: Vec<Position>,
    /// What the contact said in it.
    pub said: Vec<Said>,
    /// Number of the last turn up to this that the bot took by itself: a timer rang, or another system answered.
    pub unasked: u64,
    /// What the contact was told.
    pub messages: Vec<Outbound>,
    /// Who speaks for the enterprise after it.
    pub owner: Owner,
    /// Whether it ended the session.
    pub closed: bool,
}

/// Something that happened in a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Published {
    /// A turn was committed and is durable.
    Turn(TranscriptTurn),
    /// A turn takes a while, or no longer does.
    Typing(bool),
}
