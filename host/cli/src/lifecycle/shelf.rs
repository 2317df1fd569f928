//! The archives of installed packs with their signatures, by digest. A file stands there whole or not at all.

use std::path::{Path, PathBuf};

use jackfield_core::{Digest, ErrorCode};
use jackfield_packs::trust::{SIDECAR_ENDING, Sidecar};

use super::refused::Refused;
use crate::secret;

/// Archives that nobody installed are kept this many at most.
const MOST_LOOSE: usize = 64;

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

    /// Keeps an archive.
    pub(crate) fn put(&self, archive: &[u8]) -> Result<Digest, Refused> {
        let digest = Digest::of(archive);
        let path = self.path(digest);
        if !path.exists() {
            if std::fs::read_dir(&self.0)?.count() > MOST_LOOSE * 4 {
                let what = "too many archives are kept; remove versions that are no longer needed with `jackfield pack remove`";
                return Err(Refused::new(ErrorCode::TooLarge, what));
            }
            secret::replace(&path, archive)?;
        }
        Ok(digest)
    }

    /// Keeps the signatures of an archive.
    pub(crate) fn sign(&self, digest: Digest, sidecar: &str) -> Result<(), Refused> {
        sidecar.parse::<Sidecar>()?;
        Ok(secret::replace(&self.sidecar(digest), sidecar.as_bytes())?)
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

    /// Drops archives that are not among these.
    pub(crate) fn keep_only(&self, kept: &[Digest]) -> Result<(), Refused> {
        let names: Vec<String> = kept.iter().map(ToString::to_string).collect();
        for entry in std::fs::read_dir(&self.0)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if !name.is_some_and(|name| names.iter().any(|kept| name.starts_with(kept.as_str()))) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn path(&self, digest: Digest) -> PathBuf {
        self.0.join(format!("{digest}.jfpack"))
    }

    fn sidecar(&self, digest: Digest) -> PathBuf {
        self.path(digest).with_added_extension(SIDECAR_ENDING)
    }
}
