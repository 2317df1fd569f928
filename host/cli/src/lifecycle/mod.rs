//! Installing, trying, going back: from what an operator decides to what runs.
//!
//! Every decision is a record of the journal, and what runs follows from those records: an archive is on the disk before the
//! record is, and the record is durable before anything runs on it. So whenever the process ends, the next start brings up
//! what was decided last.

pub(crate) mod keeper;
mod lineup;
mod refused;
mod report;
mod shelf;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jackfield_core::{
    Canary, Digest, ErrorCode, Leaving, Limits, PackChange, PackEntry, PackId, PackVersion,
    Permission, TenantId, compare_versions,
};
use jackfield_engine::{Engine, now_ms};
use jackfield_packs::Pack;
use jackfield_packs::trust::{Provenance, SignedPack, Trust};
use jackfield_sandbox::Sandbox;
use jackfield_server::InstallRequest;
use jackfield_store::Store;
use parking_lot::Mutex;

pub(crate) use self::lineup::{Earlier, Lineup, Loaded, OnTrial};
pub(crate) use self::refused::Refused;
use self::shelf::Shelf;
use crate::install;
use crate::settings::PackSettings;
use crate::teaching::Teaching;
use crate::trust::TrustFile;

/// How often it is looked whether what is trusted has changed.
const TRUST_EVERY: Duration = Duration::from_secs(2);
/// Who decides, when it is the host by itself.
const HOST: &str = "host";

/// The packs of a host and what is decided about them.
pub(crate) struct Packs {
    store: Arc<dyn Store>,
    sandbox: Sandbox,
    shelf: Shelf,
    trust: TrustFile,
    /// Packs that nobody signed are taken too.
    unsigned: bool,
    settings: BTreeMap<PackId, PackSettings>,
    tenant: TenantId,
    /// Packs that were given as they are, beside what is installed.
    given: Vec<Loaded>,
    /// Versions that were loaded, with what they were granted.
    loaded: Mutex<HashMap<Digest, (BTreeSet<Permission>, Loaded)>>,
    /// One decision at a time.
    deciding: Mutex<()>,
}

/// Where the packs of a host come from.
pub(crate) struct Sources<'a> {
    pub(crate) data: &'a Path,
    pub(crate) unsigned: bool,
    pub(crate) settings: BTreeMap<PackId, PackSettings>,
    pub(crate) given: Vec<Loaded>,
}

/// An archive that may be installed, by the rules of trust.
struct Candidate {
    pack: Pack,
    provenance: Option<Provenance>,
}

impl Packs {
    /// The packs that are installed in a data directory.
    pub(crate) fn open(
        store: Arc<dyn Store>,
        sandbox: Sandbox,
        sources: Sources<'_>,
    ) -> Result<Self, Refused> {
        Ok(Self {
            store,
            sandbox,
            shelf: Shelf::open(sources.data)?,
            trust: TrustFile::of(sources.data),
            unsigned: sources.unsigned,
            settings: sources.settings,
            tenant: TenantId::default(),
            given: sources.given,
            loaded: Mutex::default(),
            deciding: Mutex::default(),
        })
    }

    /// Keeps an archive, so that it can be looked at and installed.
    pub(crate) fn keep(&self, archive: &[u8]) -> Result<Digest, Refused> {
        self.shelf.put(archive)
    }

    /// Keeps the signatures of an archive.
    pub(crate) fn keep_signatures(&self, digest: Digest, sidecar: &str) -> Result<(), Refused> {
        self.shelf.sign(digest, sidecar)
    }

