//! From what is listed to bytes that can be used.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use jackfield_core::{Digest, ErrorCode, Limits, PackId};
use jackfield_packs::{Facts, Pack};
use semver::Version;

use crate::error::{RegistryError, Result, plain};
use crate::files::{beside, replace};
use crate::lock::Locked;
use crate::release::{Damaged, Listing, Release};
use crate::source::Source;
use crate::wanted::Wanted;

/// Archives that are fetched and turn out not to run here, before the search is given up.
const MOST_TRIED: usize = 5;

/// An archive that is what was listed: pack, version, digest and needs are those of the bytes. Who made it, its signatures tell.
pub struct Fetched {
    /// What was listed.
    pub release: Release,
    /// The archive.
    pub archive: Vec<u8>,
    /// Its signatures, not yet looked at.
    pub sidecar: Option<String>,
}

/// The newest version that this host can run.
#[derive(Debug)]
pub struct Found {
    /// The archive.
    pub fetched: Fetched,
    /// Newer versions that were passed over.
    pub skipped: Vec<Skipped>,
    /// What could not be listed.
    pub notes: Vec<String>,
}

/// A version that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The version.
    pub version: Version,
    /// Why.
    pub why: String,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fetched({:?})", self.release)
    }
}

impl Fetched {
    /// Writes the archive into a directory, which is made when there is none, and its signatures beside it. Says where it is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_to(&self, dir: &Path) -> std::io::Result<PathBuf> {
        let Release { pack, version, .. } = &self.release;
        std::fs::create_dir_all(dir)?;
        let file = dir.join(format!("{pack}-{version}.jfpack"));
        let signatures = beside(&file);
        // Signatures that lie there from an earlier time are not those of these bytes.
        match std::fs::remove_file(&signatures) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        replace(&file, &self.archive)?;
        if let Some(sidecar) = &self.sidecar {
            replace(&signatures, sidecar.as_bytes())?;
        }
        Ok(file)
    }
}

impl Source {
    /// The newest of the wanted versions that this host can run, by what is listed and by its bytes.
    ///
    /// # Errors
    /// [`ErrorCode::NoRelease`] when there is no such version, [`ErrorCode::NoneFits`] when none runs here,
    /// [`ErrorCode::DamagedRelease`] when a newer one than that is damaged, [`ErrorCode::ListingContradicts`] when the bytes are
    /// not what was listed.
    pub async fn newest(&self, pack: &PackId, wanted: &Wanted, limits: &Limits) -> Result<Found> {
        let Listing {
            releases,
            damaged,
            notes,
        } = self.releases(pack, wanted).await?;
        let newest_damaged = damaged.first();
        if releases.is_empty() {
            return Err(match newest_damaged {
                Some(damaged) => is_damaged(pack, damaged),
                None => self.nothing(pack).await?,
            });
        }
        let mut skipped = Vec::new();
        let mut tried = 0;
        for release in releases {
            let version = release.version.clone();
            // Who asks for the newest is not given an older one in its place: it may lack what the newest was made for.
            if let Some(damaged) = newest_damaged.filter(|damaged| damaged.version > version) {
                return Err(is_damaged(pack, damaged));
            }
            let unmet = release.unmet();
            if !unmet.is_empty() {
                let why = unmet.join("; ");
                skipped.push(Skipped { version, why });
                continue;
            }
            if tried == MOST_TRIED {
                break;
            }
            tried += 1;
            let fetched = self.fetch(release, limits).await?;
            // The listing is right, and this host has another reason, such as a manifest with keys of a later version.
            match Pack::open(&fetched.archive, limits) {
                Ok(_) => {
                    return Ok(Found {
                        fetched,
                        skipped,
                        notes,
                    });
                }
                Err(error) => skipped.push(Skipped {
                    version,
                    why: plain(&error.to_string()),
                }),
            }
        }
        let why: Vec<String> = skipped
            .iter()
            .map(|skipped| format!("{}: {}", skipped.version, skipped.why))
            .collect();
        Err(RegistryError::new(
            ErrorCode::NoneFits,
            format!("{pack} from {self}: {}", why.join("\n    ")),
        ))
    }

