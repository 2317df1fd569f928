//! Runs plug-ins: one call after another until the flow waits, within the limits of a turn.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jackfield_core::{
    ErrorCode, Event, Expectation, Expected, Fault, FlowId, Frame, NamedValue, Next, Owner, Reply,
    Step, StepOutcome, StepRecord,
};
use jackfield_sandbox::{LogLevel, StepResult, StorageView};

use super::blame::{blame_reply, blame_step, stopped};
use super::{Failed, PackStorage, Turn};
use crate::channel_view;
use crate::gate::{Gate, NoTime};
use crate::installed::InstalledPack;
use crate::world::StepWorld;

/// How long a step that runs aside may take to notice that the turn's time is over; then it is not waited for.
const NOTICE: Duration = Duration::from_millis(250);

impl Turn<'_> {
    /// Puts a new frame on the stack and runs it.
    pub(super) async fn start_flow(
        &mut self,
        flow: FlowId,
        arguments: Vec<NamedValue>,
        called: bool,
    ) -> Result<(), Failed> {
        let frame = self.push_frame(flow, called)?;
        self.tell(frame, vec![Event::Started(arguments)]).await
    }

    fn push_frame(&mut self, flow: FlowId, called: bool) -> Result<u32, Failed> {
        let Some(pack) = self
            .catalog
            .pack(&flow.pack)
            .filter(|pack| pack.flow(&flow.flow).is_some())
        else {
            return Err(Failed::Stopped {
                code: ErrorCode::UnknownFlow,
                detail: flow.to_string(),
            });
        };
        // A new flow asks for what it needs itself; an open question of the host belongs to the old one.
        self.session.asking = None;
        let id = self.session.fresh_id();
        self.session.frames.push(Frame {
            id,
            flow,
            pack: pack.digest,
            state: None,
            state_version: pack.manifest.pack.state_version,
            slots: Vec::new(),
            expects: Expectation::default(),
            step: String::new(),
            prompt: None,
            choice_ids: Vec::new(),
            called,
            returns: 0,
        });
        Ok(id)
    }

    /// Takes a frame off the stack, with its timers and what it waited for.
    pub(super) fn drop_frame(&mut self, frame: u32) {
        self.session.frames.retain(|f| f.id != frame);
        self.session.timers.retain(|timer| timer.frame != frame);
        self.session
            .awaiting
            .retain(|awaiting| awaiting.frame != frame);
    }

    /// Tells a frame that it ends; whatever it answers or fails with, it ends.
    pub(super) async fn tell_cancelled(&mut self, frame: u32) {
        if self.steps_left() == 0 {
            return;
        }
        let Ok(pack) = self.pack_of(frame).await else {
            return;
        };
        let event = Event::Cancelled("the contact cancelled".to_owned());
        if let Ok(reply) = self.step(&pack, frame, vec![event]).await {
            pack.breaker.succeeded();
            self.clean_up_effects(frame, reply.effects);
        }
    }

    fn steps_left(&self) -> u32 {
        self.engine
            .limits
            .steps
            .saturating_sub(u32::try_from(self.steps.len()).unwrap_or(u32::MAX))
    }

    /// Delivers events to a frame and goes on until some flow waits. Only then have the packs done well: a reply
    /// that cannot be used, and one more that never ends in waiting, are faults like any other.
    pub(super) async fn tell(&mut self, frame: u32, events: Vec<Event>) -> Result<(), Failed> {
        let mut replied = Vec::new();
        let told = self.tell_on(frame, events, &mut replied).await;
        for pack in replied {
            pack.breaker.succeeded();
        }
        told
    }

    async fn tell_on(
        &mut self,
        frame: u32,
        events: Vec<Event>,
        replied: &mut Vec<Arc<InstalledPack>>,
    ) -> Result<(), Failed> {
        let mut next = Some((frame, events));
        while let Some((frame, events)) = next.take() {
            let pack = self.pack_of(frame).await?;
            let news = |event: &Event| {
                !matches!(
                    event,
                    Event::Resumed | Event::Silent(_) | Event::Verified(_)
                )
            };
            if events.iter().any(news) {
                self.goes_on(frame);
            }
            replied.retain(|other| other.digest != pack.digest);
            let reply = self.step(&pack, frame, events).await?;
            next = self
                .apply(frame, reply)
                .inspect_err(|failed| blame_reply(&pack, failed))?;
            replied.push(pack);
        }
        Ok(())
    }

    /// The contact goes on with a flow, or it has something new for them.
    pub(super) fn goes_on(&mut self, frame: u32) {
        let mut frames = self.session.frames.iter_mut();
        if let Some(frame) = frames.find(|f| f.id == frame) {
            frame.returns = 0;
        }
    }

    /// Goes back to the flow that the contact was led away from.
    pub(super) fn go_back(&mut self) -> Option<(u32, Vec<Event>)> {
        let below = self.session.frames.last_mut()?;
        below.returns += 1;
        let below = below.clone();
        if self.is_left(&below) {
            return None;
        }
        self.say_back(&below.flow);
        Some((below.id, vec![Event::Resumed]))
    }

    /// Whether the contact turned away from a question twice: it is not asked for ever. The flow still waits, so this is
    /// only for questions that nothing said by the way can answer: never for a yes or a free text.
    pub(super) fn is_left(&self, frame: &Frame) -> bool {
        let plain = match &frame.expects.what {
            Expected::Choice => true,
            Expected::Slot(slot) => self
                .slot_kind(frame, slot)
                .is_some_and(|kind| kind != "text"),
            Expected::YesNo | Expected::Digits { .. } | Expected::Anything => false,
        };
        frame.returns > 1 && plain
    }

    /// One call of a plug-in, recorded however it ends.
    async fn step(
        &mut self,
        pack: &Arc<InstalledPack>,
        frame: u32,
        events: Vec<Event>,
    ) -> Result<Reply, Failed> {
        if self.steps_left() == 0 {
            stopped(pack, ErrorCode::TooManySteps);
            return Err(Failed::Stopped {
                code: ErrorCode::TooManySteps,
                detail: self.engine.limits.steps.to_string(),
            });
        }
        if pack.breaker.is_open(Instant::now()) {
            return Err(switched_off(pack));
        }
        let Some(found) = self.session.frames.iter().find(|f| f.id == frame) else {
            return Err(Failed::Flow(Fault::Bug(format!("frame {frame} is gone"))));
        };
        let flow = found.flow.clone();
        let step = Step {
            session: self.session.id.to_string(),
            turn: self.session.turn + 1,
            step: u32::try_from(self.steps.len()).unwrap_or(u32::MAX) + 1,
            now: self.at,
            time_zone: self.session.time_zone.clone(),
            seed: self.seed,
            locale: self.session.locale.clone(),
            channel: channel_view(&self.session.address),
            contact: jackfield_core::ContactView {
                id: self.session.contact.to_string(),
                verification: self.session.verification,
                attributes: Vec::new(),
            },
            flow: flow.flow.as_str().to_owned(),
            frame: frame.to_string(),
            state: found.state.clone(),
            state_version: found.state_version,
            slots: found.slots.clone(),
            events,
        };
        let result = self.call(pack, &step).await?;
        blame_step(pack, &result.outcome);
        self.log(pack, &flow, &result);
        self.keep_storage(pack, &result);
        let outcome = result.outcome.clone();
        self.steps.push(StepRecord {
            flow,
            frame,
            pack: pack.digest,
            events: step.events,
            outcome: result.outcome,
            calls: result.calls,
            fuel: result.fuel,
            micros: result.micros,
        });
        match outcome {
            StepOutcome::Replied(reply) => Ok(*reply),
            StepOutcome::Faulted(fault) => Err(Failed::Flow(fault)),
            StepOutcome::Stopped { code, detail } => Err(Failed::Stopped { code, detail }),
        }
    }

    async fn call(&mut self, pack: &Arc<InstalledPack>, step: &Step) -> Result<StepResult, Failed> {
        let storage = self.storage_of(pack)?;
        let result = if pack.record.is_quick() {
            self.run_among_others(pack, step, storage).await?
        } else {
            Box::pin(self.run_aside(pack, step, storage)).await?
        };
        let computed = Duration::from_micros(result.guest_micros);
        pack.record.note(&result.outcome, computed);
        Ok(result)
    }

    async fn run_among_others(
        &self,
        pack: &Arc<InstalledPack>,
        step: &Step,
        storage: StorageView,
    ) -> Result<StepResult, Failed> {
        let world = self.begin(&self.engine.gate, pack, storage).await?;
        may_run(pack)?;
        Ok(self.run_here(pack, step, &world).await)
    }

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

    /// Runs a step aside. When the threads there get no processor it is given up and begun anew among the others: it has
    /// changed nothing yet.
    async fn run_aside(
        &self,
        pack: &Arc<InstalledPack>,
        step: &Step,
        storage: StorageView,
    ) -> Result<StepResult, Failed> {
        let aside = &self.engine.aside;
        let begun = OnceLock::new();
        let there = async {
            let world = self.begin(&aside.gate, pack, storage.clone()).await?;
            may_run(pack)?;
            let world = begun.get_or_init(|| world);
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
            let world = self.begin(&self.engine.gate, pack, storage.clone()).await?;
            match begun.get() {
                Some(given_up) => given_up.give_up(),
                None => may_run(pack)?,
            }
            Ok(self.run_here(pack, step, &world).await)
        };
        // The turn's time ends for who waits here, also when the threads aside do not come to notice it.
        tokio::time::timeout_at((self.deadline + NOTICE).into(), either)
            .await
            .unwrap_or_else(|_| Err(out_of_time("the turn's time was over before the step was")))
    }

    /// Waits for a place at a gate and makes what the step sees of the world.
    async fn begin(
        &self,
        gate: &Arc<Gate>,
        pack: &Arc<InstalledPack>,
        storage: StorageView,
    ) -> Result<Arc<StepWorld>, Failed> {
        let entering = gate.enter(pack.digest, self.deadline);
        let place = match tokio::time::timeout_at(self.deadline.into(), entering).await {
            Ok(Ok(place)) => place,
            Ok(Err(NoTime { waiting })) => {
                return Err(out_of_time(&format!(
                    "{waiting} steps of the pack wait already: this one would not begin in the turn's time"
                )));
            }
            Err(_) => {
                return Err(out_of_time(
                    "the turn's time was over before the step could begin",
                ));
            }
        };
        let reads_left = self.http_reads_left.load(Ordering::Relaxed);
        Ok(Arc::new(StepWorld {
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
        }))
    }

    /// A step is over: its place is free, and what it read counts.
    fn end(&self, world: &StepWorld) {
        drop(world.place.lock().take());
        let left = world.http_reads_left.load(Ordering::Relaxed);
        self.http_reads_left.store(left, Ordering::Relaxed);
    }

    /// The pack version a frame runs on; one that is no longer there is replaced by the current one.
    async fn pack_of(&mut self, frame: u32) -> Result<Arc<InstalledPack>, Failed> {
        let Some(found) = self.session.frames.iter().find(|f| f.id == frame) else {
            return Err(Failed::Flow(Fault::Bug(format!("frame {frame} is gone"))));
        };
        if let Some(pack) = self.catalog.version(&found.pack) {
            return Ok(Arc::clone(pack));
        }
        let flow = found.flow.clone();
        let Some(pack) = self.catalog.pack(&flow.pack).cloned() else {
            return Err(Failed::Stopped {
                code: ErrorCode::UnknownFlow,
                detail: flow.to_string(),
            });
        };
        let current = pack.manifest.pack.state_version;
        let migrated = match &found.state {
            Some(state) if found.state_version != current => {
                let migrated = pack
                    .plugin
                    .migrate(flow.flow.as_str(), found.state_version, state)
                    .await;
                Some(migrated.map_err(|outcome| match outcome {
                    StepOutcome::Faulted(fault) => Failed::Flow(fault),
                    StepOutcome::Stopped { code, detail } => Failed::Stopped { code, detail },
                    StepOutcome::Replied(_) => {
                        Failed::Flow(Fault::Bug("migrate replied".to_owned()))
                    }
                })?)
            }
            _ => None,
        };
        if let Some(found) = self.session.frames.iter_mut().find(|f| f.id == frame) {
            if let Some(state) = migrated {
                found.state = Some(state);
            }
            found.state_version = current;
            found.pack = pack.digest;
        }
        Ok(pack)
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

    fn keep_storage(&mut self, pack: &InstalledPack, result: &StepResult) {
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

    fn log(&self, pack: &InstalledPack, flow: &FlowId, result: &StepResult) {
        for line in &result.log {
            let (pack, flow, session) = (pack.id(), &flow.flow, self.session.id);
            match line.level {
                LogLevel::Debug => {
                    tracing::debug!(target: "pack", %pack, %flow, %session, "{}", line.text)
                }
                LogLevel::Info => {
                    tracing::info!(target: "pack", %pack, %flow, %session, "{}", line.text)
                }
                LogLevel::Warn => {
                    tracing::warn!(target: "pack", %pack, %flow, %session, "{}", line.text)
                }
                LogLevel::Error => {
                    tracing::error!(target: "pack", %pack, %flow, %session, "{}", line.text)
                }
            }
        }
        if let StepOutcome::Stopped { code, detail } = &result.outcome {
            tracing::warn!(pack = %pack.id(), %flow, session = %self.session.id, %code, "step stopped: {detail}");
        }
    }

    /// Takes a reply into the session. What it says next is the next step, if there is one.
    fn apply(&mut self, frame: u32, reply: Reply) -> Result<Option<(u32, Vec<Event>)>, Failed> {
        self.check(frame, &reply)?;
        self.session.failed = 0;
        let messages_before = self.draft.messages.len();
        let pack = self.current_pack(frame)?;
        let choice_ids = self.render(&pack, &reply.messages);
        let prompt = self
            .draft
            .messages
            .get(messages_before..)
            .and_then(<[_]>::last)
            .cloned();
        if let Some(found) = self.session.frames.iter_mut().find(|f| f.id == frame) {
            found.state = Some(reply.state);
            found.state_version = pack.manifest.pack.state_version;
            found.slots = reply.slots;
            found.expects = reply.expects;
            found.step = reply.step;
            if prompt.is_some() {
                found.prompt = prompt;
                found.choice_ids = choice_ids;
            }
        }
        self.perform(&pack, frame, reply.effects)?;
        self.watch_silence(frame);
        let said_something = self.draft.messages.len() > messages_before;
        self.follow(frame, reply.then, said_something)
    }

    pub(super) fn current_pack(&self, frame: u32) -> Result<Arc<InstalledPack>, Failed> {
        self.session
            .frames
            .iter()
            .find(|f| f.id == frame)
            .and_then(|f| self.catalog.version(&f.pack))
            .cloned()
            .ok_or_else(|| Failed::Flow(Fault::Bug(format!("frame {frame} is gone"))))
    }

    /// A reply may only use what the manifest declares.
    fn check(&self, frame: u32, reply: &Reply) -> Result<(), Failed> {
        let pack = self.current_pack(frame)?;
        let bad = |detail: String| Failed::Stopped {
            code: ErrorCode::BadReply,
            detail,
        };
        let Some(found) = self.session.frames.iter().find(|f| f.id == frame) else {
            return Ok(());
        };
        let Some(spec) = pack.flow(&found.flow.flow) else {
            return Err(Failed::Stopped {
                code: ErrorCode::UnknownFlow,
                detail: found.flow.to_string(),
            });
        };
        if !spec.steps.contains(&reply.step) {
            return Err(bad(format!(
                "the step label `{}` is not listed in pack.toml for {}",
                reply.step, found.flow
            )));
        }
        if let Some(slot) = reply
            .slots
            .iter()
            .find(|slot| !spec.slots.contains_key(&slot.name))
        {
            return Err(bad(format!(
                "the slot `{}` is not declared in pack.toml for {}",
                slot.name, found.flow
            )));
        }
        Ok(())
    }

    fn follow(
        &mut self,
        frame: u32,
        then: Next,
        said_something: bool,
    ) -> Result<Option<(u32, Vec<Event>)>, Failed> {
        match then {
            Next::Wait => Ok(None),
            Next::Done(results) => Ok(self.complete(frame, results)),
            Next::Call { flow, arguments } => {
                let flow = self.callable(frame, &flow)?;
                let callee = self.push_frame(flow, true)?;
                Ok(Some((callee, vec![Event::Started(arguments)])))
            }
            Next::Verify(level) => Ok(self.verify(frame, level).map(|event| (frame, vec![event]))),
            Next::HandOff { queue, reason } => {
                self.decide("hand-off", reason);
                self.session.owner = Owner::Queue(queue);
                self.session.asking = None;
                if !said_something {
                    self.say("handed-off", &[]);
                }
                Ok(None)
            }
            Next::Close => {
                self.session.frames.clear();
                self.session.timers.clear();
                self.session.awaiting.clear();
                self.session.asking = None;
                self.session.closed = true;
                Ok(None)
            }
            Next::Other(extension) => Err(Failed::Stopped {
                code: ErrorCode::BadReply,
                detail: format!("this host does not know the next step `{}`", extension.name),
            }),
        }
    }

    /// A frame is complete: its caller gets the results, or the flow it interrupted goes on.
    fn complete(&mut self, frame: u32, results: Vec<NamedValue>) -> Option<(u32, Vec<Event>)> {
        let at = self.session.frames.iter().position(|f| f.id == frame)?;
        let was_active = at + 1 == self.session.frames.len();
        let done = self.session.frames.get(at)?.clone();
        self.drop_frame(frame);
        self.drop_superseded(&done);
        if !was_active {
            return None;
        }
        let below = self.session.active()?.clone();
        if done.called {
            let returned = Event::Returned {
                flow: done.flow.to_string(),
                results,
            };
            return Some((below.id, vec![returned]));
        }
        self.go_back()
    }

    /// What was interrupted, and was then begun anew and ended, is not gone back to. Only a frame that called this very
    /// one still waits for it.
    fn drop_superseded(&mut self, done: &Frame) {
        let caller = done.called.then(|| self.session.active().map(|f| f.id));
        let caller = caller.flatten();
        let superseded: Vec<u32> = self
            .session
            .frames
            .iter()
            .filter(|f| f.flow == done.flow && !f.called && Some(f.id) != caller)
            .map(|f| f.id)
            .collect();
        for frame in superseded {
            self.drop_frame(frame);
        }
    }

    fn callable(&self, frame: u32, flow: &str) -> Result<FlowId, Failed> {
        let own = self.current_pack(frame)?;
        let unknown = || Failed::Stopped {
            code: ErrorCode::UnknownFlow,
            detail: flow.to_owned(),
        };
        let id = match flow.parse::<FlowId>() {
            Ok(id) => id,
            Err(_) => FlowId {
                pack: own.id().clone(),
                flow: flow.parse().map_err(|_| unknown())?,
            },
        };
        let pack = self.catalog.pack(&id.pack).ok_or_else(unknown)?;
        let spec = pack.flow(&id.flow).ok_or_else(unknown)?;
        if id.pack != *own.id() && !spec.exported {
            return Err(Failed::Stopped {
                code: ErrorCode::BadReply,
                detail: format!("{id} is not exported by its pack"),
            });
        }
        Ok(id)
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

fn out_of_time(detail: &str) -> Failed {
    Failed::Stopped {
        code: ErrorCode::TurnOutOfTime,
        detail: detail.to_owned(),
    }
}

fn switched_off(pack: &InstalledPack) -> Failed {
    Failed::Stopped {
        code: ErrorCode::BreakerOpen,
        detail: pack.id().to_string(),
    }
}
