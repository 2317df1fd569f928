//! What a key may vouch for.

use std::fmt;
use std::str::FromStr;

use jackfield_core::manifest::Manifest;
use jackfield_core::{ErrorCode, PackId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{TrustError, TrustedKey};

/// A pack id, or all ids below one: `com.example.*`; `*` for all there are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackPattern(String);

impl PackPattern {
    /// Whether a pack's id fits.
    pub fn covers(&self, pack: &PackId) -> bool {
        match self.0.strip_suffix('*') {
            Some(before) => pack.as_str().starts_with(before),
            None => self.0 == pack.as_str(),
        }
    }
}

impl FromStr for PackPattern {
    type Err = TrustError;

    fn from_str(text: &str) -> Result<Self, TrustError> {
        // A star stands for whole parts of an id: `com.exam*` would also cover somebody else's `com.example2`.
        let sound = match text.strip_suffix(".*") {
            Some(before) => before
                .split('.')
                .all(|part| !part.is_empty() && !part.contains('*')),
            None => text == "*" || PackId::new(text).is_ok(),
        };
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            let what = format!(
                "`{text}` names no packs; write `com.example.telecom`, `com.example.*` or `*`"
            );
            Err(TrustError::new(ErrorCode::BadTrustFile, what))
        }
    }
}

impl TryFrom<String> for PackPattern {
    type Error = TrustError;

    fn try_from(text: String) -> Result<Self, TrustError> {
        text.parse()
    }
}

impl From<PackPattern> for String {
    fn from(pattern: PackPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for PackPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TrustedKey {
    /// Refuses a pack that is not within the key's scope.
    pub(super) fn check(&self, manifest: &Manifest) -> Result<(), TrustError> {
        match self.outside(manifest) {
            Some(what) => Err(TrustError::new(ErrorCode::OutOfScope, what)),
            None => Ok(()),
        }
    }

    /// What of a pack is not within the key's scope.
    pub(super) fn outside(&self, manifest: &Manifest) -> Option<String> {
        let (pack, name) = (&manifest.pack.id, &self.name);
        if !self.covers(pack) {
            let packs: Vec<String> = self.packs.iter().map(ToString::to_string).collect();
            return Some(format!("{name} signs {} and not {pack}", packs.join(", ")));
        }
        let may = self.capabilities.as_ref()?;
        let mut asked = manifest.capabilities.interfaces();
        asked.extend(manifest.capabilities.verify.as_ref().map(|_| "verify"));
        let asked = asked.iter().find(|asked| !may.contains(**asked))?;
        let may = if may.is_empty() {
            "nothing".to_owned()
        } else {
            Vec::from_iter(may.iter().map(String::as_str)).join(", ")
        };
        Some(format!(
            "{pack} asks for `{asked}`, and packs of {name} may ask for {may}"
        ))
    }

    /// Whether it covers a pack's id.
    pub fn covers(&self, pack: &PackId) -> bool {
        self.packs.iter().any(|pattern| pattern.covers(pack))
    }

    /// Whether its last day is over.
    pub fn is_over(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }
}
