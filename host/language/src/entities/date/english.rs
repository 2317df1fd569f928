//! Dates in English by words: `tomorrow`, `next Friday`, `the end of the month`, `in 3 days`, `Nov 22nd, 2026`.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::numeral;
use super::english_month::{in_month, ordinal_day, ordinal_words};
use super::english_words::{MONTHS_EN, WEEKDAYS_EN};
use super::{Days, Today, part_of_year, ymd};
use crate::scan::Scan;

pub(in super::super) const WORDS_EN: &[(&str, i64)] = &[
    ("day after tomorrow", 2),
    ("day before yesterday", -2),
    ("last night", -1),
    ("today", 0),
    ("tonight", 0),
    ("tomorrow", 1),
    ("tmrw", 1),
    ("tmr", 1),
    ("yesterday", -1),
    ("tomorow", 1),
    ("tommorow", 1),
    ("tommorrow", 1),
    ("tomorrrow", 1),
    ("tommorw", 1),
    ("tomorrw", 1),
    ("tomorro", 1),
    ("tomoro", 1),
    ("tomo", 1),
    ("tmw", 1),
    ("tmrow", 1),
    ("tonite", 0),
    ("yesturday", -1),
    ("yesterdy", -1),
    ("yestarday", -1),
    ("day after tomorow", 2),
    ("day after tommorow", 2),
    ("day after tommorrow", 2),
    ("tomrrow", 1),
    ("tomorrwo", 1),
    ("tmorrow", 1),
    ("tommorro", 1),
    ("tomarrow", 1),
    ("tomarow", 1),
    ("toomorrow", 1),
    ("tomorror", 1),
    ("yesterady", -1),
    ("yeserday", -1),
    ("yesteday", -1),
    ("yesterdya", -1),
    ("yday", -1),
    ("todya", 0),
    ("tday", 0),
];

/// The date in English that starts at `start` and begins with a letter.
pub(super) fn read(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    let at = scan.word(start, "the ").unwrap_or(start);
    let day = |found: Option<(Date, usize)>| found.map(|(date, end)| (Days::one(date), end));
    // The tables are long: what cannot begin one of their words is passed over.
    let begins = |letters: &str| letters.contains(scan.at(at));
    if begins("dlty")
        && let Some((days, end)) = scan.one_of(at, WORDS_EN)
    {
        return Some((Days::one(today.plus_days(days)?), end));
    }
    if let Some(found) = part_of_year::quarter(scan, at, today)
        .or_else(|| part_of_year::week_of_month(scan, at, today))
    {
        return Some(found);
    }
    if let Some(after) = scan.word(at, "in ") {
        let half = scan
            .word(after, "half a year")
            .and_then(|end| Some((today.shifted(6, 'm')?, end)));
        return day(half.or_else(|| distance(scan, after, today)));
    }
    if let Some(found) = edge(scan, at, today) {
        return Some(found);
    }
    if let Some(found) = named_period(scan, at, today) {
        return Some(found);
    }
    if begins("mtwfs")
        && let Some((weekday, end)) = scan.one_of(at, WEEKDAYS_EN)
    {
        // `every Friday` is no date.
        let before = scan.slice(0, at);
        if before.ends_with("every ") || before.ends_with("each ") {
            return None;
        }
        // `Monday week`
        let (days, end) = match scan.word(end, " week").filter(|end| scan.at(*end) != '-') {
            Some(end) if !scan.at(scan.skip_spaces(end)).is_ascii_alphabetic() => (7, end),
            _ => (0, end),
        };
        let date = today
            .coming_weekday(weekday)?
            .checked_add(days.days())
            .ok()?;
        return day(Some((date, end)));
    }
    if begins("jfmasond")
        && let Some((month, end)) = scan.one_of(at, MONTHS_EN)
    {
        return in_month(scan, at, end, month, today);
    }
    day(distance(scan, at, today)
        .or_else(|| ordinal_day(scan, at, today))
        .or_else(|| ordinal_words(scan, at, today)))
}

/// `end of the month`, `beginning of next year`.
fn edge(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    let ends = [
        ("year end", 'y'),
        ("year-end", 'y'),
        ("month end", 'm'),
        ("month-end", 'm'),
        ("eom", 'm'),
        ("eoy", 'y'),
    ];
    if let Some((what, end)) = scan.one_of(start, &ends) {
        let days = match what {
            'y' => Days::year(today.year(0)?)?,
            _ => Days::month(today.get()),
        };
        return Some((Days::one(days.last), end));
    }
    let edges = [
        ("end of ", true),
        ("beginning of ", false),
        ("start of ", false),
    ];
    let (last, at) = scan.one_of(start, &edges)?;
    let at = scan.word(at, "the ").unwrap_or(at);
    let (days, end) = if let Some((months, end)) =
        scan.one_of(at, &[("next month", 1), ("this month", 0), ("month", 0)])
    {
        (Days::month(today.month(months)?), end)
    } else if let Some((years, end)) =
        scan.one_of(at, &[("next year", 1), ("this year", 0), ("year", 0)])
    {
        (Days::year(today.year(years)?)?, end)
    } else if let Some((weeks, end)) =
        scan.one_of(at, &[("next week", 1), ("this week", 0), ("week", 0)])
    {
        (Days::week(today, weeks)?, end)
    } else if let Some((_, end)) = scan.one_of(at, &[("today", ()), ("day", ())]) {
        (Days::one(today.get()), end)
    } else {
        let (month, end) = scan.one_of(at, MONTHS_EN)?;
        (Days::month(today.nearest(month, 1)?), end)
    };
    let day = if last { days.last } else { days.first };
    Some((Days::one(day), end))
}

