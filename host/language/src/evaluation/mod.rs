//! Measuring a model: what it gets right, and where it confuses things.

mod answers;
mod articles;
mod calibration;
mod effect;
mod homophones;
mod intents;
mod labels;
mod retrieval;
mod table;

pub use self::answers::Confusion;
pub use self::articles::{check_queries, read_articles, read_queries};
pub use self::calibration::Bin;
pub use self::effect::{Changed, Effect, Figures, NewlyConfused, effect};
pub use self::homophones::{HomophoneReport, Homophones, evaluate_homophones, homophone_noise};
pub use self::intents::{CurvePoint, IntentReport, IntentSets, cross_validate, evaluate_intents};
pub use self::labels::{LabelFigures, interval};
pub use self::retrieval::{RankedQuery, RetrievalReport, evaluate_retrieval};
pub use self::table::{Labelled, read_labelled};
