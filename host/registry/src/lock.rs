//! The lock file: which versions, by their digests.

use std::collections::BTreeMap;
use std::path::Path;

use jackfield_core::{Digest, ErrorCode, PackId};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::error::{RegistryError, Result};
use crate::files::{replace, replaceable};

/// The form that is written and read.
const FORM: u32 = 1;
/// Bytes of a lock file.
const LONGEST: u64 = 1 << 20;
/// What stands above it.
const HEADING: &str = "\
# Written by `jackfield pack install ID --from SOURCE --lock FILE`; `jackfield pack install --locked FILE` installs these very bytes.

";

/// One pack in a lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// The pack.
    #[serde(rename = "id")]
    pub pack: PackId,
    /// Its version.
    pub version: Version,
    /// SHA-256 of its archive.
    pub digest: Digest,
    /// Where it came from; a relative path is one from the lock file.
    pub source: String,
}

/// A lock file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock(BTreeMap<PackId, Locked>);

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    #[serde(default)]
    pack: Vec<Locked>,
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// [`ErrorCode::BadLock`] when it is none.
    pub fn read(path: &Path) -> Result<Self> {
        let bad = |what: String| bad(path, what);
        let size = std::fs::metadata(path)
            .map_err(|error| bad(error.to_string()))?
            .len();
        if size > LONGEST {
            return Err(bad(format!(
                "it has {size} bytes, and at most {LONGEST} are read"
            )));
        }
        let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|error| bad(error.to_string()))?;
        if file.version != FORM {
            return Err(bad(format!(
                "it is of form {}, and this host reads form {FORM}",
                file.version
            )));
        }
        let mut packs = BTreeMap::new();
        for locked in file.pack {
            let id = locked.pack.clone();
            if packs.insert(id.clone(), locked).is_some() {
                return Err(bad(format!("{id} stands in it twice")));
            }
        }
        Ok(Self(packs))
    }

    /// The packs, in the order of their ids.
    pub fn packs(&self) -> impl Iterator<Item = &Locked> {
        self.0.values()
    }

    /// Sees whether [`put`](Self::put) can do its work, before there is anything to be noted.
    ///
    /// # Errors
    /// As those of `put`.
    pub fn check(path: &Path) -> Result<()> {
        Self::before(path)?;
        replaceable(path).map_err(|error| bad(path, error.to_string()))
    }

    /// What stands at `path` already.
    fn before(path: &Path) -> Result<Self> {
        match path.exists() {
            true => Self::read(path),
            false => Ok(Self::default()),
        }
    }

    /// Puts a pack into the file at `path`, which is made when there is none; in place of an earlier version of it.
    ///
    /// # Errors
    /// [`ErrorCode::BadLock`] when what stands there is none, or it cannot be written.
    pub fn put(path: &Path, mut locked: Locked) -> Result<()> {
        let mut lock = Self::before(path)?;
        locked.source = from_lock(path, &locked.source);
        lock.0.insert(locked.pack.clone(), locked);
        let bad = |what: String| bad(path, what);
        let text = toml::to_string(&File {
            version: FORM,
            pack: lock.0.into_values().collect(),
        });
        let text = text.map_err(|error| bad(error.to_string()))?;
        replace(path, (HEADING.to_owned() + &text).as_bytes())
            .map_err(|error| bad(error.to_string()))
    }
}

impl Locked {
    /// The text of its source, for a lock file at `lock`.
    pub fn source_from(&self, lock: &Path) -> String {
        match self.source.contains("://") {
            true => self.source.clone(),
            false => beside(lock)
                .join(&self.source)
                .to_string_lossy()
                .into_owned(),
        }
    }
}

/// A source as it stands in a lock file: a directory below that of the lock file goes with it, another is named in full.
fn from_lock(lock: &Path, source: &str) -> String {
    if source.contains("://") {
        return source.to_owned();
    }
    let (Ok(base), Ok(dir)) = (
        beside(lock).canonicalize(),
        Path::new(source).canonicalize(),
    ) else {
        return source.to_owned();
    };
    match dir.strip_prefix(&base) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.to_string_lossy().into_owned(),
        Err(_) => dir.to_string_lossy().into_owned(),
    }
}

/// The directory of a file.
fn beside(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn bad(path: &Path, what: String) -> RegistryError {
    RegistryError::new(ErrorCode::BadLock, format!("{}: {what}", path.display()))
}
