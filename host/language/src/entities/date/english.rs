//! Dates in English by words: `tomorrow`, `next Friday`, `the end of the month`, `in 3 days`, `Nov 22nd, 2026`.

use jiff::civil::Date;

use super::super::numeral;
use super::{Today, shift, ymd};
use crate::scan::Scan;

const WEEKDAYS_EN: &[(&str, i64)] = &[
    ("monday", 1),
    ("mon", 1),
    ("tuesday", 2),
    ("tues", 2),
    ("tue", 2),
    ("wednesday", 3),
    ("wed", 3),
    ("thursday", 4),
    ("thurs", 4),
    ("thu", 4),
    ("friday", 5),
    ("fri", 5),
    ("saturday", 6),
    ("sunday", 7),
];
const MONTHS_EN: &[(&str, u32)] = &[
    ("january", 1),
    ("jan", 1),
    ("february", 2),
    ("feb", 2),
    ("march", 3),
    ("mar", 3),
    ("april", 4),
    ("apr", 4),
    ("may", 5),
    ("june", 6),
    ("jun", 6),
    ("july", 7),
    ("jul", 7),
    ("august", 8),
    ("aug", 8),
    ("september", 9),
    ("sept", 9),
    ("sep", 9),
    ("october", 10),
    ("oct", 10),
    ("november", 11),
    ("nov", 11),
    ("december", 12),
    ("dec", 12),
];
const WORDS_EN: &[(&str, i64)] = &[
    ("day after tomorrow", 2),
    ("day before yesterday", -2),
    ("today", 0),
    ("tonight", 0),
    ("tomorrow", 1),
    ("tmrw", 1),
    ("tmr", 1),
    ("yesterday", -1),
];

/// The date in English that starts at `start` and begins with a letter.
pub(super) fn read(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let start = scan.word(start, "the ").unwrap_or(start);
    if let Some((days, end)) = scan.one_of(start, WORDS_EN) {
        return Some((today.plus_days(days)?, end));
    }
    if let Some(at) = scan.word(start, "in ") {
        return distance(scan, at, today);
    }
    if let Some((last, at)) = scan.one_of(
        start,
        &[
            ("end of ", true),
            ("beginning of ", false),
            ("start of ", false),
        ],
    ) {
        let (which, end) = scan.one_of(
            at,
            &[
                ("next month", 1),
                ("the next month", 1),
                ("this month", 0),
                ("the month", 0),
                ("month", 0),
                ("the year", 12),
                ("this year", 12),
                ("year", 12),
            ],
        )?;
        let date = match (which, last) {
            (12, true) => ymd(u32::try_from(today.get().year()).ok()?, 12, 31)?,
            (12, false) => ymd(u32::try_from(today.get().year()).ok()?, 1, 1)?,
            (months, true) => today.month(months)?.last_of_month(),
            (months, false) => today.month(months)?,
        };
        return Some((date, end));
    }
    if let Some((weeks, at)) = scan.one_of(
        start,
        &[
            ("next ", Some(1)),
            ("last ", Some(-1)),
            ("this ", Some(0)),
            ("coming ", None),
        ],
    ) {
        if let Some((weekday, end)) = scan.one_of(at, WEEKDAYS_EN) {
            let date = weeks.map_or_else(
                || today.coming_weekday(weekday),
                |weeks| today.weekday(weeks, weekday),
            );
            return Some((date?, end));
        }
        return scan
            .word(at, "month")
            .filter(|_| weeks == Some(1))
            .and_then(|end| Some((today.month(1)?, end)));
    }
    if let Some((weekday, end)) = scan.one_of(start, WEEKDAYS_EN) {
        return Some((today.coming_weekday(weekday)?, end));
    }
    if let Some((month, at)) = scan.one_of(start, MONTHS_EN) {
        let at = if scan.at(at) == '.' { at + 1 } else { at };
        let (day, at) = scan
            .digits(scan.skip_spaces(at))
            .filter(|(day, _)| (1..=31).contains(day))?;
        return with_year(scan, ordinal_end(scan, at), month, day, today);
    }
    distance(scan, start, today).or_else(|| ordinal_day(scan, start, today))
}

/// `the 5th` and `5th`.
fn ordinal_day(scan: &Scan<'_>, at: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let (day, at) = scan.digits(at)?;
    let end = ordinal_end(scan, at);
    if end == at {
        return None;
    }
    match day_first(scan, at) {
        Some((month, end)) => with_year(scan, end, month, day, today),
        None => Some((today.coming_day(day)?, end)),
    }
}

fn ordinal_end(scan: &Scan<'_>, at: usize) -> usize {
    scan.one_of(at, &[("st", ()), ("nd", ()), ("rd", ()), ("th", ())])
        .map_or(at, |(_, end)| end)
}

/// After a day: `nd of november`, ` nov`. Gives the month and the end.
pub(super) fn day_first(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    let at = scan.skip_spaces(ordinal_end(scan, at));
    let at = scan.word(at, "of ").unwrap_or(at);
    scan.one_of(at, MONTHS_EN)
}

/// A month and day, and the year when one follows.
pub(super) fn with_year(
    scan: &Scan<'_>,
    end: usize,
    month: u32,
    day: u32,
    today: &Today<'_>,
) -> Option<(Date, usize)> {
    let at = scan.skip_spaces(if scan.at(end) == ',' { end + 1 } else { end });
    match scan
        .digits(at)
        .filter(|(year, to)| to - at == 4 && (1900..2200).contains(year))
    {
        Some((year, to)) => Some((ymd(year, month, day)?, to)),
        None => Some((today.nearest(month, day)?, end)),
    }
}

/// `3 days ago`, `two weeks from now`, and after `in`: `3 days`.
pub(super) fn distance(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let announced =
        scan.before(start) == ' ' && scan.slice(start.saturating_sub(3), start) == "in ";
    let (number, at) = match scan.word(start, "a ").or_else(|| scan.word(start, "an ")) {
        Some(at) => (1, at),
        None => {
            let read = numeral::read(scan, start)?;
            #[expect(clippy::cast_possible_truncation, reason = "checked")]
            let number = (read.value.fract() == 0.0 && read.value < 10_000.0)
                .then_some(read.value as i64)?;
            (number, scan.skip_spaces(read.end))
        }
    };
    let (unit, end) = scan.one_of(
        at,
        &[
            ("days", 'd'),
            ("day", 'd'),
            ("weeks", 'w'),
            ("week", 'w'),
            ("months", 'm'),
            ("month", 'm'),
            ("years", 'y'),
            ("year", 'y'),
        ],
    )?;
    match scan.one_of(
        end,
        &[
            (" ago", -1),
            (" from now", 1),
            (" from today", 1),
            (" later", 1),
        ],
    ) {
        Some((sign, end)) => Some((shift(today, number * sign, unit)?, end)),
        None => announced.then_some((shift(today, number, unit)?, end)),
    }
}
