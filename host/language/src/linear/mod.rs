//! Linear classification of sparse rows: the part of recognising intents that knows nothing of language.

mod centroids;
mod machine;
mod rows;
mod vocabulary;
mod weights;

pub(crate) use self::centroids::centroids;
pub(crate) use self::machine::{Fit, machines};
pub(crate) use self::rows::Rows;
pub(crate) use self::vocabulary::Vocabulary;
pub(crate) use self::weights::Weights;