/// `next Friday`, `last week`, `this weekend`, `next month`, `the past 3 days`.
fn named_period(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if let Some(end) = scan.word(start, "week after next") {
        return Some((Days::week(today, 2)?, end));
    }
    if let Some(end) = scan.word(start, "weekend") {
        return Some((Days::weekend(today, 0)?, end));
    }
    let words = [
        ("next ", Some(1)),
        ("last ", Some(-1)),
        ("past ", Some(-1)),
        ("previous ", Some(-1)),
        ("this ", Some(0)),
        ("current ", Some(0)),
        ("coming ", None),
    ];
    let (away, at) = scan.one_of(start, &words)?;
    if let Some((weekday, end)) = scan.one_of(at, WEEKDAYS_EN) {
        let date = away.map_or_else(
            || today.coming_weekday(weekday),
            |weeks| today.weekday(weeks, weekday),
        );
        return Some((Days::one(date?), end));
    }
    let away = away.unwrap_or(0);
    if let Some((what, end)) = scan.one_of(
        at,
        &[
            ("weekend", 'e'),
            ("week", 'w'),
            ("month", 'm'),
            ("year", 'y'),
            ("wk", 'w'),
            ("mth", 'm'),
            ("yr", 'y'),
        ],
    ) {
        // `next month` alone is its first day, as a change is for then.
        let days = match what {
            'e' => Days::weekend(today, away)?,
            'w' => Days::week(today, away)?,
            'm' if away > 0 => Days::one(today.month(away)?),
            'm' => Days::month(today.month(away)?),
            _ => Days::year(today.year(i32::try_from(away).ok()?)?)?,
        };
        return Some((days, end));
    }
    if let Some((month, end)) = scan.one_of(at, MONTHS_EN) {
        let year = today.year(i32::try_from(away).ok()?)?;
        let this = ymd(today.year(0)?, month, 1)?;
        // `last March` is the past one, `next March` the coming one.
        let passed = this.last_of_month() < today.get();
        let first = match (away, passed) {
            (1, false) | (-1, true) => this,
            _ => ymd(year, month, 1)?,
        };
        return Some((Days::month(first), end));
    }
    let (count, end) = counted(scan, at).filter(|(_, end)| *end > at && away != 0)?;
    let (unit, end) = scan.one_of(end, UNITS_EN)?;
    Some((super::days_around(today, away * count, unit)?, end))
}

const UNITS_EN: &[(&str, char)] = &[
    ("days", 'd'),
    ("day", 'd'),
    ("weeks", 'w'),
    ("week", 'w'),
    ("months", 'm'),
    ("month", 'm'),
    ("years", 'y'),
    ("year", 'y'),
    ("fortnight", 'f'),
    ("wks", 'w'),
    ("wk", 'w'),
    ("mths", 'm'),
    ("mth", 'm'),
    ("mos", 'm'),
    ("yrs", 'y'),
    ("yr", 'y'),
];

/// `3 `, `two `, `a `, `an `, `a couple of `: how many, and where the unit starts.
fn counted(scan: &Scan<'_>, start: usize) -> Option<(i64, usize)> {
    let words = [
        ("a couple of ", 2),
        ("couple of ", 2),
        ("a couple ", 2),
        ("a ", 1),
        ("an ", 1),
    ];
    if let Some(found) = scan.one_of(start, &words) {
        return Some(found);
    }
    let read = numeral::read(scan, start)?;
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    let number =
        (read.value.fract() == 0.0 && read.value < 10_000.0).then_some(read.value as i64)?;
    Some((number, scan.skip_spaces(read.end)))
}

/// `3 days ago`, `two weeks from now`, and after `in`: `3 days`.
pub(super) fn distance(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let announced = matches!(scan.slice(start.saturating_sub(4), start), "in " | " in ");
    let (number, at) = counted(scan, start)?;
    let (unit, end) = scan
        .one_of(at, UNITS_EN)
        .or_else(|| Some(('w', scan.word(at, "week's time")?)))?;
    let (number, unit) = match unit {
        'f' => (number * 2, 'w'),
        unit => (number, unit),
    };
    // `a year and a half ago`
    let (number, unit, end) = match scan.word(end, " and a half").filter(|_| unit == 'y') {
        Some(end) => (number * 12 + 6, 'm', end),
        None => (number, unit, end),
    };
    // `a week from tomorrow`, `two weeks from Friday`
    if let Some(at) = scan
        .word(end, " from ")
        .or_else(|| scan.word(end, " after "))
        && scan.word(at, "today").is_none()
        && let Some((days, end)) =
            super::read(scan, at, today).filter(|(days, _)| days.first == days.last)
    {
        return Some((Today::away(days.first, number, unit)?, end));
    }
    let directions = [
        (" ago", -1),
        (" from now", 1),
        (" from today", 1),
        (" later", 1),
        ("' time", 1),
    ];
    match scan.one_of(end, &directions) {
        Some((sign, end)) => Some((today.shifted(number * sign, unit)?, end)),
        None => announced.then_some((today.shifted(number, unit)?, end)),
    }
}
