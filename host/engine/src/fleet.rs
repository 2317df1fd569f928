//! The versions that a tenant's conversations are held on: the current packs, and one more set for each version that
//! is tried.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jackfield_core::{Canary, Digest, Frame, PackId, Session};
use sha2::{Digest as _, Sha256};

use crate::installed::{Catalog, InstalledPack};
use crate::watch::Watch;

/// What a tenant's conversations are held on. A turn sees one catalog of it.
#[derive(Debug)]
pub struct Fleet {
    current: Arc<Catalog>,
    trials: Vec<Arc<Trial>>,
}

impl Fleet {
    /// The current packs, and the versions that are tried.
    pub fn new(current: Arc<Catalog>, trials: Vec<Arc<Trial>>) -> Self {
        Self { current, trials }
    }

    /// The current packs.
    pub fn current(&self) -> &Arc<Catalog> {
        &self.current
    }

    /// The versions that are tried.
    pub fn trials(&self) -> &[Arc<Trial>] {
        &self.trials
    }

    /// A version of a pack that flows may run on.
    pub fn version(&self, digest: &Digest) -> Option<&Arc<InstalledPack>> {
        let trials = self.trials.iter().map(|trial| trial.catalog());
        let mut catalogs = std::iter::once(&self.current).chain(trials);
        catalogs.find_map(|catalog| catalog.version(digest))
    }

    /// What the next turn of a session is held on.
    pub(crate) fn choose(&self, session: &Session) -> Chosen<'_> {
        let holds = |trial: &&Arc<Trial>| trial.holds(session);
        let draws = |trial: &&Arc<Trial>| trial.draws(session);
        let mut trials = self.trials.iter();
        // A flow on a version that is tried is known to the catalog of that trial only.
        let held = trials.find(holds);
        match held.or_else(|| self.trials.iter().find(draws)) {
            Some(trial) if trial.is_over() => Chosen::Current(&trial.fallback),
            Some(trial) => Chosen::Trial(trial),
            None => Chosen::Current(&self.current),
        }
    }
}

/// What a turn is held on.
pub(crate) enum Chosen<'f> {
    Current(&'f Arc<Catalog>),
    Trial(&'f Arc<Trial>),
}

/// A version that is tried on some of the conversations.
#[derive(Debug)]
pub struct Trial {
    pack: PackId,
    canary: Canary,
    /// The current packs with this version in its place.
    catalog: Arc<Catalog>,
    /// The current packs, and flows on this version leave it.
    fallback: Arc<Catalog>,
    pub(crate) watch: Arc<Watch>,
    over: AtomicBool,
}

impl Trial {
    /// A trial of `canary` in `catalog`, compared with `current`.
    pub fn new(pack: PackId, canary: Canary, catalog: Arc<Catalog>, current: &Catalog) -> Self {
        let digest = canary.version.digest;
        let installed = catalog.version(&digest).cloned();
        let fallback = Arc::new(current.leaving(digest, installed));
        Self {
            pack,
            canary,
            catalog,
            fallback,
            watch: Arc::default(),
            over: AtomicBool::new(false),
        }
    }

    /// The same, and what an earlier trial of the version saw counts on.
    #[must_use]
    pub fn continuing(self, earlier: &Self) -> Self {
        let watch = Arc::clone(&earlier.watch);
        Self { watch, ..self }
    }

    /// The pack of which a version is tried.
    pub fn pack(&self) -> &PackId {
        &self.pack
    }

    /// The version that is tried.
    pub fn digest(&self) -> Digest {
        self.canary.version.digest
    }

    /// On which conversations it is tried.
    pub fn canary(&self) -> &Canary {
        &self.canary
    }

    /// How it does so far.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// What its conversations are held on.
    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// What a turn that went wrong on it is held on.
    pub(crate) fn fallback(&self) -> &Arc<Catalog> {
        &self.fallback
    }

    /// Ends the trial at once: turns that begin from now on are held on the current version. True the first time.
    pub(crate) fn end(&self) -> bool {
        !self.over.swap(true, Ordering::AcqRel)
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// Whether a flow of the session runs on the version that is tried.
    fn holds(&self, session: &Session) -> bool {
        let mut frames = session.frames.iter();
        frames.any(|frame| frame.pack == self.digest())
    }

    /// Whether a session is one of those that the version is tried on. One with a flow of the pack under way is not: no turn
    /// sees two versions of a pack. The draw depends on session and version only, so that it is the same at every turn and
    /// after a restart, and another one for the next version.
    fn draws(&self, session: &Session) -> bool {
        let under_way = |frame: &Frame| frame.flow.pack == self.pack;
        if self.is_over() || session.frames.iter().any(under_way) {
            return false;
        }
        if self.canary.contacts.contains(&session.address.contact) {
            return true;
        }
        let drawn = Sha256::new()
            .chain_update(session.id.as_bytes())
            .chain_update(self.digest().to_string())
            .finalize();
        let drawn = drawn.first_chunk().copied().map_or(0, u32::from_le_bytes);
        let is_new = session.turn == 0 || session.opened_at >= self.canary.since;
        is_new && drawn % 100 < u32::from(self.canary.share)
    }
}
