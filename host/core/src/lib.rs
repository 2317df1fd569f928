//! The vocabulary of Jackfield: ids, values, events, replies, sessions, turn records, limits, error codes.
//! No I/O, and nothing here depends on another crate of the house.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod access;
mod api_key;
mod error;
mod event;
mod hidden;
mod id;
mod inbound;
mod limits;
pub mod manifest;
mod outbound;
mod permission;
pub mod priority;
#[cfg(target_os = "linux")]
pub mod processors;
mod registry;
mod reply;
mod session;
mod stack;
mod taught;
mod transcript;
mod turn;
mod value;
mod web;

pub use access::{Right, Role, roles_in_words};
pub use api_key::{
    ApiKey, ImpossibleKey, KeyChange, KeyChanged, KeyEvent, LONGEST_NAME, MOST_KEYS, is_name,
};
pub use error::ErrorCode;
pub use event::*;
pub use hidden::is_hidden;
pub use id::*;
pub use inbound::*;
pub use limits::Limits;
pub use outbound::*;
pub use permission::Permission;
pub use registry::{
    Canary, Decided, EarlierVersion, ImpossibleChange, Leaving, PackChange, PackEntry, PackVersion,
    compare as compare_versions,
};
pub use reply::*;
pub use session::*;
pub use taught::Taught;
pub use transcript::{Published, TranscriptTurn};
pub use turn::*;
pub use value::*;
pub use web::*;

/// BCP 47 primary language of a locale: `zh` of `zh-CN`.
pub fn language_of(locale: &str) -> &str {
    locale.split(['-', '_']).next().unwrap_or(locale)
}
