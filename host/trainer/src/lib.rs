//! The trainer's loop: sentences that were not understood come back as a list, people say what they mean, and what they say
//! is taught, version by version.
//!
//! - [`Trainer::follow`] reads the journal, which is the truth, and keeps a bounded list of what was not understood.
//! - [`Trainer::label`] collects in a draft what people say about it; [`Trainer::effect`] measures what the draft would do.
//! - [`Trainer::publish`] makes the draft part of the [`Corrections`], which are kept in numbered files that never change, and
//!   teaches them through a [`Learner`]; [`Trainer::rollback`] goes back to any earlier version.
//!
//! Files of the list hold no word of a customer, only where in the journal the words stand: they are read again from there, with the
//! contact's key. So an erased contact's sentences are gone from here too, copies of the files included.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod corrections;
mod draft;
mod entry;
mod error;
mod file;
mod follow;
mod heard;
mod label;
mod labelling;
mod list;
mod mask;
mod meanings;
mod nearest;
mod publishing;
mod refused;
mod trainer;
mod versions;
mod view;
mod warning;

pub use corrections::{Correction, Corrections, Taught};
pub use entry::{EntryId, EntryKey, Why};
pub use error::TrainerError;
pub use follow::Following;
pub use label::Label;
pub use labelling::Sentence;
pub use mask::with_instead;
pub use meanings::{ArticleMeaning, IntentMeaning, Meanings};
pub use publishing::Learner;
pub use trainer::{Options, Selection, Trainer};
pub use versions::{Version, VersionInfo};
pub use view::{DraftView, EffectView, Group, History, Item, LabelledItem, Publication};
pub use warning::Warning;

#[cfg(test)]
mod tests;
