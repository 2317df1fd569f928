//! Understanding what a customer said, and wording what the bot says.
//!
//! - [`Model`] is trained from the examples, articles and names of the installed packs ([`Training`]) and then
//!   never changes: [`Model::parse`] recognises intents and entities, [`Model::search`] finds knowledge.
//! - [`command`], [`yes_no`], [`correction`] and [`choice_by_words`] are the words the host itself understands, in Chinese
//!   and English. They are rules, and rather miss a phrasing than take a sentence that was meant for a flow.
//! - [`catalogue`] renders the messages of a pack for a locale and a channel.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

pub mod catalogue;
mod clusters;
mod encoder;
mod entities;
mod error;
pub mod evaluation;
mod index;
mod intents;
mod knowledge;
mod linear;
mod locale;
mod model;
mod ngrams;
mod normalise;
mod scan;
mod slot;
#[cfg(test)]
mod tables;
mod training;
mod words;

pub use clusters::{Cluster, clusters};
pub use encoder::{BertEncoder, SentenceEncoder};
pub use error::LanguageError;
pub use knowledge::{ANSWER_THRESHOLD, Answer};
pub use model::{INTENT_THRESHOLD, Model, ParseContext};
pub use normalise::{LONGEST_TEXT, normalise};
pub use slot::entity_for;
pub use training::{Article, Example, GazetteerEntry, OutOfScope, Training};
pub use words::{
    Command, asks_for_code_again, choice_by_position, choice_by_words, command, correction,
    refers_back, yes_no,
};
