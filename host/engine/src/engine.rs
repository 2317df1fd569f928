//! The engine: accepts events, runs turns, commits them, tells who watches.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use jackfield_core::{
    Accepted, Address, Inbound, Limits, OutboxEntry, Position, Published, SessionId, TenantId,
    TranscriptTurn, TurnRecord,
};
use jackfield_language::LanguageError;
use jackfield_store::{Committed, OutboxItem, Pending, Store, StoreError};
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast};

use crate::aside::Aside;
use crate::codes::CodeDelivery;
use crate::egress::Egress;
use crate::error::EngineError;
use crate::gate::Gate;
use crate::hub::Hub;
use crate::installed::Catalog;
use crate::mailbox::{Mailboxes, Waiting};
use crate::phrases::Phrases;
use crate::turn::{Finished, Turn};
use crate::{outbox, timers};

/// Locks that order the acceptance of events of one address; a power of two.
const ORDERS: usize = 64;
/// A turn that takes longer shows a typing sign.
const TYPING_AFTER: Duration = Duration::from_millis(300);
/// Times a turn may have been started and not committed before it is taken to be what ends the process.
const KILLS: u32 = 2;

/// How an engine behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bounds of steps and turns.
    pub limits: Limits,
    /// Steps that compute at the same time.
    pub parallel_steps: usize,
    /// Steps that are under way at the same time, those included that wait for other systems: the sandbox's instances.
    pub instances: usize,
    /// How one-time codes reach a contact.
    pub code_delivery: CodeDelivery,
    /// Key for digests of one-time codes.
    pub secret: [u8; 32],
    /// How long the outbox tries to get a request answered.
    pub give_up_after: Duration,
    /// Locale of contacts whose language is not known yet.
    pub locale: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            parallel_steps: std::thread::available_parallelism().map_or(2, usize::from),
            instances: 256,
            code_delivery: CodeDelivery::None,
            secret: rand::random(),
            give_up_after: Duration::from_secs(120),
            locale: "zh-CN".to_owned(),
        }
    }
}

/// An event was accepted and is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The session it belongs to.
    pub session: SessionId,
    /// Where it stands in the journal.
    pub position: Position,
    /// Whether the same event had been accepted before.
    pub duplicate: bool,
}

/// Runs conversations. Cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    catalog: ArcSwap<Catalog>,
    pub(crate) phrases: Phrases,
    pub(crate) egress: Egress,
    /// For steps of packs that are known to be quick.
    pub(crate) gate: Arc<Gate>,
    /// For all others.
    pub(crate) aside: Aside,
    pub(crate) limits: Limits,
    pub(crate) code_delivery: CodeDelivery,
    pub(crate) secret: [u8; 32],
    pub(crate) give_up_after: Duration,
    locale: String,
    mailboxes: Mailboxes,
    orders: Vec<Mutex<()>>,
    hub: Hub,
    draining: AtomicBool,
    /// Held by the one turn under way that may be what ended the process.
    suspect: tokio::sync::Mutex<()>,
    /// Woken when a mailbox is done.
    idle: Notify,
    /// Woken when a turn set a timer.
    pub(crate) timers_changed: Notify,
    /// Requests of committed turns on their way to the outbox.
    pub(crate) outbox: outbox::Queue,
}

