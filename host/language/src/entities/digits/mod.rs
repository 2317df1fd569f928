//! What is read digit by digit: telephone numbers, identity cards, bank cards and one-time codes.

mod bank_card;
mod code;
mod id_card;
mod phone;
mod said;
mod spelled;

use jackfield_core::Value;

use super::Found;
use super::date::Today;
use crate::scan::Scan;

pub(super) use self::code::code;
pub(crate) use self::said::{said_in_chinese, said_in_english, times};

/// Most digits that are read as one run: two telephone numbers may stand in one.
const MOST: usize = 30;

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
    if !(matches!(first, '+' | '(') || said_in_chinese(first).is_some())
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
        if let Some(digit) = said_in_chinese(c) {
            run.digits.push(digit);
            at += 1;
            run.end = at;
            if let Some(group) = run.groups.last_mut() {
                *group += 1;
            }
        } else if run.end > start
            && (matches!(c, ' ' | '-' | ')')
                // Digits that are listed may be amounts; those that are spoken are one number.
                || matches!(c, '、' | ',') && !scan.before(at).is_ascii() && !scan.at(at + 1).is_ascii())
        {
            at += 1;
            let mut marked = c != ' ';
            if matches!(c, ')' | ' ') && matches!(scan.at(at), ' ' | '-' | '(') {
                marked |= scan.at(at) != ' ';
                at += 1;
                if scan.before(at) == '-' && scan.at(at) == ' ' {
                    at += 1;
                }
            }
            if said_in_chinese(scan.at(at)).is_none() {
                break;
            }
            run.marked |= marked;
            run.groups.push(0);
        } else {
            break;
        }
    }
    (run.digits.len() >= 3).then_some(run)
}

/// Three groups with points between, as some write telephone numbers: `138.0013.8001`, `415.555.0123`.
fn dotted(scan: &Scan<'_>, start: usize) -> Option<Run> {
    if scan.at(start + 3) != '.' || scan.before(start).is_ascii_alphanumeric() {
        return None;
    }
    let (mut digits, mut groups, mut at) = (String::new(), Vec::new(), start);
    loop {
        let (_, end) = scan.digits(at)?;
        digits.push_str(scan.slice(at, end));
        groups.push(end - at);
        if scan.at(end) != '.' || !scan.at(end + 1).is_ascii_digit() {
            let whole = matches!(groups.as_slice(), [3, 4, 4] | [3, 3, 4]);
            return whole.then_some(Run {
                digits,
                start,
                end,
                plus: false,
                marked: true,
                groups,
            });
        }
        at = end + 1;
    }
}

impl Run {
    /// The entity of the whole run.
    fn found(&self, kind: &str, value: &str) -> Found {
        Found::new(kind, Value::Text(value.to_owned()), self.start, self.end)
    }

    /// The first groups of the run, which end where `end` is.
    fn first(&self, scan: &Scan<'_>, groups: usize) -> Option<Self> {
        let digits = self.groups.iter().take(groups).sum();
        let mut at = self.start;
        let mut seen = 0;
        while seen < digits {
            seen += usize::from(said_in_chinese(scan.at(at)).is_some());
            at += 1;
        }
        Some(Self {
            digits: self.digits.get(..digits)?.to_owned(),
            start: self.start,
            end: at,
            plus: self.plus,
            marked: self.marked,
            groups: self.groups.get(..groups)?.to_vec(),
        })
    }

    /// Whether digits, a letter or a unit go on after the run, which makes it something else.
    fn goes_on(&self, scan: &Scan<'_>) -> bool {
        let next = scan.at(self.end);
        next.is_ascii_alphanumeric()
            || said_in_chinese(next).is_some()
            || matches!(next, '元' | '块' | '兆' | '%' | '@')
    }
}

/// The identity card, telephone or bank card number that starts at `at`.
pub(super) fn read(scan: &Scan<'_>, at: usize, today: &Today<'_>) -> Option<Found> {
    if scan.at(at).is_ascii_alphabetic() {
        let run = spelled::run(scan, at)?;
        return phone::read(scan, &run).or_else(|| long(scan, &run));
    }
    let run = dotted(scan, at).or_else(|| run(scan, at))?;
    id_card::read(scan, &run, today)
        .or_else(|| phone::read(scan, &run))
        .or_else(|| bank_card::read(scan, &run))
        .or_else(|| phone::first_of_several(scan, &run))
        .or_else(|| long(scan, &run))
}

/// So many digits that are said one by one name somebody or something, whatever they are.
const LONG: usize = 12;

/// A long run of digits that were said one by one, and are none of the numbers that are known: one may have been misheard.
fn long(scan: &Scan<'_>, run: &Run) -> Option<Found> {
    let written = scan
        .slice(run.start, run.end)
        .contains(|c: char| c.is_ascii_digit());
    (run.digits.len() >= LONG && !written).then(|| run.found("long-number", &run.digits))
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
