//! What operators ask about packs.

use std::collections::BTreeSet;

use bytes::Bytes;
use jackfield_core::{Digest, PackChange, PackId, Permission};
use serde::{Deserialize, Serialize};

/// Something an operator asks about packs.
#[derive(Debug, Clone)]
pub enum PackRequest {
    /// Every pack with its versions.
    List,
    /// Keep an archive, to be looked at and installed.
    Keep(Bytes),
    /// Keep the signatures of an archive.
    Sign(Digest, String),
    /// What an archive is, asks for and changes.
    Plan(Digest),
    /// Install a version, or try it.
    Install(InstallRequest),
    /// Decide something else about a pack.
    Change {
        /// Which.
        pack: PackId,
        /// Who decides.
        by: String,
        /// What.
        change: PackChange,
    },
    /// What a pack was denied.
    Denials(PackId),
    /// What a pack is granted, by whom and when.
    Grants(PackId),
    /// What a pack used of its grants.
    Uses(PackId),
}

/// A version to install or to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InstallRequest {
    /// The archive, which is kept already.
    pub digest: Digest,
    /// On whom to try it; without this it is installed.
    #[serde(default)]
    pub canary: Option<CanaryWish>,
    /// What it may do besides what the pack may do already; without this, it may ask for nothing else.
    #[serde(default)]
    pub grants: Option<BTreeSet<Permission>>,
    /// It may be older than one that was installed before.
    #[serde(default)]
    pub allow_downgrade: bool,
    /// Who decides, by their own word.
    #[serde(default)]
    pub by: String,
}

/// On whom a version is to be tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CanaryWish {
    /// Of a hundred new sessions, so many.
    #[serde(default)]
    pub share: u8,
    /// Contacts, as their channel knows them.
    #[serde(default)]
    pub contacts: Vec<String>,
}

/// A decision about a pack, as it comes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Decision {
    #[serde(default)]
    pub(super) by: String,
    #[serde(default)]
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) digest: Option<Digest>,
    #[serde(default)]
    pub(super) permissions: Option<BTreeSet<Permission>>,
}

impl Decision {
    pub(super) fn roll_back(self) -> Result<PackChange, &'static str> {
        let reason = self.reason.ok_or("`reason` is missing")?;
        Ok(PackChange::RollBack { reason })
    }

    pub(super) fn remove(self) -> PackChange {
        match self.digest {
            Some(digest) => PackChange::Forget { digest },
            None => PackChange::Remove,
        }
    }

    pub(super) fn grant(self) -> Result<PackChange, &'static str> {
        let permissions = self.permissions.ok_or("`permissions` is missing")?;
        Ok(PackChange::Grant { permissions })
    }
}
