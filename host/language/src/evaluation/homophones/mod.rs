//! What it costs when a speech recogniser writes another character of the same sound.

mod noise;
mod report;

pub use self::noise::{Homophones, homophone_noise};
pub use self::report::{HomophoneReport, evaluate_homophones};
