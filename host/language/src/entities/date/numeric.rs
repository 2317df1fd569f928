//! Dates of digits: `2026-11-22`, `2026/11/22`, `2026.11.22`, `11/22/2026`, and `11/22` after `on` or `by`.

use super::{Days, Today, ymd};
use crate::scan::Scan;

/// Words after which two numbers with a slash are a date and no fraction.
const ANNOUNCING: &[&str] = &[
    "on ", "by ", "until ", "till ", "before ", "after ", "since ", "from ", "date ",
];

pub(super) fn read(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if matches!(scan.before(start), '0'..='9' | '.' | '/' | '-') {
        return None;
    }
    let (first, at) = scan.digits(start)?;
    let separator = scan.at(at);
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let (second, end) = scan.digits(at + 1)?;
    let third = if scan.at(end) == separator {
        scan.digits(end + 1)
    } else {
        None
    };
    let ordered = |a: u32, b: u32| if today.day_first() { (b, a) } else { (a, b) };
    let (month, day) = ordered(first, second);
    let (date, end) = match third {
        Some((third, last)) if at - start == 4 => (ymd(first, second, third)?, last),
        Some((year, last)) if separator != '-' && last - end == 5 => (
            ymd(year, month, day).or_else(|| ymd(year, day, month))?,
            last,
        ),
        Some((year, last)) if separator == '/' && last - end == 3 && at - start <= 2 => {
            let year = 2000 + year;
            (
                ymd(year, month, day).or_else(|| ymd(year, day, month))?,
                last,
            )
        }
        None if separator == '/' && at - start <= 2 && end - at <= 3 => {
            let before = scan.slice(0, start);
            let timed = scan.word(end, " at").is_some();
            if !timed && !ANNOUNCING.iter().any(|word| before.ends_with(word)) {
                return None;
            }
            (today.nearest(month, day)?, end)
        }
        _ => return None,
    };
    let next = scan.at(end);
    let time = next == 't' && scan.at(end + 1).is_ascii_digit();
    let goes_on = next.is_ascii_alphanumeric() && !time
        || matches!(next, '.' | '/' | '-') && scan.at(end + 1).is_ascii_digit();
    (!goes_on).then_some((Days::one(date), end))
}
