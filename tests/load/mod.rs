//! For tests that load a whole host and count what comes of it: the process, and a client that costs little.

#![expect(dead_code, reason = "each test uses its part")]

mod client;
mod process;

pub(crate) use client::Connection;
pub(crate) use process::{Process, pack};
