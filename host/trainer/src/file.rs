//! Files that are whole or not there: written beside, synced, renamed, with a checksum in the first line.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use jackfield_core::Digest;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::TrainerError;

/// The first line of every file, before the digest of the rest.
const HEAD: &str = "jackfield-trainer 1 sha256 ";

/// Writes a value; when this returns, the file is durable.
pub(crate) fn write(path: &Path, value: &impl Serialize) -> Result<(), TrainerError> {
    let failed = |source| TrainerError::File {
        path: path.to_owned(),
        source,
    };
    let body = serde_json::to_vec_pretty(value).map_err(|error| failed(error.into()))?;
    let partial = path.with_extension("partial");
    let write = || {
        let mut file = File::create(&partial)?;
        writeln!(file, "{HEAD}{}", Digest::of(&body))?;
        file.write_all(&body)?;
        file.sync_all()?;
        fs::rename(&partial, path)?;
        path.parent()
            .map_or(Ok(()), |directory| File::open(directory)?.sync_all())
    };
    write().map_err(failed)
}

/// Reads a value; `None` when there is no such file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, TrainerError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(TrainerError::File {
                path: path.to_owned(),
                source,
            });
        }
    };
    let damaged = |problem: String| TrainerError::Damaged {
        path: path.to_owned(),
        problem,
    };
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (head, body) = end
        .and_then(|end| bytes.split_at_checked(end + 1))
        .ok_or_else(|| damaged("the file is cut off".to_owned()))?;
    if head.trim_ascii_end() != format!("{HEAD}{}", Digest::of(body)).as_bytes() {
        return Err(damaged(
            "the content does not match its checksum".to_owned(),
        ));
    }
    let value = serde_json::from_slice(body).map_err(|error| damaged(error.to_string()))?;
    Ok(Some(value))
}
