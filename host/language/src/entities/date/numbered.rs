//! Dates that begin with a number: `2026年11月22日`, `11月22号`, `3号`, `三天后`, `22 November`, `3 days ago`, `5th of December`.

use super::{
    Days, Today, day_of_month, english, english_month, named_month, part_of_year, whole,
    within_month, ymd,
};
use crate::entities::numeral::chinese_digit;
use crate::scan::Scan;

pub(super) fn read(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if let Some(found) = half(scan, start, today) {
        return Some(found);
    }
    let (number, at) = whole(scan, start)?;
    let spaced = scan.skip_spaces(at);
    if let Some(after) = scan.word(spaced, "年")
        && let Some(found) = in_year(scan, start, number, at, after)
    {
        return Some(found);
    }
    if let Some(at) = scan
        .word(spaced, "月")
        // `仨月` are three months.
        .filter(|_| (1..=12).contains(&number) && !matches!(scan.at(start), '俩' | '仨'))
    {
        if let Some((day, end)) = day_of_month(scan, at) {
            return Some((Days::one(today.nearest(number, day)?), end));
        }
        return month(scan, at, named_month(scan, number, today)?);
    }
    if let Some(found) = away(scan, spaced, i64::from(number), today) {
        return Some(found);
    }
    if let Some(found) = part_of_year::chinese(scan, start, today.year(0)?) {
        return Some(found);
    }
    if let Some((shifted, end)) = english::distance(scan, start, today) {
        return Some((Days::one(shifted), end));
    }
    if let Some((shifted, end)) = english_month::ordinal_day(scan, start, today) {
        return Some((Days::one(shifted), end));
    }
    if scan.at(start).is_ascii()
        && let Some((month, end)) = english_month::day_first(scan, at)
    {
        let (date, end) = english_month::with_year(scan, end, month, number, today)?;
        return Some((Days::one(date), end));
    }
    // `3号` is a day; `3号线`, `13号楼` and `1号店` are names, and longer numbers are numbers of something.
    let after = scan.word(at, "号").or_else(|| scan.word(at, "日"))?;
    let name = "线楼店院门柜机码卡厅常期本元用台桌房座服位文舱窗车均志子".contains(scan.at(after))
        // `成都路12号`
        || matches!(scan.before(start), '第' | '-' | '#' | '路' | '街' | '巷' | '弄' | '道' | '湾' | '村' | '苑')
        || of_no_month(scan, start)
        || scan.before(start).is_ascii_alphanumeric();
    (!name).then_some((Days::one(today.coming_day(number)?), after))
}

/// Whether a numbered month stands before that has no such day: `2月30号`, `13月1号`.
fn of_no_month(scan: &Scan<'_>, start: usize) -> bool {
    let number = start.checked_sub(2).map(|at| scan.at(at));
    scan.before(start) == '月'
        && number.is_some_and(|c| c.is_ascii_digit() || chinese_digit(c).is_some() || c == '十')
}

/// After `2026年`: a month and day, a month, or the whole year.
fn in_year(
    scan: &Scan<'_>,
    start: usize,
    number: u32,
    at: usize,
    after: usize,
) -> Option<(Days, usize)> {
    let long = (1900..2200).contains(&number);
    let short = number < 100 && scan.at(start).is_ascii_digit() && at - start == 2;
    let year = if short { 2000 + number } else { number };
    let next = scan.skip_spaces(scan.word(after, "的").unwrap_or(after));
    if (long || short)
        && let Some((number, at)) = whole(scan, next).or_else(|| scan.digits(next))
        && let Some(at) = scan.word(scan.skip_spaces(at), "月")
    {
        return match day_of_month(scan, at) {
            Some((day, end)) => Some((Days::one(ymd(year, number, day)?), end)),
            None => month(scan, at, ymd(year, number, 1)?),
        };
    }
    if !long {
        return None;
    }
    if let Some(found) = part_of_year::chinese(scan, next, year) {
        return Some(found);
    }
    match scan.at(after) {
        '底' | '末' => Some((Days::one(ymd(year, 12, 31)?), after + 1)),
        '初' => Some((Days::one(ymd(year, 1, 1)?), after + 1)),
        _ => Some((Days::year(year)?, after)),
    }
}

/// A month without a day: a part of it, or all of it.
fn month(scan: &Scan<'_>, at: usize, first: jiff::civil::Date) -> Option<(Days, usize)> {
    within_month(scan, at, first).or_else(|| {
        // `3月租` is a fee.
        let whole = !matches!(scan.at(at), '租' | '费' | '结' | '供' | '饼' | '光' | '球');
        whole.then(|| (Days::month(first), scan.word(at, "份").unwrap_or(at)))
    })
}

const AWAY: &[(&str, i64)] = &[
    ("之后", 1),
    ("以后", 1),
    ("过后", 1),
    ("后", 1),
    ("之前", -1),
    ("以前", -1),
    ("前", -1),
];

/// After a number: `个月后`, `天前`.
fn away(scan: &Scan<'_>, at: usize, number: i64, today: &Today<'_>) -> Option<(Days, usize)> {
    let units: &[(&str, char)] = &[
        ("个月", 'm'),
        ("个星期", 'w'),
        ("个礼拜", 'w'),
        ("星期", 'w'),
        ("礼拜", 'w'),
        ("周", 'w'),
        ("天", 'd'),
        ("日", 'd'),
        ("年", 'y'),
    ];
    let (unit, at) = scan.one_of(at, units)?;
    let (sign, end) = scan.one_of(at, AWAY)?;
    Some((Days::one(today.shifted(number * sign, unit)?), end))
}

/// `半年后`, `半个月前`.
fn half(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if scan.at(start) != '半' {
        return None;
    }
    let ((count, unit), at) = scan.one_of(start, &[("半年", (6, 'm')), ("半个月", (15, 'd'))])?;
    let (sign, end) = scan.one_of(at, AWAY)?;
    Some((Days::one(today.shifted(count * sign, unit)?), end))
}
