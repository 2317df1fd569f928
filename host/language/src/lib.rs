//! Understanding what a customer said, and wording what the bot says.
//!
//! - [`Model`] is trained from the examples, articles and names of the installed packs ([`Training`]) and then
//!   never changes: [`Model::parse`] recognises intents and entities, [`Model::search`] finds knowledge.
//! - [`is_personal`] and [`redact`] say which entities are personal, and hide them.
//! - [`command`], [`yes_no`], [`correction`] and [`choice_by_words`] are the words the host itself understands, in Chinese
//!   and English. They are rules, and rather miss a phrasing than take a sentence that was meant for a flow.
//! - [`catalogue`] renders the messages of a pack for a locale and a channel.
//!
//! # Entities
//!
//! Kinds of packs stand beside the host's own, and may overlap them.
//!
//! | kind | value |
//! |---|---|
//! | `phone`, `id-card`, `bank-card`, `long-number`, `email`, `code` | text: digits without separators, the address in lower case; these are personal |
//! | `amount` | money; bare dollars, bucks and grands are US dollars; what is owed is negative |
//! | `data-volume` | quantity in `MB` or `GB` |
//! | `minutes` | quantity in `min`: hours, minutes and seconds |
//! | `duration` | quantity in `d`, `wk`, `mo` or `yr` |
//! | `percentage` | quantity in `%`; `八折` (of the price) is 80 % |
//! | `number`, `ordinal` | number |
//! | `date` | date |
//! | `time`, `date-time` | text: `15:30`, `2026-03-01T15:30`, in the contact's time zone |
//! | `date-range`, `time-range`, `date-time-range` | text: both ends in the forms above, with `/` between |
//! | `place` | text: a province or city of China, `Guangdong` or `Guangdong/Shenzhen` |
//! | `bound` | text: `min` or `max`, with the kind of what it bounds as its role (`不超过100块`, `at least 30 GB`) |
//! | `yes-no` | truth |
//!
//! Roles: `from` and `to`, which are also the ends of a range of amounts (`50到80块`, `两三天`), `not` for what is not meant, and for
//! times `until` (`月底前`, `by Friday`) and `after`. `docs/entities.md` tells pack authors what customers may say.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

pub mod catalogue;
mod clusters;
mod encoder;
mod entities;
mod error;
pub mod evaluation;
mod explain;
mod index;
mod intents;
pub mod knowledge;
mod linear;
mod locale;
mod map;
mod model;
mod ngrams;
mod normalise;
mod pinyin;
mod scan;
mod slot;
mod spoken;
#[cfg(test)]
mod tables;
mod training;
mod words;

pub use clusters::{Cluster, clusters};
pub use encoder::{BertEncoder, SentenceEncoder};
pub use entities::{is_name, is_personal, redact};
pub use error::LanguageError;
pub use explain::Explanation;
pub use knowledge::{ANSWER_THRESHOLD, Answer, Article};
pub use locale::detect as detect_locale;
pub use model::{INTENT_THRESHOLD, Model, ParseContext};
pub use normalise::{LONGEST_TEXT, letters, normalise};
pub use slot::entity_for;
pub use training::{Example, GazetteerEntry, OutOfScope, Training};
pub use words::{
    Clause, Command, SmallTalk, Wish, after_rejection, asks_for_code_again, choice_by_ordinal,
    choice_by_position, choice_by_words, clauses, command, complains, correction, declines,
    does_not_know, just_wanted, refers_back, refused, rejects, small_talk, spelt_digits,
    wants_none, wishes, without_person, yes_no,
};
