//! The packs that are installed: plug-ins with their catalogues, tables and settings, by version.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jackfield_core::manifest::{FlowSpec, Manifest};
use jackfield_core::{
    Digest, Failure, FlowId, FlowName, PackId, Permission, Request, Response, Value,
};
use jackfield_language::Model;
use jackfield_language::catalogue::Catalogue;
use jackfield_sandbox::{Plugin, TableSet};

use crate::aside::Record;
use crate::back_ends::BackEnds;
use crate::breaker::Breaker;
use crate::egress::{Destinations, Egress};
use crate::ledger::Ledger;

/// One version of a pack, ready to run.
pub struct InstalledPack {
    /// Digest of the archive; frames are pinned to it.
    pub digest: Digest,
    /// What it says about itself.
    pub manifest: Manifest,
    /// Its code.
    pub plugin: Plugin,
    /// Its texts.
    pub catalogue: Arc<Catalogue>,
    /// Its tables.
    pub tables: TableSet,
    /// Its settings, defaults filled in.
    pub config: BTreeMap<String, Value>,
    /// Where it may send requests.
    pub destinations: Destinations,
    pub(crate) breaker: Breaker,
    pub(crate) record: Record,
    pub(crate) back_ends: BackEnds,
    /// What the pack may do.
    granted: BTreeSet<Permission>,
    /// What it did of that, and what it was denied.
    pub ledger: Ledger,
    /// The most fuel that a step used so far: what a version that is tried is compared with.
    most_fuel: AtomicU64,
}

impl InstalledPack {
    /// A pack as it was loaded. It may do what its manifest asks for, unless [`granted`](Self::granted) says less.
    pub fn new(
        digest: Digest,
        manifest: Manifest,
        plugin: Plugin,
        catalogue: Arc<Catalogue>,
        tables: TableSet,
        config: BTreeMap<String, Value>,
        destinations: Destinations,
    ) -> Self {
        Self {
            digest,
            granted: Permission::asked(&manifest),
            ledger: Ledger::default(),
            manifest,
            plugin,
            catalogue,
            tables,
            config,
            destinations,
            breaker: Breaker::default(),
            record: Record::default(),
            back_ends: BackEnds::default(),
            most_fuel: AtomicU64::new(0),
        }
    }

    /// The same, and it may do this and nothing else.
    #[must_use]
    pub fn granted(self, granted: BTreeSet<Permission>) -> Self {
        Self { granted, ..self }
    }

    /// Whether the pack may do something; when it may not, that is noted.
    pub(crate) fn may(&self, permission: &Permission) -> bool {
        let may = self
            .granted
            .iter()
            .any(|granted| granted.covers(permission));
        match may {
            true => self.ledger.note_use(&permission.to_string()),
            false => self.ledger.note_missing(self.id(), permission),
        }
        may
    }

    /// Sends a request of the pack, and notes what of its grants it used or lacked.
    pub(crate) async fn send(
        &self,
        egress: &Egress,
        request: &Request,
        key: Option<&str>,
        most: usize,
    ) -> Result<Response, Failure> {
        let answer = egress.send(&self.destinations, request, key, most).await;
        match &answer {
            Err(failure) => self.note_denied(request, failure),
            Ok(_) => {
                for line in self.destinations.lines(request) {
                    self.ledger.note_use(&line);
                }
                self.ledger.note_use("http");
            }
        }
        answer
    }

    /// Notes that a request was denied, if it was.
    pub(crate) fn note_denied(&self, request: &Request, failure: &Failure) {
        if let Failure::Denied(what) = failure {
            let line = self.destinations.missing(request);
            let line = line.unwrap_or_else(|| "allow-private".to_owned());
            self.ledger.note_denial(self.id(), &line, what);
        }
    }

    /// Notes what a step used that went well.
    pub(crate) fn note_fuel(&self, fuel: u64) {
        if fuel > self.most_fuel.load(Ordering::Relaxed) {
            self.most_fuel.fetch_max(fuel, Ordering::Relaxed);
        }
    }

    /// The most that a step used so far; `None` before the first one.
    pub(crate) fn most_fuel(&self) -> Option<u64> {
        Some(self.most_fuel.load(Ordering::Relaxed)).filter(|fuel| *fuel > 0)
    }

    /// The pack's id.
    pub fn id(&self) -> &PackId {
        &self.manifest.pack.id
    }

    /// What the manifest says of a flow.
    pub fn flow(&self, name: &FlowName) -> Option<&FlowSpec> {
        self.manifest.flows.get(name)
    }

