//! The archives of installed packs with their signatures, by digest. A file stands there whole or not at all.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jackfield_core::{Digest, ErrorCode};
use jackfield_packs::trust::{SIDECAR_ENDING, Sidecar};

use super::refused::Refused;
use crate::secret;

/// So many archives may wait to be installed.
const MOST_WAITING: usize = 32;

/// The directory of archives.
#[derive(Debug)]
pub(crate) struct Shelf(PathBuf);

impl Shelf {
    /// That of a data directory.
    pub(crate) fn open(data: &Path) -> Result<Self, Refused> {
        let directory = data.join("packs");
        std::fs::create_dir_all(&directory)?;
        Ok(Self(directory))
    }

    /// That of a data directory, to be read only: no directory is made.
    pub(crate) fn to_read(data: &Path) -> Self {
        Self(data.join("packs"))
    }

    /// Keeps an archive.
    pub(crate) fn put(&self, archive: &[u8]) -> Result<Digest, Refused> {
        let digest = Digest::of(archive);
        let path = self.path(digest);
        if !path.exists() {
            secret::replace(&path, archive)?;
        }
        Ok(digest)
    }

    /// Keeps the signatures of an archive.
    pub(crate) fn sign(&self, digest: Digest, sidecar: &Sidecar) -> Result<(), Refused> {
        let text = sidecar.to_string();
        Ok(secret::replace(&self.sidecar(digest), text.as_bytes())?)
    }

    /// The bytes of an archive. They are the ones that were put there, or none.
    pub(crate) fn archive(&self, digest: Digest) -> Result<Vec<u8>, Refused> {
        let missing = |why: String| {
            Refused::new(
                ErrorCode::NoPack,
                format!("the archive {} {why}", digest.short()),
            )
        };
        let bytes = std::fs::read(self.path(digest))
            .map_err(|error| missing(format!("cannot be read: {error}")))?;
        if Digest::of(&bytes) != digest {
            return Err(missing("was changed on the disk".to_owned()));
        }
        Ok(bytes)
    }

    /// Its signatures.
    pub(crate) fn sidecar_of(&self, digest: Digest) -> Result<Sidecar, Refused> {
        let code = ErrorCode::UnsignedPack;
        match std::fs::read_to_string(self.sidecar(digest)) {
            Ok(text) => Ok(text.parse()?),
            Err(_) => Err(Refused::new(
                code,
                format!("{}: {}", code.summary(), code.help()),
            )),
        }
    }

    /// Drops the oldest of the archives that are not among these, until there is room for one more.
    pub(crate) fn make_room(&self, kept: &[Digest]) -> Result<(), Refused> {
        let mut waiting = self.others(kept)?;
        waiting.sort();
        let too_many = waiting.len().saturating_sub(MOST_WAITING - 1);
        for (_, digest) in waiting.into_iter().take(too_many) {
            self.drop(digest)?;
        }
        Ok(())
    }

    /// Drops all archives that are not among these.
    pub(crate) fn keep_only(&self, kept: &[Digest]) -> Result<(), Refused> {
        for (_, digest) in self.others(kept)? {
            self.drop(digest)?;
        }
        Ok(())
    }

    /// Archives that are not among these, with when they came.
    fn others(&self, kept: &[Digest]) -> Result<Vec<(SystemTime, Digest)>, Refused> {
        let mut others = Vec::new();
        for entry in std::fs::read_dir(&self.0)? {
            let entry = entry?;
            let name = entry.file_name();
            let digest = name.to_str().and_then(|name| name.strip_suffix(".jfpack"));
            let digest = digest.and_then(|digest| digest.parse::<Digest>().ok());
            if let Some(digest) = digest.filter(|digest| !kept.contains(digest)) {
                others.push((entry.metadata()?.modified()?, digest));
            }
        }
        Ok(others)
    }

    fn drop(&self, digest: Digest) -> Result<(), Refused> {
        // Signatures without their archive are nothing; an archive without them could look unsigned.
        std::fs::remove_file(self.path(digest))?;
        match std::fs::remove_file(self.sidecar(digest)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            removed => Ok(removed?),
        }
    }

    fn path(&self, digest: Digest) -> PathBuf {
        self.0.join(format!("{digest}.jfpack"))
    }

    fn sidecar(&self, digest: Digest) -> PathBuf {
        self.path(digest).with_added_extension(SIDECAR_ENDING)
    }
}
