//! Decisions about packs: what is checked before one is written down.

use std::collections::BTreeSet;
use std::sync::Arc;

use jackfield_core::{
    Canary, Decided, Digest, ErrorCode, PackChange, PackEntry, PackId, PackVersion, Permission,
    compare_versions,
};
use jackfield_engine::now_ms;
use jackfield_server::InstallRequest;

use super::{Packs, Refused};
use crate::teaching::Teaching;

/// Who decides, when it is the host by itself.
pub(super) const HOST: &str = "host";

impl Packs {
    /// Installs a version, or tries it.
    pub(crate) fn install(
        &self,
        teaching: &Teaching,
        request: &InstallRequest,
    ) -> Result<PackId, Refused> {
        check_share(request)?;
        let _deciding = self.deciding.lock();
        let candidate = self.candidate(request.digest)?;
        let info = &candidate.pack.manifest.pack;
        let id = info.id.clone();
        if self.given.iter().any(|given| *given.id() == id) {
            let what = format!(
                "{id} was given to this host as a file; start it without that file to install it"
            );
            return Err(Refused::new(ErrorCode::ImpossibleChange, what));
        }
        let entry = self.entry(&id);
        check_direction(&entry, &info.version, request.allow_downgrade)?;
        let asked = Permission::asked(&candidate.pack.manifest);
        let granted = match &request.grants {
            Some(grants) => grants.clone(),
            None => entry.granted.clone(),
        };
        self.check_asked(&id, &entry, asked.clone(), &granted)?;
        let missing = Permission::missing(&asked, &granted);
        if request.grants.is_none() && !missing.is_empty() {
            let lines: Vec<String> = missing.iter().map(ToString::to_string).collect();
            let what = format!("not granted: {}", lines.join(", "));
            return Err(Refused::new(ErrorCode::NotGranted, what));
        }
        // What was granted before stays granted to the versions that run.
        let all: BTreeSet<Permission> = entry.granted.union(&granted).cloned().collect();
        let version = PackVersion {
            digest: request.digest,
            version: info.version.clone(),
            at: now_ms(),
            signers: candidate
                .provenance
                .map_or_else(Vec::new, |provenance| provenance.keys()),
        };
        let change = match &request.canary {
            None => PackChange::Install { version },
            Some(wish) => PackChange::Try {
                canary: Canary {
                    version,
                    share: wish.share,
                    contacts: wish.contacts.clone(),
                    since: now_ms(),
                },
            },
        };
        entry.after(&change, &decided(&request.by))?;
        // That it compiles and has its settings is known before anything is decided.
        self.load_with(&Arc::new(candidate.pack), &all)?;
        if all != entry.granted {
            self.note(&id, &request.by, PackChange::Grant { permissions: all })?;
        }
        self.note(&id, &request.by, change)?;
        self.put_in_place(teaching)?;
        Ok(id)
    }

    /// Decides something about a pack. What is to run afterwards must be able to.
    pub(crate) fn change(
        &self,
        teaching: &Teaching,
        id: &PackId,
        by: &str,
        change: PackChange,
    ) -> Result<(), Refused> {
        let _deciding = self.deciding.lock();
        let before = self.known(id)?;
        if let PackChange::Grant { permissions } = &change {
            self.check_asked(id, &before, BTreeSet::new(), permissions)?;
        }
        let after = before.after(&change, &decided(by))?;
        let on_trial = after.canary.iter().map(|canary| &canary.version);
        for version in after.current.iter().chain(on_trial) {
            self.load(version, &after.granted).map_err(|refused| {
                let what = format!("{} could not be used then: {refused}", version.version);
                Refused::new(refused.code, what)
            })?;
        }
        self.note(id, by, change)?;
        self.put_in_place(teaching)
    }

    /// Takes a version back that does badly, unless that was done meanwhile.
    pub(crate) fn withdraw(
        &self,
        teaching: &Teaching,
        id: &PackId,
        digest: Digest,
        reason: String,
    ) -> Result<(), Refused> {
        let _deciding = self.deciding.lock();
        let on_trial = |entry: PackEntry| {
            entry
                .canary
                .is_some_and(|canary| canary.version.digest == digest)
        };
        if on_trial(self.entry(id)) {
            self.note(id, HOST, PackChange::RollBack { reason })?;
            self.put_in_place(teaching)?;
        }
        Ok(())
    }
}

/// Somebody who decides now.
fn decided(by: &str) -> Decided {
    Decided {
        by: by.to_owned(),
        at: now_ms(),
    }
}

/// A share above all is a mistake, and not a wish for all.
fn check_share(request: &InstallRequest) -> Result<(), Refused> {
    match &request.canary {
        Some(wish) if wish.share > 100 => {
            let what = format!(
                "`share` is {}, and of a hundred conversations at most 100 can be asked for",
                wish.share
            );
            Err(Refused::new(ErrorCode::BadRequest, what))
        }
        _ => Ok(()),
    }
}

fn check_direction(entry: &PackEntry, version: &str, allow_downgrade: bool) -> Result<(), Refused> {
    let newest = entry.newest.as_deref();
    match newest.filter(|newest| compare_versions(version, newest).is_lt()) {
        Some(newest) if !allow_downgrade => Err(Refused::new(
            ErrorCode::Downgrade,
            format!("{version} is older than {newest}, which was installed before"),
        )),
        _ => Ok(()),
    }
}
