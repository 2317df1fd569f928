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
    if at - start == 8 {
        return compact(scan, start, at, first).map(|date| (Days::one(date), at));
    }
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
        None if separator != '-' && at - start <= 2 && end - at <= 3 => {
            let before = scan.slice(0, start);
            let timed = scan.word(end, " at").is_some() && separator == '/';
            if said_of_days(scan, end) {
                return Some((Days::one(today.nearest(first, second)?), end));
            }
            if separator == '/' && is_all(scan, start, end) {
                return Some((Days::one(today.nearest(month, day)?), end));
            }
            if separator == '.' || !timed && !ANNOUNCING.iter().any(|word| before.ends_with(word)) {
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

/// Whether nothing else is said, as in an answer: `12/25`. Small numbers may be a fraction, and `24/7` is always.
fn is_all(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    let rest = scan.rest(end).trim_matches([' ', '.', '。', '!', '?', ',']);
    let said = scan.slice(start, end);
    let large = said
        .split('/')
        .any(|part| part.parse::<u32>().is_ok_and(|number| number > 4));
    start == 0 && rest.is_empty() && large && said != "24/7"
}

/// `11.25之前`, `12/5到期`: Chinese puts the month first.
fn said_of_days(scan: &Scan<'_>, end: usize) -> bool {
    [
        "之前", "以前", "前", "之后", "以后", "到期", "当天", "那天", "号",
    ]
    .iter()
    .any(|word| scan.word(end, word).is_some())
}

/// `20261201到期`, `截至20261201`: eight digits are a date when something says so.
fn compact(scan: &Scan<'_>, start: usize, end: usize, digits: u32) -> Option<jiff::civil::Date> {
    let before = scan.slice(start.saturating_sub(4), start);
    let before = before.trim_end_matches(['是', '为', ':', ' ']);
    let announced = ["截至", "截止", "日期", "生日", "自", "从", "到", "于"]
        .iter()
        .any(|word| before.ends_with(word))
        || ["起", "生效", "出生", "开始"]
            .iter()
            .any(|word| scan.word(end, word).is_some())
        || said_of_days(scan, end);
    let year = digits / 10_000;
    if !announced || !(1900..2200).contains(&year) {
        return None;
    }
    ymd(year, digits / 100 % 100, digits % 100)
}
