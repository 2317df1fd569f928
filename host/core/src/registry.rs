//! Which versions of a pack a tenant runs, and what the pack may do: what operators decided, as it stands now.

use std::collections::BTreeSet;

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::{Digest, Permission};

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
}

/// What an operator, or the host by itself, does about a pack.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PackChange {
    /// From now on it may do this, and nothing else.
    #[n(0)]
    Grant {
        /// All that is granted.
        #[n(0)]
        permissions: BTreeSet<Permission>,
    },
    /// This version becomes the current one.
    #[n(1)]
    Install {
        /// The version.
        #[n(0)]
        version: PackVersion,
    },
    /// This version is tried.
    #[n(2)]
    Try {
        /// The version, and on whom.
        #[n(0)]
        canary: Canary,
    },
    /// The version that is tried becomes the current one.
    #[n(3)]
    Promote,
    /// The version that is tried, or the current one, is taken back.
    #[n(4)]
    RollBack {
        /// Why.
        #[n(0)]
        reason: String,
    },
    /// Flows of all earlier versions are moved to the current one.
    #[n(5)]
    Move,
    /// An earlier version is no longer kept.
    #[n(6)]
    Forget {
        /// Which.
        #[n(0)]
        digest: Digest,
    },
    /// No version is current any more; no new flow starts.
    #[n(7)]
    Remove,
}

/// Why a change makes no sense as things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImpossibleChange {
    /// There is nothing to promote.
    #[error("no version is being tried")]
    NoCanary,
    /// There is nothing that a canary could be compared with, or that could be moved or removed.
    #[error("no version is installed")]
    NotInstalled,
    /// It would take its own place.
    #[error("this very version is in use already")]
    InUse,
    /// Nothing is left to go back to.
    #[error("there is no earlier version to go back to")]
    NoEarlier,
    /// There is no such earlier version.
    #[error("this version is not kept")]
    Unknown,
}

impl PackEntry {
    /// The entry after a change.
    ///
    /// # Errors
    /// [`ImpossibleChange`].
    pub fn after(&self, change: &PackChange) -> Result<Self, ImpossibleChange> {
        let mut next = self.clone();
        match change {
            PackChange::Grant { permissions } => next.granted.clone_from(permissions),
            PackChange::Install { version } => {
                next.free(version.digest)?;
                next.stop_trying("another version was installed");
                next.leave(Leaving::Draining);
                next.note(version);
                next.current = Some(version.clone());
            }
            PackChange::Try { canary } => {
                self.current
                    .as_ref()
                    .ok_or(ImpossibleChange::NotInstalled)?;
                next.free(canary.version.digest)?;
                next.stop_trying("another version is tried");
                next.note(&canary.version);
                next.canary = Some(canary.clone());
            }
            PackChange::Promote => {
                let canary = next.canary.take().ok_or(ImpossibleChange::NoCanary)?;
                next.leave(Leaving::Draining);
                next.current = Some(canary.version);
            }
            PackChange::RollBack { reason } => next.roll_back(reason)?,
            PackChange::Move => {
                self.current
                    .as_ref()
                    .ok_or(ImpossibleChange::NotInstalled)?;
                for earlier in &mut next.earlier {
                    if earlier.leaving == Leaving::Draining {
                        earlier.leaving = Leaving::Moving;
                    }
                }
            }
            PackChange::Forget { digest } => {
                let before = next.earlier.len();
                next.earlier
                    .retain(|earlier| earlier.version.digest != *digest);
                if next.earlier.len() == before {
                    return Err(ImpossibleChange::Unknown);
                }
            }
            PackChange::Remove => {
                self.current
                    .as_ref()
                    .ok_or(ImpossibleChange::NotInstalled)?;
                next.stop_trying("the pack was removed");
                next.leave(Leaving::Draining);
            }
        }
        Ok(next)
    }

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

    fn roll_back(&mut self, reason: &str) -> Result<(), ImpossibleChange> {
        if self.canary.is_some() {
            self.stop_trying(reason);
            return Ok(());
        }
        let sound =
            |earlier: &EarlierVersion| !matches!(earlier.leaving, Leaving::Withdrawn { .. });
        let place = self.earlier.iter().position(sound);
        let before = self
            .earlier
            .remove(place.ok_or(ImpossibleChange::NoEarlier)?);
        self.leave(Leaving::Withdrawn {
            reason: reason.to_owned(),
        });
        self.current = Some(before.version);
        Ok(())
    }

