//! Building replies that make sense.
//!
//! A reply starts with what is said or with what happens ([`Reply::say`], [`Reply::done`], …) and ends with
//! [`Draft::step`], which names the place in the conversation. In between the compiler knows what the draft
//! is: [`Open`] (nothing asked, nothing decided), [`Asking`] (it waits for an answer) or [`Decided`] (the
//! flow ends, calls, verifies or hands off), and offers only what fits: a reply cannot ask and end at once.

use std::marker::PhantomData;

use crate::{
    Answer, Card, Choice, Fault, NamedValue, Text, Value, Verification,
    wire::{self, Effect, Expected, Next},
};

/// A finished reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply(pub(crate) Box<wire::Reply>);

/// A draft that neither asks nor decides yet. As it is, it waits for anything.
#[derive(Debug)]
pub enum Open {}
/// A draft that asks something.
#[derive(Debug)]
pub enum Asking {}
/// A draft that decided what happens after the messages.
#[derive(Debug)]
pub enum Decided {}

/// A reply in the making; [`Draft::step`] finishes it.
#[derive(Debug)]
#[must_use = "a draft becomes a reply with `.step(…)`"]
pub struct Draft<Kind> {
    /// Boxed, because every step of the making moves it.
    reply: Box<wire::Reply>,
    kind: PhantomData<Kind>,
}

impl Reply {
    /// Says something; then the draft may go on to ask or decide.
    pub fn say(text: Text) -> Draft<Open> {
        Self::quiet().say(text)
    }

    /// Says nothing and waits on, for example for the answer to a request.
    pub fn quiet() -> Draft<Open> {
        Draft {
            reply: Box::new(wire::Reply {
                step: String::new(),
                messages: Vec::new(),
                expects: wire::Expectation {
                    what: Expected::Anything,
                    hints: Vec::new(),
                    reprompt: None,
                    timeout_ms: None,
                    sensitive: false,
                },
                then: Next::Wait,
                state: String::new(),
                slots: Vec::new(),
                effects: Vec::new(),
                extensions: Vec::new(),
            }),
            kind: PhantomData,
        }
    }

    /// Ends the flow without a word.
    pub fn done() -> Draft<Decided> {
        Self::quiet().done()
    }

    /// Has the host verify the contact up to `level`, without words of the pack's own;
    /// [`Flow::verified`](crate::Flow::verified) follows.
    pub fn verify(level: Verification) -> Draft<Decided> {
        Self::quiet().verify(level)
    }

    /// Runs another flow; [`Flow::returned`](crate::Flow::returned) follows.
    pub fn call<A: Into<NamedValue>>(
        flow: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Draft<Decided> {
        Self::quiet().call(flow, arguments)
    }

    /// Gives the session to people.
    pub fn hand_off(queue: &str, reason: &str) -> Draft<Decided> {
        Self::quiet().hand_off(queue, reason)
    }
}

impl<Kind> Draft<Kind> {
    fn into_kind<To>(self) -> Draft<To> {
        Draft {
            reply: self.reply,
            kind: PhantomData,
        }
    }

    /// Says something more, in a message of its own.
    pub fn say(mut self, text: Text) -> Self {
        self.reply.messages.push(wire::Message {
            body: text.into(),
            choices: Vec::new(),
            card: None,
            media: Vec::new(),
            speech: Vec::new(),
            interruptible: true,
        });
        self
    }

    /// Shows a card with the last message; nothing when there is no message.
    pub fn card(mut self, card: Card) -> Self {
        if let Some(message) = self.reply.messages.last_mut() {
            message.card = Some(card.0);
        }
        self
    }

    /// The customer may not speak over the last message.
    pub fn uninterrupted(mut self) -> Self {
        if let Some(message) = self.reply.messages.last_mut() {
            message.interruptible = false;
        }
        self
    }

    fn effect(mut self, effect: Effect) -> Self {
        self.reply.effects.push(effect);
        self
    }

    /// Sends a request after the turn is durable, exactly once for its receiver (the host adds a stable
    /// `Idempotency-Key`). Its answer comes in [`Flow::answered`](crate::Flow::answered) under `name`.
    pub fn request(self, name: &str, request: impl Into<wire::Request>) -> Self {
        self.effect(Effect::Request(wire::NamedRequest {
            name: name.to_owned(),
            request: request.into(),
        }))
    }

    /// Another system will call back within `deadline_ms` milliseconds, at the address that
    /// [`Context::callback`](crate::Context::callback) stands for in a request of the same reply. [`Flow::received`](crate::Flow::received) follows once, or
    /// [`Flow::expired`](crate::Flow::expired); who expects more calls waits again.
    pub fn await_callback(self, name: &str, deadline_ms: u64) -> Self {
        self.effect(Effect::AwaitCallback(wire::AwaitCallback {
            name: name.to_owned(),
            deadline_ms,
        }))
    }

    /// Sets a timer of this frame, `after_ms` milliseconds from the start of the turn.
    pub fn timer(self, name: &str, after_ms: u64) -> Self {
        self.effect(Effect::SetTimer(wire::Timer {
            name: name.to_owned(),
            after_ms,
        }))
    }

