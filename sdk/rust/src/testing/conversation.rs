//! One conversation with one flow.

use crate::{
    Fault, NamedValue, Utterance, Value, Verification,
    native::set_host,
    testing::{Heard, Table, World},
    wire::{
        Answer, Callback, Channel, ChannelKind, Completion, Contact, Correction, Entity, Event,
        Failure, KnowledgeAnswer, Reply, Request, Response, Turn,
    },
};

/// The function that [`export!`](crate::export) defines.
type Handle = fn(Turn) -> Result<Reply, Fault>;

/// Looks at a turn and its reply.
type Check = Box<dyn Fn(&Turn, &Reply)>;

/// A conversation with one flow of a pack.
pub struct Conversation {
    handle: Handle,
    turn: Turn,
    world: World,
    check: Option<Check>,
}

/// What a customer said, recognised as `intent` (none when it is empty).
pub fn utterance<'a>(
    text: &str,
    intent: &str,
    entities: impl IntoIterator<Item = (&'a str, Value)>,
) -> Utterance {
    let entity = |(kind, value): (&str, Value)| Entity {
        kind: kind.to_owned(),
        role: None,
        value,
        heard: text.to_owned(),
        start: 0,
        end: text.len() as u32,
    };
    Utterance {
        text: text.to_owned(),
        original: text.to_owned(),
        intent: (!intent.is_empty()).then(|| intent.to_owned()),
        confidence: if intent.is_empty() { 0.0 } else { 0.9 },
        entities: entities.into_iter().map(entity).collect(),
        alternatives: Vec::new(),
    }
}

impl Conversation {
    /// A conversation on web chat in `zh-CN` with an anonymous contact, at 2026-11-22T04:00:00Z.
    pub fn new(handle: Handle, flow: &str) -> Self {
        let turn = Turn {
            session: "session-1".to_owned(),
            number: 0,
            step: 1,
            now: 1_795_320_000_000,
            time_zone: "Asia/Shanghai".to_owned(),
            seed: 42,
            locale: "zh-CN".to_owned(),
            channel: Channel {
                kind: ChannelKind::Web,
                name: "web".to_owned(),
                choices: true,
                media: true,
                longest_text: None,
            },
            contact: Contact {
                id: "contact-1".to_owned(),
                verification: Verification::Anonymous,
                attributes: Vec::new(),
            },
            flow: flow.to_owned(),
            frame: "1".to_owned(),
            state: None,
            state_version: 1,
            slots: Vec::new(),
            events: Vec::new(),
            extensions: Vec::new(),
        };
        Self {
            handle,
            turn,
            world: World::default(),
            check: None,
        }
    }

    /// Sets a setting.
    #[must_use]
    pub fn with_config(self, key: &str, value: impl Into<Value>) -> Self {
        self.world.set_config(key, value.into());
        self
    }

    /// Gives the pack a table; `types` are those of `pack.toml`, see [`Table::from_csv`].
    #[must_use]
    #[track_caller]
    pub fn with_table_csv(self, name: &str, types: &[(&str, &str)], csv: &str) -> Self {
        self.world.set_table(name, Table::from_csv(types, csv));
        self
    }

    /// Adds a knowledge article, found by any part of its question.
    #[must_use]
    pub fn with_article(self, id: &str, question: &str, text: &str) -> Self {
        self.world.add_article(KnowledgeAnswer {
            id: id.to_owned(),
            question: question.to_owned(),
            text: text.to_owned(),
            score: 1.0,
        });
        self
    }

    /// Answers reads over HTTP.
    #[must_use]
    pub fn with_http(
        self,
        reader: impl FnMut(&Request) -> Result<Response, Failure> + 'static,
    ) -> Self {
        self.world.set_http(Box::new(reader));
        self
    }

    /// Sets an attribute of the contact.
    #[must_use]
    pub fn with_attribute(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.turn
            .contact
            .attributes
            .push(NamedValue::new(name, value));
        self
    }

    /// Sets the contact's verification level.
    #[must_use]
    pub fn with_verification(mut self, level: Verification) -> Self {
        self.turn.contact.verification = level;
        self
    }

    /// Sets the locale.
    #[must_use]
    pub fn with_locale(mut self, locale: &str) -> Self {
        locale.clone_into(&mut self.turn.locale);
        self
    }

    /// Writes a key of the contact's storage.
    #[must_use]
    pub fn with_stored(self, key: &str, value: &str) -> Self {
        self.world.store(key, value);
        self
    }

    /// Looks at every reply, for what must hold everywhere: known step labels, texts in every language.
    #[must_use]
    pub fn with_check(mut self, check: impl Fn(&Turn, &Reply) + 'static) -> Self {
        self.check = Some(Box::new(check));
        self
    }

    /// What the flow can see and what it did.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The turn as the flow will see it next, to change what has no function of its own.
    pub const fn turn(&mut self) -> &mut Turn {
        &mut self.turn
    }

