//! Reads advisories from files.

use std::fs;
use std::path::{Path, PathBuf};

use jackfield_core::ErrorCode;
use serde_json::Value;

use super::Advisories;
use super::entry::Entry;

/// Directories are not searched deeper than this.
const DEEPEST: usize = 8;

/// Why advisories cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {}: {what}\n  why: {}\n  fix: {}", .path.display(), .code.summary(), .code.help())]
pub struct AdvisoriesError {
    /// The file, or the directory.
    path: PathBuf,
    what: String,
    code: ErrorCode,
}

impl AdvisoriesError {
    fn new(path: &Path, what: impl ToString) -> Self {
        Self {
            path: path.to_owned(),
            what: what.to_string(),
            code: ErrorCode::BadAdvisories,
        }
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }
}

impl Advisories {
    /// Reads a file with one entry or a list of them, or all `.json` files of a directory and those below it.
    ///
    /// # Errors
    /// [`AdvisoriesError`] when something cannot be read or is no advisory, or when there is none.
    pub fn read(path: &Path) -> Result<Self, AdvisoriesError> {
        let mut entries = Vec::new();
        if path.is_dir() {
            walk(path, DEEPEST, &mut entries)?;
        } else {
            entries = file(path)?;
        }
        if entries.is_empty() {
            return Err(AdvisoriesError::new(path, "there is no advisory in it"));
        }
        Ok(Self::new(entries))
    }
}

fn walk(dir: &Path, depth: usize, entries: &mut Vec<Entry>) -> Result<(), AdvisoriesError> {
    let listed = fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    for found in listed.map_err(|error| AdvisoriesError::new(dir, error))? {
        let path = found.path();
        let kind = found.file_type();
        if kind.is_ok_and(|kind| kind.is_dir()) {
            if depth > 0 {
                walk(&path, depth - 1, entries)?;
            }
        } else if path.extension().is_some_and(|end| end == "json") {
            entries.extend(file(&path)?);
        }
    }
    Ok(())
}

fn file(path: &Path) -> Result<Vec<Entry>, AdvisoriesError> {
    let bytes = fs::read(path).map_err(|error| AdvisoriesError::new(path, error))?;
    entries(&bytes)
        .map_err(|error| AdvisoriesError::new(path, format!("it is no OSV advisory: {error}")))
}

fn entries(bytes: &[u8]) -> serde_json::Result<Vec<Entry>> {
    let value: Value = serde_json::from_slice(bytes)?;
    if value.is_array() {
        serde_json::from_value(value)
    } else {
        Ok(vec![serde_json::from_value(value)?])
    }
}

#[cfg(test)]
pub(super) fn parse(bytes: &[u8]) -> serde_json::Result<Advisories> {
    entries(bytes).map(Advisories::new)
}
