//! Conversations as tests of a pack. A `.chat` file is one conversation, which anybody can read and write: what the customer says, and
//! what has to come of it. It is held with the real component in a made-up world ([`jackfield_engine::rehearsal`]).
//!
//! - [`Script::parse`] reads a file; what is wrong with it is named with its line.
//! - [`hold`] holds the conversation and says what did not hold.
//! - [`Coverage`] collects which steps of the flows were seen, [`Costs`] what they took.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod back_end;
mod costs;
mod coverage;
mod duration;
mod hold;
mod line;
mod script;

pub use back_end::{Answer, Declared};
pub use costs::{Costs, Dearer};
pub use coverage::{Coverage, FlowCoverage};
pub use hold::{Held, Missed, hold};
pub use line::{Expected, Line};
pub use script::{Script, ScriptError};
