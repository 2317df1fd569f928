//! Checks of a reply, beyond its types: how much it is, and that nothing in it can harm those who show it.

use jackfield_core::{
    Body, Card, Effect, ErrorCode, Expectation, Expected, Extension, Limits, Message, Money,
    NamedValue, Next, Quantity, Reply, Speech, Value,
};

use crate::state;
use crate::stop::Stop;

/// What every element of a list counts beside its texts, so that a list of empty elements is not free.
const ELEMENT: usize = 16;
const LONGEST_LABEL: usize = 128;
const MOST_MESSAGES: usize = 64;
const MOST_CHOICES: usize = 32;
const MOST_FACTS: usize = 32;
const MOST_MEDIA: usize = 8;
const MOST_SPEECH: usize = 64;
const MOST_HINTS: usize = 64;
const MOST_EFFECTS: usize = 64;
const MOST_SLOTS: usize = 256;
/// The longest timer or deadline: one year, milliseconds.
const LONGEST_WAIT: u64 = 366 * 24 * 60 * 60 * 1000;

/// Checks a reply without its state, which has its own limits.
pub(crate) fn check(reply: &Reply, limits: &Limits) -> Result<(), Stop> {
    let mut checker = Checker { bytes: 0, limits };
    checker.reply(reply)?;
    if checker.bytes > limits.reply {
        return Err(Stop::new(
            ErrorCode::ReplyTooLarge,
            format!(
                "the reply has {} bytes, the limit is {}",
                checker.bytes, limits.reply
            ),
        ));
    }
    Ok(())
}

struct Checker<'a> {
    bytes: usize,
    limits: &'a Limits,
}

fn bad(detail: impl Into<String>) -> Stop {
    Stop::new(ErrorCode::BadReply, detail)
}

