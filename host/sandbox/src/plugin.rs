//! A loaded component, and how one step of it is run.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use jackfield_core::{Digest, ErrorCode, Fault, Limits, PackId, Step, StepOutcome};
use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::{Engine, Store, UpdateDeadline};

use crate::adapter::{Adapter, Answered, Failed};
use crate::metrics::Metrics;
use crate::replay::PATIENCE;
use crate::run::{Run, Source};
use crate::schema::Schema;
use crate::step::{Divergence, StepResult};
use crate::stop::{Stop, printable};
use crate::world::{BoxFuture, World};
use crate::{check, outcome, state};

/// What a component may do, and how much of it.
#[derive(Debug, Clone)]
pub struct PluginSpec {
    /// The pack it belongs to, for logs and metrics.
    pub pack: PackId,
    /// Granted capabilities by name: `log`, `config`, `knowledge`, `tables`, `storage`, `http`.
    pub grants: BTreeSet<String>,
    /// Bounds. Memory above 128 MiB and tables above 20,000 elements are bounded by those.
    pub limits: Limits,
    /// JSON Schemas of the state of each flow that has one.
    pub schemas: BTreeMap<String, serde_json::Value>,
}

/// How a component came to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadReport {
    /// Whether the compiled code came from the cache.
    pub cached: bool,
    /// Time from the bytes to a plug-in that can run.
    pub time: Duration,
    /// Bytes of the component.
    pub component_bytes: usize,
    /// Bytes of the compiled code.
    pub compiled_bytes: usize,
}

/// A loaded component, ready to run. Cheap to clone.
#[derive(Clone)]
pub struct Plugin {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) digest: Digest,
    pub(crate) interfaces: Vec<String>,
    pub(crate) report: LoadReport,
    pub(crate) engine: Engine,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) adapter: Arc<dyn Adapter>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) schemas: Arc<BTreeMap<String, Schema>>,
    pub(crate) metrics: Arc<Metrics>,
    /// Keeps the ticker running as long as a plug-in can.
    pub(crate) _ticker: Arc<crate::ticker::Ticker>,
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin")
            .field("digest", &self.inner.digest)
            .field("interfaces", &self.inner.interfaces)
            .finish_non_exhaustive()
    }
}

impl Plugin {
    pub(crate) fn new(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// SHA-256 of the component.
    pub fn digest(&self) -> Digest {
        self.inner.digest
    }

    /// Names of the capabilities it imports functions from.
    pub fn interfaces(&self) -> &[String] {
        &self.inner.interfaces
    }

    /// How it was loaded.
    pub fn load_report(&self) -> &LoadReport {
        &self.inner.report
    }

    /// The same compiled component under other bounds.
    pub fn with_limits(&self, limits: Limits) -> Self {
        let inner = &*self.inner;
        Self::new(Inner {
            digest: inner.digest,
            interfaces: inner.interfaces.clone(),
            report: inner.report.clone(),
            engine: inner.engine.clone(),
            slots: Arc::clone(&inner.slots),
            adapter: Arc::clone(&inner.adapter),
            limits: Arc::new(limits),
            schemas: Arc::clone(&inner.schemas),
            metrics: Arc::clone(&inner.metrics),
            _ticker: Arc::clone(&inner._ticker),
        })
    }

    /// Runs one step in a fresh instance, after waiting for a free slot. Every failure is an outcome, and
    /// nothing of the guest survives the call.
    pub async fn handle(&self, step: &Step, world: Arc<dyn World>) -> StepResult {
        let deadline = world.deadline();
        let (result, _) = self.run_step(step, Source::World(world), deadline).await;
        self.inner.metrics.record(&result);
        result
    }

    /// Whether a state is one that this version's flow may have.
    ///
    /// # Errors
    /// The outcome of a step that would reply with it.
    pub fn check_state(&self, flow: &str, state: &str) -> Result<(), StepOutcome> {
        let Inner {
            schemas, limits, ..
        } = &*self.inner;
        Ok(state::check(state, schemas.get(flow), limits)?)
    }

    /// Brings a flow's state from an earlier `state-version` to the current one.
    ///
    /// # Errors
    /// The outcome of the step when the pack did not answer with a valid state.
    pub async fn migrate(&self, flow: &str, from: u32, state: &str) -> Result<String, StepOutcome> {
        let inner = &*self.inner;
        let deadline = Instant::now() + inner.limits.turn_time;
        let slot = self.slot(deadline).await;
        let mut store = self.store(Source::Nowhere)?;
        let ended = match slot {
            Some(_) => {
                within(
                    deadline,
                    inner.adapter.migrate(&mut store, flow, from, state),
                )
                .await
            }
            None => Err(Broken::OutOfTime),
        };
        let answer = ended
            .map_err(|broken| broken.explain(&store))?
            .map_err(|fault| StepOutcome::Faulted(bounded(fault)))?;
        state::check(&answer, inner.schemas.get(flow), &inner.limits)?;
        Ok(answer)
    }

    pub(crate) async fn run_step(
        &self,
        step: &Step,
        source: Source,
        deadline: Instant,
    ) -> (StepResult, Vec<Divergence>) {
        let inner = &*self.inner;
        let slot = self.slot(deadline).await;
        let mut store = match self.store(source) {
            Ok(store) => store,
            Err(stop) => return (StepResult::stopped(stop.into()), Vec::new()),
        };
        let ended = match slot {
            Some(_) => within(deadline, inner.adapter.handle(&mut store, step)).await,
            None => Err(Broken::OutOfTime),
        };
        let ended = ended.map_err(|broken| broken.explain(&store));
        store.data().clock.pause();
        let fuel = inner
            .limits
            .fuel
            .saturating_sub(store.get_fuel().unwrap_or(0));
        // Drops the instance: its memory goes back to the pool before the reply is looked at.
        let mut run = store.into_data();
        drop(slot);
        let outcome = match ended {
            Ok(Ok(reply)) => check::check(&reply, &inner.limits)
                .and_then(|()| {
                    state::check(&reply.state, inner.schemas.get(&step.flow), &inner.limits)
                })
                .map_or_else(StepOutcome::from, |()| {
                    StepOutcome::Replied(Box::new(reply))
                }),
            Ok(Err(fault)) => StepOutcome::Faulted(bounded(fault)),
            Err(stop) => stop.into(),
        };
        let (log, log_dropped) = run.take_log();
        let result = StepResult {
            storage_writes: match outcome {
                StepOutcome::Replied(_) => std::mem::take(&mut run.writes),
                StepOutcome::Faulted(_) | StepOutcome::Stopped { .. } => Vec::new(),
            },
            outcome,
            calls: std::mem::take(&mut run.calls),
            fuel,
            guest_micros: micros(run.clock.spent()),
            micros: micros(run.clock.total()),
            storage_read: run.storage_read,
            refused: std::mem::take(&mut run.refused),
            log,
            log_dropped,
            peak_memory: run.limiter.peak_memory(),
        };
        (result, run.into_divergences())
    }

    /// A free slot of the pool, unless the turn's time is over first.
    async fn slot(&self, deadline: Instant) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout_at(deadline.into(), self.inner.slots.acquire())
            .await
            .ok()?
            .ok()
    }

