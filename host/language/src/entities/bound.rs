//! Bounds of amounts: `至少`, `不超过`, `以内`, `at least`, `up to`, `or less`. A bound is an entity of its own, kind `bound`, beside
//! the amount: its value is `min` or `max`, its role the kind of what it bounds. So whoever asks for the amount finds it as ever.
//! Bounds of times are roles of the times.

use jackfield_core::Value;

use super::Found;
use crate::scan::Scan;

const MIN: &str = "min";
const MAX: &str = "max";

/// Before an amount, longer ones before their own ends.
const BEFORE: &[(&str, &str)] = &[
    ("不能超过", MAX),
    ("不要超过", MAX),
    ("不得超过", MAX),
    ("不会超过", MAX),
    ("没有超过", MAX),
    ("不超过", MAX),
    ("没超过", MAX),
    ("别超过", MAX),
    ("超过", MIN),
    ("不低于", MIN),
    ("不少于", MIN),
    ("不小于", MIN),
    ("不高于", MAX),
    ("不多于", MAX),
    ("不大于", MAX),
    ("低于", MAX),
    ("少于", MAX),
    ("小于", MAX),
    ("高于", MIN),
    ("多于", MIN),
    ("大于", MIN),
    ("至少", MIN),
    ("最少", MIN),
    ("起码", MIN),
    ("最低", MIN),
    ("少说", MIN),
    ("不止", MIN),
    ("最多", MAX),
    ("最高", MAX),
    ("顶多", MAX),
    ("至多", MAX),
    ("不到", MAX),
    ("不足", MAX),
    ("at least", MIN),
    ("at most", MAX),
    ("up to", MAX),
    ("no more than", MAX),
    ("not more than", MAX),
    ("no less than", MIN),
    ("not less than", MIN),
    ("more than", MIN),
    ("less than", MAX),
    ("fewer than", MAX),
    ("cheaper than", MAX),
    ("not over", MAX),
    ("not exceeding", MAX),
    ("not exceed", MAX),
    ("exceeding", MIN),
    ("upwards of", MIN),
    ("a minimum of", MIN),
    ("minimum of", MIN),
    ("a maximum of", MAX),
    ("maximum of", MAX),
    ("within", MAX),
    ("under", MAX),
    ("below", MAX),
    ("over", MIN),
    ("above", MIN),
];
/// Words that may stand between the bound and the amount: `至少还5000元`, `最多能借两万`.
const BETWEEN: &str = "打等只要还有得是在能了用充存付花借交给个";
/// After an amount, with the characters that make another word of them.
const AFTER: &[(&str, &str, &str)] = &[
    ("及以上", MIN, ""),
    ("或以上", MIN, ""),
    ("以上", MIN, ""),
    ("及以下", MAX, ""),
    ("或以下", MAX, ""),
    ("以下", MAX, ""),
    ("以内", MAX, ""),
    ("之内", MAX, ""),
    ("内", MAX, "蒙存容部地置"),
    ("封顶", MAX, ""),
    ("起步", MIN, ""),
    ("起", MIN, "来床飞诉作码"),
    (" or more", MIN, ""),
    (" or above", MIN, ""),
    (" or over", MIN, ""),
    (" and above", MIN, ""),
    (" and up", MIN, ""),
    (" at least", MIN, ""),
    (" minimum", MIN, ""),
    (" or less", MAX, ""),
    (" or below", MAX, ""),
    (" or under", MAX, ""),
    (" at most", MAX, ""),
    (" maximum", MAX, ""),
    (" max", MAX, ""),
    (" tops", MAX, ""),
    ("+", MIN, ""),
];

/// The bounds of the amounts that were found.
pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Found>) {
    let bounds: Vec<Found> = found
        .iter()
        .filter(|entity| {
            matches!(
                entity.kind.as_str(),
                "amount" | "data-volume" | "minutes" | "duration" | "percentage" | "number"
            )
        })
        .filter_map(|entity| {
            let (value, start, end) = before(scan, entity).or_else(|| after(scan, entity))?;
            let mut bound = Found::new("bound", Value::Text(value.to_owned()), start, end);
            bound.role = role(&entity.kind);
            Some(bound)
        })
        .collect();
    found.extend(bounds);
}

fn role(kind: &str) -> Option<&'static str> {
    [
        "amount",
        "data-volume",
        "minutes",
        "duration",
        "percentage",
        "number",
    ]
    .into_iter()
    .find(|known| *known == kind)
}

fn before(scan: &Scan<'_>, entity: &Found) -> Option<(&'static str, usize, usize)> {
    let mut end = entity.start;
    while end > 0 && scan.at(end - 1) == ' ' {
        end -= 1;
    }
    let last = scan.before(end);
    if !last.is_alphabetic() {
        return None;
    }
    for _ in 0..4 {
        let text = scan.slice(0, end);
        if let Some((word, value)) = BEFORE.iter().find(|(word, _)| text.ends_with(word)) {
            let start = end - word.chars().count();
            // `handover 50` is no bound, and `我最多` is one.
            let whole = (!word.is_ascii() || scan.starts_word(start))
                && !(*word == "up to" && is_turned(scan.slice(0, start)));
            return whole.then_some((value, start, end));
        }
        if end == 0 || !BETWEEN.contains(scan.before(end)) {
            return None;
        }
        end -= 1;
    }
    None
}

/// Whether something is turned before `up to`, which says where to then: `turn it up to seven`.
pub(super) fn is_turned(before: &str) -> bool {
    [
        "turned",
        "turn",
        "volume",
        "it",
        "that",
        "brightness",
        "moved",
        "went",
        "bring",
    ]
    .iter()
    .any(|word| before.trim_end().ends_with(word))
}

fn after(scan: &Scan<'_>, entity: &Found) -> Option<(&'static str, usize, usize)> {
    // `18岁以下`, `50元的以内`
    let at = entity.end;
    let next = scan.at(at);
    if !(next == ' ' || next == '+' || next.is_alphabetic()) {
        return None;
    }
    let measured = entity.kind == "number" && !next.is_ascii();
    [at, at + usize::from(measured)].into_iter().find_map(|at| {
        AFTER.iter().find_map(|(word, value, not)| {
            let end = scan.word(at, word)?;
            let start = at + usize::from(word.starts_with(' '));
            let plain = *word == "+" && scan.at(end).is_alphanumeric();
            (!plain && !not.contains(scan.at(end)) || scan.at(end) == '\0')
                .then_some((*value, start, end))
        })
    })
}
