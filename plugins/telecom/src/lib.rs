//! The telecom pack: what plan am I on, how much is left, which plan fits, change it.
//!
//! Personal data is told only to who owns the number: a flow asks for the number, has the host verify the
//! contact once a session, and keeps to that number for the rest of the session (see `customer.rs`).

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod carrier;
mod customer;
mod date;
mod flows;
mod plans;
mod wish;
mod words;

pub use flows::{ChangePlan, PlanInquiry, PlanRecommend, Usage};

jackfield_sdk::export!(PlanInquiry, Usage, PlanRecommend, ChangePlan);
