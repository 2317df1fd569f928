//! From the host's types to the guest's.

use jackfield_core as core;

use super::bindings::exports::jackfield::flow::flow as wit;
use super::bindings::jackfield::types::{values, web};

pub(super) fn turn(step: &core::Step) -> wit::Turn {
    wit::Turn {
        session: step.session.clone(),
        number: step.turn,
        step: step.step,
        now: step.now,
        time_zone: step.time_zone.clone(),
        seed: step.seed,
        locale: step.locale.clone(),
        channel: channel(&step.channel),
        contact: wit::Contact {
            id: step.contact.id.clone(),
            verification: verification(step.contact.verification),
            attributes: named_values(&step.contact.attributes),
        },
        flow: step.flow.clone(),
        frame: step.frame.clone(),
        state: step.state.clone(),
        state_version: step.state_version,
        slots: named_values(&step.slots),
        events: step.events.iter().cloned().map(event).collect(),
        extensions: Vec::new(),
    }
}

fn channel(channel: &core::Channel) -> wit::Channel {
    wit::Channel {
        kind: match channel.kind {
            core::ChannelKind::Web => wit::ChannelKind::Web,
            core::ChannelKind::Messenger => wit::ChannelKind::Messenger,
            core::ChannelKind::Sms => wit::ChannelKind::Sms,
            core::ChannelKind::Voice => wit::ChannelKind::Voice,
            core::ChannelKind::Email => wit::ChannelKind::Email,
            core::ChannelKind::Other => wit::ChannelKind::Other,
        },
        name: channel.name.clone(),
        choices: channel.choices,
        media: channel.media,
        longest_text: channel.longest_text,
    }
}

const fn verification(level: core::Verification) -> wit::Verification {
    match level {
        core::Verification::Anonymous => wit::Verification::Anonymous,
        core::Verification::Identified => wit::Verification::Identified,
        core::Verification::Verified => wit::Verification::Verified,
    }
}

fn named_values(list: &[core::NamedValue]) -> Vec<values::NamedValue> {
    list.iter().cloned().map(Into::into).collect()
}

fn event(event: core::Event) -> wit::Event {
    use core::Event;
    match event {
        Event::Started(arguments) => wit::Event::Started(named_values(&arguments)),
        Event::Said(utterance) => wit::Event::Said(self::utterance(utterance)),
        Event::Filled(slot) => wit::Event::Filled(slot.into()),
        Event::Corrected { slot, old, new } => wit::Event::Corrected(wit::Correction {
            slot,
            old: old.map(Into::into),
            new: new.into(),
        }),
        Event::Confirmed(yes) => wit::Event::Confirmed(yes),
        Event::Chose(choice) => wit::Event::Chose(choice),
        Event::Pressed(keys) => wit::Event::Pressed(keys),
        Event::Attached(files) => wit::Event::Attached(
            files
                .into_iter()
                .map(
                    |core::Attachment {
                         blob,
                         media_type,
                         bytes,
                         name,
                     }| wit::Attachment {
                        blob,
                        media_type,
                        bytes,
                        name,
                    },
                )
                .collect(),
        ),
        Event::Located(core::Place {
            latitude,
            longitude,
            label,
        }) => wit::Event::Located(wit::Place {
            latitude,
            longitude,
            label,
        }),
        Event::Silent(count) => wit::Event::Silent(count),
        Event::Interrupted(heard) => wit::Event::Interrupted(heard),
        Event::Resumed => wit::Event::Resumed,
        Event::Returned { flow, results } => wit::Event::Returned(wit::Completion {
            flow,
            results: named_values(&results),
        }),
        Event::Answered { name, outcome } => wit::Event::Answered(wit::Answer {
            name,
            outcome: match outcome {
                core::Outcome::Response(response) => Ok(response.into()),
                core::Outcome::Failure(failure) => Err(failure.into()),
            },
        }),
        Event::Received {
            name,
            correlation,
            payload,
        } => wit::Event::Received(wit::Callback {
            name,
            correlation,
            payload,
        }),
        Event::Verified(level) => wit::Event::Verified(verification(level)),
        Event::Fired(timer) => wit::Event::Fired(timer),
        Event::HandedBack(summary) => wit::Event::HandedBack(summary),
        Event::Cancelled(reason) => wit::Event::Cancelled(reason),
        Event::Expired(name) => wit::Event::Expired(name),
        Event::Other(core::Extension { name, json }) => {
            wit::Event::Other(wit::Extension { name, json })
        }
    }
}

fn utterance(utterance: core::Utterance) -> wit::Utterance {
    let core::Utterance {
        text,
        original,
        intent,
        confidence,
        entities,
        alternatives,
    } = utterance;
    wit::Utterance {
        text,
        original,
        intent,
        confidence,
        entities: entities
            .into_iter()
            .map(
                |core::Entity {
                     kind,
                     role,
                     value,
                     heard,
                     start,
                     end,
                 }| wit::Entity {
                    kind,
                    role,
                    value: value.into(),
                    heard,
                    start,
                    end,
                },
            )
            .collect(),
        alternatives: alternatives
            .into_iter()
            .map(|core::Candidate { intent, confidence }| wit::Candidate { intent, confidence })
            .collect(),
    }
}

impl From<core::Value> for values::Value {
    fn from(value: core::Value) -> Self {
        match value {
            core::Value::Text(text) => Self::Text(text),
            core::Value::Integer(number) => Self::Integer(number),
            core::Value::Number(number) => Self::Number(number),
            core::Value::Boolean(truth) => Self::Boolean(truth),
            core::Value::Date(date) => Self::Date(date),
            core::Value::Instant(ms) => Self::Instant(ms),
            core::Value::Money(core::Money { minor, currency }) => {
                Self::Money(values::Money { minor, currency })
            }
            core::Value::Quantity(core::Quantity { amount, unit }) => {
                Self::Quantity(values::Quantity { amount, unit })
            }
            core::Value::Json(text) => Self::Json(text),
        }
    }
}

impl From<core::NamedValue> for values::NamedValue {
    fn from(core::NamedValue { name, value }: core::NamedValue) -> Self {
        Self {
            name,
            value: value.into(),
        }
    }
}

impl From<core::Response> for web::Response {
    fn from(
        core::Response {
            status,
            headers,
            body,
        }: core::Response,
    ) -> Self {
        let headers = headers
            .into_iter()
            .map(|core::Header { name, value }| web::Header { name, value })
            .collect();
        Self {
            status,
            headers,
            body,
        }
    }
}

impl From<core::Failure> for web::Failure {
    fn from(failure: core::Failure) -> Self {
        match failure {
            core::Failure::Denied(grant) => Self::Denied(grant),
            core::Failure::TimedOut => Self::TimedOut,
            core::Failure::Unreachable(detail) => Self::Unreachable(detail),
            core::Failure::TooLarge(limit) => Self::TooLarge(limit),
            core::Failure::Invalid(detail) => Self::Invalid(detail),
        }
    }
}
