//! Installing, trying, going back: from what an operator decides to what runs.
//!
//! Every decision is a record of the journal, and what runs follows from those records: an archive is on the disk before the
//! record is, and the record is durable before anything runs on it. So whenever the process ends, the next start brings up
//! what was decided last. Trust is asked for when something is installed; from then on the digest in the record vouches for the
//! archive, and only a revocation takes it out of use.

mod decide;
mod grants;
pub(crate) mod keeper;
mod lineup;
mod load;
mod refused;
mod report;
mod shelf;
mod watch;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use jackfield_core::{Digest, ErrorCode, PackChange, PackEntry, PackId, Permission, TenantId};
use jackfield_engine::now_ms;
use jackfield_packs::trust::Sidecar;
use jackfield_sandbox::Sandbox;
use jackfield_store::Store;
use parking_lot::Mutex;

pub(crate) use self::lineup::{Earlier, Lineup, Loaded, OnTrial};
pub(crate) use self::refused::Refused;
pub(crate) use self::shelf::Shelf;
pub(crate) use self::watch::watch;
use crate::settings::PackSettings;
use crate::trust::TrustFile;

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

    /// Keeps an archive, so that it can be looked at and installed. Of those that wait for that, the newest are kept.
    pub(crate) fn keep(&self, archive: &[u8]) -> Result<Digest, Refused> {
        let _deciding = self.deciding.lock();
        self.shelf.make_room(&self.decided_on())?;
        self.shelf.put(archive)
    }

    /// Keeps the signatures of an archive, besides those of reviewers that it has. What vouches for it today makes room only for
    /// what does, too.
    pub(crate) fn keep_signatures(&self, digest: Digest, sidecar: &str) -> Result<(), Refused> {
        let _deciding = self.deciding.lock();
        let mut sidecar: Sidecar = sidecar.parse()?;
        let kept = self.shelf.sidecar_of(digest);
        if let (Ok(kept), Ok(archive)) = (kept, self.shelf.archive(digest)) {
            let (trust, today) = (self.trust.read()?, jiff::Zoned::now().date());
            sidecar = sidecar.with_reviewers_of(&kept, &archive, &trust, today);
            if self.signed(&archive, &kept).is_ok() {
                self.signed(&archive, &sidecar)?;
            }
        }
        self.shelf.sign(digest, &sidecar)
    }

    /// Every version that is kept, whoever uses it.
    fn decided_on(&self) -> Vec<Digest> {
        let entries = self.store.packs(&self.tenant);
        let versions = entries.values().flat_map(|entry| entry.versions());
        versions.map(|version| version.digest).collect()
    }

    /// Drops archives that nothing refers to. At start only, when nobody is about to install one.
    pub(crate) fn tidy(&self) -> Result<(), Refused> {
        self.shelf.keep_only(&self.decided_on())
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
}
