//! The part of a bot's message that does not change from one customer to the next.

use jackfield_core::{Body, Message, StepOutcome, TurnRecord, Value};

/// The text with `*` for values: what the flow put in, and every number. `None` when nothing is left.
pub(super) fn parts(text: &str, turn: &TurnRecord) -> Option<String> {
    let mut marked = text.replace(['*', '\n', '\r'], "\0");
    let mut values = values(turn);
    // The longest first, so that a part of a value does not break it.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    for value in values {
        marked = marked.replace(&value, "\0");
    }
    let marked: String = marked
        .chars()
        .map(|c| if is_value(c) { '\0' } else { c })
        .collect();
    let stable = marked.split('\0').map(str::trim);
    let stable: Vec<&str> = stable
        .filter(|part| part.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .collect();
    (!stable.is_empty()).then(|| stable.join("*"))
}

/// Digits of every script, and what stands beside them in money and masked numbers.
fn is_value(c: char) -> bool {
    c.is_numeric() || "¥$€£%•".contains(c)
}

/// Texts that flows put into messages of this turn.
fn values(turn: &TurnRecord) -> Vec<String> {
    let mut found = Vec::new();
    for step in &turn.steps {
        let StepOutcome::Replied(reply) = &step.outcome else {
            continue;
        };
        for Message { body, .. } in &reply.messages {
            let Body::Template { arguments, .. } = body else {
                continue;
            };
            for argument in arguments {
                if let Value::Text(text) = &argument.value {
                    found.extend((text.chars().count() > 1).then(|| text.clone()));
                }
            }
        }
    }
    found
}
