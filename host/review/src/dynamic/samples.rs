//! What a customer answers.

use jackfield_core::{Money, Quantity, Value};
use jackfield_language::Training;

use super::kit::Kit;

/// The kinds that the host reads from a sentence; a slot of any other kind that no gazetteer has takes the sentence as it is.
pub(super) const KINDS: [&str; 17] = [
    "phone",
    "amount",
    "data-volume",
    "minutes",
    "duration",
    "percentage",
    "number",
    "ordinal",
    "date",
    "time",
    "date-time",
    "yes-no",
    "email",
    "id-card",
    "bank-card",
    "code",
    "bound",
];

/// A value of an entity kind. Kinds of the pack's own are answered from its gazetteers.
pub(super) fn of_kind(kind: &str, kit: &Kit, training: &Training, pick: usize) -> Value {
    let own: Vec<_> = training
        .gazetteers
        .iter()
        .filter(|entry| entry.kind == kind)
        .collect();
    if !own.is_empty() {
        let entry = own.get(pick % own.len());
        return Value::Text(entry.map(|entry| entry.value.clone()).unwrap_or_default());
    }
    match kind {
        "phone" => Value::Text(kit.phone.clone()),
        "amount" => Value::Money(Money {
            minor: [9900, 100, 5_000_000][pick % 3],
            currency: "CNY".to_owned(),
        }),
        "data-volume" => quantity([20.0, 1.0, 500.0][pick % 3], "GB"),
        "minutes" => quantity(100.0, "min"),
        "duration" => quantity(12.0, "mo"),
        "percentage" => quantity(5.0, "%"),
        "number" | "ordinal" => Value::Integer([2, 1, 40][pick % 3]),
        "date" => Value::Date("2026-12-01".to_owned()),
        "time" => Value::Text("14:30".to_owned()),
        "date-time" => Value::Text("2026-12-01T14:30".to_owned()),
        "yes-no" => Value::Boolean(pick.is_multiple_of(2)),
        "email" => Value::Text("anna@example.com".to_owned()),
        "id-card" => Value::Text("11010519491231002X".to_owned()),
        "bank-card" => Value::Text("6222020000000000000".to_owned()),
        "code" => Value::Text("482915".to_owned()),
        _ => Value::Text(kit.words.clone()),
    }
}

fn quantity(amount: f64, unit: &str) -> Value {
    Value::Quantity(Quantity {
        amount,
        unit: unit.to_owned(),
    })
}
