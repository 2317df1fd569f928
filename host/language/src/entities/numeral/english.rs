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

const DOZEN: f64 = 12.0;

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
        "dozen" => DOZEN,
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
            if unit <= 1e2 {
                section = value * unit;
                room = if unit == DOZEN { 0.0 } else { 100.0 };
            } else {
                total += value * unit;
                section = 0.0;
                room = 1_000.0;
            }
        } else if words == 0 && matches!(word, "a" | "an") {
            let (count, unit) = match scan.one_of(after, COUPLE) {
                Some((count, unit)) => (count, unit),
                None => (1.0, scan.skip_spaces(after)),
            };
            english_unit(scan.letters(unit).0)?;
            section = count;
            room = 0.0;
            at = unit;
            words += 1;
            continue;
        } else if words == 0 && word == "half" {
            let unit = scan.word(after, " a ")?;
            english_unit(scan.letters(unit).0)?;
            section = 0.5;
            room = 0.0;
            at = unit;
            words += 1;
            continue;
        } else if word == "and"
            && words > 1
            && room >= 100.0
            && english_word(scan.letters(next_word(scan, after)).0).is_some()
        {
            at = next_word(scan, after);
            continue;
        } else {
            break;
        }
        words += 1;
        end = after;
        at = next_word(scan, after);
        if at == after {
            break;
        }
    }
    if words == 0 {
        return None;
    }
    let (part, after) = fraction(scan, end);
    let mut value = total + section + part;
    let mut after = after;
    // `two and a half thousand`
    if part == 0.5
        && let Some((unit, end)) = scan.one_of(after, &[(" thousand", 1e3), (" million", 1e6)])
    {
        value *= unit;
        after = end;
    }
    Some(Numeral {
        value,
        end: after,
        style: Style::English(if after > end { words + 1 } else { words }),
    })
}

/// After `a`: `a couple of hundred`.
const COUPLE: &[(&str, f64)] = &[(" couple of ", 2.0), (" couple ", 2.0)];

/// Past a hyphen or spaces: `one-hundred-and-five`.
fn next_word(scan: &Scan<'_>, at: usize) -> usize {
    match scan.at(at) {
        '-' => at + 1,
        _ => scan.skip_spaces(at),
    }
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
