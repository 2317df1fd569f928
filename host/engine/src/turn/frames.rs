//! The frames on a session's stack, and the pack version each runs on.

use std::sync::Arc;

use jackfield_core::{ErrorCode, Event, Expectation, Expected, Fault, FlowId, Frame, StepOutcome};

use super::{Failed, Turn};
use crate::installed::InstalledPack;

impl Turn<'_> {
    pub(super) fn push_frame(&mut self, flow: FlowId, called: bool) -> Result<u32, Failed> {
        // A pack of which a flow is under way starts others on the same version: no turn sees two of them.
        let mut frames = self.session.frames.iter();
        let under_way = frames.find(|frame| frame.flow.pack == flow.pack);
        let pack = under_way
            .and_then(|frame| self.catalog.version(&frame.pack))
            .or_else(|| self.catalog.pack(&flow.pack));
        let Some(pack) = pack.filter(|pack| pack.flow(&flow.flow).is_some()) else {
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
            background: false,
            listed: Vec::new(),
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

    /// What was interrupted, and was then begun anew and ended, is not gone back to. Only a frame that called this very
    /// one still waits for it.
    pub(super) fn drop_superseded(&mut self, done: &Frame, caller: Option<u32>) {
        let superseded: Vec<u32> = self
            .session
            .frames
            .iter()
            .filter(|f| f.flow == done.flow && !f.called && !f.background && Some(f.id) != caller)
            .map(|f| f.id)
            .collect();
        for frame in superseded {
            self.drop_frame(frame);
        }
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
        let mut frames = self.session.frames.iter_mut();
        let below = frames.rfind(|frame| !frame.background)?;
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

    pub(super) fn current_pack(&self, frame: u32) -> Result<Arc<InstalledPack>, Failed> {
        self.session
            .frames
            .iter()
            .find(|f| f.id == frame)
            .and_then(|f| self.catalog.version(&f.pack))
            .cloned()
            .ok_or_else(|| Failed::Flow(Fault::Bug(format!("frame {frame} is gone"))))
    }

    /// The pack version a frame runs on; one that is no longer there is replaced by the current one.
    pub(super) async fn pack_of(&mut self, frame: u32) -> Result<Arc<InstalledPack>, Failed> {
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
}
