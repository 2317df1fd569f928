//! Archives and signatures on the disk; files are written as a whole or not at all.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jackfield_packs::trust::SIDECAR_ENDING;

/// Writes a file beside its place, and puts it there when it is complete.
pub(crate) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let aside = aside(path);
    let written = fs::File::create(&aside).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written
        .and_then(|()| fs::rename(&aside, path))
        .inspect_err(|_| drop(fs::remove_file(&aside)))
}

/// Sees whether [`replace`] could put a file there.
pub(crate) fn replaceable(path: &Path) -> std::io::Result<()> {
    let aside = aside(path);
    fs::File::create(&aside)?;
    fs::remove_file(&aside)
}

/// Where a file is written before it takes its place.
fn aside(path: &Path) -> PathBuf {
    path.with_added_extension(format!("{}.new", std::process::id()))
}

/// Where the signatures of an archive are.
pub(crate) fn beside(archive: &Path) -> PathBuf {
    archive.with_added_extension(SIDECAR_ENDING)
}
