//! From a directory to an archive.

use std::path::{Path, PathBuf};

use jackfield_core::{Digest, Limits};

use crate::{Import, PackError, Problem};

/// How to build.
pub struct BuildOptions<'a> {
    /// Bounds on component and pack.
    pub limits: Limits,
    /// Receives each line that cargo and the compiler print, while they work.
    pub progress: &'a mut dyn FnMut(&str),
}

/// A pack that was built.
#[derive(Debug)]
pub struct Built {
    /// The `.jfpack` archive.
    pub archive: Vec<u8>,
    /// SHA-256 of the archive.
    pub digest: Digest,
    /// Size of the component in bytes.
    pub component_bytes: usize,
    /// What the component imports.
    pub imports: Vec<Import>,
    /// What is doubtful and yet allowed.
    pub warnings: Vec<Problem>,
}

/// Builds the pack in `dir`: cargo, component encoding, checks, archive.
///
/// # Errors
/// [`PackError`]: no toolchain, code that does not build, or a pack that does not pass its checks.
pub fn build(dir: &Path, options: BuildOptions<'_>) -> Result<Built, PackError> {
    let _ = (dir, options.limits, options.progress);
    todo!("being written")
}

/// Makes the archive of the pack in `dir` around a component that is already built.
///
/// # Errors
/// [`PackError`] when the pack does not pass its checks.
pub fn assemble(dir: &Path, component: &[u8], limits: &Limits) -> Result<Built, PackError> {
    let _ = (dir, component, limits);
    todo!("being written")
}

/// The files that [`build()`] reads: the manifest and what it names, the crate and the crates it depends on by
/// path. Sorted. For watching; what cannot be read is left out.
pub fn source_files(dir: &Path) -> Vec<PathBuf> {
    let _ = dir;
    todo!("being written")
}
