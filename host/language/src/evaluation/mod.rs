//! Measuring a model: what it gets right, and where it confuses things.

mod calibration;
mod effect;
mod intents;
mod table;

pub use self::calibration::Bin;
pub use self::effect::{Changed, Effect, Figures, NewlyConfused, effect};
pub use self::intents::{Confusion, CurvePoint, IntentReport, IntentSets, evaluate_intents};
pub use self::table::{Labelled, read_labelled};