    /// A store with all limits set.
    pub(crate) fn store(&self, source: Source) -> Result<Store<Run>, Stop> {
        let inner = &*self.inner;
        let limits = &inner.limits;
        let guest_time = match &source {
            Source::Record(_) => limits.guest_time * PATIENCE,
            Source::World(_) | Source::Nowhere => limits.guest_time,
        };
        let mut store = Store::new(&inner.engine, Run::new(source, Arc::clone(limits)));
        store.set_fuel(limits.fuel).map_err(|error| {
            Stop::new(
                ErrorCode::Internal,
                format!("no fuel can be given: {error:#}"),
            )
        })?;
        store.limiter(|run| &mut run.limiter);
        store.set_hostcall_fuel(limits.lifted);
        store.set_max_component_handles(MOST_HANDLES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |store| {
            let clock = &store.data().clock;
            clock.pause();
            if clock.spent() >= guest_time {
                return Ok(UpdateDeadline::Interrupt);
            }
            let clock = Arc::clone(clock);
            let world = store.data().world();
            Ok(UpdateDeadline::YieldCustom(
                1,
                Box::pin(async move {
                    match world {
                        Some(world) => world.give_way().await,
                        None => tokio::task::yield_now().await,
                    }
                    clock.resume_after_tick();
                }),
            ))
        });
        Ok(store)
    }
}

/// Resource handles of one instance. The contract has no resources, so an honest guest needs none.
const MOST_HANDLES: usize = 64;

/// Why a call of the guest gave no answer.
enum Broken {
    OutOfTime,
    Panicked,
    Failed(Failed),
}

impl Broken {
    fn explain(self, store: &Store<Run>) -> Stop {
        match self {
            Self::OutOfTime => Stop::new(
                ErrorCode::TurnOutOfTime,
                "the turn's time was over before the step was",
            ),
            Self::Panicked => Stop::new(
                ErrorCode::Internal,
                "the host panicked in a host call of this step",
            ),
            Self::Failed(failed) => outcome::explain(&failed, store),
        }
    }
}

/// Waits for an answer of the guest as long as the turn may take. A guest that computes yields at every tick,
/// so the deadline holds for it too; and when it has passed, dropping the call ends the guest where it is.
async fn within<T>(
    deadline: Instant,
    call: BoxFuture<'_, Answered<T>>,
) -> Result<Result<T, Fault>, Broken> {
    match tokio::time::timeout_at(deadline.into(), AssertUnwindSafe(call).catch_unwind()).await {
        Err(_) => Err(Broken::OutOfTime),
        Ok(Err(_panic)) => Err(Broken::Panicked),
        Ok(Ok(answered)) => answered.map_err(Broken::Failed),
    }
}

fn bounded(fault: Fault) -> Fault {
    match fault {
        Fault::Unavailable(retry_after) => Fault::Unavailable(retry_after),
        Fault::Rejected(reason) => Fault::Rejected(printable(&reason)),
        Fault::Bug(text) => Fault::Bug(printable(&text)),
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
