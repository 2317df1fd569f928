//! From an archive on the shelf to a version that can run.

use std::collections::BTreeSet;
use std::sync::Arc;

use jackfield_core::{Digest, ErrorCode, Leaving, Limits, PackVersion, Permission};
use jackfield_packs::Pack;
use jackfield_packs::trust::{Provenance, Sidecar, SignedPack, Trust};

use super::grants::why_not_loaded;
use super::{Earlier, Lineup, Loaded, OnTrial, Packs, Refused};
use crate::install;
use crate::teaching::Teaching;

/// An archive that may be installed, by the rules of trust.
pub(super) struct Candidate {
    pub(super) pack: Pack,
    /// Who vouches for it; nobody, where unsigned packs are taken.
    pub(super) provenance: Option<Provenance>,
}

impl Packs {
    /// An archive of the shelf, by the rules of trust as they are now.
    pub(super) fn candidate(&self, digest: Digest) -> Result<Candidate, Refused> {
        let archive = self.shelf.archive(digest)?;
        let limits = Limits::default();
        let sidecar = match self.shelf.sidecar_of(digest) {
            Err(refused) if refused.code == ErrorCode::UnsignedPack && self.unsigned => {
                return Ok(Candidate {
                    pack: Pack::open(&archive, &limits)?,
                    provenance: None,
                });
            }
            sidecar => sidecar?,
        };
        let signed = self.signed(&archive, &sidecar)?;
        Ok(Candidate {
            pack: signed.pack,
            provenance: Some(signed.provenance),
        })
    }

    /// An archive with signatures that count, by the rules of trust as they are now.
    pub(super) fn signed(&self, archive: &[u8], sidecar: &Sidecar) -> Result<SignedPack, Refused> {
        let (trust, today) = (self.trust.read()?, jiff::Zoned::now().date());
        Ok(SignedPack::open(
            archive,
            sidecar,
            &trust,
            today,
            &Limits::default(),
        )?)
    }

    /// Why a version that was installed may not be used any more.
    pub(super) fn revoked(&self, trust: &Trust, version: &PackVersion) -> Option<String> {
        let of_key = |key: &String| trust.key_revoked(key.parse().ok()?);
        let archive = trust.pack_revoked(version.digest);
        let revocation = archive.or_else(|| version.signers.iter().find_map(of_key))?;
        let what = match revocation.key {
            Some(key) => format!("the key {key}"),
            None => "the archive".to_owned(),
        };
        Some(format!("{what} is revoked: {}", revocation.reason))
    }

    /// A version that was installed, with what it is granted.
    pub(super) fn load(
        &self,
        version: &PackVersion,
        granted: &BTreeSet<Permission>,
    ) -> Result<Loaded, Refused> {
        if version.signers.is_empty() && !self.unsigned {
            let what = format!("{} was installed without a signature", version.version);
            return Err(Refused::new(ErrorCode::UnsignedPack, what));
        }
        if let Some(why) = self.revoked(&self.trust.read()?, version) {
            return Err(Refused::new(ErrorCode::Revoked, why));
        }
        let known = self.loaded.lock().get(&version.digest).cloned();
        let pack = match known {
            Some((grants, loaded)) if grants == *granted => return Ok(loaded),
            Some((_, loaded)) => loaded.pack,
            None => {
                let archive = self.shelf.archive(version.digest)?;
                Arc::new(Pack::open(&archive, &Limits::default())?)
            }
        };
        self.load_with(&pack, granted)
    }

    /// Compiles a pack and fills in its settings.
    pub(super) fn load_with(
        &self,
        pack: &Arc<Pack>,
        granted: &BTreeSet<Permission>,
    ) -> Result<Loaded, Refused> {
        let settings = self.settings.get(&pack.manifest.pack.id);
        let settings = settings.cloned().unwrap_or_default();
        let installed = install::install(&self.sandbox, pack, &settings, granted)
            .map_err(|error| why_not_loaded(error, &pack.manifest))?;
        let loaded = Loaded {
            pack: Arc::clone(pack),
            installed: Arc::new(installed),
        };
        let entry = (granted.clone(), loaded.clone());
        self.loaded.lock().insert(pack.digest, entry);
        Ok(loaded)
    }

    /// What runs, as far as it can. What cannot be loaded is said and left out: the other packs go on.
    pub(crate) fn lineup(&self) -> Lineup {
        let mut lineup = Lineup {
            current: self.given.clone(),
            ..Lineup::default()
        };
        for (id, entry) in self.store.packs(&self.tenant) {
            let load = |version: &PackVersion| {
                self.load(version, &entry.granted)
                    .inspect_err(|refused| tracing::error!(pack = %id, version = version.version, code = %refused.code, "cannot be used: {refused}"))
                    .ok()
            };
            lineup.current.extend(entry.current.as_ref().and_then(load));
            for earlier in &entry.earlier {
                lineup
                    .earlier
                    .extend(load(&earlier.version).map(|version| Earlier {
                        version,
                        leaves: earlier.leaving != Leaving::Draining,
                    }));
            }
            if let Some(canary) = &entry.canary {
                lineup
                    .trials
                    .extend(load(&canary.version).map(|version| OnTrial {
                        version,
                        canary: canary.clone(),
                    }));
            }
        }
        lineup
    }

    /// Makes what was decided what runs.
    pub(super) fn put_in_place(&self, teaching: &Teaching) -> Result<(), Refused> {
        let lineup = self.lineup();
        teaching.install(&lineup, false)?;
        let kept: Vec<Digest> = lineup
            .earlier
            .iter()
            .map(|earlier| &earlier.version)
            .chain(&lineup.current)
            .chain(lineup.trials.iter().map(|trial| &trial.version))
            .map(|version| version.pack.digest)
            .collect();
        self.loaded.lock().retain(|digest, _| kept.contains(digest));
        Ok(())
    }
}
