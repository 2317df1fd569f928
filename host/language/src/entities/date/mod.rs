//! Calendar dates, absolute and relative, in the contact's time zone.
//!
//! Readings where people differ: a day and month without a year is the nearest such date, past or coming; a bare weekday
//! or day of the month is the coming one, today included; `下周三` and `next Wednesday` are in the next week from Monday; `下个月`
//! and `next month` alone are its first day, while other months, weeks and years are all their days. `5/3/2025` is
//! the 3rd of May, and the 5th of March where the conversation's locale writes the day first. A holiday is the coming one,
//! a month that is said with a bill or a use of something the past one.

mod chinese;
mod english;
mod english_month;
mod english_words;
mod festival;
mod holiday;
mod numbered;
mod numeric;
mod part_of_year;
mod today;

use jiff::ToSpan;
use jiff::civil::Date;

pub(super) use self::english::WORDS_EN;
pub(super) use self::english_words::{MONTHS_EN, WEEKDAYS_EN};
pub(super) use self::holiday::english_names;
pub(super) use self::today::Today;
use super::numeral;
use crate::scan::Scan;

/// One day, or all days from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: Date,
    pub(super) last: Date,
}

impl Days {
    pub(super) const fn one(day: Date) -> Self {
        Self {
            first: day,
            last: day,
        }
    }

    /// All days of a month.
    fn month(day: Date) -> Self {
        Self {
            first: day.first_of_month(),
            last: day.last_of_month(),
        }
    }

    /// All days of a year.
    fn year(year: u32) -> Option<Self> {
        Some(Self {
            first: ymd(year, 1, 1)?,
            last: ymd(year, 12, 31)?,
        })
    }

    /// Monday to Sunday of the week that is `weeks` away.
    fn week(today: &Today<'_>, weeks: i64) -> Option<Self> {
        Some(Self {
            first: today.weekday(weeks, 1)?,
            last: today.weekday(weeks, 7)?,
        })
    }

    /// Saturday and Sunday of the week that is `weeks` away.
    fn weekend(today: &Today<'_>, weeks: i64) -> Option<Self> {
        Some(Self {
            first: today.weekday(weeks, 6)?,
            last: today.weekday(weeks, 7)?,
        })
    }
}

pub(super) fn ymd(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// A day of the month that `month` is in.
pub(super) fn day_of(month: Date, day: u32) -> Option<Date> {
    ymd(
        u32::try_from(month.year()).ok()?,
        u32::try_from(month.month()).ok()?,
        day,
    )
}

/// The date that starts at `at`.
pub(super) fn read(scan: &Scan<'_>, at: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    let c = scan.at(at);
    if c.is_ascii_digit() {
        numeric::read(scan, at, today).or_else(|| numbered::read(scan, at, today))
    } else if c.is_ascii_alphabetic() {
        if !scan.starts_word(at) {
            return None;
        }
        let found = english::read(scan, at, today).or_else(|| holiday::english(scan, at, today));
        found.map(|(days, end)| (since(scan, at, days, today), end))
    } else if c.is_alphabetic() {
        holiday::chinese(scan, at, today)
            .or_else(|| chinese::read(scan, at, today))
            .or_else(|| numbered::read(scan, at, today))
    } else {
        None
    }
}

/// Words for what happened: a month that is said with them is the past one.
const PASSED: &[&str] = &[
    "账单",
    "话费",
    "流量",
    "消费",
    "扣",
    "用了",
    "花了",
    "bill",
    "usage",
    "used",
    "charge",
    "statement",
    "spen",
    "paid",
];

/// The first day of a month that is named without a year.
fn named_month(scan: &Scan<'_>, month: u32, today: &Today<'_>) -> Option<Date> {
    let first = today.nearest(month, 1)?;
    let text = scan.rest(0);
    let passed = first > today.get() && PASSED.iter().any(|word| text.contains(word));
    if passed {
        first.checked_sub(1.year()).ok()
    } else {
        Some(first)
    }
}

/// After `since`, a date without a year or week is the past one.
fn since(scan: &Scan<'_>, at: usize, days: Days, today: &Today<'_>) -> Days {
    let coming = days.first > today.get() && scan.slice(0, at).ends_with("since ");
    let span = if today.plus_days(7).is_some_and(|week| days.first < week) {
        7.days()
    } else {
        1.year()
    };
    let back = |date: Date| date.checked_sub(span).unwrap_or(date);
    if coming {
        Days {
            first: back(days.first),
            last: back(days.last),
        }
    } else {
        days
    }
}

/// A whole number of at most four digits, Arabic or Chinese.
fn whole(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    if scan.at(at).is_ascii_digit() {
        if scan.before(at).is_ascii_alphanumeric() || scan.before(at) == '.' {
            return None;
        }
        return scan.digits(at).filter(|(_, end)| end - at <= 4);
    }
    let read = numeral::read(scan, at)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked"
    )]
    (read.value.fract() == 0.0 && (0.0..10_000.0).contains(&read.value))
        .then_some((read.value as u32, read.end))
}

