//! A simulated telecom operator that really runs, on loopback: subscribers, plans, plan changes that are
//! applied exactly once per idempotency key, and faults on demand. The README describes its interface.
//!
//! Tests start it in process:
//!
//! ```
//! # async fn example() -> Result<(), carrier_api::Error> {
//! let carrier = carrier_api::start(carrier_api::Options::default()).await?;
//! let base_url = carrier.url();
//! # Ok(()) }
//! ```

mod api;
mod carrier;
mod codes;
mod control;
mod day;
mod error;
mod ledger;
mod notify;
mod plan;
mod province;
mod server;
mod subscriber;

pub use control::{Mode, Only, Setting};
pub use error::Error;
pub use plan::{Audience, Catalogue, Plan, Price};
pub use province::{PROVINCES, Province};
pub use server::{Options, Running, start};
