//! Takes the effects of a reply into the turn's record. They are performed after the commit.

use jackfield_core::{
    Awaiting, CaseOpened, Effect, EntryId, ErrorCode, OutboxEntry, Permission, Request,
    RequestPurpose, Timer, TimerPurpose,
};

use super::{Failed, Turn};
use crate::callbacks::{self, Target};
use crate::installed::InstalledPack;

/// Outcome codes every pack may record.
const CORE_OUTCOMES: [&str; 5] = [
    "resolved",
    "unresolved",
    "abandoned",
    "handed-off",
    "cancelled",
];

fn refused(detail: String) -> Failed {
    Failed::Stopped {
        code: ErrorCode::BadReply,
        detail,
    }
}

impl Turn<'_> {
    /// The id of the next request of this turn.
    pub(super) fn next_entry(&self) -> EntryId {
        EntryId {
            turn: self.session.turn + 1,
            step: u32::try_from(self.steps.len()).unwrap_or(u32::MAX),
            index: u32::try_from(self.draft.outbox.len()).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn perform(
        &mut self,
        pack: &InstalledPack,
        frame: u32,
        effects: Vec<Effect>,
    ) -> Result<(), Failed> {
        for effect in effects {
            match effect {
                Effect::Request { name, request } => {
                    if !pack.may(&Permission::Capability("http".to_owned())) {
                        return Err(Failed::Stopped {
                            code: ErrorCode::HttpDenied,
                            detail: "[capabilities] http is not granted".to_owned(),
                        });
                    }
                    let id = self.next_entry();
                    let Some(flow) = self
                        .session
                        .frames
                        .iter()
                        .find(|f| f.id == frame)
                        .map(|f| f.flow.clone())
                    else {
                        continue;
                    };
                    let request = self.with_callbacks(frame, request);
                    self.session.awaiting.push(Awaiting {
                        entry: id,
                        frame,
                        name: name.clone(),
                    });
                    self.draft.outbox.push(OutboxEntry {
                        id,
                        frame,
                        flow,
                        name,
                        request,
                        made_at: self.at,
                        purpose: RequestPurpose::Flow,
                        pack: Some(pack.digest),
                    });
                }
                Effect::AwaitCallback { name, deadline_ms } => {
                    self.set_timer(frame, name, deadline_ms, TimerPurpose::Deadline);
                }
                Effect::SetTimer { name, after_ms } => {
                    self.set_timer(frame, name, after_ms, TimerPurpose::Flow)
                }
                Effect::CancelTimer(name) => {
                    self.session.timers.retain(|t| {
                        !(t.frame == frame && t.name == name && t.purpose != TimerPurpose::Silence)
                    });
                }
                Effect::SetAttribute { name, .. } => {
                    return Err(refused(format!(
                        "writing the contact attribute `{name}` is not granted"
                    )));
                }
                Effect::OpenCase {
                    category,
                    title,
                    fields,
                } => {
                    self.draft.cases.push(CaseOpened {
                        category,
                        title,
                        fields,
                    });
                }
                Effect::RecordOutcome(code) => {
                    if !CORE_OUTCOMES.contains(&code.as_str())
                        && !pack.manifest.outcomes.contains_key(&code)
                    {
                        return Err(refused(format!(
                            "the outcome `{code}` is neither in the core set nor in pack.toml"
                        )));
                    }
                    self.draft.outcomes.push(code);
                }
                Effect::Other(extension) => {
                    return Err(refused(format!(
                        "this host does not know the effect `{}`",
                        extension.name
                    )));
                }
            }
        }
        Ok(())
    }

    /// The effects a cancelled flow may still have: what records and tidies up, nothing that waits.
    pub(super) fn clean_up_effects(&mut self, frame: u32, effects: Vec<Effect>) {
        let Ok(pack) = self.current_pack(frame) else {
            return;
        };
        let tidy = effects
            .into_iter()
            .filter(|effect| {
                matches!(
                    effect,
                    Effect::Request { .. }
                        | Effect::OpenCase { .. }
                        | Effect::RecordOutcome(_)
                        | Effect::CancelTimer(_)
                )
            })
            .collect();
        if let Err(failed) = self.perform(&pack, frame, tidy) {
            tracing::warn!(pack = %pack.id(), "effects of a cancelled flow were refused: {failed:?}");
        }
    }

    /// Starts the clock of the contact's answer, when the flow wants one.
    pub(super) fn watch_silence(&mut self, frame: u32) {
        self.session
            .timers
            .retain(|timer| !(timer.frame == frame && timer.purpose == TimerPurpose::Silence));
        let timeout = self
            .session
            .frames
            .iter()
            .find(|f| f.id == frame && !f.background)
            .and_then(|f| f.expects.timeout_ms);
        if let Some(ms) = timeout {
            self.set_timer(
                frame,
                "silence".to_owned(),
                ms.into(),
                TimerPurpose::Silence,
            );
        }
    }

    /// Puts the addresses in at which the other system may call back.
    fn with_callbacks(&self, frame: u32, request: Request) -> Request {
        let (tenant, session) = (&self.tenant, self.session.id);
        callbacks::with_addresses(request, self.seed, |name| {
            let target = Target {
                session,
                frame,
                name,
            };
            let address = self.engine.callback_address(tenant, &target);
            if address.is_none() {
                tracing::warn!(
                    "`{name}` cannot be called back: this host does not know where it is reached; set `public-url` under [server]"
                );
            }
            address
        })
    }

    /// Ends the wait for a callback; false when there was none. The flow may wait again under the same name.
    pub(super) fn no_longer_awaits(&mut self, frame: u32, name: &str) -> bool {
        let before = self.session.timers.len();
        self.session.timers.retain(|timer| {
            !(timer.frame == frame && timer.name == name && timer.purpose == TimerPurpose::Deadline)
        });
        self.session.timers.len() < before
    }

    fn set_timer(&mut self, frame: u32, name: String, after_ms: u64, purpose: TimerPurpose) {
        self.session
            .timers
            .retain(|t| !(t.frame == frame && t.name == name && t.purpose == purpose));
        let id = self.session.fresh_id().into();
        let due = self.at.saturating_add(after_ms);
        self.session.timers.push(Timer {
            id,
            frame,
            name,
            due,
            purpose,
        });
        self.draft.timers_set.push(id);
    }
}
