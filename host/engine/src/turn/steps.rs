//! Runs plug-ins: one step after another until the flow waits, within the limits of a turn.

use std::sync::Arc;
use std::time::Instant;

use jackfield_core::{
    ErrorCode, Event, Fault, FlowId, NamedValue, Reply, Step, StepOutcome, StepRecord,
};
use jackfield_sandbox::{LogLevel, StepResult};

use super::blame::{blame_reply, blame_step, stopped};
use super::call::switched_off;
use super::{Failed, Source, Turn};
use crate::channel_view;
use crate::installed::InstalledPack;

impl Turn<'_> {
    /// Puts a new frame on the stack and runs it.
    pub(super) async fn start_flow(
        &mut self,
        flow: FlowId,
        arguments: Vec<NamedValue>,
        called: bool,
    ) -> Result<(), Failed> {
        let (frame, events) = self.begin(flow, arguments, called)?;
        self.tell(frame, events).await
    }

    /// Puts a new frame on the stack, and says what it is to be told. A flow that waits in the background goes on instead:
    /// who asks for a second change while the first is under way could be left with either.
    pub(super) fn begin(
        &mut self,
        flow: FlowId,
        arguments: Vec<NamedValue>,
        called: bool,
    ) -> Result<(u32, Vec<Event>), Failed> {
        self.session.later.retain(|wish| wish.flow != flow);
        let mut frames = self.session.frames.iter();
        if let Some(frame) = frames.find(|frame| frame.background && frame.flow == flow) {
            let frame = frame.id;
            self.session.to_foreground(frame);
            self.session.asking = None;
            // What it called goes on first.
            let active = self.session.active().map_or(frame, |active| active.id);
            return Ok((active, vec![Event::Resumed]));
        }
        let frame = self.push_frame(flow, called)?;
        Ok((frame, vec![Event::Started(arguments)]))
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

    fn is_live(&self) -> bool {
        matches!(self.source, Source::Live(_))
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
        for pack in replied.into_iter().filter(|_| self.is_live()) {
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
            next = self.apply(frame, reply).inspect_err(|failed| {
                if self.is_live() {
                    blame_reply(&pack, failed);
                }
            })?;
            replied.push(pack);
        }
        Ok(())
    }

    /// One call of a plug-in, recorded however it ends.
    async fn step(
        &mut self,
        pack: &Arc<InstalledPack>,
        frame: u32,
        events: Vec<Event>,
    ) -> Result<Reply, Failed> {
        if self.steps_left() == 0 {
            if self.is_live() {
                stopped(pack, ErrorCode::TooManySteps);
            }
            return Err(Failed::Stopped {
                code: ErrorCode::TooManySteps,
                detail: self.engine.limits.steps.to_string(),
            });
        }
        if self.is_live() && pack.breaker.is_open(Instant::now()) {
            self.by_clock = Some(ErrorCode::BreakerOpen);
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
        let result = match self.call(pack, &step).await {
            Ok(result) => result,
            Err(failed) => {
                // Steps that are not even begun are those for which there was no time, or not again so soon.
                if let Failed::Stopped { code, .. } = &failed {
                    self.by_clock = Some(*code);
                }
                return Err(failed);
            }
        };
        if self.is_live() {
            blame_step(pack, &result.outcome);
            self.log(pack, &flow, &result);
        }
        self.keep_storage(pack, &result);
        pack.ledger.note_calls(&result.calls);
        if matches!(result.outcome, StepOutcome::Replied(_)) {
            pack.note_fuel(result.fuel);
        }
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
}