    /// Installs a version, or tries it.
    pub(crate) fn install(
        &self,
        teaching: &Teaching,
        request: &InstallRequest,
    ) -> Result<PackId, Refused> {
        let _deciding = self.deciding.lock();
        let candidate = self.candidate(request.digest, today())?;
        let info = &candidate.pack.manifest.pack;
        let id = info.id.clone();
        if self.given.iter().any(|given| *given.id() == id) {
            let what = format!(
                "{id} was given to this host as a file; start it without that file to install it"
            );
            return Err(Refused::new(ErrorCode::ImpossibleChange, what));
        }
        let entry = self.entry(&id);
        self.check_direction(&entry, &info.version, request.allow_downgrade)?;
        let asked = Permission::asked(&candidate.pack.manifest);
        let granted = match &request.grants {
            Some(grants) => grants.clone(),
            None => entry.granted.clone(),
        };
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
        };
        let change = match &request.canary {
            None => PackChange::Install { version },
            Some(wish) => PackChange::Try {
                canary: Canary {
                    version,
                    share: wish.share.min(100),
                    contacts: wish.contacts.clone(),
                    since: now_ms(),
                },
            },
        };
        entry.after(&change)?;
        // That it compiles and has its settings is known before anything is decided.
        self.load_with(&Arc::new(candidate.pack), &all)?;
        if all != entry.granted {
            self.note(&id, &request.by, PackChange::Grant { permissions: all })?;
        }
        self.note(&id, &request.by, change)?;
        self.put_in_place(teaching)?;
        Ok(id)
    }

    /// Decides something about a pack.
    pub(crate) fn change(
        &self,
        teaching: &Teaching,
        id: &PackId,
        by: &str,
        change: PackChange,
    ) -> Result<(), Refused> {
        let _deciding = self.deciding.lock();
        self.known(id)?;
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

    /// Takes back what is no longer trusted. Whoever is asked next sees what is left.
    fn look_at_trust(&self, teaching: &Teaching) -> Result<(), Refused> {
        let trust = self.trust.read()?;
        let _deciding = self.deciding.lock();
        self.loaded.lock().clear();
        for (id, entry) in self.store.packs(&self.tenant) {
            let in_use = entry.current.iter().map(|version| version.digest);
            let on_trial = entry.canary.iter().map(|canary| canary.version.digest);
            for digest in on_trial.chain(in_use) {
                let Some(reason) = self.revoked(&trust, digest) else {
                    continue;
                };
                tracing::error!(pack = %id, digest = %digest.short(), code = %ErrorCode::Revoked, "taken out of use: {reason}");
                let back = PackChange::RollBack { reason };
                if self.note(&id, HOST, back).is_err() {
                    self.note(&id, HOST, PackChange::Remove)?;
                }
                self.put_in_place(teaching)?;
            }
        }
        Ok(())
    }

    fn revoked(&self, trust: &Trust, digest: Digest) -> Option<String> {
        if let Some(revocation) = trust.pack_revoked(digest) {
            return Some(format!("the archive is revoked: {}", revocation.reason));
        }
        let sidecar = self.shelf.sidecar_of(digest).ok()?;
        let mut keys = sidecar.signatures().iter().map(|signature| signature.key());
        let revocation = keys.find_map(|key| trust.key_revoked(key))?;
        Some(format!(
            "the key of a signature is revoked: {}",
            revocation.reason
        ))
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

    fn put_in_place(&self, teaching: &Teaching) -> Result<(), Refused> {
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

    /// Drops archives that nothing refers to. At start only, when nobody is about to install one.
    pub(crate) fn tidy(&self) -> Result<(), Refused> {
        let entries = self.store.packs(&self.tenant);
        let versions = entries.values().flat_map(|entry| entry.versions());
        let kept: Vec<Digest> = versions.map(|version| version.digest).collect();
        self.shelf.keep_only(&kept)
    }

    /// The packs that are given or were ever installed.
    pub(crate) fn known_ids(&self) -> BTreeSet<PackId> {
        let given = self.given.iter().map(|given| given.id().clone());
        self.store
            .packs(&self.tenant)
            .into_keys()
            .chain(given)
            .collect()
    }

    fn entry(&self, id: &PackId) -> PackEntry {
        let entry = self.store.packs(&self.tenant).remove(id);
        entry.map_or_else(PackEntry::default, |entry| (*entry).clone())
    }

    fn known(&self, id: &PackId) -> Result<Arc<PackEntry>, Refused> {
        let entry = self.store.packs(&self.tenant).remove(id);
        entry.ok_or_else(|| {
            let code = ErrorCode::UnknownPack;
            Refused::new(code, format!("{id}: {}", code.summary()))
        })
    }

    fn note(&self, id: &PackId, by: &str, change: PackChange) -> Result<(), Refused> {
        tracing::info!(pack = %id, by, "decided: {change:?}");
        let noted = self
            .store
            .change_pack(&self.tenant, now_ms(), by, id, change)?;
        tokio::runtime::Handle::current().block_on(noted)?;
        Ok(())
    }

    fn check_direction(
        &self,
        entry: &PackEntry,
        version: &str,
        allow_downgrade: bool,
    ) -> Result<(), Refused> {
        let newest = entry.newest.as_deref();
        match newest.filter(|newest| compare_versions(version, newest).is_lt()) {
            Some(newest) if !allow_downgrade => Err(Refused::new(
                ErrorCode::Downgrade,
                format!("{version} is older than {newest}, which was installed before"),
            )),
            _ => Ok(()),
        }
    }

    /// An archive of the shelf, by the rules of trust as they were on a day.
    fn candidate(&self, digest: Digest, day: jiff::civil::Date) -> Result<Candidate, Refused> {
        let archive = self.shelf.archive(digest)?;
        match self.shelf.sidecar_of(digest) {
            Err(_) if self.unsigned => Ok(Candidate {
                pack: Pack::open(&archive, &Limits::default())?,
                provenance: None,
            }),
            Err(refused) => Err(refused),
            Ok(sidecar) => {
                let trust = self.trust.read()?;
                let signed = SignedPack::open(&archive, &sidecar, &trust, day, &Limits::default())?;
                Ok(Candidate {
                    pack: signed.pack,
                    provenance: Some(signed.provenance),
                })
            }
        }
    }

    /// A version that was installed. Keys that have expired since do not matter, revoked ones do.
    fn load(
        &self,
        version: &PackVersion,
        granted: &BTreeSet<Permission>,
    ) -> Result<Loaded, Refused> {
        let known = self.loaded.lock().get(&version.digest).cloned();
        let pack = match known {
            Some((grants, loaded)) if grants == *granted => return Ok(loaded),
            Some((_, loaded)) => loaded.pack,
            None => Arc::new(self.candidate(version.digest, day_of(version.at))?.pack),
        };
        self.load_with(&pack, granted)
    }

    fn load_with(
        &self,
        pack: &Arc<Pack>,
        granted: &BTreeSet<Permission>,
    ) -> Result<Loaded, Refused> {
        let settings = self.settings.get(&pack.manifest.pack.id);
        let settings = settings.cloned().unwrap_or_default();
        let installed = install::install(&self.sandbox, pack, &settings, granted)?;
        let loaded = Loaded {
            pack: Arc::clone(pack),
            installed: Arc::new(installed),
        };
        let entry = (granted.clone(), loaded.clone());
        self.loaded.lock().insert(pack.digest, entry);
        Ok(loaded)
    }
}

fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

fn day_of(ms: u64) -> jiff::civil::Date {
    let at = jiff::Timestamp::from_millisecond(i64::try_from(ms).unwrap_or(i64::MAX));
    at.map_or_else(
        |_| today(),
        |at| at.to_zoned(jiff::tz::TimeZone::system()).date(),
    )
}

/// Takes back what does badly, and what is no longer trusted, as long as the host runs.
pub(crate) async fn watch(packs: Arc<Packs>, teaching: Arc<Teaching>, engine: Engine) {
    let Some(mut regressions) = engine.regressions() else {
        return;
    };
    let mut last: Option<SystemTime> = packs.trust.changed();
    loop {
        let heard = tokio::time::timeout(TRUST_EVERY, regressions.recv()).await;
        let (packs, teaching) = (Arc::clone(&packs), Arc::clone(&teaching));
        let done = match heard {
            Ok(None) => return,
            Ok(Some(bad)) => tokio::task::spawn_blocking(move || {
                packs.withdraw(&teaching, &bad.pack, bad.digest, bad.reason)
            }),
            Err(_) if packs.trust.changed() == last => continue,
            Err(_) => {
                last = packs.trust.changed();
                tokio::task::spawn_blocking(move || packs.look_at_trust(&teaching))
            }
        };
        match done.await {
            Ok(Ok(())) => {}
            Ok(Err(refused)) => tracing::error!(code = %refused.code, "{refused}"),
            Err(error) => tracing::error!("deciding about packs: {error}"),
        }
    }
}
