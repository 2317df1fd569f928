//! The server over real connections, with a host in memory.

#![allow(clippy::unwrap_used, reason = "tests")]

mod callbacks;
mod chat;
mod client;
mod events;
mod fake;
mod limits;
mod pages;
mod rasa;
mod trainer;
