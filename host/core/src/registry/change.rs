//! What can be decided about a pack, and what becomes of its versions then.

use std::collections::BTreeSet;

use minicbor::{Decode, Encode};
use serde::Serialize;

use super::{Canary, Decided, EarlierVersion, Leaving, PackEntry, PackVersion, compare};
use crate::{Digest, Permission};

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
    /// A version that is tried or current is no longer trusted: it is taken out of use, also when none is left then.
    #[n(8)]
    Revoke {
        /// Which.
        #[n(0)]
        digest: Digest,
        /// What is revoked, and why.
        #[n(1)]
        reason: String,
    },
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
    /// It is neither current nor tried.
    #[error("this version is not in use")]
    NotInUse,
}

impl PackEntry {
    /// The entry after a change that somebody decided on.
    ///
    /// # Errors
    /// [`ImpossibleChange`].
    pub fn after(&self, change: &PackChange, decided: &Decided) -> Result<Self, ImpossibleChange> {
        let mut next = self.clone();
        match change {
            PackChange::Grant { permissions } => next.grant(permissions, decided),
            PackChange::Install { version } => {
                next.free(version.digest)?;
                next.stop_trying("another version was installed", decided);
                next.leave(Leaving::Draining);
                next.note(version);
                next.current = Some(version.clone());
            }
            PackChange::Try { canary } => {
                self.current
                    .as_ref()
                    .ok_or(ImpossibleChange::NotInstalled)?;
                next.free(canary.version.digest)?;
                next.stop_trying("another version is tried", decided);
                next.note(&canary.version);
                next.canary = Some(canary.clone());
            }
            PackChange::Promote => {
                let canary = next.canary.take().ok_or(ImpossibleChange::NoCanary)?;
                next.leave(Leaving::Draining);
                next.current = Some(canary.version);
            }
            PackChange::RollBack { reason } => next.roll_back(reason, decided)?,
            PackChange::Revoke { digest, reason } => next.revoke(*digest, reason, decided)?,
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
                next.stop_trying("the pack was removed", decided);
                next.leave(Leaving::Draining);
            }
        }
        Ok(next)
    }

    /// Lines that were granted before keep the name of who granted them.
    fn grant(&mut self, permissions: &BTreeSet<Permission>, decided: &Decided) {
        self.granted_by.retain(|line, _| permissions.contains(line));
        for line in permissions.difference(&self.granted) {
            self.granted_by.insert(line.clone(), decided.clone());
        }
        self.granted.clone_from(permissions);
    }

    fn roll_back(&mut self, reason: &str, decided: &Decided) -> Result<(), ImpossibleChange> {
        if self.canary.is_some() {
            self.stop_trying(reason, decided);
            return Ok(());
        }
        let before = self.take_sound().ok_or(ImpossibleChange::NoEarlier)?;
        self.leave(withdrawn(reason, decided));
        self.current = Some(before);
        Ok(())
    }

    fn revoke(
        &mut self,
        digest: Digest,
        reason: &str,
        decided: &Decided,
    ) -> Result<(), ImpossibleChange> {
        let is_it = |version: &PackVersion| version.digest == digest;
        if self
            .canary
            .as_ref()
            .is_some_and(|canary| is_it(&canary.version))
        {
            self.stop_trying(reason, decided);
            return Ok(());
        }
        if !self.current.as_ref().is_some_and(is_it) {
            return Err(ImpossibleChange::NotInUse);
        }
        // Without the version that it is compared with, a trial says nothing.
        self.stop_trying("the version that it was compared with was revoked", decided);
        let before = self.take_sound();
        self.leave(withdrawn(reason, decided));
        self.current = before;
        Ok(())
    }

    /// Takes out the version that was left last and is not known to be bad.
    fn take_sound(&mut self) -> Option<PackVersion> {
        let sound =
            |earlier: &EarlierVersion| !matches!(earlier.leaving, Leaving::Withdrawn { .. });
        let place = self.earlier.iter().position(sound)?;
        Some(self.earlier.remove(place).version)
    }

    fn leave(&mut self, leaving: Leaving) {
        if let Some(version) = self.current.take() {
            self.earlier.insert(0, EarlierVersion { version, leaving });
        }
    }

    fn stop_trying(&mut self, reason: &str, decided: &Decided) {
        if let Some(Canary { version, .. }) = self.canary.take() {
            let leaving = withdrawn(reason, decided);
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

fn withdrawn(reason: &str, decided: &Decided) -> Leaving {
    Leaving::Withdrawn {
        reason: reason.to_owned(),
        decided: Some(decided.clone()),
    }
}
