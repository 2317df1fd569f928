//! What the running host is taught: the packs' own training data, corrected by what was published. Whatever changes, one
//! thing at a time puts a new model in place; turns that run keep the one they began with.

use std::sync::Arc;

use jackfield_core::TenantId;
use jackfield_engine::{Engine, Fleet};
use jackfield_language::{LanguageError, Model, SentenceEncoder, Training};
use jackfield_trainer::{Learner, Trainer};
use parking_lot::Mutex;

use crate::lifecycle::Lineup;

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

    /// Puts other versions of packs in place. Versions that are no longer in the line-up stay for the flows that run on
    /// them when `keep` says so.
    pub(crate) fn install(&self, lineup: &Lineup, keep: bool) -> anyhow::Result<()> {
        self.trainer.with_corrections(|corrections| {
            let before = self.engine.fleet(&TenantId::default());
            let own = lineup.training();
            let same = **self.own.lock() == own;
            let corrected = |training: &Training| corrections.applied_to(training).training;
            let model = match same {
                true => Arc::clone(before.current().model()),
                false => self.train(&corrected(&own))?,
            };
            let kept = keep.then_some(&**before.current());
            let current = Arc::new(lineup.catalog(Arc::clone(&model), kept));
            let mut trials = Vec::new();
            for trial in &lineup.trials {
                // A model costs seconds; most versions change code and not what is taught.
                let trained = lineup.trial(trial, &current, |taught| match taught == own {
                    true => Ok(Arc::clone(&model)),
                    false => self.train(&corrected(&taught)),
                })?;
                let digest = trained.digest();
                let earlier = before
                    .trials()
                    .iter()
                    .find(|other| other.digest() == digest);
                trials.push(Arc::new(match earlier {
                    Some(earlier) => trained.continuing(earlier),
                    None => trained,
                }));
            }
            *self.own.lock() = Arc::new(own);
            self.engine
                .put_in_place(TenantId::default(), Fleet::new(current, trials));
            Ok(())
        })
    }

    fn train(&self, training: &Training) -> Result<Arc<Model>, LanguageError> {
        Model::train_with(training, self.encoder.clone()).map(Arc::new)
    }
}

impl Learner for Teaching {
    fn own(&self) -> Arc<Training> {
        Arc::clone(&self.own.lock())
    }

    /// A version that is tried keeps the model that it began with: it is compared as it was made.
    fn learn(&self, training: &Training) -> Result<(), LanguageError> {
        let model = self.train(training)?;
        let fleet = self.engine.fleet(&TenantId::default());
        let current = Arc::new(fleet.current().with_model(model));
        let fleet = Fleet::new(current, fleet.trials().to_vec());
        self.engine.put_in_place(TenantId::default(), fleet);
        Ok(())
    }
}