    fn leave(&mut self, leaving: Leaving) {
        if let Some(version) = self.current.take() {
            self.earlier.insert(0, EarlierVersion { version, leaving });
        }
    }

    fn stop_trying(&mut self, reason: &str) {
        if let Some(Canary { version, .. }) = self.canary.take() {
            let leaving = Leaving::Withdrawn {
                reason: reason.to_owned(),
            };
            self.earlier.insert(0, EarlierVersion { version, leaving });
        }
    }

    /// Takes a version out of the earlier ones; refuses one that is in use.
    fn free(&mut self, digest: Digest) -> Result<(), ImpossibleChange> {
        let canary = self.canary.as_ref().map(|canary| canary.version.digest);
        let current = self.current.as_ref().map(|version| version.digest);
        if [canary, current].contains(&Some(digest)) {
            return Err(ImpossibleChange::InUse);
        }
        self.earlier
            .retain(|earlier| earlier.version.digest != digest);
        Ok(())
    }

    fn note(&mut self, version: &PackVersion) {
        let is_newer = self
            .newest
            .as_deref()
            .is_none_or(|newest| compare(newest, &version.version).is_lt());
        if is_newer {
            self.newest = Some(version.version.clone());
        }
    }
}

/// Compares two semantic versions by their rule of precedence; what is none comes first.
pub fn compare(one: &str, other: &str) -> std::cmp::Ordering {
    let read = |text: &str| semver::Version::parse(text).ok();
    read(one).cmp(&read(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: u8) -> PackVersion {
        PackVersion {
            digest: Digest::of(&[number]),
            version: format!("1.{number}.0"),
            at: number.into(),
            signers: Vec::new(),
        }
    }

    fn after(changes: &[PackChange]) -> Result<PackEntry, ImpossibleChange> {
        changes
            .iter()
            .try_fold(PackEntry::default(), |entry, change| entry.after(change))
    }

    fn install(number: u8) -> PackChange {
        PackChange::Install {
            version: version(number),
        }
    }

    fn try_out(number: u8) -> PackChange {
        let canary = Canary {
            version: version(number),
            share: 10,
            contacts: Vec::new(),
            since: 0,
        };
        PackChange::Try { canary }
    }

    fn back() -> PackChange {
        PackChange::RollBack {
            reason: "bad".to_owned(),
        }
    }

    #[test]
    fn going_back_ends_a_trial_first_and_then_takes_the_last_sound_version() {
        let entry = after(&[install(1), install(2), try_out(3), back()]).unwrap();
        assert_eq!(entry.current, Some(version(2)));
        let entry = entry.after(&back()).unwrap();
        assert_eq!(entry.current, Some(version(1)));
        assert_eq!(entry.after(&back()), Err(ImpossibleChange::NoEarlier));
        assert_eq!(entry.newest.as_deref(), Some("1.3.0"));
        // What was taken back may be installed again, on purpose.
        let again = entry.after(&install(2)).unwrap();
        assert_eq!(again.current, Some(version(2)));
        assert_eq!(again.versions().count(), 3);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (changes, why) in [
            (vec![try_out(1)], ImpossibleChange::NotInstalled),
            (vec![install(1), install(1)], ImpossibleChange::InUse),
            (vec![install(1), try_out(1)], ImpossibleChange::InUse),
            (
                vec![install(1), PackChange::Promote],
                ImpossibleChange::NoCanary,
            ),
            (vec![PackChange::Remove], ImpossibleChange::NotInstalled),
            (
                vec![
                    install(1),
                    PackChange::Forget {
                        digest: version(1).digest,
                    },
                ],
                ImpossibleChange::Unknown,
            ),
        ] {
            assert_eq!(after(&changes), Err(why), "{changes:?}");
        }
    }

    #[test]
    fn a_promoted_version_is_the_current_one() {
        let entry = after(&[
            install(1),
            try_out(2),
            PackChange::Promote,
            PackChange::Move,
        ])
        .unwrap();
        assert_eq!((entry.current, entry.canary), (Some(version(2)), None));
        assert_eq!(entry.earlier[0].leaving, Leaving::Moving);
    }
}