/// `22日`, `22号`, or the bare `22` when nothing else follows.
fn day_of_month(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    let at = scan.word(at, "的").unwrap_or(at);
    let (day, after) = day_number(scan, scan.skip_spaces(at))?;
    let marked = scan
        .word(after, "日")
        .or_else(|| scan.word(after, "号"))
        .or_else(|| scan.word(after, "號"));
    let bare = !scan.at(after).is_alphanumeric() && !matches!(scan.at(after), '.' | '%' | '¥');
    marked
        .or((bare || "之前后到至起晚早上下中".contains(scan.at(after))).then_some(after))
        .map(|end| (day, end))
}

/// `22日`, `22号`: a day of a month that was said before.
pub(super) fn day_alone(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    let (day, after) = day_number(scan, at)?;
    let end = scan.word(after, "日").or_else(|| scan.word(after, "号"));
    let end = end.or_else(|| {
        scan.at(at)
            .is_ascii_digit()
            .then(|| english_month::ordinal_end(scan, after))
    });
    end.filter(|end| {
        english_month::day_first(scan, after).is_none()
            && !scan.at(*end).is_ascii_alphanumeric()
            && !matches!(
                scan.at(*end),
                '月' | '天' | '点' | ':' | '%' | '元' | '块' | '个' | '/'
            )
    })
    .map(|end| (day, end))
}

fn day_number(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    whole(scan, at)
        .or_else(|| scan.digits(at))
        .filter(|(day, _)| (1..=31).contains(day))
}

/// `底`, `初`, `中`, a third of it, or `份` after a month.
fn within_month(scan: &Scan<'_>, at: usize, first: Date) -> Option<(Days, usize)> {
    let thirds: &[(&str, (u32, u32))] =
        &[("上旬", (1, 10)), ("中旬", (11, 20)), ("下旬", (21, 31))];
    let at = scan.word(at, "份").unwrap_or(at);
    if let Some(((from, to), end)) = scan.one_of(at, thirds) {
        let last = day_of(first, to).unwrap_or_else(|| first.last_of_month());
        return Some((
            Days {
                first: day_of(first, from)?,
                last,
            },
            end,
        ));
    }
    let day = match scan.at(at) {
        '底' | '末' => first.last_of_month(),
        '初' => first,
        '中' if scan.at(at + 1) != '国' => day_of(first, 15)?,
        _ => return None,
    };
    Some((Days::one(day), at + 1))
}

/// The days between today and the day so far away.
fn days_around(today: &Today<'_>, count: i64, unit: char) -> Option<Days> {
    let (here, there) = (today.get(), today.shifted(count, unit)?);
    Some(Days {
        first: here.min(there),
        last: here.max(there),
    })
}
