//! What a command may write over. A slip of the hand must not cost a source file or an archive.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jackfield_core::ErrorCode;

/// How an archive begins.
const SIGNATURE: &[u8] = b"PK\x03\x04";

/// Refuses to write an archive over a file that is none.
pub(super) fn only_an_archive(path: &Path) -> anyhow::Result<()> {
    match start(path)? {
        // Nothing is lost with an empty file.
        Some(start) if !start.is_empty() && start != SIGNATURE => bail!(refused(
            path,
            "is there already and is no archive, so that the new one is not written over it",
        )),
        _ => Ok(()),
    }
}

/// Refuses to write a page over an archive: over these, whatever they are, or another one.
pub(super) fn no_archive<'a>(
    path: &Path,
    archives: impl Iterator<Item = &'a PathBuf>,
) -> anyhow::Result<()> {
    let mut archives = archives;
    if start(path)?.is_some_and(|start| start == SIGNATURE)
        || archives.any(|archive| same_file(path, archive))
    {
        bail!(refused(
            path,
            "is an archive, so that the page is not written over it",
        ));
    }
    Ok(())
}

fn refused(path: &Path, why: &str) -> String {
    let code = ErrorCode::WouldOverwrite;
    format!("{code}: {} {why}; {}", path.display(), code.help())
}

/// The first bytes of a regular file; `None` when there is none. What is written to a pipe or a terminal replaces nothing.
fn start(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    let cannot = || format!("cannot read {}", path.display());
    match std::fs::metadata(path) {
        Ok(file) if file.is_file() => {}
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(cannot);
        }
        _ => return Ok(None),
    }
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(SIGNATURE.len() as u64).read_to_end(&mut start))
        .with_context(cannot)?;
    Ok(Some(start))
}

/// Whether both are one file, by whatever path.
fn same_file(one: &Path, other: &Path) -> bool {
    let id = |path| std::fs::metadata(path).map(|file| (file.dev(), file.ino()));
    matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
}