/// Why an engine could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The host's own sentences are damaged.
    #[error("the host's own catalogues: {0}")]
    Phrases(#[from] LanguageError),
    /// The HTTP client could not be set up.
    #[error("the HTTP client: {0}")]
    Http(#[from] reqwest::Error),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The threads for long steps could not be started.
    #[error("threads for long steps: {0}")]
    Threads(std::io::Error),
}

impl Engine {
    /// An engine on a store, with these packs. Call [`Engine::start`] to take up what was pending.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn new(
        store: Arc<dyn Store>,
        catalog: Catalog,
        options: Options,
    ) -> Result<Self, StartError> {
        let seats_aside = options.instances / 4;
        Ok(Self(Arc::new(Inner {
            store,
            catalog: ArcSwap::from_pointee(catalog),
            phrases: Phrases::load()?,
            egress: Egress::new()?,
            gate: Gate::new(options.parallel_steps, options.instances - seats_aside),
            aside: Aside::start(seats_aside).map_err(StartError::Threads)?,
            limits: options.limits,
            code_delivery: options.code_delivery,
            secret: options.secret,
            give_up_after: options.give_up_after,
            locale: options.locale,
            mailboxes: Mailboxes::default(),
            orders: (0..ORDERS).map(|_| Mutex::new(())).collect(),
            hub: Hub::default(),
            draining: AtomicBool::new(false),
            suspect: tokio::sync::Mutex::default(),
            idle: Notify::new(),
            timers_changed: Notify::new(),
            outbox: outbox::Queue::default(),
        })))
    }

    /// Takes up what earlier lives of the process left: pending events, open requests, timers. Runs in the
    /// current tokio runtime until [`Engine::drain`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn start(&self) -> Result<(), StoreError> {
        let pending = self.0.store.pending()?;
        if !pending.is_empty() {
            tracing::info!(
                events = pending.len(),
                "taking up events that were accepted and not handled"
            );
        }
        for Pending {
            tenant,
            accepted,
            started,
        } in pending
        {
            self.hand_over(Waiting {
                tenant,
                accepted,
                started_before: Some(started),
            });
        }
        for item in self.0.store.outbox(usize::MAX) {
            outbox::send(self.clone(), item);
        }
        tokio::spawn(timers::run(self.clone()));
        Ok(())
    }

    /// Takes an inbound event. Resolves when it is durable: from then on it will be handled in exactly one turn.
    ///
    /// # Errors
    /// [`EngineError`], with nothing accepted.
    pub async fn accept(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> Result<Receipt, EngineError> {
        let (receipt, _) = self.take_in(tenant, session, inbound, |_| ()).await?;
        Ok(receipt)
    }

    /// The same, with the news of the event's session from before its turn can begin: the turn is among them, unless
    /// the event is a duplicate.
    ///
    /// # Errors
    /// [`EngineError`], with nothing accepted.
    pub async fn accept_and_watch(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> Result<(Receipt, broadcast::Receiver<Arc<Published>>), EngineError> {
        self.take_in(tenant, session, inbound, |session| self.watch(session))
            .await
    }

    async fn take_in<T>(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
        before_its_turn: impl FnOnce(SessionId) -> T,
    ) -> Result<(Receipt, T), EngineError> {
        if self.0.draining.load(Ordering::Acquire) && !inbound.content.is_internal() {
            return Err(EngineError::Draining);
        }
        let (acceptance, prepared) = {
            // The order in the mailbox must be the order in the journal.
            let _order = self.0.order_of(&inbound.address).lock();
            let known = session.or_else(|| self.0.store.resolve(tenant, &inbound.address));
            if known.is_some_and(|session| self.0.mailboxes.is_full(session))
                && !inbound.content.is_internal()
            {
                return Err(EngineError::MailboxFull);
            }
            let acceptance = self.0.store.accept(tenant, session, inbound.clone())?;
            let prepared = before_its_turn(acceptance.session);
            if !acceptance.duplicate {
                let accepted = Accepted {
                    position: acceptance.position,
                    session: acceptance.session,
                    contact: acceptance.contact,
                    address: inbound.address,
                    message_id: inbound.message_id,
                    received_at: inbound.received_at,
                    locale: inbound.locale,
                    content: inbound.content,
                };
                self.hand_over(Waiting {
                    tenant: tenant.clone(),
                    accepted,
                    started_before: None,
                });
            }
            (acceptance, prepared)
        };
        let receipt = Receipt {
            session: acceptance.session,
            position: acceptance.position,
            duplicate: acceptance.duplicate,
        };
        acceptance.ticket.await?;
        Ok((receipt, prepared))
    }

    fn hand_over(&self, waiting: Waiting) {
        let session = waiting.accepted.session;
        if self.0.mailboxes.push(waiting) {
            metrics::gauge!("jackfield_busy_sessions").increment(1.0);
            tokio::spawn(self.clone().serve(session));
        }
    }

    /// Serves a mailbox, one turn at a time, until it is empty.
    async fn serve(self, session: SessionId) {
        while let Some(waiting) = self.0.mailboxes.pop(session) {
            let position = waiting.accepted.position;
            if let Err(error) = self.turn(waiting).await {
                // The event stays pending in the journal: nothing is lost, a restart takes it up.
                tracing::error!(%session, %position, code = %error.code(), "turn not committed: {error}");
                metrics::counter!("jackfield_turn_total", "outcome" => "not-committed")
                    .increment(1);
            }
        }
        metrics::gauge!("jackfield_busy_sessions").decrement(1.0);
        self.0.idle.notify_waiters();
    }

    #[tracing::instrument(level = "debug", skip_all, fields(session = %waiting.accepted.session, turn))]
    async fn turn(&self, waiting: Waiting) -> Result<(), StoreError> {
        let began = std::time::Instant::now();
        let Waiting {
            tenant,
            accepted,
            started_before,
        } = waiting;
        let session = accepted.session;
        // A turn that was under way when the process ended is tried again alone, so that when it ends once more, no
        // innocent turn is suspected too.
        let _alone = match started_before {
            Some(before) if before > 0 => Some(self.0.suspect.lock().await),
            _ => None,
        };
        if started_before.is_some() {
            // Durable before the turn runs, because the turn may be what ended the process.
            self.0
                .store
                .started(&tenant, session, &[accepted.position])?
                .await?;
        }
        let kills = started_before.is_some_and(|before| before >= KILLS);
        let (news, committed) = loop {
            let base = self
                .0
                .store
                .load(&tenant, session)?
                .ok_or(StoreError::UnknownSession)?;
            let turn = Turn::new(&self.0, tenant.clone(), &base, accepted.clone());
            let finished = if kills {
                turn.run_as_killer()
            } else {
                self.with_typing(session, turn.run()).await?
            };
            let Finished { record, reads } = finished;
            let news = News::of(&record);
            match self.0.store.commit(record, &reads) {
                Ok(committed) => break (news, committed),
                // Another session of the contact was faster; the event must not be passed over.
                Err(StoreError::Conflict(_)) => tokio::task::yield_now().await,
                Err(error) => return Err(error),
            }
        };
        tracing::Span::current().record("turn", news.turn.turn);
        let ran = began.elapsed();
        let Committed { ticket, .. } = committed;
        ticket.await?;
        let queued = news.turn.at.saturating_sub(accepted.received_at);
        metrics::histogram!("jackfield_turn_seconds", "stage" => "queue")
            .record(queued as f64 / 1000.0);
        metrics::histogram!("jackfield_turn_seconds", "stage" => "run").record(ran.as_secs_f64());
        metrics::histogram!("jackfield_turn_seconds", "stage" => "commit")
            .record((began.elapsed() - ran).as_secs_f64());
        metrics::counter!("jackfield_turn_total", "outcome" => if news.fault { "fault" } else { "ok" })
            .increment(1);
        self.after_commit(tenant, &accepted, news);
        Ok(())
    }

    /// Runs a turn; whoever watches learns when it takes a while.
    async fn with_typing(
        &self,
        session: SessionId,
        turn: impl Future<Output = Result<Finished, StoreError>>,
    ) -> Result<Finished, StoreError> {
        let mut turn = std::pin::pin!(turn);
        match tokio::time::timeout(TYPING_AFTER, &mut turn).await {
            Ok(finished) => finished,
            Err(_) => {
                self.0.hub.publish(session, || Published::Typing(true));
                turn.await
            }
        }
    }

    /// The turn is durable: only now does anything leave.
    fn after_commit(&self, tenant: TenantId, accepted: &Accepted, news: News) {
        if news.timers {
            self.0.timers_changed.notify_one();
        }
        for entry in news.outbox {
            outbox::send(self.clone(), self.item(tenant.clone(), accepted, entry));
        }
        self.0
            .hub
            .publish(accepted.session, || Published::Turn(news.turn));
    }

    fn item(&self, tenant: TenantId, accepted: &Accepted, entry: OutboxEntry) -> OutboxItem {
        OutboxItem {
            tenant,
            session: accepted.session,
            contact: accepted.contact,
            address: accepted.address.clone(),
            entry,
        }
    }

    /// The open session of an address.
    pub fn open(&self, tenant: &TenantId, address: &Address) -> Option<SessionId> {
        self.0.store.resolve(tenant, address)
    }

    /// News of a session from now on.
    pub fn watch(&self, session: SessionId) -> broadcast::Receiver<Arc<Published>> {
        self.0.hub.watch(session)
    }

    /// The newest `limit` turns after `after_turn`, oldest first. Reads the disk, and waits for it: not for use inside
    /// an async task.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn transcript(
        &self,
        tenant: &TenantId,
        session: SessionId,
        after_turn: u64,
        limit: usize,
    ) -> Result<Vec<TranscriptTurn>, EngineError> {
        let turns = self.0.store.turns(tenant, session, after_turn, limit)?;
        Ok(turns
            .into_iter()
            .map(|stored| shown(stored.record))
            .collect())
    }

    /// Why messages cannot be handled now; empty when they can.
    pub fn obstacles(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.0.draining.load(Ordering::Acquire) {
            reasons.push("the host is shutting down".to_owned());
        }
        if !self.0.store.is_healthy() {
            reasons.push("the store has failed".to_owned());
        }
        if self.0.catalog.load().packs().next().is_none() {
            reasons.push("no pack is installed".to_owned());
        }
        reasons
    }

    /// The installed packs.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.0.catalog()
    }

    /// Puts another set of packs in place. Turns that run keep the one they started with.
    pub fn install(&self, catalog: Catalog) {
        self.0.catalog.store(Arc::new(catalog));
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.store
    }

    /// Sessions that have a turn running or waiting.
    pub fn busy(&self) -> usize {
        self.0.mailboxes.len()
    }

    /// Takes nothing more, finishes what runs, at most `patience` long, and writes everything down. What is
    /// not finished by then is taken up at the next start.
    ///
    /// # Errors
    /// When the store could not write.
    pub async fn drain(&self, patience: Duration) -> Result<(), StoreError> {
        self.0.draining.store(true, Ordering::Release);
        self.0.timers_changed.notify_one();
        let all_idle = async {
            loop {
                let idle = self.0.idle.notified();
                tokio::pin!(idle);
                idle.as_mut().enable();
                if self.0.mailboxes.len() == 0 {
                    break;
                }
                idle.await;
            }
        };
        if tokio::time::timeout(patience, all_idle).await.is_err() {
            tracing::warn!(
                sessions = self.0.mailboxes.len(),
                "still busy at shutdown; the next start goes on with them"
            );
        }
        let store = Arc::clone(&self.0.store);
        tokio::task::spawn_blocking(move || store.flush())
            .await
            .unwrap_or(Ok(()))
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Acquire)
    }
}

