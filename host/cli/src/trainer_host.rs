//! The trainer as the server's: the place where the two meet, so that neither needs to know the other.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jackfield_core::{ErrorCode, Taught, TenantId};
use jackfield_server::{HostError, LabelRequest, Meaning, TrainerRequest};
use jackfield_store::{Store, StoreError};
use jackfield_trainer::{Label, Selection, Sentence, Trainer, TrainerError, VersionInfo};
use serde_json::{Value, json};

use crate::teaching::Teaching;

/// A trainer that a server can serve. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TrainerHost {
    trainer: Arc<Trainer>,
    teaching: Arc<Teaching>,
    /// Where it is noted for the audit.
    store: Arc<dyn Store>,
}

impl TrainerHost {
    pub(crate) fn new(
        trainer: Arc<Trainer>,
        teaching: Arc<Teaching>,
        store: Arc<dyn Store>,
    ) -> Self {
        Self {
            trainer,
            teaching,
            store,
        }
    }

    /// Notes what was published. It counts by then, so who hears that this failed may look it up in the trainer's history.
    fn note(&self, info: &VersionInfo) -> Result<(), Failed> {
        let published = Taught {
            version: info.number,
            restores: info.restores,
            note: info.note.clone(),
        };
        let tenant = TenantId::default();
        let noted = self
            .store
            .note_taught(&tenant, info.at, &info.who, published)?;
        tokio::runtime::Handle::current().block_on(noted)?;
        Ok(())
    }

    fn answer(&self, request: TrainerRequest) -> Result<Value, Failed> {
        let Self {
            trainer, teaching, ..
        } = self;
        let value = match request {
            TrainerRequest::List { limit, all } => {
                let selection = if all { Selection::All } else { Selection::Open };
                let mut entries = trainer.list(selection);
                let total = entries.len();
                entries.truncate(limit);
                json!({ "total": total, "entries": entries })
            }
            TrainerRequest::Entry(id) => serde_json::to_value(trainer.entry(id.parse()?)?)?,
            TrainerRequest::Groups { limit } => {
                let mut groups = trainer.groups();
                let total = groups.len();
                groups.truncate(limit);
                json!({ "total": total, "groups": groups })
            }
            TrainerRequest::Meanings => serde_json::to_value(trainer.meanings(&**teaching))?,
            TrainerRequest::Label(LabelRequest {
                entries,
                typed,
                meaning,
            }) => {
                let listed = entries.iter().map(|id| Ok(Sentence::Listed(id.parse()?)));
                let typed = typed.into_iter().map(|typed| {
                    let (text, locale) = (typed.text, typed.locale);
                    Ok(Sentence::Typed { text, locale })
                });
                let sentences = listed
                    .chain(typed)
                    .collect::<Result<Vec<_>, TrainerError>>()?;
                let label = meaning.map(label);
                serde_json::to_value(trainer.label(sentences, label.as_ref(), &**teaching)?)?
            }
            TrainerRequest::Draft => serde_json::to_value(trainer.draft(&**teaching))?,
            TrainerRequest::DropDraft => serde_json::to_value(trainer.drop_draft(&**teaching)?)?,
            TrainerRequest::Effect => serde_json::to_value(trainer.effect(&**teaching)?)?,
            TrainerRequest::Publish(signed) => {
                let published = trainer.publish(&**teaching, signed.who, signed.note)?;
                tracing::info!(version = published.version.number, who = %published.version.who, "corrections were published");
                self.note(&published.version)?;
                serde_json::to_value(published)?
            }
            TrainerRequest::History => serde_json::to_value(trainer.history())?,
            TrainerRequest::Version(number) => serde_json::to_value(trainer.version(number)?)?,
            TrainerRequest::Rollback(to, signed) => {
                let published = trainer.rollback(&**teaching, to, signed.who, signed.note)?;
                tracing::info!(version = published.version.number, to, who = %published.version.who, "corrections were rolled back");
                self.note(&published.version)?;
                serde_json::to_value(published)?
            }
        };
        Ok(value)
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Trainer(#[from] TrainerError),
    #[error("published, but not noted for the audit: {0}")]
    Audit(#[from] StoreError),
    #[error("the answer: {0}")]
    Answer(#[from] serde_json::Error),
}

impl From<Failed> for HostError {
    fn from(failed: Failed) -> Self {
        let code = match &failed {
            Failed::Trainer(error) => error.code(),
            Failed::Audit(error) => error.code(),
            Failed::Answer(_) => ErrorCode::Internal,
        };
        Self::new(code, failed.to_string())
    }
}

fn label(meaning: Meaning) -> Label {
    match meaning {
        Meaning::Intent(intent) => Label::Intent(intent),
        Meaning::Article(article) => Label::Article(article),
        Meaning::OutOfScope => Label::OutOfScope,
        Meaning::Dismissed => Label::Dismissed,
    }
}

impl jackfield_server::Trainer for TrainerHost {
    fn ask(&self, request: TrainerRequest) -> BoxFuture<'_, Result<Value, HostError>> {
        let own = self.clone();
        // It learns, or reads and writes files: a worker of the runtime that waits for it would hold up everybody's turns.
        let answer = tokio::task::spawn_blocking(move || own.answer(request));
        async move {
            let answer = answer.await.map_err(|error| {
                HostError::new(ErrorCode::Internal, format!("the trainer: {error}"))
            })?;
            Ok(answer?)
        }
        .boxed()
    }
}
