//! `pack.toml`.

use jackfield_core::manifest::Manifest;

use crate::PackError;

/// The published JSON Schema of `pack.toml`.
pub const SCHEMA: &str = include_str!("../../../docs/pack.schema.json");

/// Reads and checks a manifest by itself, without the files it names. `file` is its name in messages.
///
/// # Errors
/// [`PackError`] with every problem found.
pub fn read_manifest(text: &str, file: &str) -> Result<Manifest, PackError> {
    let _ = (text, file);
    todo!("being written")
}
