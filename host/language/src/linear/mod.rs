//! Linear classification of sparse rows: the part of recognising intents that knows nothing of language.

mod classifier;
mod rows;
mod vocabulary;

pub(crate) use self::classifier::{Classifier, Fit};
pub(crate) use self::rows::Rows;
pub(crate) use self::vocabulary::Vocabulary;
