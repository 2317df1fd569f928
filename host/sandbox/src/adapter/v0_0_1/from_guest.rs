//! From the guest's types to the host's.

use jackfield_core as core;

use super::bindings::exports::jackfield::flow::flow as wit;
use super::bindings::jackfield::types::{values, web};

pub(super) fn reply(reply: wit::Reply) -> core::Reply {
    let wit::Reply {
        step,
        messages,
        expects,
        then,
        state,
        slots,
        effects,
        extensions,
    } = reply;
    core::Reply {
        step,
        messages: messages.into_iter().map(message).collect(),
        expects: expectation(expects),
        then: next(then),
        state,
        slots: named_values(slots),
        effects: effects.into_iter().map(effect).collect(),
        extensions: extensions.into_iter().map(extension).collect(),
    }
}

impl From<wit::Fault> for core::Fault {
    fn from(fault: wit::Fault) -> Self {
        match fault {
            wit::Fault::Unavailable(retry_after) => Self::Unavailable(retry_after),
            wit::Fault::Rejected(reason) => Self::Rejected(reason),
            wit::Fault::Bug(text) => Self::Bug(text),
        }
    }
}

fn message(message: wit::Message) -> core::Message {
    let wit::Message {
        body: words,
        choices,
        card,
        media,
        speech,
        interruptible,
    } = message;
    core::Message {
        body: body(words),
        choices: choices
            .into_iter()
            .map(|wit::Choice { id, label }| core::Choice {
                id,
                label: body(label),
            })
            .collect(),
        card: card.map(
            |wit::Card {
                 title,
                 text,
                 facts,
                 link,
             }| core::Card {
                title: body(title),
                text: text.map(body),
                facts: facts
                    .into_iter()
                    .map(|(label, value)| (body(label), body(value)))
                    .collect(),
                link,
            },
        ),
        media: media
            .into_iter()
            .map(
                |wit::Media {
                     source,
                     media_type,
                     description,
                 }| core::Media {
                    source,
                    media_type,
                    description: body(description),
                },
            )
            .collect(),
        speech: speech
            .into_iter()
            .map(|speech| match speech {
                wit::Speech::Say(words) => core::Speech::Say(body(words)),
                wit::Speech::Spell(text) => core::Speech::Spell(text),
                wit::Speech::Pause(ms) => core::Speech::Pause(ms),
                wit::Speech::Stress(words) => core::Speech::Stress(body(words)),
            })
            .collect(),
        interruptible,
    }
}

fn body(body: wit::Body) -> core::Body {
    match body {
        wit::Body::Template(wit::Template { key, arguments }) => core::Body::Template {
            key,
            arguments: named_values(arguments),
        },
        wit::Body::Text(text) => core::Body::Text(text),
        wit::Body::Value(value) => core::Body::Value(value.into()),
    }
}

fn expectation(expectation: wit::Expectation) -> core::Expectation {
    let wit::Expectation {
        what,
        hints,
        reprompt,
        timeout_ms,
        sensitive,
    } = expectation;
    core::Expectation {
        what: match what {
            wit::Expected::Anything => core::Expected::Anything,
            wit::Expected::Slot(slot) => core::Expected::Slot(slot),
            wit::Expected::Choice => core::Expected::Choice,
            wit::Expected::Digits(wit::Digits {
                least,
                most,
                end_key,
            }) => core::Expected::Digits {
                least,
                most,
                end_key,
            },
            wit::Expected::YesNo => core::Expected::YesNo,
        },
        hints,
        reprompt: reprompt.map(body),
        timeout_ms,
        sensitive,
    }
}

fn next(next: wit::Next) -> core::Next {
    match next {
        wit::Next::Wait => core::Next::Wait,
        wit::Next::Done(results) => core::Next::Done(named_values(results)),
        wit::Next::Call(wit::FlowCall { flow, arguments }) => core::Next::Call {
            flow,
            arguments: named_values(arguments),
        },
        wit::Next::Verify(level) => core::Next::Verify(match level {
            wit::Verification::Anonymous => core::Verification::Anonymous,
            wit::Verification::Identified => core::Verification::Identified,
            wit::Verification::Verified => core::Verification::Verified,
        }),
        wit::Next::HandOff(wit::HandOff { queue, reason }) => core::Next::HandOff { queue, reason },
        wit::Next::Close => core::Next::Close,
        wit::Next::Other(other) => core::Next::Other(extension(other)),
    }
}

fn effect(effect: wit::Effect) -> core::Effect {
    match effect {
        wit::Effect::Request(wit::NamedRequest { name, request }) => core::Effect::Request {
            name,
            request: request.into(),
        },
        wit::Effect::AwaitCallback(wit::AwaitCallback { name, deadline_ms }) => {
            core::Effect::AwaitCallback { name, deadline_ms }
        }
        wit::Effect::SetTimer(wit::Timer { name, after_ms }) => {
            core::Effect::SetTimer { name, after_ms }
        }
        wit::Effect::CancelTimer(name) => core::Effect::CancelTimer(name),
        wit::Effect::SetAttribute(wit::Attribute {
            name,
            value,
            purpose,
        }) => core::Effect::SetAttribute {
            name,
            value: value.into(),
            purpose,
        },
        wit::Effect::OpenCase(wit::NewCase {
            category,
            title,
            fields,
        }) => core::Effect::OpenCase {
            category,
            title,
            fields: named_values(fields),
        },
        wit::Effect::RecordOutcome(code) => core::Effect::RecordOutcome(code),
        wit::Effect::Other(other) => core::Effect::Other(extension(other)),
    }
}

fn extension(wit::Extension { name, json }: wit::Extension) -> core::Extension {
    core::Extension { name, json }
}

fn named_values(list: Vec<values::NamedValue>) -> Vec<core::NamedValue> {
    list.into_iter()
        .map(|values::NamedValue { name, value }| core::NamedValue {
            name,
            value: value.into(),
        })
        .collect()
}

impl From<values::Value> for core::Value {
    fn from(value: values::Value) -> Self {
        match value {
            values::Value::Text(text) => Self::Text(text),
            values::Value::Integer(number) => Self::Integer(number),
            values::Value::Number(number) => Self::Number(number),
            values::Value::Boolean(truth) => Self::Boolean(truth),
            values::Value::Date(date) => Self::Date(date),
            values::Value::Instant(ms) => Self::Instant(ms),
            values::Value::Money(values::Money { minor, currency }) => {
                Self::Money(core::Money { minor, currency })
            }
            values::Value::Quantity(values::Quantity { amount, unit }) => {
                Self::Quantity(core::Quantity { amount, unit })
            }
            values::Value::Json(text) => Self::Json(text),
        }
    }
}

impl From<web::Request> for core::Request {
    fn from(request: web::Request) -> Self {
        let web::Request {
            method,
            url,
            headers,
            body,
            timeout_ms,
        } = request;
        Self {
            method: match method {
                web::Method::Get => core::Method::Get,
                web::Method::Head => core::Method::Head,
                web::Method::Post => core::Method::Post,
                web::Method::Put => core::Method::Put,
                web::Method::Patch => core::Method::Patch,
                web::Method::Delete => core::Method::Delete,
            },
            url,
            headers: headers
                .into_iter()
                .map(|web::Header { name, value }| core::Header { name, value })
                .collect(),
            body,
            timeout_ms,
        }
    }
}
