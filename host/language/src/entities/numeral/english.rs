//! English numerals: `twenty-five`, `a hundred and ten`, `two point five`.

use super::{Numeral, Style};
use crate::scan::Scan;

/// Number words.
pub(in super::super) const WORDS: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
];

fn english_word(word: &str) -> Option<f64> {
    if !matches!(word.len(), 3..=9) {
        return None;
    }
    WORDS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
}

fn english_unit(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "thousand" => 1e3,
        "million" => 1e6,
        "billion" => 1e9,
        _ => return None,
    })
}

pub(super) fn read(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let mut total = 0.0;
    let mut section = 0.0;
    let mut words = 0;
    let mut end = start;
    let mut at = start;
    let mut room = f64::INFINITY; // a following number must be smaller: `twenty five`, not `five twenty`
    loop {
        let (word, after) = scan.letters(at);
        if scan.at(after).is_ascii_digit() {
            break;
        }
        if let Some(value) = english_word(word) {
            // `one twenty nine` is 129.
            if words == 1
                && (1.0..10.0).contains(&section)
                && value >= 20.0
                && scan.before(at) == ' '
            {
                section *= 100.0;
                room = 100.0;
            }
            if value >= room {
                break;
            }
            section += value;
            room = if value >= 20.0 { 10.0 } else { 0.0 };
        } else if let Some(unit) = english_unit(word) {
            if words == 0 {
                break;
            }
            let value = if section == 0.0 { break } else { section };
            if unit == 1e2 {
                section = value * unit;
                room = 100.0;
            } else {
                total += value * unit;
                section = 0.0;
                room = 1_000.0;
            }
        } else if words == 0 && matches!(word, "a" | "an") {
            let (next, _) = scan.letters(scan.skip_spaces(after));
            english_unit(next)?;
            section = 1.0;
            room = 0.0;
        } else if word == "and"
            && words > 1
            && room >= 100.0
            && english_word(scan.letters(scan.skip_spaces(after)).0).is_some()
        {
            at = scan.skip_spaces(after);
            continue;
        } else {
            break;
        }
        words += 1;
        end = after;
        at = if scan.at(after) == '-' {
            after + 1
        } else {
            scan.skip_spaces(after)
        };
        if at == after {
            break;
        }
    }
    if words == 0 {
        return None;
    }
    let (part, after) = fraction(scan, end);
    Some(Numeral {
        value: total + section + part,
        end: after,
        style: Style::English(if after > end { words + 1 } else { words }),
    })
}

/// After a whole number: `point two five`, `and a half`.
fn fraction(scan: &Scan<'_>, end: usize) -> (f64, usize) {
    if let Some(after) = scan.word(end, " and a half") {
        return (0.5, after);
    }
    let (mut part, mut scale, mut after) = (0.0, 1.0, end);
    if let Some(mut at) = scan.word(end, " point") {
        while scan.at(at) == ' ' && scale < 1e6 {
            let (word, next) = scan.letters(at + 1);
            let Some(digit) = english_word(word).filter(|digit| *digit < 10.0) else {
                break;
            };
            part = part * 10.0 + digit;
            scale *= 10.0;
            (at, after) = (next, next);
        }
    }
    (part / scale, after)
}