    /// Runs one step with these events. A fault changes nothing, as on the host.
    ///
    /// # Errors
    /// The flow's fault.
    pub fn step(&mut self, events: Vec<Event>) -> Result<Heard, Fault> {
        self.turn.number += 1;
        self.turn.seed = self.turn.seed.wrapping_add(1);
        for event in &events {
            if let Event::Verified(level) = event {
                self.turn.contact.verification = *level;
            }
        }
        let before = self.world.snapshot();
        let outer = set_host(Some(Box::new(self.world.clone())));
        let answer = (self.handle)(Turn {
            events,
            ..self.turn.clone()
        });
        set_host(outer);
        match answer {
            Ok(reply) => {
                if let Some(check) = &self.check {
                    check(&self.turn, &reply);
                }
                self.turn.state = Some(reply.state.clone());
                self.turn.slots.clone_from(&reply.slots);
                Ok(Heard(reply))
            }
            Err(fault) => {
                self.world.restore(before);
                Err(fault)
            }
        }
    }

    #[track_caller]
    fn tell(&mut self, event: Event) -> Heard {
        let what = format!("{event:?}");
        match self.step(vec![event]) {
            Ok(heard) => heard,
            Err(fault) => panic!("the flow answered {what} with {fault:?}"),
        }
    }

    /// The flow starts.
    #[track_caller]
    pub fn start<'a>(&mut self, args: impl IntoIterator<Item = (&'a str, Value)>) -> Heard {
        self.tell(Event::Started(
            args.into_iter().map(NamedValue::from).collect(),
        ))
    }

    /// The customer says something, recognised as `intent` (none when it is empty).
    #[track_caller]
    pub fn said(&mut self, intent: &str, text: &str) -> Heard {
        self.tell(Event::Said(utterance(text, intent, [])))
    }

    /// The customer says something with entities; see [`utterance`].
    #[track_caller]
    pub fn uttered(&mut self, utterance: Utterance) -> Heard {
        self.tell(Event::Said(utterance))
    }

    /// The customer gives a slot.
    #[track_caller]
    pub fn filled(&mut self, slot: &str, value: impl Into<Value>) -> Heard {
        self.tell(Event::Filled(NamedValue::new(slot, value)))
    }

    /// The customer corrects a slot.
    #[track_caller]
    pub fn corrected(&mut self, slot: &str, new: impl Into<Value>) -> Heard {
        let old = self
            .turn
            .slots
            .iter()
            .find(|value| value.name == slot)
            .map(|value| value.value.clone());
        self.tell(Event::Corrected(Correction {
            slot: slot.to_owned(),
            old,
            new: new.into(),
        }))
    }

    /// The customer says yes or no.
    #[track_caller]
    pub fn confirmed(&mut self, yes: bool) -> Heard {
        self.tell(Event::Confirmed(yes))
    }

    /// The customer picks a choice.
    #[track_caller]
    pub fn chose(&mut self, id: &str) -> Heard {
        self.tell(Event::Chose(id.to_owned()))
    }

    /// The customer is silent.
    #[track_caller]
    pub fn silent(&mut self, count: u32) -> Heard {
        self.tell(Event::Silent(count))
    }

    /// The customer is back from a digression.
    #[track_caller]
    pub fn resumed(&mut self) -> Heard {
        self.tell(Event::Resumed)
    }

    /// A request effect is answered.
    #[track_caller]
    pub fn answered(&mut self, name: &str, status: u16, body: &str) -> Heard {
        let response = Response {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
        };
        self.tell(Event::Answered(Answer {
            name: name.to_owned(),
            outcome: Ok(response),
        }))
    }

    /// A request effect failed for good.
    #[track_caller]
    pub fn failed(&mut self, name: &str, failure: Failure) -> Heard {
        self.tell(Event::Answered(Answer {
            name: name.to_owned(),
            outcome: Err(failure),
        }))
    }

    /// Another system calls back.
    #[track_caller]
    pub fn received(&mut self, name: &str, payload: &str) -> Heard {
        self.tell(Event::Received(Callback {
            name: name.to_owned(),
            correlation: "call-1".to_owned(),
            payload: payload.to_owned(),
        }))
    }

    /// A deadline passes.
    #[track_caller]
    pub fn expired(&mut self, name: &str) -> Heard {
        self.tell(Event::Expired(name.to_owned()))
    }

    /// The host verified the contact up to this level.
    #[track_caller]
    pub fn verified(&mut self, level: Verification) -> Heard {
        self.tell(Event::Verified(level))
    }

    /// A flow that was called has ended.
    #[track_caller]
    pub fn returned<'a>(
        &mut self,
        flow: &str,
        results: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Heard {
        let results = results.into_iter().map(NamedValue::from).collect();
        self.tell(Event::Returned(Completion {
            flow: flow.to_owned(),
            results,
        }))
    }

    /// A timer comes due.
    #[track_caller]
    pub fn fired(&mut self, timer: &str) -> Heard {
        self.tell(Event::Fired(timer.to_owned()))
    }

    /// A human hands the session back.
    #[track_caller]
    pub fn handed_back(&mut self, summary: &str) -> Heard {
        self.tell(Event::HandedBack(summary.to_owned()))
    }

    /// The flow is ended from outside.
    #[track_caller]
    pub fn cancelled(&mut self, reason: &str) -> Heard {
        self.tell(Event::Cancelled(reason.to_owned()))
    }
}
