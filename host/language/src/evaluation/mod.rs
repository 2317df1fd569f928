//! Measuring a model: what it gets right, and where it confuses things.

mod answers;
mod calibration;
mod intents;
mod table;

pub use self::answers::Confusion;
pub use self::calibration::Bin;
pub use self::intents::{CurvePoint, IntentReport, IntentSets, cross_validate, evaluate_intents};
pub use self::table::{Labelled, read_labelled};
