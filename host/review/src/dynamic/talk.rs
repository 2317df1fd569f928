//! One generated conversation: what the contact does next, given what the flow says it expects.

use std::collections::BTreeMap;

use jackfield_core::{
    Channel, ChannelKind, Choice, ContactView, Effect, Event, Expected, NamedValue, Next, Outcome,
    Reply, Step, StorageWrite, Verification,
};
use jackfield_packs::Pack;

use super::kit::Kit;
use super::samples;
use super::stage::seed;
use super::words::{about, said};
use super::world::{self, Mode};

/// The first of December 2026: reviews take place in the year after.
const FIRST: u64 = 1_796_100_000_000;
/// Milliseconds of that year.
const YEAR: u64 = 31_536_000_000;

/// A conversation in one flow.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    /// The flow.
    pub(super) flow: String,
    /// Which contact, 0 or 1.
    pub(super) kit: usize,
    /// What the contact stored so far.
    pub(super) storage: BTreeMap<String, String>,
    /// What left the plug-in so far, for values that leave in pieces.
    pub(super) corpus: String,
    turn: u64,
    seed: u64,
    state: Option<String>,
    slots: Vec<NamedValue>,
    verification: Verification,
    locale: String,
    channel: ChannelKind,
    picks: u64,
    waiting: Vec<Event>,
}

impl Talk {
    /// A conversation that takes this path.
    pub(super) fn new(pack: &Pack, flow: &str, kits: &[Kit; 2], kit: usize, path: u64) -> Self {
        let locales = &pack.manifest.pack.locales;
        let locale = locales.get(path as usize % locales.len().max(1)).cloned();
        let stored = kits
            .get(kit)
            .map(|kit| kit.stored.clone())
            .unwrap_or_default();
        Self {
            flow: flow.to_owned(),
            kit,
            storage: BTreeMap::from([("profile".to_owned(), stored)]),
            corpus: String::new(),
            turn: 0,
            seed: seed(pack),
            state: None,
            slots: Vec::new(),
            verification: Verification::Identified,
            locale: locale.unwrap_or_else(|| "en".to_owned()),
            channel: if path % 3 == 2 {
                ChannelKind::Voice
            } else {
                ChannelKind::Web
            },
            picks: path.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            waiting: Vec::new(),
        }
    }

