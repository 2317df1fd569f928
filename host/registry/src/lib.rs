//! Where packs come from: directories, indexes on web servers, OCI registries.
//!
//! - [`Source`] is such a place, read from one text. It lists the [`Release`]s of a pack, fetches one, publishes one.
//! - [`Source::newest`] takes the newest version that this host can run, and says why newer ones were passed over.
//! - [`Lock`] names versions by their digests, so that another host installs the very same bytes.
//!
//! Nobody here is believed: answers are bounded before they are read, and [`Fetched`] exists only when the bytes are what was
//! listed. Whose packs are installed is decided elsewhere, by their signatures.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod access;
mod directory;
mod error;
mod files;
mod find;
mod index;
mod lock;
mod oci;
mod release;
mod source;
mod wanted;
mod web;

pub use access::Access;
pub use error::RegistryError;
pub use find::{Fetched, Found, Skipped};
pub use lock::{Lock, Locked};
pub use release::{Damaged, Listing, Release};
pub use source::Source;
pub use wanted::Wanted;
