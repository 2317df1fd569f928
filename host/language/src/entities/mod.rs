//! Entities by rule, in Chinese and English: what a span of the text stands for, in a normal form.
//! The kinds and their values are listed with the crate.

mod bound;
mod budget;
mod clock;
mod date;
mod digits;
mod email;
mod gazetteer;
mod numeral;
mod opening;
mod personal;
mod place;
mod quantity;
mod retracted;
mod role;
mod when;

use jackfield_core::{Entity, Value};

pub(crate) use self::digits::{said_in_chinese, said_in_english, times};
pub(crate) use self::gazetteer::Gazetteer;
pub use self::personal::{is_name, is_personal, redact};
pub(crate) use self::quantity::money;
use crate::ParseContext;
use crate::knowledge::language;
use crate::scan::Scan;

/// An entity with its span in characters.
#[derive(Debug)]
struct Found {
    kind: String,
    value: Value,
    start: usize,
    end: usize,
    /// The role when it is more than what the words around it say.
    role: Option<&'static str>,
}

impl Found {
    fn new(kind: &str, value: Value, start: usize, end: usize) -> Self {
        Self {
            kind: kind.to_owned(),
            value,
            start,
            end,
            role: None,
        }
    }
}

/// The entities of a normalised text, in order of their spans. Built-in kinds do not overlap, but for `code` and `yes-no`, which
/// speak of what was said as a whole, and `place`; names of packs may stand on top of them.
pub(crate) fn extract(
    text: &str,
    context: &ParseContext<'_>,
    gazetteer: &Gazetteer,
) -> Vec<Entity> {
    let scan = Scan::new(text);
    let today = date::Today::new(context);
    let addressed = text.contains('@');
    let mut found = Vec::new();
    let mut at = 0;
    while at < scan.len() {
        let email = if addressed {
            email::read(&scan, at)
        } else {
            None
        };
        if let Some(end) = quantity::idiom(&scan, at) {
            at = end;
            continue;
        }
        let next = email
            .or_else(|| digits::read(&scan, at, &today))
            .or_else(|| when::read(&scan, at, &today));
        at = match next {
            Some(entity) => {
                let end = entity.end.max(at + 1);
                found.push(entity);
                end
            }
            None => match digits::strange(&scan, at) {
                Some(end) => end,
                None => match quantity::read(&scan, at, &mut found) {
                    Some(end) => end.max(at + 1),
                    None => skip(&scan, at),
                },
            },
        };
    }
    found.extend(digits::code(&scan));
    if let Some(answer) = crate::yes_no(text) {
        found.push(Found::new("yes-no", Value::Boolean(answer), 0, scan.len()));
    }
    bound::find(&scan, &mut found);
    budget::find(&scan, &mut found);
    place::find(&scan, &mut found);
    drop_parts_of_places(&mut found);
    gazetteer.find(&scan, &language(context.locale), &mut found);
    found.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut entities: Vec<Entity> = found
        .into_iter()
        .map(|entity| Entity {
            role: entity
                .role
                .or_else(|| role::of(&scan, &entity.kind, entity.start, entity.end))
                .map(str::to_owned),
            heard: scan.slice(entity.start, entity.end).to_owned(),
            start: scan.offset(entity.start),
            end: scan.offset(entity.end),
            kind: entity.kind,
            value: entity.value,
        })
        .collect();
    retracted::mark(text, &mut entities);
    entities
}

/// Numbers that are part of a name: `七台河`.
fn drop_parts_of_places(found: &mut Vec<Found>) {
    let spans: Vec<_> = found
        .iter()
        .filter(|entity| entity.kind == "place")
        .map(|entity| (entity.start, entity.end))
        .collect();
    found.retain(|entity| {
        let within = |(start, end): &(usize, usize)| *start <= entity.start && entity.end <= *end;
        !matches!(entity.kind.as_str(), "number" | "duration") || !spans.iter().any(within)
    });
}

/// Past what is no entity: a whole run of digits and points (a card number, an address), a whole Latin word, or one character.
fn skip(scan: &Scan<'_>, at: usize) -> usize {
    let mut end = at + 1;
    if scan.at(at).is_ascii_digit() {
        while scan.at(end).is_ascii_digit()
            || (scan.at(end) == '.' && scan.at(end + 1).is_ascii_digit())
        {
            end += 1;
        }
    } else if scan.at(at).is_ascii_alphabetic() {
        while scan.at(end).is_ascii_alphabetic() {
            end += 1;
        }
    }
    end
}

/// The values of all numerals in a normalised text.
pub(crate) fn numerals(text: &str) -> Vec<f64> {
    let scan = Scan::new(text);
    let mut out = Vec::new();
    let mut at = 0;
    while at < scan.len() {
        match numeral::read(&scan, at) {
            Some(numeral) => {
                out.push(numeral.value);
                at = numeral.end.max(at + 1);
            }
            None => at = skip(&scan, at),
        }
    }
    out
}

#[cfg(test)]
mod tests;
