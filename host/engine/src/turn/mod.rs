//! The turn pipeline: one accepted event in, one record to commit out. Nothing here writes or sends.

mod blame;
mod call;
mod cancel;
mod complaint;
mod declined;
mod deliver;
mod effects;
mod expected;
mod failed;
mod follow;
mod frames;
mod knowledge;
mod leave;
mod messages;
mod named_too;
mod near_miss;
mod own_question;
mod policy;
mod reading;
mod refusal;
mod repair;
mod several;
mod small_talk;
mod source;
mod steps;
mod verify;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Instant;

use jackfield_core::{
    Accepted, Awaiting, CaseOpened, Decision, ErrorCode, Fault, NamedValue, Outbound, OutboxEntry,
    Owner, PackId, Said, Session, StepRecord, StorageWrite, TenantId, TurnRecord,
};
use jackfield_sandbox::StorageView;
use jackfield_store::{StorageRead, StoreError};

use crate::engine::Inner;
use crate::installed::Catalog;
use crate::rules::Rules;

use failed::Failed;

pub(crate) use source::{Moment, Source};

/// What the turn has produced so far; thrown away whole when a plug-in fails.
#[derive(Debug, Default)]
struct Draft {
    messages: Vec<Outbound>,
    outbox: Vec<OutboxEntry>,
    timers_set: Vec<u64>,
    attributes: Vec<NamedValue>,
    cases: Vec<CaseOpened>,
    outcomes: Vec<String>,
    /// Storage of the packs that ran: view with the turn's own writes, the writes, and what to check at commit.
    storage: Vec<PackStorage>,
}

#[derive(Debug)]
struct PackStorage {
    pack: PackId,
    view: StorageView,
    writes: Vec<StorageWrite>,
    version: StorageRead,
    read: bool,
}

/// One turn while it runs.
pub(crate) struct Turn<'e> {
    engine: Rules<'e>,
    source: Source<'e>,
    catalog: Arc<Catalog>,
    tenant: TenantId,
    /// The session as it was, with only the handled event taken out: where a failed turn goes back to.
    base: Session,
    session: Session,
    accepted: Accepted,
    at: u64,
    seed: u64,
    began: Instant,
    deadline: Instant,
    http_reads_left: AtomicU32,
    decision: Decision,
    steps: Vec<StepRecord>,
    said: Vec<Said>,
    timers_ended: Vec<(u64, u64)>,
    /// What cut it short by the clock.
    by_clock: Option<ErrorCode>,
    /// The request that the handled event answers.
    answered: Option<Awaiting>,
    draft: Draft,
    /// A pack failed by its own doing.
    failed: bool,
}

/// A turn that is ready to commit.
pub(crate) struct Finished {
    pub(crate) record: TurnRecord,
    /// A pack failed by its own doing.
    pub(crate) failed: bool,
    pub(crate) reads: Vec<StorageRead>,
}

impl<'e> Turn<'e> {
    /// A turn for one accepted event on the session as it was last committed.
    pub(crate) fn new(
        engine: &'e Inner,
        tenant: TenantId,
        session: &Session,
        accepted: Accepted,
        catalog: Arc<Catalog>,
    ) -> Self {
        let moment = Moment {
            at: crate::clock::now_ms(),
            seed: rand::random(),
        };
        Self::again(
            engine.rules(),
            Source::Live(engine),
            catalog,
            moment,
            tenant,
            session,
            accepted,
        )
    }

    /// A turn at a given moment, with these packs, in this world: everything that it is a function of.
    pub(crate) fn again(
        engine: Rules<'e>,
        source: Source<'e>,
        catalog: Arc<Catalog>,
        moment: Moment,
        tenant: TenantId,
        session: &Session,
        accepted: Accepted,
    ) -> Self {
        let began = Instant::now();
        let Moment { at, seed } = moment;
        let mut session = session.clone();
        if session.turn == 0 {
            session.opened_at = at;
            if let Some(locale) = &accepted.locale {
                session.locale = engine.locale_for(locale);
            }
        }
        session.last_at = at;
        Self {
            catalog,
            source,
            tenant,
            base: session.clone(),
            session,
            accepted,
            at,
            seed,
            began,
            deadline: began + engine.limits.turn_time,
            http_reads_left: AtomicU32::new(engine.limits.http_reads),
            decision: Decision::default(),
            steps: Vec::new(),
            said: Vec::new(),
            timers_ended: Vec::new(),
            by_clock: None,
            answered: None,
            draft: Draft::default(),
            failed: false,
            engine,
        }
    }

