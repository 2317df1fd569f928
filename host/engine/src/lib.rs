//! Session mailboxes, the turn pipeline, dialogue policy, timers and the outbox.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod accept;
mod aside;
mod back_ends;
mod breaker;
mod callbacks;
mod channel;
mod clock;
mod codes;
mod egress;
mod engine;
mod error;
mod fleet;
mod gate;
mod hub;
mod installed;
mod ledger;
mod mailbox;
mod options;
mod outbox;
mod phrases;
mod reader;
pub mod rehearsal;
pub mod replay;
mod rules;
mod serve;
mod timers;
mod trial;
mod turn;
mod watch;
mod world;

pub use accept::Receipt;
pub use callbacks::{Callback, Called};
pub(crate) use channel::{channel_view, variant};
pub use clock::now_ms;
pub use codes::{CodeDelivery, CodeGateway};
pub use egress::{Destinations, Secret};
pub use engine::{Engine, Regression, StartError};
pub use error::EngineError;
pub use fleet::{Fleet, Trial};
pub use installed::{Catalog, InstalledPack};
pub use ledger::{Denial, Ledger};
pub use options::Options;
pub use reader::{Alone, Place, Reader, Refused};
pub use watch::{Seen, Watch};
