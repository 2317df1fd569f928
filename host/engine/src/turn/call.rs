//! How one call of a plug-in is run: among the others or aside, and what it sees of the world.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jackfield_core::{ErrorCode, Step};
use jackfield_sandbox::{StepResult, StorageView};

use super::{Failed, PackStorage, Turn};
use crate::aside::{Expected, WayAside};
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
        match pack.record.expected() {
            Expected::Quick => {
                let place = self.place(&self.engine.gate, pack).await?;
                may_run(pack)?;
                let world = self.world(pack, storage, place, None);
                Ok(noted(pack, self.run_here(pack, step, &world).await))
            }
            Expected::Unsure => Box::pin(self.run_until_long(pack, step, storage)).await,
            Expected::Long => {
                let result = Box::pin(self.run_aside(pack, step, storage, None)).await?;
                Ok(noted(pack, result))
            }
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

    /// Begins a step among the others, and goes on with it aside when it computes long.
    async fn run_until_long(
        &self,
        pack: &Arc<InstalledPack>,
        step: &Step,
        storage: StorageView,
    ) -> Result<StepResult, Failed> {
        let aside = &self.engine.aside;
        let place = self.place(&self.engine.gate, pack).await?;
        // Others of its pack may have shown meanwhile what it is.
        if pack.record.expected() == Expected::Long {
            drop(place);
            let result = self.run_aside(pack, step, storage, None).await?;
            return Ok(noted(pack, result));
        }
        may_run(pack)?;
        let way = (!aside.is_starving()).then(|| WayAside::to(&aside.gate));
        let world = self.world(pack, storage.clone(), place, way);
        let mut begun = Begun::new(pack, step, world);
        let is_long = async {
            match &begun.world.way_aside {
                Some(way) => way.taken().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            moved = is_long => moved.map_err(no_time)?,
            result = &mut begun.running => {
                self.end(&begun.world);
                return Ok(noted(pack, result));
            }
        }
        self.run_aside(pack, step, storage, Some(begun)).await
    }

    /// Runs a step aside, or the rest of one that was begun among the others. When the threads there get no processor it is
    /// given up and begun anew among the others: it has changed nothing yet.
    async fn run_aside(
        &self,
        pack: &Arc<InstalledPack>,
        step: &Step,
        storage: StorageView,
        begun: Option<Begun>,
    ) -> Result<StepResult, Failed> {
        let aside = &self.engine.aside;
        let under_way = OnceLock::new();
        let there = async {
            let begun = match begun {
                Some(begun) => begun,
                None => {
                    let place = self.place(&aside.gate, pack).await?;
                    may_run(pack)?;
                    Begun::new(pack, step, self.world(pack, storage.clone(), place, None))
                }
            };
            let world = under_way.get_or_init(|| begun.world);
            let ended = aside.run(begun.running).await;
            self.end(world);
            ended.map_err(|error| Failed::Stopped {
                code: ErrorCode::Internal,
                detail: format!("the step was lost: {error}"),
            })
        };
        let rescued = async {
            aside
                .starves(|| under_way.get().and_then(|world| world.computes()))
                .await;
            aside.rescue().await
        };
        let either = async {
            let _right = if aside.is_starving() {
                drop(there);
                rescued.await
            } else {
                tokio::select! {
                    result = there => return result,
                    right = rescued => right,
                }
            };
            let place = self.place(&self.engine.gate, pack).await?;
            match under_way.get() {
                Some(given_up) => {
                    given_up.give_up();
                    let left = given_up.http_reads_left.load(Ordering::Relaxed);
                    self.http_reads_left.store(left, Ordering::Relaxed);
                }
                None => may_run(pack)?,
            }
            let world = self.world(pack, storage.clone(), place, None);
            Ok(self.run_here(pack, step, &world).await)
        };
        // The turn's time ends for who waits here, also when the threads aside do not come to notice it.
        tokio::time::timeout_at((self.deadline + NOTICE).into(), either)
            .await
            .unwrap_or_else(|_| Err(out_of_time("the turn's time was over before the step was")))
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
        pack: &Arc<InstalledPack>,
        storage: StorageView,
        place: Place,
        way_aside: Option<WayAside>,
    ) -> Arc<StepWorld> {
        let reads_left = self.http_reads_left.load(Ordering::Relaxed);
        Arc::new(StepWorld {
            pack: Arc::clone(pack),
            model: Arc::clone(&self.catalog.model),
            locale: self.session.locale.clone(),
            storage,
            http_reads_left: AtomicU32::new(reads_left),
            deadline: self.deadline,
            egress: self.engine.egress.clone(),
            limits: self.engine.limits.clone(),
            runtime: tokio::runtime::Handle::current(),
            place: parking_lot::Mutex::new(Some(place)),
            way_aside,
        })
    }

    /// A step is over: its place is free, and what it read counts.
    fn end(&self, world: &StepWorld) {
        drop(world.place.lock().take());
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
        let snapshot = self
            .engine
            .store
            .storage(&self.tenant, pack.id(), self.session.contact)?;
        let view = StorageView::new(snapshot.values.clone(), snapshot.bytes);
        self.draft.storage.push(PackStorage {
            pack: pack.id().clone(),
            view: view.clone(),
            writes: Vec::new(),
            version: jackfield_store::StorageRead {
                pack: pack.id().clone(),
                version: snapshot.version,
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

/// A step that any thread can go on with.
struct Begun {
    world: Arc<StepWorld>,
    running: Pin<Box<dyn Future<Output = StepResult> + Send>>,
}

impl Begun {
    fn new(pack: &InstalledPack, step: &Step, world: Arc<StepWorld>) -> Self {
        let seen = Arc::clone(&world) as Arc<dyn jackfield_sandbox::World>;
        let (plugin, step) = (pack.plugin.clone(), step.clone());
        let running = Box::pin(async move { plugin.handle(&step, seen).await });
        Self { world, running }
    }
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
        "{waiting} steps of the pack wait already: this one would not be over in the turn's time"
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
