//! A simulated telecom operator on loopback.
mod error;
mod plan;
mod province;
pub use error::Error;
pub use plan::{Audience, Catalogue, Plan, Price};
pub use province::{PROVINCES, Province};
