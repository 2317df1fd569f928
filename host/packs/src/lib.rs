//! Packs: reading and checking `pack.toml`, building a pack from source, the `.jfpack` archive, opening one.
//!
//! - [`read_manifest`] checks a manifest by itself.
//! - [`build()`] compiles a Rust pack and makes its archive; [`assemble`] makes the archive around a component that another
//!   tool built. The same input gives the same bytes.
//! - [`trust`] signs archives, and says which ones are trusted.
//! - [`Facts::read`] says what an archive needs of a host, also when it is not this one.
//! - [`Pack::open`] checks an archive from anyone, as a whole, so that what holds a [`Pack`] need not check again.
//!
//! Everything in a pack is hostile: sizes are bounded before anything is read, and nothing is written to disk.
//! A [`PackError`] lists every problem with file, line, column, reason and remedy.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod archive;
mod build;
mod component;
mod data;
mod grants;
mod manifest;
mod needs;
mod pack;
mod problem;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
mod scaffold;
#[cfg(test)]
mod tests;
pub mod trust;

pub use archive::contents;
pub use build::{
    BuildOptions, Built, PackSource, assemble, build, read_source, read_training, source_files,
};
pub use component::{Import, exports, imports};
pub use data::{ColumnKind, TableData};
pub use grants::{GrantFile, Wording, explained};
pub use manifest::{SCHEMA, read_manifest};
pub use needs::{Facts, unmet};
pub use pack::Pack;
pub use problem::{PackError, Place, Problem};
pub use scaffold::{CodeLanguage, begin};
