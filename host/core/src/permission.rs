//! What a pack may do: each permission is one line that an operator grants.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::manifest::{Capabilities, Manifest};
use crate::{InvalidId, Verification};

/// One thing that a pack asks for and an operator grants. As a text it is one line of a file of grants.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub enum Permission {
    /// Call an interface of the host: `log`, `config`, `knowledge`, `tables`, `storage`, `http`.
    #[n(0)]
    Capability(#[n(0)] String),
    /// Reach a destination: a config key of kind `url`, or a literal address. `http to billing-url`.
    #[n(1)]
    Destination(#[n(0)] String),
    /// Have the host send a secret to its destination. `secret billing-token`.
    #[n(2)]
    Secret(#[n(0)] String),
    /// Have contacts prove who they are, up to this level. `verify verified`.
    #[n(3)]
    Verify(#[n(0)] Verification),
    /// Memory of a step above the default, MiB. `memory-mib 64`.
    #[n(4)]
    MemoryMib(#[n(0)] u32),
    /// Fuel of a step above the default. `fuel 50000000`.
    #[n(5)]
    Fuel(#[n(0)] u64),
    /// Computing time of a step above the default, milliseconds. `guest-time-ms 100`.
    #[n(6)]
    GuestTimeMs(#[n(0)] u32),
}

impl Permission {
    /// Everything that a manifest asks for.
    pub fn asked(manifest: &Manifest) -> BTreeSet<Self> {
        let Capabilities { http, verify, .. } = &manifest.capabilities;
        let interfaces = manifest.capabilities.interfaces().into_iter();
        let mut asked: BTreeSet<Self> = interfaces
            .map(|name| Self::Capability(name.to_owned()))
            .collect();
        if let Some(http) = http {
            asked.extend(http.destinations.iter().cloned().map(Self::Destination));
            asked.extend(http.secrets.iter().cloned().map(Self::Secret));
        }
        asked.extend(verify.as_ref().map(|verify| Self::Verify(verify.level)));
        let limits = &manifest.limits;
        asked.extend(limits.memory_mib.map(Self::MemoryMib));
        asked.extend(limits.fuel.map(Self::Fuel));
        asked.extend(limits.guest_time_ms.map(Self::GuestTimeMs));
        asked
    }

    /// Whether having this one is having `asked` too.
    pub fn covers(&self, asked: &Self) -> bool {
        match (self, asked) {
            (Self::Verify(granted), Self::Verify(asked)) => granted >= asked,
            (Self::MemoryMib(granted), Self::MemoryMib(asked))
            | (Self::GuestTimeMs(granted), Self::GuestTimeMs(asked)) => granted >= asked,
            (Self::Fuel(granted), Self::Fuel(asked)) => granted >= asked,
            _ => self == asked,
        }
    }

    /// What of `asked` none of `granted` covers.
    pub fn missing<'a>(asked: &'a BTreeSet<Self>, granted: &BTreeSet<Self>) -> Vec<&'a Self> {
        let covered = |asked: &&Self| granted.iter().any(|granted| granted.covers(asked));
        asked.iter().filter(|asked| !covered(asked)).collect()
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capability(name) => f.write_str(name),
            Self::Destination(destination) => write!(f, "http to {destination}"),
            Self::Secret(secret) => write!(f, "secret {secret}"),
            Self::Verify(level) => write!(f, "verify {level}"),
            Self::MemoryMib(mib) => write!(f, "memory-mib {mib}"),
            Self::Fuel(fuel) => write!(f, "fuel {fuel}"),
            Self::GuestTimeMs(ms) => write!(f, "guest-time-ms {ms}"),
        }
    }
}

impl FromStr for Permission {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        let to = rest.strip_prefix("to ").filter(|to| !to.is_empty());
        let one = Some(rest).filter(|rest| !rest.is_empty() && !rest.contains(' '));
        let read = match (name, rest) {
            (_, "") if Capabilities::INTERFACES.contains(&name) => {
                Some(Self::Capability(name.to_owned()))
            }
            ("http", _) => to.map(|to| Self::Destination(to.to_owned())),
            ("secret", _) => one.map(|name| Self::Secret(name.to_owned())),
            ("verify", _) => rest.parse().ok().map(Self::Verify),
            ("memory-mib", _) => rest.parse().ok().map(Self::MemoryMib),
            ("fuel", _) => rest.parse().ok().map(Self::Fuel),
            ("guest-time-ms", _) => rest.parse().ok().map(Self::GuestTimeMs),
            _ => None,
        };
        read.ok_or_else(|| InvalidId {
            kind: "permission",
            text: text.to_owned(),
            rule: "it must be a line that `jackfield pack grants FILE` prints",
        })
    }
}

impl TryFrom<String> for Permission {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_read_from_its_own_line() {
        let all = [
            Permission::Capability("http".to_owned()),
            Permission::Destination("https://api.example.com/v 1".to_owned()),
            Permission::Secret("token".to_owned()),
            Permission::Verify(Verification::Verified),
            Permission::MemoryMib(64),
            Permission::Fuel(50_000_000),
            Permission::GuestTimeMs(100),
        ];
        for permission in all {
            assert_eq!(permission.to_string().parse(), Ok(permission));
        }
        for text in [
            "",
            "https",
            "http to ",
            "secret",
            "verify root",
            "fuel -1",
            "log all",
        ] {
            assert!(text.parse::<Permission>().is_err(), "{text}");
        }
    }

    #[test]
    fn more_covers_less_and_nothing_else() {
        let set = |texts: &[&str]| -> BTreeSet<Permission> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let granted = set(&["log", "http to a", "verify verified", "fuel 50"]);
        let asked = set(&["log", "http", "http to b", "verify identified", "fuel 51"]);
        let missing: Vec<String> = Permission::missing(&asked, &granted)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(missing, ["http", "http to b", "fuel 51"]);
    }
}
