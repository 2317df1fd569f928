//! What the flow answered, with assertions.

use crate::{
    NamedValue, Value, Verification,
    wire::{Body, Effect, Expected, Next, Reply, Request},
};

/// The answer to one step. Assertions panic at the caller's line and return the answer, so they chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard(pub(crate) Reply);

impl Heard {
    /// The reply itself.
    pub const fn reply(&self) -> &Reply {
        &self.0
    }

    /// Catalogue keys of the messages, in order; literal text stands as it is, and "(a value)" for one.
    pub fn keys(&self) -> Vec<&str> {
        self.0
            .messages
            .iter()
            .map(|message| words(&message.body))
            .collect()
    }

    /// Ids of the choices offered, in order.
    pub fn choices(&self) -> Vec<&str> {
        let messages = self.0.messages.iter();
        messages
            .flat_map(|message| &message.choices)
            .map(|choice| choice.id.as_str())
            .collect()
    }

    /// The request effect of this name.
    pub fn request(&self, name: &str) -> Option<&Request> {
        self.0.effects.iter().find_map(|effect| match effect {
            Effect::Request(named) if named.name == name => Some(&named.request),
            _ => None,
        })
    }

    /// An argument of the message with this key.
    pub fn argument(&self, key: &str, name: &str) -> Option<&Value> {
        let bodies = self.0.messages.iter().map(|message| &message.body);
        bodies
            .filter_map(|body| match body {
                Body::Template(template) if template.key == key => Some(&template.arguments),
                _ => None,
            })
            .find_map(|arguments| find(arguments, name))
    }

    /// The flow is at this step.
    #[track_caller]
    pub fn at(&self, step: &str) -> &Self {
        assert_eq!(self.0.step, step, "step; messages were {:?}", self.keys());
        self
    }

    /// A message with this key is among what is said.
    #[track_caller]
    pub fn says(&self, key: &str) -> &Self {
        assert!(
            self.keys().contains(&key),
            "no message {key:?} in {:?}",
            self.keys()
        );
        self
    }

    /// No message with this key is among what is said.
    #[track_caller]
    pub fn never_says(&self, key: &str) -> &Self {
        assert!(
            !self.keys().contains(&key),
            "message {key:?} in {:?}",
            self.keys()
        );
        self
    }

    /// The message with this key has this argument.
    #[track_caller]
    pub fn arg(&self, key: &str, name: &str, value: impl Into<Value>) -> &Self {
        assert_eq!(
            self.argument(key, name),
            Some(&value.into()),
            "argument {name:?} of {key:?}"
        );
        self
    }

    /// Exactly these choices are offered.
    #[track_caller]
    pub fn offers(&self, ids: &[&str]) -> &Self {
        assert_eq!(self.choices(), ids, "choices");
        self
    }

    /// The flow waits for this slot.
    #[track_caller]
    pub fn asks_slot(&self, name: &str) -> &Self {
        assert_eq!(
            self.0.expects.what,
            Expected::Slot(name.to_owned()),
            "expectation"
        );
        self
    }

    /// The flow waits for yes or no.
    #[track_caller]
    pub fn asks_yes_no(&self) -> &Self {
        assert_eq!(self.0.expects.what, Expected::YesNo, "expectation");
        self
    }

    /// The flow waits.
    #[track_caller]
    pub fn waits(&self) -> &Self {
        assert_eq!(self.0.then, Next::Wait, "next");
        self
    }

    /// The flow is complete.
    #[track_caller]
    pub fn is_done(&self) -> &Self {
        assert!(
            matches!(self.0.then, Next::Done(_)),
            "next is {:?}",
            self.0.then
        );
        self
    }

    /// The flow asks the host to verify the contact.
    #[track_caller]
    pub fn verifies(&self, level: Verification) -> &Self {
        assert_eq!(self.0.then, Next::Verify(level), "next");
        self
    }

    /// The session goes to people of this queue.
    #[track_caller]
    pub fn hands_off(&self, queue: &str) -> &Self {
        assert!(
            matches!(&self.0.then, Next::HandOff(to) if to.queue == queue),
            "next is {:?}",
            self.0.then
        );
        self
    }

    /// Another flow is called with this argument.
    #[track_caller]
    pub fn calls(&self, flow: &str, argument: &str, value: impl Into<Value>) -> &Self {
        match &self.0.then {
            Next::Call(call) if call.flow == flow => {
                assert_eq!(
                    find(&call.arguments, argument),
                    Some(&value.into()),
                    "argument {argument:?}"
                );
            }
            other => panic!("next is {other:?}"),
        }
        self
    }

    /// A case of this category is opened.
    #[track_caller]
    pub fn opens_case(&self, category: &str) -> &Self {
        let mut effects = self.0.effects.iter();
        let opened = effects
            .any(|effect| matches!(effect, Effect::OpenCase(case) if case.category == category));
        assert!(opened, "no case {category:?} in {:?}", self.0.effects);
        self
    }

    /// This outcome is recorded.
    #[track_caller]
    pub fn records(&self, outcome: &str) -> &Self {
        let mut effects = self.0.effects.iter();
        let recorded =
            effects.any(|effect| matches!(effect, Effect::RecordOutcome(code) if code == outcome));
        assert!(recorded, "no outcome {outcome:?} in {:?}", self.0.effects);
        self
    }

    /// Nothing is sent, set, opened or recorded.
    #[track_caller]
    pub fn changes_nothing(&self) -> &Self {
        assert_eq!(self.0.effects, [], "effects");
        self
    }
}

fn words(body: &Body) -> &str {
    match body {
        Body::Template(template) => &template.key,
        Body::Text(text) => text,
        Body::Value(_) => "(a value)",
    }
}

fn find<'a>(values: &'a [NamedValue], name: &str) -> Option<&'a Value> {
    values
        .iter()
        .find(|value| value.name == name)
        .map(|value| &value.value)
}