impl Checker<'_> {
    fn reply(&mut self, reply: &Reply) -> Result<(), Stop> {
        let Reply {
            step,
            messages,
            expects,
            then,
            state: _,
            slots,
            effects,
            extensions,
        } = reply;
        self.label("the step", step)?;
        self.count("messages", messages, MOST_MESSAGES)?;
        self.count("effects", effects, MOST_EFFECTS)?;
        self.count("slots", slots, MOST_SLOTS)?;
        messages
            .iter()
            .try_for_each(|message| self.message(message))?;
        self.expectation(expects)?;
        self.next(then)?;
        self.values(slots)?;
        effects.iter().try_for_each(|effect| self.effect(effect))?;
        extensions
            .iter()
            .for_each(|extension| self.extension(extension));
        Ok(())
    }

    fn message(&mut self, message: &Message) -> Result<(), Stop> {
        let Message {
            body,
            choices,
            card,
            media,
            speech,
            interruptible: _,
        } = message;
        self.body(body)?;
        self.count("choices", choices, MOST_CHOICES)?;
        for (place, choice) in choices.iter().enumerate() {
            self.label("a choice id", &choice.id)?;
            if choices
                .iter()
                .take(place)
                .any(|other| other.id == choice.id)
            {
                return Err(bad(format!(
                    "two choices of a message have the id `{}`",
                    choice.id
                )));
            }
            self.body(&choice.label)?;
        }
        if let Some(Card {
            title,
            text,
            facts,
            link,
        }) = card
        {
            self.body(title)?;
            text.iter().try_for_each(|text| self.body(text))?;
            self.count("facts of a card", facts, MOST_FACTS)?;
            for (label, value) in facts {
                self.body(label)?;
                self.body(value)?;
            }
            if let Some(link) = link {
                self.text(link);
                https("a card's link", link)?;
            }
        }
        self.count("media", media, MOST_MEDIA)?;
        for media in media {
            self.text(&media.source);
            self.text(&media.media_type);
            self.body(&media.description)?;
            source(&media.source)?;
        }
        self.count("pieces of speech", speech, MOST_SPEECH)?;
        for speech in speech {
            match speech {
                Speech::Say(body) | Speech::Stress(body) => self.body(body)?,
                Speech::Spell(text) => self.text(text),
                Speech::Pause(_) => {}
            }
        }
        Ok(())
    }

    fn expectation(&mut self, expectation: &Expectation) -> Result<(), Stop> {
        let Expectation {
            what,
            hints,
            reprompt,
            timeout_ms: _,
            sensitive: _,
        } = expectation;
        match what {
            Expected::Slot(slot) => self.label("the expected slot", slot)?,
            Expected::Digits {
                least,
                most,
                end_key,
            } => {
                if least > most || *most > 64 {
                    return Err(bad(format!("{least} to {most} digits cannot be expected")));
                }
                end_key.iter().for_each(|key| self.text(key));
            }
            Expected::Anything | Expected::Choice | Expected::YesNo => {}
        }
        self.count("hints", hints, MOST_HINTS)?;
        hints.iter().for_each(|hint| self.text(hint));
        reprompt.iter().try_for_each(|body| self.body(body))
    }

    fn next(&mut self, next: &Next) -> Result<(), Stop> {
        match next {
            Next::Wait | Next::Verify(_) | Next::Close => Ok(()),
            Next::Done(results) => self.values(results),
            Next::Call { flow, arguments } => {
                self.label("the called flow", flow)?;
                self.values(arguments)
            }
            Next::HandOff { queue, reason } => {
                self.text(reason);
                self.label("the queue", queue)
            }
            Next::Other(extension) => {
                self.extension(extension);
                Ok(())
            }
        }
    }

    fn effect(&mut self, effect: &Effect) -> Result<(), Stop> {
        match effect {
            Effect::Request { name, request } => {
                self.label("a request", name)?;
                self.text(&request.url);
                request.body.iter().for_each(|body| self.text(body));
                for header in &request.headers {
                    self.text(&header.name);
                    self.text(&header.value);
                }
                Ok(())
            }
            Effect::AwaitCallback {
                name,
                deadline_ms: wait,
            }
            | Effect::SetTimer {
                name,
                after_ms: wait,
            } => {
                if *wait > LONGEST_WAIT {
                    return Err(bad(format!("`{name}` waits {wait} ms, longer than a year")));
                }
                self.label("a timer", name)
            }
            Effect::CancelTimer(name) => self.label("a timer", name),
            Effect::SetAttribute {
                name,
                value,
                purpose,
            } => {
                self.text(purpose);
                self.label("an attribute", name)?;
                self.value(value)
            }
            Effect::OpenCase {
                category,
                title,
                fields,
            } => {
                self.text(title);
                self.label("a case's category", category)?;
                self.values(fields)
            }
            Effect::RecordOutcome(code) => self.label("an outcome", code),
            Effect::Other(extension) => {
                self.extension(extension);
                Ok(())
            }
        }
    }

    fn body(&mut self, body: &Body) -> Result<(), Stop> {
        match body {
            Body::Template { key, arguments } => {
                self.label("a message key", key)?;
                self.values(arguments)
            }
            Body::Text(text) => {
                self.text(text);
                Ok(())
            }
            Body::Value(value) => self.value(value),
        }
    }

    fn values(&mut self, values: &[NamedValue]) -> Result<(), Stop> {
        for NamedValue { name, value } in values {
            self.label("a value's name", name)?;
            self.value(value)?;
        }
        Ok(())
    }

    fn value(&mut self, value: &Value) -> Result<(), Stop> {
        match value {
            Value::Text(text) | Value::Date(text) => self.text(text),
            Value::Money(Money { currency, .. }) => {
                if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
                    return Err(bad("a currency is three capital letters"));
                }
                self.bytes += ELEMENT;
            }
            Value::Number(number) | Value::Quantity(Quantity { amount: number, .. })
                if !number.is_finite() =>
            {
                return Err(bad(format!("{number} is not a number that can be stored")));
            }
            Value::Quantity(Quantity { unit, .. }) => self.text(unit),
            Value::Json(text) => {
                self.text(text);
                if text.len() > self.limits.reply || !state::is_json(text, self.limits.state_depth)
                {
                    return Err(bad("a value of kind json is not JSON, or too deep"));
                }
            }
            Value::Integer(_) | Value::Number(_) | Value::Boolean(_) | Value::Instant(_) => {
                self.bytes += ELEMENT
            }
        }
        Ok(())
    }

    fn extension(&mut self, Extension { name, json }: &Extension) {
        self.text(name);
        self.text(json);
    }

    fn text(&mut self, text: &str) {
        self.bytes = self.bytes.saturating_add(text.len() + ELEMENT);
    }

    /// A name that ends up in journals, metrics and reports.
    fn label(&mut self, what: &str, label: &str) -> Result<(), Stop> {
        self.text(label);
        // Most labels are printable ASCII, which one look at the bytes tells.
        let control = label.bytes().any(|byte| !(b' '..=b'~').contains(&byte))
            && label.chars().any(char::is_control);
        if label.is_empty() || label.len() > LONGEST_LABEL || control {
            return Err(bad(format!(
                "{what} must have 1 to {LONGEST_LABEL} bytes and no control characters"
            )));
        }
        Ok(())
    }

    fn count<T>(&mut self, what: &str, list: &[T], most: usize) -> Result<(), Stop> {
        self.bytes = self
            .bytes
            .saturating_add(list.len().saturating_mul(ELEMENT));
        if list.len() > most {
            return Err(bad(format!(
                "{} {what}, at most {most} are allowed",
                list.len()
            )));
        }
        Ok(())
    }
}

