//! Teaching what was labelled, and taking it back.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use jackfield_language::evaluation::effect;
use jackfield_language::{LanguageError, Training};

use crate::view::{EffectView, History, Publication};
use crate::{Corrections, Trainer, TrainerError, Version, VersionInfo};

/// Who learns what is published.
pub trait Learner: Send + Sync {
    /// What the installed packs teach by themselves.
    fn own(&self) -> Arc<Training>;

    /// Learns this, and understands customers by it from now on.
    ///
    /// # Errors
    /// When it cannot be learnt; then nothing has changed.
    fn learn(&self, training: &Training) -> Result<(), LanguageError>;
}

impl Trainer {
    /// Hands the published corrections to who puts a model in place by them, for example because packs changed. Nothing
    /// is published meanwhile.
    pub fn with_corrections<T>(&self, teach: impl FnOnce(&Corrections) -> T) -> T {
        let _publishing = self.publishing.lock();
        let corrections = self.versions.lock().current().corrections.clone();
        teach(&corrections)
    }

    /// What publishing the draft would do. Takes seconds for many thousands of examples.
    ///
    /// # Errors
    /// [`TrainerError::NothingToPublish`], [`TrainerError::Language`].
    pub fn effect(&self, learner: &dyn Learner) -> Result<EffectView, TrainerError> {
        let own = learner.own();
        let (base, current) = {
            let versions = self.versions.lock();
            let current = versions.current();
            (current.info.number, current.corrections.clone())
        };
        let (corrections, labels) = self.with_draft(current.clone(), now_ms())?;
        let before = current.applied_to(&own);
        let after = corrections.applied_to(&own);
        Ok(EffectView {
            base,
            labels: labels.len(),
            without_effect: after.without_effect,
            warnings: self.draft(learner).warnings,
            effect: effect(&before.training, &after.training)?,
        })
    }

    /// Teaches the draft, as a new version. When this returns, customers are understood by it and it is durable.
    ///
    /// # Errors
    /// [`TrainerError::NothingToPublish`], [`TrainerError::Language`], [`TrainerError::File`]; then nothing has changed.
    pub fn publish(
        &self,
        learner: &dyn Learner,
        who: String,
        note: String,
    ) -> Result<Publication, TrainerError> {
        let _publishing = self.publishing.lock();
        let at = now_ms();
        let (number, current) = {
            let versions = self.versions.lock();
            (versions.next(), versions.current().corrections.clone())
        };
        let (corrections, added) = self.with_draft(current, at)?;
        let info = VersionInfo {
            number,
            at,
            who,
            note,
            restores: None,
        };
        let published = self.put_in_place(learner, Version { info, corrections })?;
        // Labels that came meanwhile stay.
        self.draft
            .lock()
            .change(|labels| labels.retain(|id, _| !added.contains(id)))?;
        Ok(published)
    }

    /// Goes back to what an earlier version teaches, as a new version; 0 is what the packs teach by themselves.
    ///
    /// # Errors
    /// [`TrainerError::UnknownVersion`], [`TrainerError::Damaged`], [`TrainerError::Language`], [`TrainerError::File`];
    /// then nothing has changed.
    pub fn rollback(
        &self,
        learner: &dyn Learner,
        to: u64,
        who: String,
        note: String,
    ) -> Result<Publication, TrainerError> {
        let _publishing = self.publishing.lock();
        let (number, earlier) = {
            let versions = self.versions.lock();
            (versions.next(), versions.read(to)?)
        };
        let info = VersionInfo {
            number,
            at: now_ms(),
            who,
            note,
            restores: Some(to),
        };
        let corrections = earlier.corrections;
        self.put_in_place(learner, Version { info, corrections })
    }

    fn put_in_place(
        &self,
        learner: &dyn Learner,
        version: Version,
    ) -> Result<Publication, TrainerError> {
        let own = learner.own();
        let taught = version.corrections.applied_to(&own);
        learner.learn(&taught.training)?;
        let published = Publication {
            version: version.info.clone(),
            sentences: version.corrections.iter().count(),
            without_effect: taught.without_effect,
        };
        let mut versions = self.versions.lock();
        if let Err(error) = versions.append(version) {
            // Customers must not meet what the next start does not bring back.
            let before = versions.current().corrections.applied_to(&own);
            learner.learn(&before.training)?;
            return Err(error);
        }
        Ok(published)
    }

    /// What was published.
    pub fn history(&self) -> History {
        let versions = self.versions.lock();
        let (infos, damaged) = versions.history();
        History {
            current: versions.current().info.number,
            versions: infos,
            damaged: damaged.to_vec(),
        }
    }

    /// A version with all that it teaches.
    ///
    /// # Errors
    /// [`TrainerError::UnknownVersion`], [`TrainerError::Damaged`], [`TrainerError::File`].
    pub fn version(&self, number: u64) -> Result<Version, TrainerError> {
        self.versions.lock().read(number)
    }
}

/// Milliseconds since 1970.
fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
