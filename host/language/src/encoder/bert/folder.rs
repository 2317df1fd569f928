//! The folder of an encoder, which may be incomplete, damaged or not an encoder at all.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::LanguageError;

/// Largest file of weights that is read, in bytes.
pub(super) const LARGEST_WEIGHTS: u64 = 1 << 30;
/// Largest tokenizer or vocabulary that is read, in bytes; one of 250,000 pieces takes 17 MB.
pub(super) const LARGEST_TOKENIZER: u64 = 64 << 20;
/// Largest file of settings that is read, in bytes.
pub(super) const LARGEST_SETTINGS: u64 = 1 << 20;

/// What to do about a folder that is not what is expected.
pub(super) const FETCH_AGAIN: &str =
    "point to the folder of a BERT sentence encoder, or fetch it again";

/// The folder that the operator pointed to.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn open(root: &Path) -> Result<Self, LanguageError> {
        if root.is_dir() {
            Ok(Self { root: root.into() })
        } else {
            Err(error(root, "is not a folder", FETCH_AGAIN))
        }
    }

    /// An error about one of its files.
    pub(super) fn error(
        &self,
        name: &str,
        problem: impl Into<String>,
        advice: &'static str,
    ) -> LanguageError {
        error(&self.root.join(name), problem, advice)
    }

    /// A file that must be there, of at most `limit` bytes.
    pub(super) fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, LanguageError> {
        self.read_if_there(name, limit)?
            .ok_or_else(|| self.error(name, "is missing", FETCH_AGAIN))
    }

    /// A file that may be missing.
    pub(super) fn read_if_there(
        &self,
        name: &str,
        limit: u64,
    ) -> Result<Option<Vec<u8>>, LanguageError> {
        let path = self.root.join(name);
        let unreadable = |problem: std::io::Error| {
            self.error(
                name,
                format!("cannot be read: {problem}"),
                "let the host read it",
            )
        };
        let about = match std::fs::metadata(&path) {
            Ok(about) => about,
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(problem) => return Err(unreadable(problem)),
        };
        // Opening a pipe would wait for ever.
        if !about.is_file() {
            return Err(self.error(name, "is not a file", FETCH_AGAIN));
        }
        let too_large = || {
            self.error(
                name,
                format!("is larger than {limit} bytes"),
                "use a smaller encoder",
            )
        };
        if about.len() > limit {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(about.len() as usize);
        File::open(&path)
            .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
            .map_err(unreadable)?;
        // It may have grown meanwhile.
        if bytes.len() as u64 > limit {
            return Err(too_large());
        }
        Ok(Some(bytes))
    }

    /// Reads the JSON of a file.
    pub(super) fn json<T: DeserializeOwned>(
        &self,
        name: &str,
        bytes: &[u8],
    ) -> Result<T, LanguageError> {
        serde_json::from_slice(bytes).map_err(|problem| {
            self.error(
                name,
                format!("is not the JSON that is expected: {problem}"),
                FETCH_AGAIN,
            )
        })
    }
}

fn error(path: &Path, problem: impl Into<String>, advice: &'static str) -> LanguageError {
    LanguageError::Encoder {
        path: path.display().to_string(),
        problem: problem.into(),
        advice,
    }
}
