//! The engine: what it consists of, how it starts and ends, what can be asked of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use jackfield_core::{
    Address, Digest, Limits, PackId, Published, SessionId, TenantId, TranscriptTurn, TurnRecord,
};
use jackfield_language::LanguageError;
use jackfield_store::{Pending, Store, StoreError};
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast, mpsc};
use url::Url;

use crate::aside::Aside;
use crate::codes::CodeDelivery;
use crate::egress::Egress;
use crate::error::EngineError;
use crate::fleet::Fleet;
use crate::gate::Gate;
use crate::hub::Hub;
use crate::installed::Catalog;
use crate::mailbox::{Mailboxes, Waiting};
use crate::options::Options;
use crate::phrases::Phrases;
use crate::{outbox, timers};

/// Locks that order the acceptance of events of one address; a power of two.
const ORDERS: usize = 64;

/// Runs conversations. Cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    fleets: ArcSwap<HashMap<TenantId, Arc<Fleet>>>,
    /// Where versions are reported that did badly.
    pub(crate) regressions: mpsc::UnboundedSender<Regression>,
    reported: Mutex<Option<mpsc::UnboundedReceiver<Regression>>>,
    pub(crate) phrases: Phrases,
    pub(crate) egress: Egress,
    /// For steps of packs that are quick, and for others when nothing is left for them aside.
    pub(crate) gate: Arc<Gate>,
    /// For steps of packs that are not.
    pub(crate) aside: Aside,
    pub(crate) limits: Limits,
    pub(crate) code_delivery: CodeDelivery,
    pub(crate) secret: [u8; 32],
    pub(crate) give_up_after: Duration,
    pub(crate) locale: String,
    pub(crate) mailboxes: Mailboxes,
    orders: Vec<Mutex<()>>,
    pub(crate) hub: Hub,
    pub(crate) draining: AtomicBool,
    /// Held by the one turn under way that may be what ended the process.
    pub(crate) suspect: tokio::sync::Mutex<()>,
    /// Woken when a mailbox is done.
    pub(crate) idle: Notify,
    /// Woken when a turn set a timer.
    pub(crate) timers_changed: Notify,
    /// Requests of committed turns on their way to the outbox.
    pub(crate) outbox: outbox::Queue,
    /// Where other systems reach this host.
    pub(crate) public: OnceLock<Url>,
}

/// A version that did badly while it was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regression {
    /// Whose.
    pub tenant: TenantId,
    /// Of which pack.
    pub pack: PackId,
    /// Which version.
    pub digest: Digest,
    /// What was seen.
    pub reason: String,
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
        let fleet = Arc::new(Fleet::new(Arc::new(catalog), Vec::new()));
        let (regressions, reported) = mpsc::unbounded_channel();
        let seats_aside = options.instances / 4;
        Ok(Self(Arc::new(Inner {
            store,
            fleets: ArcSwap::from_pointee(HashMap::from([(TenantId::default(), fleet)])),
            regressions,
            reported: Mutex::new(Some(reported)),
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
            public: OnceLock::new(),
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
        Ok(turns.iter().map(|stored| shown(&stored.record)).collect())
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
        let fleets = self.0.fleets.load();
        if fleets
            .values()
            .all(|fleet| fleet.current().packs().next().is_none())
        {
            reasons.push("no pack is installed".to_owned());
        }
        reasons
    }

    /// The current packs of the tenant that exists from the start.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(self.fleet(&TenantId::default()).current())
    }

    /// What a tenant's conversations are held on.
    pub fn fleet(&self, tenant: &TenantId) -> Arc<Fleet> {
        self.0.fleet(tenant)
    }

    /// Puts another set of packs in place for the tenant that exists from the start, with nothing on trial.
    pub fn install(&self, catalog: Catalog) {
        let fleet = Fleet::new(Arc::new(catalog), Vec::new());
        self.put_in_place(TenantId::default(), fleet);
    }

    /// Puts another fleet in place. Turns that run keep the catalog they started with.
    pub fn put_in_place(&self, tenant: TenantId, fleet: Fleet) {
        let fleet = Arc::new(fleet);
        self.0.fleets.rcu(|fleets| {
            let mut fleets = HashMap::clone(fleets);
            fleets.insert(tenant.clone(), Arc::clone(&fleet));
            fleets
        });
    }

    /// Versions that do badly while they are tried, as it turns out. Turns are no longer held on them by then. To be asked
    /// for once.
    pub fn regressions(&self) -> Option<mpsc::UnboundedReceiver<Regression>> {
        self.0.reported.lock().take()
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
    /// What a tenant's conversations are held on: those of a tenant without packs of its own, on what the tenant has that
    /// exists from the start.
    pub(crate) fn fleet(&self, tenant: &TenantId) -> Arc<Fleet> {
        let fleets = self.fleets.load();
        let fleet = fleets
            .get(tenant)
            .or_else(|| fleets.get(&TenantId::default()));
        match fleet {
            Some(fleet) => Arc::clone(fleet),
            None => unreachable!("the first tenant has a fleet from the start"),
        }
    }

    pub(crate) fn order_of(&self, address: &Address) -> &Mutex<()> {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(address);
        &self.orders[hash as usize % ORDERS]
    }
}

/// What a client may see of a turn.
pub(crate) fn shown(record: &TurnRecord) -> TranscriptTurn {
    TranscriptTurn {
        turn: record.session.turn,
        at: record.at,
        handled: record.handled.clone(),
        said: record.said.clone(),
        unasked: record.session.unasked,
        messages: record.messages.clone(),
        owner: record.session.owner.clone(),
        closed: record.session.closed,
    }
}