    /// Runs the turn. It always ends in something to commit: what fails becomes a defined turn.
    ///
    /// # Errors
    /// Only when the store cannot be read.
    pub(crate) async fn run(mut self) -> Result<Finished, StoreError> {
        self.leave_versions().await;
        match self.deliver().await {
            Ok(()) => {}
            Err(Failed::Store(error)) => return Err(error),
            Err(failed) => self.recover(failed),
        }
        Ok(self.finish())
    }

    /// The turn of an event that ended the process twice: handled without being tried again.
    pub(crate) fn run_as_killer(mut self) -> Finished {
        self.take_out_event();
        self.by_clock = Some(ErrorCode::KilledHost);
        self.recover(Failed::Stopped {
            code: ErrorCode::KilledHost,
            detail: ErrorCode::KilledHost.summary().to_owned(),
        });
        self.finish()
    }

    fn decide(&mut self, action: &str, reason: impl Into<String>) {
        action.clone_into(&mut self.decision.action);
        self.decision.reason = reason.into();
    }

    fn locale(&self) -> &str {
        &self.session.locale
    }

    /// Rolls back to the session before the turn, apologises, and hands over after repeated failure.
    fn recover(&mut self, failed: Failed) {
        self.session = self.base.clone();
        self.draft = Draft::default();
        let from_contact = !self.accepted.content.is_internal();
        let (key, counts) = match &failed {
            Failed::Flow(Fault::Unavailable(_)) => ("unavailable", false),
            Failed::Flow(Fault::Rejected(_)) => ("rejected", false),
            Failed::Stopped {
                code: ErrorCode::BreakerOpen,
                ..
            } => ("switched-off", true),
            _ => ("apology", true),
        };
        let reason = match failed {
            Failed::Flow(fault) => fault.to_string(),
            Failed::Stopped { code, detail } => format!("{code}: {detail}"),
            Failed::Store(error) => error.to_string(),
        };
        self.decide("fault", reason);
        self.failed = counts;
        if counts {
            self.session.failed += 1;
        }
        // What the contact asked can be asked again; what another system answered is lost unless a person
        // takes over.
        if key == "switched-off" || !from_contact || self.session.failed >= 2 {
            let key = if key == "switched-off" {
                key
            } else {
                "handed-off-after-failure"
            };
            self.say(key, &[]);
            self.session.owner = Owner::Queue("default".to_owned());
            self.session.failed = 0;
        } else {
            self.say(key, &[]);
        }
    }

    fn finish(mut self) -> Finished {
        self.session.turn += 1;
        // A person sees the whole conversation, and what is given up takes with it what was to follow.
        if self.session.owner != Owner::Bot || self.session.active().is_none() {
            self.session.later.clear();
        }
        if self.accepted.content.is_internal() {
            self.session.unasked = self.session.turn;
        }
        let live: Vec<u64> = self.session.timers.iter().map(|timer| timer.id).collect();
        for timer in &self.base.timers {
            if !live.contains(&timer.id) {
                self.timers_ended.push((timer.id, timer.due));
            }
        }
        self.draft.timers_set.retain(|id| live.contains(id));
        let mut reads = Vec::new();
        let mut storage = Vec::new();
        for pack in self.draft.storage {
            if pack.read || !pack.writes.is_empty() {
                reads.push(pack.version);
            }
            if !pack.writes.is_empty() {
                storage.push((pack.pack.as_str().to_owned(), pack.writes));
            }
        }
        let record = TurnRecord {
            at: self.at,
            seed: self.seed,
            handled: vec![self.accepted.position],
            decision: self.decision,
            steps: self.steps,
            messages: self.draft.messages,
            session: self.session,
            outbox: self.draft.outbox,
            storage,
            timers_set: self.draft.timers_set,
            timers_ended: self.timers_ended,
            attributes: self.draft.attributes,
            cases: self.draft.cases,
            outcomes: self.draft.outcomes,
            model: self.catalog.model.version().to_owned(),
            micros: u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX),
            said: self.said,
            by_clock: self.by_clock,
        };
        Finished {
            record,
            failed: self.failed,
            reads,
        }
    }
}
