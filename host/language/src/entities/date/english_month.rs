//! Days of months in English: `March 5th`, `the fifth of March`, `the 15th`, `in March`.

use jiff::civil::Date;

use super::super::numeral;
use super::english_words::MONTHS_EN;
use super::{Days, Today, day_of, named_month, ymd};
use crate::scan::Scan;

/// After a day: the month that is so far away.
const OF_MONTH: &[(&str, i64)] = &[
    (" of next month", 1),
    (" of this month", 0),
    (" of the month", 0),
    (" of last month", -1),
];

/// `march 5th`, `march the fifth`, `in march`.
pub(super) fn in_month(
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
        .or_else(|| numeral::ordinal(scan, day));
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
    let years = [
        (" last year", -1),
        (" of last year", -1),
        (" this year", 0),
        (" of this year", 0),
        (" next year", 1),
        (" of next year", 1),
    ];
    if let Some((years, to)) = scan.one_of(end, &years) {
        return Some((Days::month(ymd(today.year(years)?, month, 1)?), to));
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
        "apr" | "may" | "march" | "mar" | "dec" | "jan" | "sun" | "oct"
    );
    // `by may` begins no sentence of dates with a verb: `may` needs a preposition of time.
    let plain = name.len() > 3 && !ambiguous;
    ((announced && name != "apr") || plain)
        .then_some((Days::month(named_month(scan, month, today)?), end))
}

/// `the 5th` and `5th`.
pub(super) fn ordinal_day(
    scan: &Scan<'_>,
    start: usize,
    today: &Today<'_>,
) -> Option<(Date, usize)> {
    let (day, at) = scan.digits(start).filter(|(_, at)| at - start <= 2)?;
    let end = ordinal_end(scan, at);
    if end == at || counts_something(scan, end) || follows_month(scan, start) {
        return None;
    }
    if let Some((month, end)) = day_first(scan, at) {
        return with_year(scan, end, month, day, today);
    }
    match scan.one_of(end, OF_MONTH) {
        Some((months, end)) => Some((day_of(today.month(months)?, day)?, end)),
        None => Some((today.coming_day(day)?, end)),
    }
}

/// `the fifteenth`, `fifth of march`, after `on` or with a month.
pub(super) fn ordinal_words(
    scan: &Scan<'_>,
    at: usize,
    today: &Today<'_>,
) -> Option<(Date, usize)> {
    let (day, end) = numeral::ordinal(scan, at)?;
    let of = scan.word(end, " of ").or_else(|| scan.word(end, " "));
    if let Some((month, end)) = of.and_then(|at| scan.one_of(at, MONTHS_EN)) {
        return with_year(scan, end, month, day, today);
    }
    if let Some((months, end)) = scan.one_of(end, OF_MONTH) {
        return Some((day_of(today.month(months)?, day)?, end));
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

/// Whether a month stands before a day, which it then does not have: `Feb 30th`.
fn follows_month(scan: &Scan<'_>, day: usize) -> bool {
    let before = scan.slice(0, day).trim_end();
    MONTHS_EN.iter().any(|(month, _)| {
        let before = before.strip_suffix(month);
        before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphabetic()))
    })
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
    let endings = [("st", ()), ("nd", ()), ("rd", ()), ("th", ())];
    // Recognisers of speech write `17 th`.
    scan.one_of(scan.skip_spaces(at), &endings)
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
