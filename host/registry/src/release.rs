//! A version of a pack, as a source lists it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jackfield_core::{Digest, ErrorCode, PackId};
use jackfield_packs::Facts;
use semver::Version;
use serde::Serialize;
use url::Url;

use crate::error::{RegistryError, Result, plain};

/// Interfaces that a listed pack may need.
const MOST_NEEDS: usize = 64;
/// Characters of an interface.
const LONGEST_NEED: usize = 200;

/// A version of a pack that a source lists. What it says is a claim until it was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Release {
    /// The pack.
    pub pack: PackId,
    /// The version.
    pub version: Version,
    /// SHA-256 of the archive.
    pub digest: Digest,
    /// Bytes of the archive.
    pub size: u64,
    /// The interfaces that it needs of a host.
    pub needs: BTreeSet<String>,
    #[serde(skip)]
    pub(crate) place: Place,
}

impl Release {
    /// What an archive is.
    pub(crate) fn of(facts: &Facts, archive: &[u8], place: Place) -> Self {
        Self {
            pack: facts.id.clone(),
            version: facts.version.clone(),
            digest: Digest::of(archive),
            size: archive.len() as u64,
            needs: facts.needs.clone(),
            place,
        }
    }

    /// Why this host cannot run it, by what is listed; empty when it can.
    pub fn unmet(&self) -> Vec<String> {
        jackfield_packs::unmet(&self.needs)
    }
}

/// Where the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file, with its signatures beside it.
    File(PathBuf),
    /// An address, with the signatures beside it.
    Url(Url),
    /// The digest and size of the signatures in the same repository; the archive is known by its own.
    Blobs(Option<(Digest, u64)>),
}

/// An archive that is named like a version of the pack and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damaged {
    /// The version that it is named like.
    pub version: Version,
    /// Where it is.
    pub file: PathBuf,
    /// Why it cannot be read.
    #[serde(rename = "damaged")]
    pub why: String,
}

/// The releases of one pack.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Releases, the newest first.
    pub releases: Vec<Release>,
    /// What should be a release and is damaged, the newest first.
    pub damaged: Vec<Damaged>,
    /// What could not be listed, and why.
    pub notes: Vec<String>,
}

impl Listing {
    /// Puts the releases in order.
    ///
    /// # Errors
    /// [`ErrorCode::BadListing`] when a version is listed with two digests.
    pub(crate) fn sorted(mut self) -> Result<Self> {
        self.notes.iter_mut().for_each(|note| *note = plain(note));
        for damaged in &mut self.damaged {
            damaged.why = plain(&damaged.why);
        }
        self.damaged.sort_by(|a, b| b.version.cmp(&a.version));
        self.releases.sort_by(|a, b| {
            b.version
                .cmp(&a.version)
                .then_with(|| a.digest.0.cmp(&b.digest.0))
        });
        self.releases
            .dedup_by(|a, b| a.version == b.version && a.digest == b.digest);
        for (a, b) in self.releases.iter().zip(self.releases.iter().skip(1)) {
            if a.version == b.version {
                let what = format!(
                    "{} {} is listed twice, with different bytes",
                    a.pack, a.version
                );
                return Err(RegistryError::new(ErrorCode::BadListing, what));
            }
        }
        Ok(self)
    }
}

/// The interfaces of a listing, when they can be some.
pub(crate) fn needs<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<BTreeSet<String>> {
    let sound = |c: char| c.is_ascii_alphanumeric() || "-_.:/@+".contains(c);
    let mut needs = BTreeSet::new();
    for word in words {
        if word.is_empty() || word.len() > LONGEST_NEED || !word.chars().all(sound) {
            return None;
        }
        needs.insert(word.to_owned());
        if needs.len() > MOST_NEEDS {
            return None;
        }
    }
    Some(needs)
}
