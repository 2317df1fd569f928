//! What the running host is taught: the packs' own training data, corrected by what was published. Whatever changes, one
//! thing at a time puts a new model in place; turns that run keep the one they began with.

use std::sync::Arc;

use jackfield_engine::{Engine, InstalledPack};
use jackfield_language::{LanguageError, Model, SentenceEncoder, Training};
use jackfield_packs::Pack;
use jackfield_trainer::{Learner, Trainer};
use parking_lot::Mutex;

use crate::install;

/// The engine as a learner.
pub(crate) struct Teaching {
    engine: Engine,
    trainer: Arc<Trainer>,
    encoder: Option<Arc<dyn SentenceEncoder>>,
    /// What the packs teach by themselves.
    own: Mutex<Arc<Training>>,
}

impl Teaching {
    /// An engine that was taught `own` and what the trainer published.
    pub(crate) fn new(
        engine: Engine,
        trainer: Arc<Trainer>,
        encoder: Option<Arc<dyn SentenceEncoder>>,
        own: Training,
    ) -> Self {
        Self {
            engine,
            trainer,
            encoder,
            own: Mutex::new(Arc::new(own)),
        }
    }

    /// Puts other versions of packs in place.
    pub(crate) fn install(&self, packs: &[(Pack, Arc<InstalledPack>)]) -> anyhow::Result<()> {
        self.trainer.with_corrections(|corrections| {
            let own = install::training(packs);
            let taught = corrections.applied_to(&own);
            let earlier = self.engine.catalog();
            let model = Model::train_with(&taught.training, self.encoder.clone())?;
            let catalog = install::catalog(packs, Arc::new(model), Some(&earlier));
            *self.own.lock() = Arc::new(own);
            self.engine.install(catalog);
            Ok(())
        })
    }
}

impl Learner for Teaching {
    fn own(&self) -> Arc<Training> {
        Arc::clone(&self.own.lock())
    }

    fn learn(&self, training: &Training) -> Result<(), LanguageError> {
        let model = Model::train_with(training, self.encoder.clone())?;
        let catalog = self.engine.catalog().with_model(Arc::new(model));
        self.engine.install(catalog);
        Ok(())
    }
}
