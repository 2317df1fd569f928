//! The packs that are installed: plug-ins with their catalogues, tables and settings, by version.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jackfield_core::manifest::{FlowSpec, Manifest};
use jackfield_core::{Digest, FlowId, FlowName, PackId, Value};
use jackfield_language::Model;
use jackfield_language::catalogue::Catalogue;
use jackfield_sandbox::{Plugin, TableSet};

use crate::aside::Record;
use crate::back_ends::BackEnds;
use crate::breaker::Breaker;
use crate::egress::Destinations;

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
}

impl InstalledPack {
    /// A pack as it was loaded.
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
            manifest,
            plugin,
            catalogue,
            tables,
            config,
            destinations,
            breaker: Breaker::default(),
            record: Record::default(),
            back_ends: BackEnds::default(),
        }
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
            intents,
            model,
        }
    }

    /// The same packs with another model.
    #[must_use]
    pub fn with_model(&self, model: Arc<Model>) -> Self {
        Self {
            current: self.current.clone(),
            versions: self.versions.clone(),
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
