//! What a flow knows about the turn it is in.

use crate::{NamedValue, Random, Value, Verification, wire};

/// Named values that came in: arguments, results.
#[derive(Debug, Clone, Copy)]
pub struct Args<'a>(pub(crate) &'a [NamedValue]);

impl<'a> Args<'a> {
    /// The value of this name.
    pub fn get(self, name: &str) -> Option<&'a Value> {
        find(self.0, name)
    }

    /// The text of this name; `None` when it is absent or no text.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_text()
    }

    /// All of them, in order.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.0
            .iter()
            .map(|value| (value.name.as_str(), &value.value))
    }
}

fn find<'a>(values: &'a [NamedValue], name: &str) -> Option<&'a Value> {
    values
        .iter()
        .find(|value| value.name == name)
        .map(|value| &value.value)
}

/// The turn: time, customer, channel, and the frame's slots.
#[derive(Debug)]
pub struct Context {
    pub(crate) turn: wire::Turn,
    random: Random,
}

impl Context {
    pub(crate) const fn new(turn: wire::Turn) -> Self {
        let random = Random::new(turn.seed);
        Self { turn, random }
    }

    /// Start of the turn, milliseconds since 1970. The only clock there is.
    pub const fn now(&self) -> u64 {
        self.turn.now
    }

    /// IANA time zone of the contact.
    pub fn time_zone(&self) -> &str {
        &self.turn.time_zone
    }

    /// The only randomness there is; the same when the turn is replayed.
    pub const fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Stands, in the body or a header of a [`request`](crate::Draft::request), for the address at which another system
    /// speaks to this frame; the host puts it in. Wait for it in the same reply, under the same name:
    /// [`Draft::await_callback`](crate::Draft::await_callback). A name has small letters, digits and hyphens, like `paid`.
    pub fn callback(&self, name: &str) -> String {
        // By hand: guests are kept free of the code behind `format!`.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = ["{callback:", name, ":"].concat();
        for place in (0..16).rev() {
            let digit = (self.turn.seed >> (4 * place)) & 0xf;
            text.push(char::from(DIGITS[digit as usize]));
        }
        text.push('}');
        text
    }

    /// BCP 47 locale of this turn, for example `zh-CN`.
    pub fn locale(&self) -> &str {
        &self.turn.locale
    }

    /// Language of the locale, for example `zh`.
    pub fn language(&self) -> &str {
        self.turn.locale.split('-').next().unwrap_or_default()
    }

    /// How the contact is reached, and what can be shown there.
    pub const fn channel(&self) -> &wire::Channel {
        &self.turn.channel
    }

    /// Session id.
    pub fn session(&self) -> &str {
        &self.turn.session
    }

    /// Stable id of the contact.
    pub fn contact(&self) -> &str {
        &self.turn.contact.id
    }

    /// How sure the host is of who this is.
    pub const fn verification(&self) -> Verification {
        self.turn.contact.verification
    }

    /// Whether the contact is verified at least to this level.
    pub const fn is(&self, level: Verification) -> bool {
        self.turn.contact.verification as u8 >= level as u8
    }

    /// An attribute of the contact that this pack may read.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        find(&self.turn.contact.attributes, name)
    }

    /// A slot of this frame. What the contact gave or corrected is in it already.
    pub fn slot(&self, name: &str) -> Option<&Value> {
        find(&self.turn.slots, name)
    }

    /// Sets a slot, so that the host shows it and lets the contact correct it.
    pub fn set_slot(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.turn.slots.iter_mut().find(|slot| slot.name == name) {
            Some(slot) => slot.value = value,
            None => self.turn.slots.push(NamedValue {
                name: name.to_owned(),
                value,
            }),
        }
    }

    /// Empties a slot.
    pub fn clear_slot(&mut self, name: &str) {
        self.turn.slots.retain(|slot| slot.name != name);
    }
}

impl wire::Utterance {
    /// The first entity of this kind that is meant: of `not today but tomorrow`, tomorrow.
    pub fn entity(&self, kind: &str) -> Option<&Value> {
        self.entities
            .iter()
            .find(|entity| entity.kind == kind && entity.role.as_deref() != Some("not"))
            .map(|entity| &entity.value)
    }

    /// Whether this was recognised as the intent.
    pub fn is(&self, intent: &str) -> bool {
        self.intent.as_deref() == Some(intent)
    }
}
