//! What the operator trusts: one file, written by people or by `jackfield trust`.

use std::collections::BTreeSet;

use jackfield_core::{Digest, ErrorCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{KeyId, PackPattern, PublicKey, Role, TrustError};

/// What is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Trust {
    /// What it takes.
    #[serde(default)]
    pub policy: Policy,
    /// Whose signatures count.
    #[serde(default, rename = "key", skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<TrustedKey>,
    /// What no longer counts, whoever signed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<Revocation>,
}

/// What it takes to install a pack. A publisher's signature is always needed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Policy {
    /// How many trusted reviewers must have signed too.
    #[serde(default)]
    pub reviewers: usize,
}

/// A key that is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TrustedKey {
    /// Whose it is, in the operator's words.
    pub name: String,
    /// As what.
    pub role: Role,
    /// The key.
    pub public: PublicKey,
    /// Packs that it may vouch for.
    pub packs: BTreeSet<PackPattern>,
    /// Capabilities that such packs may ask for; all, when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<BTreeSet<String>>,
    /// The last day on which it may be used for an installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
}

/// A key or an archive that no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Revocation {
    /// All that this key signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    /// One archive, by its SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<Digest>,
    /// Why, for whoever meets it.
    pub reason: String,
}

impl Trust {
    /// Reads a trust file.
    ///
    /// # Errors
    /// [`ErrorCode::BadTrustFile`]: then nothing is trusted.
    pub fn read(text: &str) -> Result<Self, TrustError> {
        let bad = |what: String| TrustError::new(ErrorCode::BadTrustFile, what);
        let trust: Self = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        for (at, key) in trust.keys.iter().enumerate() {
            let id = key.public.id();
            if trust
                .keys
                .iter()
                .take(at)
                .any(|other| other.public.id() == id)
            {
                return Err(bad(format!("the key {id} stands twice in it")));
            }
        }
        let empty = |revocation: &Revocation| revocation.key.is_none() && revocation.pack.is_none();
        if trust.revoked.iter().any(empty) {
            return Err(bad(
                "a revocation names neither a `key` nor a `pack`".to_owned()
            ));
        }
        Ok(trust)
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`ErrorCode::BadTrustFile`] when it cannot be written down.
    pub fn to_file(&self) -> Result<String, TrustError> {
        toml::to_string_pretty(self)
            .map_err(|error| TrustError::new(ErrorCode::BadTrustFile, error.to_string()))
    }

    /// A trusted key.
    pub fn key(&self, id: KeyId) -> Option<&TrustedKey> {
        self.keys.iter().find(|key| key.public.id() == id)
    }

    /// Why a key's signatures no longer count.
    pub fn key_revoked(&self, id: KeyId) -> Option<&Revocation> {
        self.revoked
            .iter()
            .find(|revocation| revocation.key == Some(id))
    }

    /// Why an archive may no longer be used.
    pub fn pack_revoked(&self, digest: Digest) -> Option<&Revocation> {
        self.revoked
            .iter()
            .find(|revocation| revocation.pack == Some(digest))
    }
}
