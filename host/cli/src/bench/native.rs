//! The measured turn as native code: the same flow, the same world, no WebAssembly.

use std::sync::Arc;

use jackfield_core::{Event, Step, Value};
use jackfield_sandbox::World as _;
use jackfield_sdk::native::Host;
use jackfield_sdk::wire;

use super::world::BenchWorld;

/// The bench's world behind the SDK's native capabilities.
pub(super) struct NativeHost(pub(super) Arc<BenchWorld>);

impl Host for NativeHost {
    fn log(&mut self, _level: wire::Level, _message: &str) {}

    fn config(&mut self, key: &str) -> Option<wire::Value> {
        self.0.config(key).map(to_wire)
    }

    fn search(&mut self, _query: &str, _limit: u32) -> Vec<wire::KnowledgeAnswer> {
        Vec::new()
    }

    fn query(
        &mut self,
        table: &str,
        columns: &[String],
        conditions: &[wire::Condition],
        _order: &[wire::Order],
        limit: u32,
    ) -> Result<wire::Rows, wire::TableError> {
        let conditions: Vec<_> = conditions
            .iter()
            .map(|condition| jackfield_sandbox::Condition {
                column: condition.column.clone(),
                comparison: comparison(condition.comparison),
                value: from_wire(&condition.value),
            })
            .collect();
        let rows = self
            .0
            .tables()
            .query(table, columns, &conditions, &[], limit)
            .map_err(|error| wire::TableError::UnknownTable(error.to_string()))?;
        Ok(wire::Rows {
            rows: rows
                .rows
                .into_iter()
                .map(|row| wire::Row {
                    cells: row.into_iter().map(to_wire).collect(),
                })
                .collect(),
            total: rows.total,
        })
    }

    fn storage_get(&mut self, key: &str) -> Option<String> {
        self.0.storage().get(key).map(str::to_owned)
    }

    fn storage_set(&mut self, _key: &str, _value: &str) -> Result<(), wire::StorageError> {
        Ok(())
    }

    fn storage_delete(&mut self, _key: &str) {}

    fn storage_keys(&mut self, prefix: &str) -> Vec<String> {
        self.0.storage().keys(prefix, 1000)
    }

    fn storage_add(&mut self, _counter: &str, _amount: i64) -> Result<(), wire::StorageError> {
        Ok(())
    }

    fn http_read(&mut self, _request: &wire::Request) -> Result<wire::Response, wire::Failure> {
        Err(wire::Failure::Denied("not in this benchmark".to_owned()))
    }
}

const fn comparison(comparison: wire::Comparison) -> jackfield_sandbox::Comparison {
    use jackfield_sandbox::Comparison as Ours;
    use wire::Comparison as Theirs;
    match comparison {
        Theirs::Equal => Ours::Equal,
        Theirs::NotEqual => Ours::NotEqual,
        Theirs::Less => Ours::Less,
        Theirs::AtMost => Ours::AtMost,
        Theirs::Greater => Ours::Greater,
        Theirs::AtLeast => Ours::AtLeast,
    }
}

fn to_wire(value: Value) -> wire::Value {
    match value {
        Value::Text(text) => wire::Value::Text(text),
        Value::Integer(number) => wire::Value::Integer(number),
        Value::Number(number) => wire::Value::Number(number),
        Value::Boolean(truth) => wire::Value::Boolean(truth),
        Value::Date(date) => wire::Value::Date(date),
        Value::Instant(ms) => wire::Value::Instant(ms),
        Value::Money(money) => wire::Value::Money(wire::Money {
            minor: money.minor,
            currency: money.currency,
        }),
        Value::Quantity(quantity) => wire::Value::Quantity(wire::Quantity {
            amount: quantity.amount,
            unit: quantity.unit,
        }),
        Value::Json(json) => wire::Value::Json(json),
    }
}

fn from_wire(value: &wire::Value) -> Value {
    match value {
        wire::Value::Text(text) => Value::Text(text.clone()),
        wire::Value::Integer(number) => Value::Integer(*number),
        wire::Value::Number(number) => Value::Number(*number),
        wire::Value::Boolean(truth) => Value::Boolean(*truth),
        wire::Value::Date(date) => Value::Date(date.clone()),
        wire::Value::Instant(ms) => Value::Instant(*ms),
        wire::Value::Money(money) => Value::Money(jackfield_core::Money {
            minor: money.minor,
            currency: money.currency.clone(),
        }),
        wire::Value::Quantity(quantity) => Value::Quantity(jackfield_core::Quantity {
            amount: quantity.amount,
            unit: quantity.unit.clone(),
        }),
        wire::Value::Json(json) => Value::Json(json.clone()),
    }
}

/// The measured step as the SDK's turn.
pub(super) fn turn(step: &Step) -> wire::Turn {
    wire::Turn {
        session: step.session.clone(),
        number: step.turn,
        step: step.step,
        now: step.now,
        time_zone: step.time_zone.clone(),
        seed: step.seed,
        locale: step.locale.clone(),
        channel: wire::Channel {
            kind: wire::ChannelKind::Web,
            name: step.channel.name.clone(),
            choices: true,
            media: true,
            longest_text: None,
        },
        contact: wire::Contact {
            id: step.contact.id.clone(),
            verification: wire::Verification::Verified,
            attributes: Vec::new(),
        },
        flow: step.flow.clone(),
        frame: step.frame.clone(),
        state: step.state.clone(),
        state_version: step.state_version,
        slots: step
            .slots
            .iter()
            .map(|slot| wire::NamedValue {
                name: slot.name.clone(),
                value: to_wire(slot.value.clone()),
            })
            .collect(),
        events: step
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Chose(id) => Some(wire::Event::Chose(id.clone())),
                _ => None,
            })
            .collect(),
        extensions: Vec::new(),
    }
}