    /// Cancels a timer of this frame, or ends its wait for a callback of this name.
    pub fn cancel_timer(self, name: &str) -> Self {
        self.effect(Effect::CancelTimer(name.to_owned()))
    }

    /// Sets an attribute of the contact, which needs a grant that names the purpose.
    pub fn attribute(self, name: &str, value: impl Into<Value>, purpose: &str) -> Self {
        self.effect(Effect::SetAttribute(wire::Attribute {
            name: name.to_owned(),
            value: value.into(),
            purpose: purpose.to_owned(),
        }))
    }

    /// Opens a case for a department.
    pub fn open_case<F: Into<NamedValue>>(
        self,
        category: &str,
        title: &str,
        fields: impl IntoIterator<Item = F>,
    ) -> Self {
        self.effect(Effect::OpenCase(wire::NewCase {
            category: category.to_owned(),
            title: title.to_owned(),
            fields: fields.into_iter().map(Into::into).collect(),
        }))
    }

    /// Records an outcome code: of the core set (`resolved`, `abandoned`, …) or of the manifest.
    pub fn outcome(self, code: &str) -> Self {
        self.effect(Effect::RecordOutcome(code.to_owned()))
    }

    /// Finishes the reply with the label of the place in the conversation; the manifest lists the labels.
    ///
    /// # Errors
    /// Never; it returns an [`Answer`] so that it can be the last expression of a flow's function.
    pub fn step(mut self, label: &str) -> Answer {
        if label.is_empty() {
            return Err(Fault::bug("a reply without a step label"));
        }
        label.clone_into(&mut self.reply.step);
        Ok(Reply(self.reply))
    }
}

/// Asking: on an open draft, or on one that asks already, to change what it asks for.
macro_rules! asks {
    ($($kind:ty),*) => {$(
        impl Draft<$kind> {
            fn asking(mut self, what: Expected) -> Draft<Asking> {
                self.reply.expects.what = what;
                self.into_kind()
            }

            /// Shows choices with the last message and waits for one of them.
            pub fn choices(mut self, choices: impl IntoIterator<Item = Choice>) -> Draft<Asking> {
                if let Some(message) = self.reply.messages.last_mut() {
                    message.choices.extend(choices.into_iter().map(|choice| choice.0));
                }
                self.asking(Expected::Choice)
            }

            /// Waits for a slot of the manifest; choices that were shown stay as suggestions.
            pub fn ask_slot(self, name: &str) -> Draft<Asking> {
                self.asking(Expected::Slot(name.to_owned()))
            }

            /// Waits for yes or no.
            pub fn ask_yes_no(self) -> Draft<Asking> {
                self.asking(Expected::YesNo)
            }

            /// Waits for telephone keys: `least` to `most` of them, `end_key` ends early.
            pub fn ask_digits(self, least: u32, most: u32, end_key: Option<char>) -> Draft<Asking> {
                self.asking(Expected::Digits(wire::Digits { least, most, end_key: end_key.map(String::from) }))
            }
        }
    )*};
}
asks!(Open, Asking);

impl Draft<Open> {
    fn decided(mut self, then: Next) -> Draft<Decided> {
        self.reply.then = then;
        self.into_kind()
    }

    /// The flow is complete.
    pub fn done(self) -> Draft<Decided> {
        self.decided(Next::Done(Vec::new()))
    }

    /// The flow is complete, with results for the flow that called it.
    pub fn done_with<R: Into<NamedValue>>(
        self,
        results: impl IntoIterator<Item = R>,
    ) -> Draft<Decided> {
        self.decided(Next::Done(results.into_iter().map(Into::into).collect()))
    }

    /// Runs another flow: of this pack by its name, of another as `pack/flow`.
    pub fn call<A: Into<NamedValue>>(
        self,
        flow: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Draft<Decided> {
        let arguments = arguments.into_iter().map(Into::into).collect();
        self.decided(Next::Call(wire::FlowCall {
            flow: flow.to_owned(),
            arguments,
        }))
    }

    /// Has the host verify the contact up to `level`.
    pub fn verify(self, level: Verification) -> Draft<Decided> {
        self.decided(Next::Verify(level))
    }

    /// Gives the session to people.
    pub fn hand_off(self, queue: &str, reason: &str) -> Draft<Decided> {
        self.decided(Next::HandOff(wire::HandOff {
            queue: queue.to_owned(),
            reason: reason.to_owned(),
        }))
    }

    /// Ends the session.
    pub fn close(self) -> Draft<Decided> {
        self.decided(Next::Close)
    }
}

impl Draft<Asking> {
    /// The answer is masked in transcript, logs and recordings.
    pub fn sensitive(mut self) -> Self {
        self.reply.expects.sensitive = true;
        self
    }

    /// A word that a recogniser should prefer.
    pub fn hint(mut self, word: impl Into<String>) -> Self {
        self.reply.expects.hints.push(word.into());
        self
    }

    /// Said instead of the last message when the answer is not understood.
    pub fn reprompt(mut self, text: Text) -> Self {
        self.reply.expects.reprompt = Some(text.into());
        self
    }

    /// Milliseconds until [`Flow::silent`](crate::Flow::silent).
    pub fn timeout_ms(mut self, milliseconds: u32) -> Self {
        self.reply.expects.timeout_ms = Some(milliseconds);
        self
    }
}