impl Inner {
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// The locale the host speaks that comes nearest to what a channel knows.
    pub(crate) fn locale_for(&self, wanted: &str) -> String {
        match jackfield_core::language_of(wanted) {
            "zh" => "zh-CN".to_owned(),
            "en" => "en-US".to_owned(),
            _ => self.locale.clone(),
        }
    }

    fn order_of(&self, address: &Address) -> &Mutex<()> {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(address);
        &self.orders[hash as usize % ORDERS]
    }
}

/// What is left to do with a turn once it is durable.
struct News {
    turn: TranscriptTurn,
    outbox: Vec<OutboxEntry>,
    /// It set timers.
    timers: bool,
    fault: bool,
}

impl News {
    fn of(record: &TurnRecord) -> Self {
        Self {
            turn: TranscriptTurn {
                turn: record.session.turn,
                at: record.at,
                handled: record.handled.clone(),
                said: record.said.clone(),
                messages: record.messages.clone(),
                owner: record.session.owner.clone(),
                closed: record.session.closed,
            },
            outbox: record.outbox.clone(),
            timers: !record.timers_set.is_empty(),
            fault: record.decision.action == "fault",
        }
    }
}

fn shown(record: TurnRecord) -> TranscriptTurn {
    TranscriptTurn {
        turn: record.session.turn,
        at: record.at,
        handled: record.handled,
        said: record.said,
        messages: record.messages,
        owner: record.session.owner,
        closed: record.session.closed,
    }
}
