//! What staff taught the bot, as the audit has it.

use minicbor::{Decode, Encode};
use serde::Serialize;

/// A version of what staff taught the bot.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Taught {
    /// Counts from 1.
    #[n(0)]
    pub version: u64,
    /// The earlier version that it puts back, 0 for what the packs teach by themselves.
    #[n(1)]
    pub restores: Option<u64>,
    /// What it is for, in the words of who decided.
    #[n(2)]
    pub note: String,
}
