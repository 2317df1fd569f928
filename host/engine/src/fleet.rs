//! The versions that a tenant's conversations are held on: the current packs, and one more set for each version that
//! is tried.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jackfield_core::{Canary, Digest, PackId, Session};
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
        for trial in &self.trials {
            if trial.has(session) {
                return if trial.is_over() {
                    Chosen::Current(&trial.fallback)
                } else {
                    Chosen::Trial(trial)
                };
            }
        }
        Chosen::Current(&self.current)
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

    /// Whether a session belongs to the trial. One with a flow of the pack under way stays with the version of that flow:
    /// no turn sees two versions of a pack.
    fn has(&self, session: &Session) -> bool {
        let mut frames = session.frames.iter();
        if let Some(frame) = frames.find(|frame| frame.flow.pack == self.pack) {
            return frame.pack == self.digest();
        }
        if self.is_over() {
            return false;
        }
        let named = self.canary.contacts.contains(&session.address.contact);
        let is_new = session.turn == 0 || session.opened_at >= self.canary.since;
        named || is_new && self.draws(session)
    }

    /// The draw depends on session and version only, so that it is the same at every turn and after a restart, and
    /// another one for the next version.
    fn draws(&self, session: &Session) -> bool {
        let drawn = Sha256::new()
            .chain_update(session.id.as_bytes())
            .chain_update(self.digest().to_string())
            .finalize();
        let drawn = drawn.first_chunk().copied().map_or(0, u32::from_le_bytes);
        drawn % 100 < u32::from(self.canary.share)
    }
}