    /// A flow's title in the locale, or in the pack's first one.
    pub fn title(&self, name: &FlowName, locale: &str) -> String {
        let Some(spec) = self.flow(name) else {
            return name.to_string();
        };
        let language = locale.split('-').next().unwrap_or(locale);
        spec.title
            .get(locale)
            .or_else(|| {
                spec.title
                    .iter()
                    .find(|(key, _)| key.split('-').next() == Some(language))
                    .map(|(_, v)| v)
            })
            .or_else(|| spec.title.values().next())
            .cloned()
            .unwrap_or_else(|| name.to_string())
    }
}

impl std::fmt::Debug for InstalledPack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InstalledPack")
            .field("pack", self.id())
            .field("digest", &self.digest.short())
            .finish()
    }
}

/// Everything a turn needs of the installed packs, as of one moment: a turn sees one of these.
#[derive(Debug)]
pub struct Catalog {
    current: BTreeMap<PackId, Arc<InstalledPack>>,
    /// Current and earlier versions: sessions in flight finish on the version they started with.
    versions: HashMap<Digest, Arc<InstalledPack>>,
    /// Versions whose flows go on with the current one at their next turn.
    leaving: HashSet<Digest>,
    /// The flow that each intent starts.
    intents: HashMap<String, FlowId>,
    /// What understands sentences.
    pub(crate) model: Arc<Model>,
}

impl Catalog {
    /// The catalog with these packs as the current ones, and `model` to understand sentences. Versions of `earlier` stay runnable.
    pub fn new(packs: Vec<Arc<InstalledPack>>, model: Arc<Model>, earlier: Option<&Self>) -> Self {
        let mut versions = earlier
            .map(|catalog| catalog.versions.clone())
            .unwrap_or_default();
        let mut current = BTreeMap::new();
        let mut intents = HashMap::new();
        for pack in packs {
            for (name, spec) in &pack.manifest.flows {
                let flow = FlowId {
                    pack: pack.id().clone(),
                    flow: name.clone(),
                };
                for intent in &spec.intents {
                    intents.insert(intent.clone(), flow.clone());
                }
            }
            versions.insert(pack.digest, Arc::clone(&pack));
            current.insert(pack.id().clone(), pack);
        }
        Self {
            current,
            versions,
            leaving: HashSet::new(),
            intents,
            model,
        }
    }

    /// The same with an earlier version that flows may still run on; they go on with the current one at their next turn,
    /// when it leaves.
    #[must_use]
    pub fn with_earlier(mut self, pack: Arc<InstalledPack>, leaves: bool) -> Self {
        if leaves {
            self.leaving.insert(pack.digest);
        }
        self.versions.insert(pack.digest, pack);
        self
    }

    /// The same, and flows on this version go on with the current one at their next turn.
    pub(crate) fn leaving(&self, digest: Digest, installed: Option<Arc<InstalledPack>>) -> Self {
        let mut next = self.with_model(Arc::clone(&self.model));
        next.leaving.insert(digest);
        next.versions
            .extend(installed.map(|installed| (digest, installed)));
        next
    }

    /// Whether flows on this version are to go on with the current one.
    pub(crate) fn leaves(&self, digest: &Digest) -> bool {
        self.leaving.contains(digest)
    }

    /// What understands sentences.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// The same packs with another model.
    #[must_use]
    pub fn with_model(&self, model: Arc<Model>) -> Self {
        Self {
            current: self.current.clone(),
            versions: self.versions.clone(),
            leaving: self.leaving.clone(),
            intents: self.intents.clone(),
            model,
        }
    }

    /// The current version of a pack.
    pub fn pack(&self, id: &PackId) -> Option<&Arc<InstalledPack>> {
        self.current.get(id)
    }

    /// A version of a pack, current or earlier.
    pub fn version(&self, digest: &Digest) -> Option<&Arc<InstalledPack>> {
        self.versions.get(digest)
    }

    /// The packs that new flows start on.
    pub fn packs(&self) -> impl Iterator<Item = &Arc<InstalledPack>> {
        self.current.values()
    }

    /// The flow that each intent starts.
    pub(crate) fn intents(&self) -> &HashMap<String, FlowId> {
        &self.intents
    }

    /// Flows a contact can start by a sentence, with their titles in the locale.
    pub(crate) fn startable(&self, locale: &str) -> Vec<(FlowId, String)> {
        self.current
            .values()
            .flat_map(|pack| {
                pack.manifest
                    .flows
                    .iter()
                    .filter(|(_, spec)| !spec.intents.is_empty())
                    .map(|(name, _)| {
                        (
                            FlowId {
                                pack: pack.id().clone(),
                                flow: name.clone(),
                            },
                            pack.title(name, locale),
                        )
                    })
            })
            .collect()
    }
}
