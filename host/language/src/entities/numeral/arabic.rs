//! Arabic numerals: `1,280.5`, `1.5万`, `2万3`, `3千5百`, `1.2k`, `5 million`.

use super::{Numeral, Style, large_unit};
use crate::ngrams::is_han;
use crate::scan::Scan;

/// Most digits before the point: more are a number of something, and no amount.
const MOST: usize = 15;

pub(super) fn read(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let before = scan.before(start);
    if (before.is_ascii_alphanumeric() && !follows_unit(scan, start))
        || (before == '.' && scan.before(start - 1).is_ascii_digit())
    {
        return None;
    }
    unchecked(scan, start)
}

/// The number at `start`, whatever stands before it: `usd1500`.
pub(in super::super) fn unchecked(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let (value, end, plain) = continental(scan, start).or_else(|| digits(scan, start))?;
    let (value, after) = multiplied(scan, value, end);
    Some(Numeral {
        value,
        end: after,
        style: Style::Arabic(plain.filter(|_| after == end)),
    })
}

/// Digits with commas and a fraction: the value, the end, and how many digits when there is nothing else.
fn digits(scan: &Scan<'_>, start: usize) -> Option<(f64, usize, Option<usize>)> {
    let mut value = 0.0;
    let mut end = start;
    let mut grouped = false;
    loop {
        match scan.at(end) {
            c @ '0'..='9' => value = value * 10.0 + f64::from(u32::from(c) - u32::from('0')),
            // A comma between digits groups them in threes.
            ',' if end > start
                && (1..=3).all(|n| scan.at(end + n).is_ascii_digit())
                && !scan.at(end + 4).is_ascii_digit()
                && (grouped || end - start <= 3) =>
            {
                grouped = true;
            }
            // `1 000`: only zeros, for other groups may be numbers of their own.
            ' ' if (1..=3).contains(&(end - start))
                && scan.word(end, " 000").is_some()
                && !scan.at(end + 4).is_ascii_digit() =>
            {
                grouped = true;
            }
            _ => break,
        }
        end += 1;
    }
    if end - start > MOST {
        return None;
    }
    if scan.at(end) != '.' || !scan.at(end + 1).is_ascii_digit() {
        return Some((value, end, (!grouped).then_some(end - start)));
    }
    let point = end;
    end += 1;
    while scan.at(end).is_ascii_digit() {
        end += 1;
    }
    if end - point > 10 || (scan.at(end) == '.' && scan.at(end + 1).is_ascii_digit()) {
        return None;
    }
    // Read as it was written, so that the value is the nearest there is.
    let written = scan.slice(start, end).replace(',', "");
    Some((written.parse().ok()?, end, None))
}

/// Points between groups of three, and a comma before the hundredths: `1.200,50`.
fn continental(scan: &Scan<'_>, start: usize) -> Option<(f64, usize, Option<usize>)> {
    let (_, mut end) = scan.digits(start).filter(|(_, end)| end - start <= 3)?;
    let first = end;
    while scan.at(end) == '.' {
        (_, end) = scan.digits(end + 1).filter(|(_, to)| to - end == 4)?;
    }
    if end == first || scan.at(end) != ',' {
        return None;
    }
    let (_, after) = scan.digits(end + 1).filter(|(_, to)| to - end == 3)?;
    let written = scan.slice(start, after).replace('.', "").replace(',', ".");
    Some((written.parse().ok()?, after, None))
}

/// What `万`, `k` or `million` after the digits makes of them.
fn multiplied(scan: &Scan<'_>, value: f64, end: usize) -> (f64, usize) {
    if let Some(unit) = large_unit(scan.at(end)) {
        return by_chinese_unit(scan, value, unit, end);
    }
    // `401k` is a pension in the United States.
    if scan.at(end) == 'k' && value != 401.0 && !scan.at(end + 1).is_ascii_alphanumeric() {
        let screen = [
            "屏",
            "视频",
            "画质",
            "高清",
            " video",
            " screen",
            " tv",
            " resolution",
        ];
        let next = scan.rest(end + 1);
        if !screen.iter().any(|word| next.starts_with(word)) {
            return (value * 1e3, end + 1);
        }
    }
    // `1w8`
    if scan.at(end) == 'w'
        && let Some((digit, after)) = scan.digits(end + 1).filter(|(_, after)| after - end == 2)
        && !scan.at(after).is_ascii_alphanumeric()
        && scan.rest(0).contains(is_han)
    {
        return (value * 1e4 + f64::from(digit) * 1e3, after);
    }
    if scan.at(end) == 'w' && means_ten_thousand(scan, end) {
        return (value * 1e4, end + 1);
    }
    if let Some(after) = scan.word(end, " and a half") {
        return (value + 0.5, after);
    }
    let words = [(" thousand", 1e3), (" million", 1e6), (" billion", 1e9)];
    match scan.one_of(end, &words) {
        Some((unit, after)) => (value * unit, after),
        None => (value, end),
    }
}

/// Whether the `w` at `at` is written for `万`, as it is in Chinese (`3w块`, `欠了1.2w`), and not for watts.
fn means_ten_thousand(scan: &Scan<'_>, at: usize) -> bool {
    let next = scan.at(at + 1);
    if matches!(next, '块' | '元' | '多' | '左' | '以') {
        return true;
    }
    let power = ["快充", "充电", "功率", "灯", "的灯", "的充", "的快", "的功"];
    !next.is_ascii_alphanumeric()
        && (is_han(next) || scan.slice(0, at).contains(is_han))
        && !power.iter().any(|word| scan.word(at + 1, word).is_some())
        && !["快充", "功率", "充电"]
            .iter()
            .any(|word| scan.slice(0, at).contains(word))
}

/// `3千`, `3千万`, `1万5千`, and with the last unit left out `2万3`.
fn by_chinese_unit(scan: &Scan<'_>, value: f64, unit: f64, end: usize) -> (f64, usize) {
    // `3千兆` and `5百度` are other words.
    if matches!(scan.at(end + 1), '兆' | '度' | '分') {
        return (value, end);
    }
    let mut total = value * unit;
    let mut at = end + 1;
    if let Some(second) = large_unit(scan.at(at)).filter(|second| *second > unit) {
        return (total * second, at + 1);
    }
    let mut last = unit;
    while let Some((digit, after)) = scan.digits(at).filter(|(_, after)| after - at == 1) {
        match large_unit(scan.at(after)) {
            Some(smaller) if smaller < last => {
                total += f64::from(digit) * smaller;
                last = smaller;
                at = after + 1;
            }
            None if !scan.at(after).is_alphanumeric() || matches!(scan.at(after), '块' | '元') => {
                return (total + f64::from(digit) * last / 10.0, after);
            }
            _ => break,
        }
    }
    (total, at)
}

/// Whether the letters before `start` are the unit of another number: `20g500分钟`.
fn follows_unit(scan: &Scan<'_>, start: usize) -> bool {
    ["g", "gb", "m", "mb", "t", "min"].iter().any(|unit| {
        start
            .checked_sub(unit.len() + 1)
            .is_some_and(|at| scan.at(at).is_ascii_digit() && scan.slice(at + 1, start) == *unit)
    })
}
