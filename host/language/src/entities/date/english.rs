//! Dates in English by words: `tomorrow`, `next Friday`, `the end of the month`, `in 3 days`, `Nov 22nd, 2026`.

use jiff::civil::Date;

use super::super::numeral;
use super::english_words::{DAYS_EN, MONTHS_EN, WEEKDAYS_EN};
use super::{Days, Today, ymd};
use crate::scan::Scan;

const WORDS_EN: &[(&str, i64)] = &[
    ("day after tomorrow", 2),
    ("day before yesterday", -2),
    ("last night", -1),
    ("today", 0),
    ("tonight", 0),
    ("tomorrow", 1),
    ("tmrw", 1),
    ("tmr", 1),
    ("yesterday", -1),
];

/// The date in English that starts at `start` and begins with a letter.
pub(super) fn read(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    let at = scan.word(start, "the ").unwrap_or(start);
    let day = |found: Option<(Date, usize)>| found.map(|(date, end)| (Days::one(date), end));
    if let Some((days, end)) = scan.one_of(at, WORDS_EN) {
        return Some((Days::one(today.plus_days(days)?), end));
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
    if let Some((weekday, end)) = scan.one_of(at, WEEKDAYS_EN) {
        // `every Friday` is no date.
        let before = scan.slice(0, at);
        if before.ends_with("every ") || before.ends_with("each ") {
            return None;
        }
        return day(today.coming_weekday(weekday).map(|date| (date, end)));
    }
    if let Some((month, end)) = scan.one_of(at, MONTHS_EN) {
        return in_month(scan, at, end, month, today);
    }
    day(distance(scan, at, today)
        .or_else(|| ordinal_day(scan, at, today))
        .or_else(|| ordinal_words(scan, at, today)))
}

/// `end of the month`, `beginning of next year`.
fn edge(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
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

/// `march 5th`, `march the fifth`, `in march`.
fn in_month(
    scan: &Scan<'_>,
    start: usize,
    end: usize,
    month: u32,
    today: &Today<'_>,
) -> Option<(Days, usize)> {
    let at = if scan.at(end) == '.' { end + 1 } else { end };
    let day = scan.skip_spaces(at);
    let day = scan.word(day, "the ").unwrap_or(day);
    let digits = scan
        .digits(day)
        .filter(|(number, to)| to - day <= 2 && (1..=31).contains(number));
    let said = digits
        .map(|(number, to)| (number, ordinal_end(scan, to)))
        .filter(|(_, to)| {
            !scan.at(*to).is_ascii_alphanumeric() && !matches!(scan.at(*to), '%' | ':')
        })
        .or_else(|| scan.one_of(day, DAYS_EN));
    let verb = scan.slice(start, end) == "may"
        && ["i ", "you ", "we ", "they ", "it ", "he ", "she ", "that "]
            .iter()
            .any(|word| scan.slice(0, start).ends_with(word));
    if let Some((number, to)) = said.filter(|_| day > end && !verb) {
        let (date, to) = with_year(scan, to, month, number, today)?;
        return Some((Days::one(date), to));
    }
    let year_at = scan.skip_spaces(if scan.at(at) == ',' { at + 1 } else { at });
    if let Some((year, to)) = year_number(scan, year_at) {
        return Some((Days::month(ymd(year, month, 1)?), to));
    }
    // `may`, `march` and `mar` are words of their own.
    let before = scan.slice(start.saturating_sub(8), start);
    let announced = [
        " in ", " of ", " for ", "since ", "until ", " by ", "during ", "from ", "till ", "to ",
        "and ",
    ]
    .iter()
    .any(|word| before.ends_with(word))
        || matches!(before, "in " | "for " | "by ");
    let name = scan.slice(start, end);
    let ambiguous = matches!(
        name,
        "may" | "march" | "mar" | "dec" | "jan" | "sun" | "oct"
    );
    // `by may` begins no sentence of dates with a verb: `may` needs a preposition of time.
    let plain = name.len() > 3 && !ambiguous;
    (announced || plain).then_some((Days::month(today.nearest(month, 1)?), end))
}

/// `the 5th` and `5th`.
pub(super) fn ordinal_day(
    scan: &Scan<'_>,
    start: usize,
    today: &Today<'_>,
) -> Option<(Date, usize)> {
    let (day, at) = scan.digits(start).filter(|(_, at)| at - start <= 2)?;
    let end = ordinal_end(scan, at);
    if end == at || counts_something(scan, end) {
        return None;
    }
    if let Some((month, end)) = day_first(scan, at) {
        return with_year(scan, end, month, day, today);
    }
    let months = [
        (" of next month", 1),
        (" of this month", 0),
        (" of the month", 0),
        (" of last month", -1),
    ];
    match scan.one_of(end, &months) {
        Some((months, end)) => Some((super::day_of(today.month(months)?, day)?, end)),
        None => Some((today.coming_day(day)?, end)),
    }
}

/// `the fifteenth`, `fifth of march`, after `on` or with a month.
fn ordinal_words(scan: &Scan<'_>, at: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let (day, end) = scan.one_of(at, DAYS_EN)?;
    let of = scan.word(end, " of ").or_else(|| scan.word(end, " "));
    if let Some((month, end)) = of.and_then(|at| scan.one_of(at, MONTHS_EN)) {
        return with_year(scan, end, month, day, today);
    }
    let before = scan.slice(0, at);
    let announced = [
        "on the ",
        "by the ",
        "until the ",
        "before the ",
        "after the ",
        "since the ",
        "from the ",
    ]
    .iter()
    .any(|word| before.ends_with(word));
    (announced
        && !counts_something(scan, end)
        && !scan.at(scan.skip_spaces(end)).is_ascii_alphabetic())
    .then_some((today.coming_day(day)?, end))
}

/// Whether an ordinal is followed by what it counts: `the 2nd one`, `3rd floor`.
fn counts_something(scan: &Scan<'_>, end: usize) -> bool {
    let (word, _) = scan.letters(scan.skip_spaces(end));
    matches!(
        word,
        "one"
            | "option"
            | "plan"
            | "choice"
            | "item"
            | "line"
            | "card"
            | "number"
            | "package"
            | "month"
            | "bill"
            | "time"
            | "offer"
            | "floor"
            | "street"
            | "avenue"
            | "row"
            | "generation"
            | "gen"
            | "party"
            | "attempt"
            | "payment"
            | "phone"
            | "grade"
            | "place"
            | "birthday"
            | "anniversary"
            | "century"
            | "step"
    )
}

pub(super) fn ordinal_end(scan: &Scan<'_>, at: usize) -> usize {
    scan.one_of(at, &[("st", ()), ("nd", ()), ("rd", ()), ("th", ())])
        .map_or(at, |(_, end)| end)
}

/// After a day: `nd of november`, ` nov`. Gives the month and the end.
pub(super) fn day_first(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    let ordinal = ordinal_end(scan, at);
    let spaced = scan.skip_spaces(ordinal);
    let of = scan.word(spaced, "of ");
    let (month, end) = scan.one_of(of.unwrap_or(spaced), MONTHS_EN)?;
    // `I have 5 may I` is no date; `5 may` needs its ordinal, `of` or a year, or nothing after it.
    let verb = matches!(scan.slice(end - 3, end), "may")
        && scan.at(scan.skip_spaces(end)).is_ascii_alphabetic();
    (spaced > at && !(verb && ordinal == at && of.is_none())).then_some((month, end))
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
    match year_number(scan, at) {
        Some((year, to)) => Some((ymd(year, month, day)?, to)),
        None => Some((today.nearest(month, day)?, end)),
    }
}

fn year_number(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    scan.digits(at).filter(|(year, to)| {
        to - at == 4 && (1900..2200).contains(year) && !matches!(scan.at(*to), ':' | '元')
    })
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
];

/// `3 `, `two `, `a `, `an `, `a couple of `: how many, and where the unit starts.
fn counted(scan: &Scan<'_>, start: usize) -> Option<(i64, usize)> {
    let words = [
        ("a couple of ", 2),
        ("couple of ", 2),
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
    let announced =
        scan.before(start) == ' ' && scan.slice(start.saturating_sub(3), start) == "in ";
    let (number, at) = counted(scan, start)?;
    let (unit, end) = scan
        .one_of(at, UNITS_EN)
        .or_else(|| Some(('w', scan.word(at, "week's time")?)))?;
    let (number, unit) = match unit {
        'f' => (number * 2, 'w'),
        unit => (number, unit),
    };
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
