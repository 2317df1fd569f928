//! What a reply does to the session, and which step it leads to.

use jackfield_core::{
    ErrorCode, Event, Expected, FlowId, Listed, NamedValue, Next, Outbound, Owner, Permission,
    Reply,
};

use super::{Failed, Turn};

/// The list that a message offers.
fn listed(ids: &[String], message: &Outbound) -> Vec<Listed> {
    let labels = message.choices.iter().map(|choice| &choice.label);
    let both = ids.iter().zip(labels);
    both.map(|(id, label)| Listed {
        id: id.clone(),
        label: label.clone(),
    })
    .collect()
}

impl Turn<'_> {
    /// Takes a reply into the session. What it says next is the next step, if there is one.
    pub(super) fn apply(
        &mut self,
        frame: u32,
        reply: Reply,
    ) -> Result<Option<(u32, Vec<Event>)>, Failed> {
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
            if let Some(prompt) = prompt {
                if !choice_ids.is_empty() && found.expects.what != Expected::YesNo {
                    found.listed = listed(&choice_ids, &prompt);
                }
                found.prompt = Some(prompt);
                found.choice_ids = choice_ids;
            }
        }
        self.perform(&pack, frame, reply.effects)?;
        self.rejoin(frame, &reply.then);
        self.watch_silence(frame);
        let said_something = self.draft.messages.len() > messages_before;
        self.follow(frame, reply.then, said_something)
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
            Next::Done(results) => self.complete(frame, results),
            Next::Call { flow, arguments } => {
                let flow = self.callable(frame, &flow)?;
                let callee = self.push_frame(flow, true)?;
                Ok(Some((callee, vec![Event::Started(arguments)])))
            }
            Next::Verify(level) if !self.current_pack(frame)?.may(&Permission::Verify(level)) => {
                Err(Failed::Stopped {
                    code: ErrorCode::NotGranted,
                    detail: format!("verify {level}"),
                })
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

    /// A frame is complete: its caller gets the results, or the flow it interrupted goes on, or what the contact
    /// wanted besides begins.
    fn complete(
        &mut self,
        frame: u32,
        results: Vec<NamedValue>,
    ) -> Result<Option<(u32, Vec<Event>)>, Failed> {
        let Some(at) = self.session.frames.iter().position(|f| f.id == frame) else {
            return Ok(None);
        };
        let was_active = self.session.active().is_some_and(|f| f.id == frame);
        let Some(done) = self.session.frames.get(at).cloned() else {
            return Ok(None);
        };
        let below = at
            .checked_sub(1)
            .and_then(|below| self.session.frames.get(below));
        let caller = below.filter(|_| done.called).map(|below| below.id);
        self.drop_frame(frame);
        if !done.background {
            self.drop_superseded(&done, caller);
        }
        // A caller waits for the result, also when the contact is with another flow meanwhile.
        if let Some(caller) = caller {
            let returned = Event::Returned {
                flow: done.flow.to_string(),
                results,
            };
            return Ok(Some((caller, vec![returned])));
        }
        if !was_active {
            return Ok(None);
        }
        // Who waits for a person is not asked anything more by the bot.
        match self.session.owner {
            Owner::Bot => match self.go_back() {
                Some(back) => Ok(Some(back)),
                None => self.take_up(),
            },
            Owner::Queue(_) | Owner::Agent(_) => Ok(None),
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
