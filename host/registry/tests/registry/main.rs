//! Sources of packs: as they should be, and as they should not.

#![allow(clippy::unwrap_used, reason = "tests")]

mod directory;
mod index;
mod lock;
mod oci;
mod support;
