//! Runs recorded turns again, against packs that may be others, and says what would have gone otherwise. Nothing is read but
//! the record, and nothing is written or sent: a turn is a function of its event, its session, its moment and the answers
//! that the host gave.

mod answers;
mod compare;
mod identity;
mod model;
mod public;
mod report;
mod sessions;

use std::sync::Arc;

use jackfield_core::{ErrorCode, Fault, Session, StepOutcome};
use url::Url;

pub use compare::{Compared, Difference};
pub use report::{Group, Report};
pub use sessions::{Fetch, RecordedTurn, Sessions, Taken};

pub(crate) use answers::{Answers, PackWorld};
use public::public_of;

use crate::engine::StartError;
use crate::installed::Catalog;
use crate::options::Options;
use crate::phrases::Phrases;
use crate::rules::Rules;
use crate::turn::{Moment, Source, Turn};

/// What became of a recorded turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It ran again.
    Replayed(Box<Compared>),
    /// It, or its replay, was cut short by the clock: nothing can be said about it.
    Outside(ErrorCode),
}

/// Packs and rules to run recorded turns with.
#[derive(Debug)]
pub struct Replay {
    catalog: Arc<Catalog>,
    phrases: Phrases,
    options: Options,
    public: Option<Url>,
}

impl Replay {
    /// A replay with the current packs of a catalog: flows that ran on other versions of them run on these. Of the options,
    /// limits, secret and locale count. Where codes are sent, and where other systems call back, is taken from the record; only
    /// what is not in it takes the identity of the options and `public`.
    ///
    /// # Errors
    /// [`StartError::Phrases`].
    pub fn new(
        catalog: Catalog,
        options: Options,
        public: Option<Url>,
    ) -> Result<Self, StartError> {
        Ok(Self {
            catalog: Arc::new(catalog),
            phrases: Phrases::load()?,
            options,
            public,
        })
    }

    /// Runs a turn again and compares it with its record.
    pub async fn turn(&self, recorded: &RecordedTurn) -> Outcome {
        let was = &*recorded.record;
        if let Some(code) = was.depends_on_clock() {
            return Outcome::Outside(code);
        }
        let base = match self.brought_up(recorded.base()).await {
            Ok(base) => base,
            Err(why) => return Outcome::Replayed(Box::new(Compared::not_migrated(recorded, why))),
        };
        let base = base.as_ref().unwrap_or_else(|| recorded.base());
        let requests = was.outbox.iter().map(|entry| &entry.request);
        let known = public_of(requests, was.session.id);
        let public = match &known {
            Some(Ok(url)) => Some(url),
            Some(Err(())) => None,
            None => self.public.as_ref(),
        };
        let delivery = identity::delivery(was);
        let rules = Rules {
            phrases: &self.phrases,
            limits: &self.options.limits,
            code_delivery: delivery.as_ref().unwrap_or(&self.options.code_delivery),
            secret: &self.options.secret,
            public,
            locale: &self.options.locale,
        };
        let answers = Answers::new(&was.steps);
        let turn = Turn::again(
            rules,
            Source::Recorded(&answers),
            Arc::clone(&self.catalog),
            Moment {
                at: was.at,
                seed: was.seed,
            },
            base.tenant.clone(),
            base,
            recorded.accepted.clone(),
        );
        let Ok(finished) = turn.run().await else {
            // Only a store can fail, and there is none.
            return Outcome::Outside(ErrorCode::Internal);
        };
        if let Some(code) = finished.record.depends_on_clock() {
            return Outcome::Outside(code);
        }
        let compared = compare::compare(recorded, finished.record, answers.divergences());
        Outcome::Replayed(Box::new(compared))
    }

    /// The session with its flows on the current versions of their packs; `None` when they are already.
    async fn brought_up(&self, session: &Session) -> Result<Option<Session>, String> {
        let mut changed: Option<Session> = None;
        for (at, frame) in session.frames.iter().enumerate() {
            let Some(pack) = self.catalog.pack(&frame.flow.pack) else {
                continue;
            };
            if frame.pack == pack.digest {
                continue;
            }
            let (from, to) = (frame.state_version, pack.manifest.pack.state_version);
            let state = match &frame.state {
                Some(state) if from != to => {
                    let flow = frame.flow.flow.as_str();
                    let migrated = pack.plugin.migrate(flow, from, state).await;
                    Some(migrated.map_err(|outcome| said(&outcome))?)
                }
                state => state.clone(),
            };
            let session = changed.get_or_insert_with(|| session.clone());
            if let Some(frame) = session.frames.get_mut(at) {
                frame.pack = pack.digest;
                frame.state = state;
                frame.state_version = to;
            }
        }
        Ok(changed)
    }
}

/// An outcome in words.
fn said(outcome: &StepOutcome) -> String {
    match outcome {
        StepOutcome::Replied(reply) => format!("replied at `{}`", reply.step),
        StepOutcome::Faulted(Fault::Bug(text)) => format!("bug: {text}"),
        StepOutcome::Faulted(fault) => fault.to_string(),
        StepOutcome::Stopped { code, detail } => format!("{code}: {detail}"),
    }
}