    /// A number below `most`, another one each time.
    fn pick(&mut self, most: usize) -> usize {
        self.picks = self
            .picks
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.picks >> 33) as usize % most.max(1)
    }

    /// The step that brings these events.
    pub(super) fn step(&self, kit: &Kit, state_version: u32, events: Vec<Event>) -> Step {
        Step {
            session: kit.session.clone(),
            turn: self.turn + 1,
            step: 1,
            now: FIRST + self.seed % YEAR + self.turn * 20_000,
            time_zone: "Asia/Shanghai".to_owned(),
            seed: self.seed.rotate_left(17).wrapping_add(self.turn),
            locale: self.locale.clone(),
            channel: Channel {
                kind: self.channel,
                name: "web".to_owned(),
                choices: self.channel == ChannelKind::Web,
                media: self.channel == ChannelKind::Web,
                longest_text: None,
            },
            contact: ContactView {
                id: kit.contact.clone(),
                verification: self.verification,
                attributes: kit.attributes.clone(),
            },
            flow: self.flow.clone(),
            frame: "1".to_owned(),
            state: self.state.clone(),
            state_version,
            slots: self.slots.clone(),
            events,
        }
    }

    /// Takes what a reply changed.
    pub(super) fn commit(&mut self, reply: &Reply, writes: &[StorageWrite]) {
        self.turn += 1;
        self.state = Some(reply.state.clone());
        self.slots = reply.slots.clone();
        for write in writes {
            match write {
                StorageWrite::Set {
                    key,
                    value: Some(value),
                } => {
                    self.storage.insert(key.clone(), value.clone());
                }
                StorageWrite::Set { key, value: None } => {
                    self.storage.remove(key);
                }
                StorageWrite::Add { .. } => {}
            }
        }
    }

    /// How the flow starts: with nothing, or with a value for each of its slots.
    pub(super) fn start(&mut self, pack: &Pack, kit: &Kit, full: bool) -> Vec<Event> {
        let slots = pack
            .manifest
            .flows
            .iter()
            .find(|(name, _)| name.as_str() == self.flow);
        let Some((_, spec)) = slots.filter(|_| full) else {
            return vec![Event::Started(Vec::new())];
        };
        let arguments = spec.slots.iter().map(|(name, slot)| {
            let pick = self.pick(100);
            NamedValue::new(
                name,
                samples::of_kind(&slot.kind, kit, pack.training(), pick),
            )
        });
        vec![Event::Started(arguments.collect())]
    }

    /// What happens next; nothing when the flow is over.
    pub(super) fn next(
        &mut self,
        pack: &Pack,
        kit: &Kit,
        mode: Mode,
        reply: &Reply,
    ) -> Option<Vec<Event>> {
        for effect in &reply.effects {
            let event = match effect {
                Effect::Request { name, .. } => Event::Answered {
                    name: name.clone(),
                    outcome: match world::answer(mode, &about(kit, pack)) {
                        Ok(response) => Outcome::Response(response),
                        Err(failure) => Outcome::Failure(failure),
                    },
                },
                Effect::AwaitCallback { name, .. } => Event::Received {
                    name: name.clone(),
                    correlation: "c-1".to_owned(),
                    payload: about(kit, pack),
                },
                Effect::SetTimer { name, .. } => Event::Fired(name.clone()),
                _ => continue,
            };
            // One that waits already stands for the next of its kind.
            if !self.waiting.contains(&event) && self.waiting.len() < 8 {
                self.waiting.push(event);
            }
        }
        let event = match &reply.then {
            Next::Done(_) | Next::Close | Next::HandOff { .. } | Next::Other(_) => return None,
            Next::Call { flow, .. } => Event::Returned {
                flow: flow.clone(),
                results: Vec::new(),
            },
            Next::Verify(level) => {
                self.verification = self.verification.max(*level);
                Event::Verified(*level)
            }
            Next::Wait if !self.waiting.is_empty() => self.waiting.remove(0),
            Next::Wait => self.answer(pack, kit, reply),
        };
        Some(vec![event])
    }

    fn answer(&mut self, pack: &Pack, kit: &Kit, reply: &Reply) -> Event {
        let choices: Vec<&Choice> = reply
            .messages
            .iter()
            .flat_map(|message| &message.choices)
            .collect();
        match &reply.expects.what {
            Expected::Slot(slot) => {
                let flow = pack
                    .manifest
                    .flows
                    .iter()
                    .find(|(name, _)| name.as_str() == self.flow);
                let spec = flow.and_then(|(_, spec)| spec.slots.get(slot));
                let kind = spec.map_or("text", |spec| spec.kind.as_str());
                let pick = self.pick(100);
                let value = samples::of_kind(kind, kit, pack.training(), pick);
                Event::Filled(NamedValue {
                    name: slot.clone(),
                    value,
                })
            }
            Expected::Choice | Expected::Anything if !choices.is_empty() => {
                let pick = self.pick(choices.len());
                Event::Chose(
                    choices
                        .get(pick)
                        .map(|choice| choice.id.clone())
                        .unwrap_or_default(),
                )
            }
            Expected::YesNo => Event::Confirmed(self.pick(3) > 0),
            Expected::Digits { least, .. } => {
                let count = (*least).clamp(1, 18) as usize;
                Event::Pressed("482915739264018375".chars().take(count).collect())
            }
            Expected::Choice | Expected::Anything => self.say(pack),
        }
    }

    /// One of the flow's example sentences.
    fn say(&mut self, pack: &Pack) -> Event {
        let flow = pack
            .manifest
            .flows
            .iter()
            .find(|(name, _)| name.as_str() == self.flow);
        let intents = flow
            .map(|(_, spec)| spec.intents.as_slice())
            .unwrap_or_default();
        let of_flow = |intent: &str| intents.iter().any(|own| own == intent);
        let language = |locale: &str| locale.get(..2).map(str::to_owned);
        let examples: Vec<_> = pack
            .training()
            .examples
            .iter()
            .filter(|example| language(&example.locale) == language(&self.locale))
            .filter(|example| of_flow(&example.intent))
            .collect();
        let pick = self.pick(examples.len());
        match examples.get(pick) {
            Some(example) => said(&example.text, Some(example.intent.clone())),
            None => said("yes", None),
        }
    }
}