/// An address that a contact may open: `javascript:` and the like would run in the chat page.
fn https(what: &str, address: &str) -> Result<(), Stop> {
    let rest = address.strip_prefix("https://").unwrap_or_default();
    let safe = address
        .chars()
        .all(|c| !c.is_control() && !c.is_whitespace() && !"\"'<>\\`".contains(c));
    if rest.is_empty() || rest.starts_with('/') || !safe {
        return Err(bad(format!("{what} must be an https address")));
    }
    Ok(())
}

/// A picture: an https address, or a file of the pack.
fn source(source: &str) -> Result<(), Stop> {
    if source.contains(':') {
        return https("a picture", source);
    }
    let plain = source
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    let inside = source
        .split('/')
        .all(|part| !part.is_empty() && part != "." && part != "..");
    if plain && inside {
        Ok(())
    } else {
        Err(bad(
            "a picture must be an https address or a file of the pack",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply() -> Reply {
        Reply {
            step: "ask".into(),
            messages: Vec::new(),
            expects: Expectation::default(),
            then: Next::Wait,
            state: "{}".into(),
            slots: Vec::new(),
            effects: Vec::new(),
            extensions: Vec::new(),
        }
    }

    fn message() -> Message {
        Message {
            body: Body::Text("Hello".into()),
            choices: Vec::new(),
            card: None,
            media: Vec::new(),
            speech: Vec::new(),
            interruptible: true,
        }
    }

    fn code(reply: &Reply) -> Option<ErrorCode> {
        check(reply, &Limits::default()).err().map(|stop| stop.code)
    }

    #[test]
    fn links_that_are_not_https_are_refused() {
        for (link, code_wanted) in [
            ("https://example.com/a?b=c", None),
            ("http://example.com", Some(ErrorCode::BadReply)),
            ("javascript:alert(1)", Some(ErrorCode::BadReply)),
            ("https://", Some(ErrorCode::BadReply)),
            ("https://x\" onclick=\"", Some(ErrorCode::BadReply)),
        ] {
            let card = Card {
                title: Body::Text("t".into()),
                text: None,
                facts: Vec::new(),
                link: Some(link.into()),
            };
            let reply = Reply {
                messages: vec![Message {
                    card: Some(card),
                    ..message()
                }],
                ..reply()
            };
            assert_eq!(code(&reply), code_wanted, "{link}");
        }
    }

    #[test]
    fn media_stay_inside_the_pack() {
        assert!(source("media/plan-1.png").is_ok());
        for outside in [
            "../secret",
            "/etc/passwd",
            "a//b",
            "data:text/html,x",
            "a b",
            "",
        ] {
            assert!(source(outside).is_err(), "{outside}");
        }
    }

    #[test]
    fn counts_and_bytes_are_bounded() {
        assert_eq!(
            code(&Reply {
                messages: vec![message(); MOST_MESSAGES],
                ..reply()
            }),
            None
        );
        assert_eq!(
            code(&Reply {
                messages: vec![message(); MOST_MESSAGES + 1],
                ..reply()
            }),
            Some(ErrorCode::BadReply)
        );
        let long = Message {
            body: Body::Text("x".repeat(Limits::default().reply)),
            ..message()
        };
        assert_eq!(
            code(&Reply {
                messages: vec![long],
                ..reply()
            }),
            Some(ErrorCode::ReplyTooLarge)
        );
        let results = vec![NamedValue::new("n", ""); 20_000];
        assert_eq!(
            code(&Reply {
                then: Next::Done(results),
                ..reply()
            }),
            Some(ErrorCode::ReplyTooLarge)
        );
    }

    #[test]
    fn values_that_cannot_be_stored_are_refused() {
        for value in [
            Value::Number(f64::NAN),
            Value::Json("{".into()),
            Value::Json("[".repeat(100) + &"]".repeat(100)),
            Value::Money(Money {
                minor: 1,
                currency: "yen".into(),
            }),
        ] {
            let slots = vec![NamedValue {
                name: "s".into(),
                value,
            }];
            assert_eq!(code(&Reply { slots, ..reply() }), Some(ErrorCode::BadReply));
        }
    }
}
