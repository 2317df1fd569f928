//! Which versions of a pack a tenant runs, and what the pack may do: what operators decided, as it stands now.

mod change;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::{Digest, Permission};

pub use self::change::{ImpossibleChange, PackChange};

/// A version of a pack that was installed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct PackVersion {
    /// SHA-256 of the archive, under which it is kept.
    #[n(0)]
    pub digest: Digest,
    /// Semantic version.
    #[n(1)]
    pub version: String,
    /// When it was installed, milliseconds since 1970.
    #[n(2)]
    pub at: u64,
    /// Ids of the keys whose signatures counted when it was installed, the publisher's first; none when nobody signed it.
    #[n(3)]
    #[cbor(default)]
    pub signers: Vec<String>,
}

/// A version that some of the conversations are held on, to see how it does.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Canary {
    /// The version.
    #[n(0)]
    pub version: PackVersion,
    /// Of a hundred new sessions, so many.
    #[n(1)]
    pub share: u8,
    /// Contacts whose sessions are held on it in any case, as their channel knows them.
    #[n(2)]
    pub contacts: Vec<String>,
    /// Sessions opened before this are not drawn, milliseconds since 1970.
    #[n(3)]
    pub since: u64,
}

/// Who decided something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Decided {
    /// A person's name, or `host`.
    #[n(0)]
    pub by: String,
    /// Milliseconds since 1970.
    #[n(1)]
    pub at: u64,
}

/// Why a version is not the current one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leaving {
    /// A newer one took its place: flows that run on it end on it.
    #[n(0)]
    Draining,
    /// Its flows are moved to the current version at their next turn.
    #[n(1)]
    Moving,
    /// It did badly, or an operator took it back: its flows go on with the current version.
    #[n(2)]
    Withdrawn {
        /// Why.
        #[n(0)]
        reason: String,
        /// Who took it back, and when; unknown of versions that were withdrawn before this was noted.
        #[n(1)]
        decided: Option<Decided>,
    },
}

/// A version that no new flow starts on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct EarlierVersion {
    /// The version.
    #[n(0)]
    pub version: PackVersion,
    /// How it leaves.
    #[n(1)]
    pub leaving: Leaving,
}

/// All about one pack of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct PackEntry {
    /// The version that new flows start on.
    #[n(0)]
    pub current: Option<PackVersion>,
    /// The version that is tried.
    #[n(1)]
    pub canary: Option<Canary>,
    /// Versions that are kept: for the flows that run on them, and to go back to. The last one left first.
    #[n(2)]
    pub earlier: Vec<EarlierVersion>,
    /// What the pack may do.
    #[n(3)]
    pub granted: BTreeSet<Permission>,
    /// The highest version that was ever installed.
    #[n(4)]
    pub newest: Option<String>,
    /// Who granted each line, and when; a line that was granted before this was noted is missing.
    #[n(5)]
    #[cbor(default)]
    pub granted_by: BTreeMap<Permission, Decided>,
}

impl PackEntry {
    /// Every version that is kept.
    pub fn versions(&self) -> impl Iterator<Item = &PackVersion> {
        let canary = self.canary.as_ref().map(|canary| &canary.version);
        let earlier = self.earlier.iter().map(|earlier| &earlier.version);
        self.current.iter().chain(canary).chain(earlier)
    }

    /// The version with this digest, when it is kept.
    pub fn version(&self, digest: Digest) -> Option<&PackVersion> {
        self.versions().find(|version| version.digest == digest)
    }

    /// Why a version was withdrawn, and by whom, when it was.
    pub fn withdrawn(&self, digest: Digest) -> Option<(&str, Option<&Decided>)> {
        let mut earlier = self.earlier.iter();
        let found = earlier.find(|earlier| earlier.version.digest == digest)?;
        match &found.leaving {
            Leaving::Withdrawn { reason, decided } => Some((reason, decided.as_ref())),
            Leaving::Draining | Leaving::Moving => None,
        }
    }
}

/// Compares two semantic versions by their rule of precedence; what is none comes first.
pub fn compare(one: &str, other: &str) -> std::cmp::Ordering {
    let read = |text: &str| semver::Version::parse(text).ok();
    read(one).cmp(&read(other))
}
