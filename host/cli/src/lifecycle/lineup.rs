//! Which versions of packs run, as things that can run.

use std::sync::Arc;

use jackfield_core::{Canary, PackId};
use jackfield_engine::{Catalog, InstalledPack, Trial};
use jackfield_language::{Model, Training};
use jackfield_packs::Pack;

use crate::install;

/// A version that can run.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) pack: Arc<Pack>,
    pub(crate) installed: Arc<InstalledPack>,
}

impl Loaded {
    pub(crate) fn id(&self) -> &PackId {
        self.installed.id()
    }
}

/// An earlier version, for the flows that run on it.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    pub(crate) version: Loaded,
    /// Its flows go on with the current version at their next turn.
    pub(crate) leaves: bool,
}

/// A version on trial.
#[derive(Debug, Clone)]
pub(crate) struct OnTrial {
    pub(crate) version: Loaded,
    pub(crate) canary: Canary,
}

/// Which versions run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lineup {
    pub(crate) current: Vec<Loaded>,
    pub(crate) earlier: Vec<Earlier>,
    pub(crate) trials: Vec<OnTrial>,
}

impl Lineup {
    /// One pack, and nothing else.
    pub(crate) fn of(pack: Pack, installed: InstalledPack) -> Self {
        Self {
            current: vec![Loaded {
                pack: Arc::new(pack),
                installed: Arc::new(installed),
            }],
            ..Self::default()
        }
    }

    /// What the current versions teach.
    pub(crate) fn training(&self) -> Training {
        taught(&self.current)
    }

    /// The current versions as a catalog.
    pub(crate) fn catalog(&self, model: Arc<Model>, before: Option<&Catalog>) -> Catalog {
        self.with_earlier(install::catalog(&self.current, model, before))
    }

    fn with_earlier(&self, catalog: Catalog) -> Catalog {
        self.earlier.iter().fold(catalog, |catalog, earlier| {
            catalog.with_earlier(Arc::clone(&earlier.version.installed), earlier.leaves)
        })
    }

    /// A trial, compared with the current versions. `model` trains one for what the version teaches, when that differs.
    pub(crate) fn trial<E>(
        &self,
        trial: &OnTrial,
        current: &Catalog,
        model: impl FnOnce(Training) -> Result<Arc<Model>, E>,
    ) -> Result<Trial, E> {
        let id = trial.version.id();
        let mut packs = self.current.clone();
        let replaced: Vec<Loaded> = packs.extract_if(.., |other| other.id() == id).collect();
        packs.push(trial.version.clone());
        let model = model(taught(&packs))?;
        let mut catalog = self.with_earlier(install::catalog(&packs, model, None));
        for other in replaced {
            catalog = catalog.with_earlier(other.installed, false);
        }
        let canary = trial.canary.clone();
        Ok(Trial::new(id.clone(), canary, Arc::new(catalog), current))
    }
}

fn taught(packs: &[Loaded]) -> Training {
    let mut training = Training::default();
    for loaded in packs {
        training.add(loaded.pack.training().clone());
    }
    training
}