    /// The bytes that a lock file names, from here.
    ///
    /// # Errors
    /// [`ErrorCode::LockContradicts`] when there are others now; else as [`newest`](Self::newest).
    pub async fn locked(&self, locked: &Locked, limits: &Limits) -> Result<Fetched> {
        let Locked {
            pack,
            version,
            digest,
            ..
        } = locked;
        let listing = self
            .releases(pack, &Wanted::exactly(version.clone()))
            .await?;
        let Some(release) = listing.releases.into_iter().next() else {
            return Err(match listing.damaged.first() {
                Some(damaged) => is_damaged(pack, damaged),
                None => self.nothing(pack).await?,
            });
        };
        if release.digest != *digest {
            let found = release.digest;
            let what = format!(
                "{pack} {version} from {self} is sha256 {found}, and the lock file has {digest}"
            );
            return Err(RegistryError::new(ErrorCode::LockContradicts, what));
        }
        let fetched = self.fetch(release, limits).await?;
        Pack::open(&fetched.archive, limits).map_err(|error| {
            RegistryError::new(ErrorCode::NoneFits, format!("{pack} {version}: {error}"))
        })?;
        Ok(fetched)
    }

    /// Fetches a release, and holds what was listed against the bytes.
    ///
    /// # Errors
    /// [`ErrorCode::ListingContradicts`] when they differ; [`RegistryError`] when nothing comes.
    pub async fn fetch(&self, release: Release, limits: &Limits) -> Result<Fetched> {
        let (archive, sidecar) = self.bytes(&release).await?;
        let Release {
            pack,
            version,
            digest,
            ..
        } = &release;
        let contradicts = |what: String| {
            let what = format!("{pack} {version} from {self}: {what}");
            RegistryError::new(ErrorCode::ListingContradicts, what)
        };
        let found = Digest::of(&archive);
        if found != *digest {
            return Err(contradicts(format!(
                "listed with sha256 {digest}, and the bytes have {found}"
            )));
        }
        if archive.len() as u64 != release.size {
            return Err(contradicts(format!(
                "listed with {} bytes, and it has {}",
                release.size,
                archive.len()
            )));
        }
        let facts =
            Facts::read(&archive, limits).map_err(|error| contradicts(error.to_string()))?;
        if (&facts.id, &facts.version) != (pack, version) {
            return Err(contradicts(format!(
                "the archive is {} {}",
                facts.id, facts.version
            )));
        }
        if facts.needs != release.needs {
            let list =
                |needs: &BTreeSet<String>| needs.iter().cloned().collect::<Vec<_>>().join(", ");
            return Err(contradicts(format!(
                "listed as needing {}, and it needs {}",
                list(&release.needs),
                list(&facts.needs)
            )));
        }
        Ok(Fetched {
            release,
            archive,
            sidecar,
        })
    }

    /// Why there is nothing to choose from.
    async fn nothing(&self, pack: &PackId) -> Result<RegistryError> {
        let all = self.releases(pack, &Wanted::all()).await?;
        let versions: Vec<String> = all
            .releases
            .iter()
            .take(10)
            .map(|release| release.version.to_string())
            .collect();
        let mut what = match versions.is_empty() {
            true => format!("{self} has no {pack}"),
            false => format!("{self} has {pack} {}", versions.join(", ")),
        };
        if all
            .releases
            .iter()
            .any(|release| !release.version.pre.is_empty())
        {
            what += "; pre-releases are taken with --pre, or when named in full";
        }
        for note in &all.notes {
            what = what + "\n    " + note;
        }
        Ok(RegistryError::new(ErrorCode::NoRelease, what))
    }
}

fn is_damaged(pack: &PackId, damaged: &Damaged) -> RegistryError {
    let Damaged { version, file, why } = damaged;
    let what = format!("{pack} {version}: {} cannot be read: {why}", file.display());
    RegistryError::new(ErrorCode::DamagedRelease, what)
}
