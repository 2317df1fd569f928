//! The server over real connections, with a host in memory.

#![allow(clippy::unwrap_used, reason = "tests")]

mod callbacks;
mod chat;
mod client;
mod events;
mod fake;
mod keys;
mod limits;
mod openapi;
mod operators;
mod pages;
mod rasa;
mod roles;
mod trainer;
