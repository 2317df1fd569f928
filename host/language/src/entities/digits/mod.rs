//! What is read digit by digit: telephone numbers, identity cards, bank cards and one-time codes.

mod bank_card;
mod code;
mod id_card;
mod phone;

use jackfield_core::Value;

use super::Found;
use super::date::Today;
use super::numeral::chinese_digit;
use crate::scan::Scan;

pub(super) use self::code::code;

/// Most digits that belong to one number.
const MOST: usize = 20;

/// Digits in a row, Arabic or spoken in Chinese, with single spaces and hyphens between groups.
struct Run {
    digits: String,
    start: usize,
    end: usize,
    /// A plus stood before them.
    plus: bool,
    /// A hyphen or parenthesis stands between groups.
    marked: bool,
    /// Lengths of the groups.
    groups: Vec<usize>,
}

/// The run of at least three digits that starts at `start`.
fn run(scan: &Scan<'_>, start: usize) -> Option<Run> {
    let first = scan.at(start);
    if !(matches!(first, '0'..='9' | '+' | '(') || chinese_digit(first).is_some())
        || scan.before(start).is_ascii_alphanumeric()
        || (scan.before(start) == '.' && start > 1)
    {
        return None;
    }
    let plus = first == '+';
    let mut at = start + usize::from(plus || first == '(');
    if plus && scan.at(at) == ' ' {
        at += 1;
    }
    let mut run = Run {
        digits: String::new(),
        start,
        end: start,
        plus,
        marked: false,
        groups: vec![0],
    };
    while run.digits.len() <= MOST {
        let c = scan.at(at);
        let digit = if c.is_ascii_digit() {
            Some(c)
        } else {
            chinese_digit(c).and_then(|d| char::from_digit(d, 10))
        };
        if let Some(digit) = digit {
            run.digits.push(digit);
            at += 1;
            run.end = at;
            if let Some(group) = run.groups.last_mut() {
                *group += 1;
            }
        } else if matches!(c, ' ' | '-' | ')') && run.end > start {
            at += 1;
            if matches!(c, ')' | ' ') && matches!(scan.at(at), ' ' | '-' | '(') {
                at += 1;
            }
            if !scan.at(at).is_ascii_digit() && chinese_digit(scan.at(at)).is_none() {
                break;
            }
            run.marked |= c != ' ';
            run.groups.push(0);
        } else {
            break;
        }
    }
    (run.digits.len() >= 3).then_some(run)
}

impl Run {
    /// The entity of the whole run.
    fn found(&self, kind: &str, value: &str) -> Found {
        Found::new(kind, Value::Text(value.to_owned()), self.start, self.end)
    }

    /// Whether digits, a letter or a unit go on after the run, which makes it something else.
    fn goes_on(&self, scan: &Scan<'_>) -> bool {
        let next = scan.at(self.end);
        next.is_ascii_alphanumeric()
            || chinese_digit(next).is_some()
            || matches!(next, '元' | '块' | '兆' | '%' | '@')
    }
}

/// The identity card, telephone or bank card number that starts at `at`.
pub(super) fn read(scan: &Scan<'_>, at: usize, today: &Today<'_>) -> Option<Found> {
    let run = run(scan, at)?;
    id_card::read(scan, &run, today)
        .or_else(|| phone::read(scan, &run))
        .or_else(|| bank_card::read(scan, &run))
}

/// The end of a run of digits in groups that is too long to be an amount, and none of the numbers that are known.
pub(super) fn strange(scan: &Scan<'_>, at: usize) -> Option<usize> {
    if !scan.at(at).is_ascii_digit() {
        return None;
    }
    let run = run(scan, at)?;
    (run.digits.len() >= 13).then_some(run.end)
}

#[cfg(test)]
mod tests;
