//! How one call of a plug-in is run: among the others or aside, and what it sees of the world.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jackfield_core::{ErrorCode, Step};
use jackfield_sandbox::{StepResult, StorageView};
use tokio::sync::Notify;

use super::knowledge::asker;
use super::{Failed, PackStorage, Source, Turn};
use crate::aside::Outlook;
use crate::engine::Inner;
use crate::gate::{Gate, NoTime, Place};
use crate::installed::InstalledPack;
use crate::world::StepWorld;

/// How long a step that runs aside may take to notice that the turn's time is over; then it is not waited for.
const NOTICE: Duration = Duration::from_millis(250);

impl Turn<'_> {
    pub(super) async fn call(
        &mut self,
        pack: &Arc<InstalledPack>,
        step: &Step,
    ) -> Result<StepResult, Failed> {
        let storage = self.storage_of(pack)?;
        let engine = match self.source {
            Source::Live(engine) => engine,
            Source::Recorded(answers) => {
                let result = Box::pin(self.run_again(answers, pack, step)).await;
                return Ok(result);
            }
            Source::Staged(stage) => {
                let own = self.pack_world(pack);
                let run = stage.run(step, own, storage, &self.http_reads_left);
                return Ok(Box::pin(run).await);
            }
        };
        match pack.record.outlook() {
            Outlook::Quick => {
                let place = self.place(&engine.gate, pack).await?;
                may_run(pack)?;
                let world = self.world(engine, pack, storage, place, None);
                Ok(noted(pack, self.run_here(pack, step, &world).await))
            }
            Outlook::Unsure => Box::pin(self.run_until_long(engine, pack, step, storage)).await,
            Outlook::Long => Box::pin(self.run_aside(engine, pack, step, storage)).await,
        }
    }

    /// Runs a step among the others.
    async fn run_here(
        &self,
        pack: &InstalledPack,
        step: &Step,
        world: &Arc<StepWorld>,
    ) -> StepResult {
        let seen = Arc::clone(world) as Arc<dyn jackfield_sandbox::World>;
        let result = pack.plugin.handle(step, seen).await;
        self.end(world);
        result
    }

    /// Begins a step among the others. When it computes long, and has not waited for another system, it is begun anew aside:
    /// it has changed nothing yet.
    async fn run_until_long(
        &self,
        engine: &Inner,
        pack: &Arc<InstalledPack>,
        step: &Step,
        storage: StorageView,
    ) -> Result<StepResult, Failed> {
        let place = self.place(&engine.gate, pack).await?;
        // Others of its pack may have shown meanwhile what it is.
        if pack.record.outlook() == Outlook::Long {
            drop(place);
            return self.run_aside(engine, pack, step, storage).await;
        }
        may_run(pack)?;
        // While the threads aside get no processor it is better off here.
        let long = (!engine.aside.is_starving()).then(Notify::new);
        let world = self.world(engine, pack, storage.clone(), place, long);
        let is_long = async {
            match &world.long {
                Some(long) => long.notified().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = is_long => {}
            result = self.run_here(pack, step, &world) => return Ok(noted(pack, result)),
        }
        // Those that come next need not wait for its end to know.
        pack.record.note_long();
        self.end(&world);
        self.run_aside(engine, pack, step, storage).await
    }

    /// Runs a step aside. When the threads there get no processor it is given up and begun anew among the others.
    async fn run_aside(
        &self,
        engine: &Inner,
        pack: &Arc<InstalledPack>,
        step: &Step,
        storage: StorageView,
    ) -> Result<StepResult, Failed> {
        let aside = &engine.aside;
        let begun = OnceLock::new();
        let there = async {
            let place = self.place(&aside.gate, pack).await?;
            may_run(pack)?;
            let world =
                begun.get_or_init(|| self.world(engine, pack, storage.clone(), place, None));
            let seen = Arc::clone(world) as Arc<dyn jackfield_sandbox::World>;
            let (plugin, step) = (pack.plugin.clone(), step.clone());
            let ended = aside
                .run(async move { plugin.handle(&step, seen).await })
                .await;
            self.end(world);
            ended.map_err(|error| Failed::Stopped {
                code: ErrorCode::Internal,
                detail: format!("the step was lost: {error}"),
            })
        };
        let rescued = async {
            aside
                .starves(|| begun.get().and_then(|world| world.computes()))
                .await;
            aside.rescue().await
        };
        let either = async {
            let _right = if aside.is_starving() {
                rescued.await
            } else {
                tokio::select! {
                    result = there => return result,
                    right = rescued => right,
                }
            };
            let place = self.place(&engine.gate, pack).await?;
            match begun.get() {
                Some(given_up) => {
                    given_up.give_up();
                    self.count_reads(given_up);
                }
                None => may_run(pack)?,
            }
            let world = self.world(engine, pack, storage.clone(), place, None);
            Ok(self.run_here(pack, step, &world).await)
        };
        // The turn's time ends for who waits here, also when the threads aside do not come to notice it.
        let ended = tokio::time::timeout_at((self.deadline + NOTICE).into(), either).await;
        let result = ended
            .unwrap_or_else(|_| Err(out_of_time("the turn's time was over before the step was")))?;
        Ok(noted(pack, result))
    }

    /// Waits for a place at a gate.
    async fn place(&self, gate: &Arc<Gate>, pack: &InstalledPack) -> Result<Place, Failed> {
        let entering = gate.enter(pack.digest, self.deadline);
        match tokio::time::timeout_at(self.deadline.into(), entering).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(refused)) => Err(no_time(refused)),
            Err(_) => Err(out_of_time(
                "the turn's time was over before the step could begin",
            )),
        }
    }

    /// What the step sees of the world.
    fn world(
        &self,
        engine: &Inner,
        pack: &Arc<InstalledPack>,
        storage: StorageView,
        place: Place,
        long: Option<Notify>,
    ) -> Arc<StepWorld> {
        let reads_left = self.http_reads_left.load(Ordering::Relaxed);
        Arc::new(StepWorld {
            pack: Arc::clone(pack),
            model: Arc::clone(&self.catalog.model),
            // Its own articles, also while another pack's flow is active.
            asker: asker(&self.session, self.at, Some(pack.id())),
            storage,
            http_reads_left: AtomicU32::new(reads_left),
            deadline: self.deadline,
            egress: engine.egress.clone(),
            limits: engine.limits.clone(),
            runtime: tokio::runtime::Handle::current(),
            place: parking_lot::Mutex::new(Some(place)),
            long,
            has_read: AtomicBool::new(false),
        })
    }

    /// A step is over: its place is free, and what it read counts.
    fn end(&self, world: &StepWorld) {
        drop(world.place.lock().take());
        self.count_reads(world);
    }

    fn count_reads(&self, world: &StepWorld) {
        let left = world.http_reads_left.load(Ordering::Relaxed);
        self.http_reads_left.store(left, Ordering::Relaxed);
    }

    fn storage_of(&mut self, pack: &InstalledPack) -> Result<StorageView, Failed> {
        if !pack
            .plugin
            .interfaces()
            .iter()
            .any(|interface| interface == "storage")
        {
            return Ok(StorageView::default());
        }
        if let Some(kept) = self
            .draft
            .storage
            .iter()
            .find(|kept| kept.pack == *pack.id())
        {
            return Ok(kept.view.clone());
        }
        let (view, version) = match self.source {
            Source::Live(engine) => {
                let contact = self.session.contact;
                let snapshot = engine.store.storage(&self.tenant, pack.id(), contact)?;
                let view = StorageView::new(snapshot.values.clone(), snapshot.bytes);
                (view, snapshot.version)
            }
            // What was read stands in the record.
            Source::Recorded(_) => (StorageView::default(), 0),
            Source::Staged(stage) => (stage.storage(pack.id()), 0),
        };
        self.draft.storage.push(PackStorage {
            pack: pack.id().clone(),
            view: view.clone(),
            writes: Vec::new(),
            version: jackfield_store::StorageRead {
                pack: pack.id().clone(),
                version,
            },
            read: false,
        });
        Ok(view)
    }

    pub(super) fn keep_storage(&mut self, pack: &InstalledPack, result: &StepResult) {
        if let Some(kept) = self
            .draft
            .storage
            .iter_mut()
            .find(|kept| kept.pack == *pack.id())
        {
            kept.view.apply(&result.storage_writes);
            kept.writes.extend(result.storage_writes.iter().cloned());
            kept.read |= result.storage_read;
        }
    }
}

/// Notes how a step went.
fn noted(pack: &InstalledPack, result: StepResult) -> StepResult {
    let computed = Duration::from_micros(result.guest_micros);
    pack.record.note(&result.outcome, computed);
    result
}

/// Whether the pack's breaker lets a step run. Steps that waited may have seen others of their pack fail.
fn may_run(pack: &InstalledPack) -> Result<(), Failed> {
    if pack.breaker.allows(Instant::now()) {
        Ok(())
    } else {
        Err(switched_off(pack))
    }
}

fn no_time(NoTime { waiting }: NoTime) -> Failed {
    out_of_time(&format!(
        "{waiting} steps of the pack wait already: this one would not begin in the turn's time"
    ))
}

fn out_of_time(detail: &str) -> Failed {
    Failed::Stopped {
        code: ErrorCode::TurnOutOfTime,
        detail: detail.to_owned(),
    }
}

pub(super) fn switched_off(pack: &InstalledPack) -> Failed {
    Failed::Stopped {
        code: ErrorCode::BreakerOpen,
        detail: pack.id().to_string(),
    }
}
