//! Telephone numbers. The normal form of a number of China is its digits without the country's prefix; of any other country, if
//! it is given, a plus, the country's prefix and the digits: it must never pass for a number of China.

use super::{Found, Run};
use crate::scan::Scan;

/// The telephone number that a run of digits is.
pub(super) fn read(scan: &Scan<'_>, run: &Run) -> Option<Found> {
    if run.goes_on(scan) {
        return None;
    }
    let digits = run.digits.as_str();
    // North America writes its numbers in these groups.
    let american = run.groups == [1, 3, 3, 4] && digits.starts_with('1');
    let abroad = run.plus && !digits.starts_with("86") && (8..=15).contains(&digits.len());
    if american || abroad {
        return Some(run.found("phone", &format!("+{digits}")));
    }
    let home = digits
        .strip_prefix("0086")
        .or_else(|| {
            digits
                .strip_prefix("86")
                .filter(|rest| run.plus || is_mobile(rest))
        })
        .unwrap_or(digits);
    let known = is_mobile(home)
        || is_landline(home) && run.groups.len() <= 4
        || (home.starts_with("400") || home.starts_with("800")) && home.len() == 10
        || run.plus && (8..=15).contains(&digits.len())
        || run.groups == [3, 3, 4]
        // Freephones of many countries.
        || digits.starts_with("0800") && run.groups.len() > 1 && (9..=11).contains(&digits.len());
    known.then(|| run.found("phone", home))
}

/// The first of several numbers with nothing but spaces between: `13812345678 13987654321`. What follows it must begin
/// as a number does, for otherwise all is one long number of something else.
pub(super) fn first_of_several(scan: &Scan<'_>, run: &Run) -> Option<Found> {
    let parts = (1..run.groups.len()).rev();
    parts
        .filter_map(|groups| run.first(scan, groups))
        .find_map(|first| {
            let known = |digits: &str| is_mobile(digits) || is_landline(digits);
            let rest = run.digits.get(first.digits.len()..)?;
            let next = (7..=12).any(|length| rest.get(..length).is_some_and(known));
            let number = known(&first.digits) && next && scan.at(first.end) == ' ';
            number.then(|| first.found("phone", &first.digits))
        })
}

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11
        && bytes.first() == Some(&b'1')
        && bytes
            .get(1)
            .is_some_and(|second| (b'3'..=b'9').contains(second))
}

/// A zero, an area code (010, 02x, or three digits from 3 on) and seven or eight digits that begin with 2 or more.
fn is_landline(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let area = match (bytes.first(), bytes.get(1), bytes.get(2)) {
        (Some(b'0'), Some(b'1'), Some(b'0')) | (Some(b'0'), Some(b'2'), Some(b'0'..=b'9')) => 3,
        (Some(b'0'), Some(b'3'..=b'9'), Some(_)) => 4,
        _ => return false,
    };
    (area + 7..=area + 8).contains(&bytes.len()) && bytes.get(area).is_some_and(|d| *d >= b'2')
}
