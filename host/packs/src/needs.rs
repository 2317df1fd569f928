//! What an archive is, and what it needs of a host: read also from archives that this host cannot run.

use std::collections::BTreeSet;

use jackfield_core::{ErrorCode, Limits, PackId};
use semver::Version;
use serde::Deserialize;

use crate::archive::{Archive, COMPONENT, MANIFEST, required};
use crate::component::{self, CONTRACT};
use crate::{PackError, Problem};

/// What an archive says of itself, whether or not this host can run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The pack.
    pub id: PackId,
    /// Its version.
    pub version: Version,
    /// The interfaces that it needs of a host: the contract by which it is called, and whatever it imports.
    pub needs: BTreeSet<String>,
}

impl Facts {
    /// Reads them. The bytes may come from anyone; the rest of the pack is not looked at.
    ///
    /// # Errors
    /// [`PackError`] when the archive, its manifest's first lines or its component cannot be read.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, PackError> {
        #[derive(Deserialize)]
        struct Manifest {
            pack: Info,
        }
        #[derive(Deserialize)]
        struct Info {
            id: PackId,
            version: Version,
        }
        let mut archive = Archive::read(bytes, limits)?;
        let text = required(&mut archive, MANIFEST)?;
        let read = std::str::from_utf8(&text).map_err(|error| error.to_string());
        let read = read.and_then(|text| {
            toml::from_str::<Manifest>(text).map_err(|error| error.message().to_owned())
        });
        let info = read.map_err(|what| {
            Problem::new(
                ErrorCode::BadManifest,
                format!("{MANIFEST} does not say which pack it is: {what}"),
                "a pack has an id and a version",
                "build it again with `jackfield pack build`",
            )
        })?;
        let component = required(&mut archive, COMPONENT)?;
        Ok(Self {
            id: info.pack.id,
            version: info.pack.version,
            needs: component::needs(&component)?,
        })
    }
}

/// Why this host cannot run what needs these interfaces; empty when it can.
pub fn unmet(needs: &BTreeSet<String>) -> Vec<String> {
    let (contracts, imports): (Vec<&String>, Vec<&String>) =
        needs.iter().partition(|need| base(need) == base(CONTRACT));
    let mut unmet = Vec::new();
    // A component may be called by several versions of the contract.
    if !contracts.iter().any(|need| *need == CONTRACT) {
        let found = contracts
            .first()
            .map_or("no contract", |need| need.as_str());
        unmet.push(format!(
            "it is called by `{found}`, and this host by `{CONTRACT}`"
        ));
    }
    let had = component::provided();
    for need in imports.into_iter().filter(|need| !had.contains(*need)) {
        unmet.push(match had.iter().find(|have| base(have) == base(need)) {
            Some(have) => format!("it needs `{need}`, and this host has `{have}`"),
            None => format!("it needs `{need}`, and this host has nothing like it"),
        });
    }
    unmet
}

fn base(interface: &str) -> &str {
    interface.split('@').next().unwrap_or_default()
}
