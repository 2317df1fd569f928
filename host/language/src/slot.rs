use jackfield_core::{Entity, Money, Quantity, Utterance, Value};

use crate::entities::money;

/// The value in `utterance` that fills a slot of this kind.
///
/// - `text` takes the whole utterance as it was written.
/// - Any other kind takes an entity of that kind. Of several, the last one with the role `to` counts (`从59元换成128元`, `50到80块`),
///   otherwise the first. What is not meant (role `not`) fills nothing.
/// - `date` takes the day of a time or the first day of a range when no day alone was said.
/// - An answer that leaves the unit out is understood from the question: one bare number fills `amount` (yuan), `data-volume` (GB),
///   `minutes` and `percentage`, and a number is taken from the one amount or quantity there is.
pub fn entity_for(kind: &str, utterance: &Utterance) -> Option<Value> {
    if kind == "text" {
        let text = utterance.original.trim();
        return (!text.is_empty()).then(|| Value::Text(text.to_owned()));
    }
    let of_kind = || {
        utterance
            .entities
            .iter()
            .filter(|entity| entity.kind == kind && is_meant(entity))
    };
    if let Some(entity) = of_kind()
        .rfind(|entity| entity.role.as_deref() == Some("to"))
        .or_else(|| of_kind().next())
    {
        return Some(entity.value.clone());
    }
    match kind {
        "date" => first_day(utterance),
        "amount" => money(bare_number(utterance)?, "CNY"),
        "data-volume" => quantity(bare_number(utterance)?, "GB"),
        "minutes" => quantity(bare_number(utterance)?, "min"),
        "percentage" => quantity(bare_number(utterance)?, "%"),
        "number" => number_of_measure(utterance),
        _ => None,
    }
}

fn is_meant(entity: &Entity) -> bool {
    entity.role.as_deref() != Some("not")
}

/// The day with which the first time or range begins.
fn first_day(utterance: &Utterance) -> Option<Value> {
    let mut timed = utterance.entities.iter().filter(|entity| {
        is_meant(entity)
            && matches!(
                entity.kind.as_str(),
                "date-time" | "date-range" | "date-time-range"
            )
    });
    match &timed.next()?.value {
        Value::Text(form) => Some(Value::Date(form.get(.."2026-03-01".len())?.to_owned())),
        _ => None,
    }
}

fn quantity(amount: f64, unit: &str) -> Option<Value> {
    Some(Value::Quantity(Quantity {
        amount,
        unit: unit.to_owned(),
    }))
}

/// The only number of the utterance, when nothing else was said that a number belongs to.
fn bare_number(utterance: &Utterance) -> Option<f64> {
    let meant = utterance.entities.iter().filter(|entity| is_meant(entity));
    let mut numbers = meant.filter_map(|entity| match (entity.kind.as_str(), &entity.value) {
        ("number", Value::Integer(number)) => Some(*number as f64),
        ("number", Value::Number(number)) => Some(*number),
        _ => None,
    });
    let first = numbers.next()?;
    numbers.next().is_none().then_some(first)
}

fn number_of_measure(utterance: &Utterance) -> Option<Value> {
    let mut measures = utterance
        .entities
        .iter()
        .filter_map(|entity| match &entity.value {
            Value::Money(Money { minor, currency }) => {
                Some(*minor as f64 / Money::minor_units(currency))
            }
            Value::Quantity(Quantity { amount, .. }) => Some(*amount),
            _ => None,
        });
    let first = measures.next()?;
    if measures.next().is_some() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    Some(if first.fract() == 0.0 && first.abs() < 9e15 {
        Value::Integer(first as i64)
    } else {
        Value::Number(first)
    })
}
