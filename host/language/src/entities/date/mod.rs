//! Calendar dates, absolute and relative, in the contact's time zone.
//!
//! Readings where people differ: a day and month without a year is the nearest such date, past or coming; a bare weekday
//! or day of the month is the coming one, today included; `下周三` and `next Wednesday` are in the next week from Monday; `下个月`
//! and `next month` alone are its first day.

mod chinese;
mod english;

use std::cell::OnceCell;

use jackfield_core::Value;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Found;
use super::numeral;
use crate::ParseContext;
use crate::scan::Scan;

/// Today in the contact's time zone, computed when a date needs it.
pub(super) struct Today<'a> {
    context: &'a ParseContext<'a>,
    date: OnceCell<Date>,
}

impl<'a> Today<'a> {
    pub(super) fn new(context: &'a ParseContext<'a>) -> Self {
        Self {
            context,
            date: OnceCell::new(),
        }
    }

    fn get(&self) -> Date {
        *self.date.get_or_init(|| {
            let now = i64::try_from(self.context.now_ms)
                .ok()
                .and_then(|ms| Timestamp::from_millisecond(ms).ok())
                .unwrap_or_default();
            let zone = TimeZone::get(self.context.time_zone).unwrap_or(TimeZone::UTC);
            now.to_zoned(zone).date()
        })
    }

    fn plus_days(&self, days: i64) -> Option<Date> {
        self.get().checked_add(days.days()).ok()
    }

    /// The first day of the month that is `months` away.
    fn month(&self, months: i64) -> Option<Date> {
        self.get()
            .first_of_month()
            .checked_add(months.months())
            .ok()
    }

    /// The day of the week (1 is Monday) in the week that is `weeks` away.
    fn weekday(&self, weeks: i64, weekday: i64) -> Option<Date> {
        let today = self.get();
        let monday = 1 - i64::from(today.weekday().to_monday_one_offset());
        today
            .checked_add((monday + weekday - 1 + 7 * weeks).days())
            .ok()
    }

    /// The coming day of the week, today included.
    fn coming_weekday(&self, weekday: i64) -> Option<Date> {
        let today = i64::from(self.get().weekday().to_monday_one_offset());
        self.plus_days((weekday - today).rem_euclid(7))
    }

    /// The coming day of the month, today included; months without such a day are passed over.
    fn coming_day(&self, day: u32) -> Option<Date> {
        (0..3)
            .filter_map(|months| day_of(self.month(months)?, day))
            .find(|date| *date >= self.get())
    }

    /// The date nearest to today with this month and day.
    fn nearest(&self, month: u32, day: u32) -> Option<Date> {
        let today = self.get();
        let distance = |date: &Date| {
            today
                .until(*date)
                .map_or(i64::MAX, |span| i64::from(span.get_days()).abs())
        };
        (-1..=1)
            .filter_map(|years| {
                ymd(
                    u32::try_from(i32::from(today.year()) + years).ok()?,
                    month,
                    day,
                )
            })
            .min_by_key(distance)
    }
}

fn ymd(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

fn day_of(month: Date, day: u32) -> Option<Date> {
    ymd(
        u32::try_from(month.year()).ok()?,
        u32::try_from(month.month()).ok()?,
        day,
    )
}

/// The date that starts at `at`.
pub(super) fn read(scan: &Scan<'_>, at: usize, today: &Today<'_>) -> Option<Found> {
    let c = scan.at(at);
    let (date, end) = if c.is_ascii_digit() {
        numeric(scan, at).or_else(|| numbered(scan, at, today))?
    } else if c.is_ascii_alphabetic() {
        if !scan.starts_word(at) {
            return None;
        }
        english::read(scan, at, today)?
    } else {
        chinese::read(scan, at, today).or_else(|| numbered(scan, at, today))?
    };
    Some(Found::new("date", Value::Date(date.to_string()), at, end))
}

/// `2026-11-22`, `2026/11/22`, `2026.11.22`, `11/22/2026`, `11/22`.
fn numeric(scan: &Scan<'_>, start: usize) -> Option<(Date, usize)> {
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
    let long_year = |from: usize, to: usize| to - from == 4;
    let (date, end) = match third {
        Some((third, last)) if long_year(start, at) => (ymd(first, second, third)?, last),
        Some((third, last)) if separator == '/' && long_year(end + 1, last) => (
            ymd(third, first, second).or_else(|| ymd(third, second, first))?,
            last,
        ),
        _ => return None,
    };
    let goes_on = scan.at(end).is_ascii_alphanumeric()
        || scan.at(end) == '.' && scan.at(end + 1).is_ascii_digit();
    (!goes_on).then_some((date, end))
}

/// Dates that begin with a number: `2026年11月22日`, `11月22号`, `3号`, `三天后`, `22 November`, `3 days ago`, `5th of December`.
fn numbered(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let (number, at) = whole(scan, start)?;
    let spaced = scan.skip_spaces(at);
    if let Some(at) = scan.word(spaced, "年") {
        let year = if number < 100 { 2000 + number } else { number };
        let (month, at) = whole(scan, scan.skip_spaces(at))?;
        let at = scan.word(scan.skip_spaces(at), "月")?;
        return match day_of_month(scan, at) {
            Some((day, end)) => Some((ymd(year, month, day)?, end)),
            None => within_month(scan, at, ymd(year, month, 1)?),
        };
    }
    if let Some(at) = scan
        .word(spaced, "月")
        .filter(|_| (1..=12).contains(&number))
    {
        if let Some((day, end)) = day_of_month(scan, at) {
            return Some((today.nearest(number, day)?, end));
        }
        return within_month(scan, at, today.nearest(number, 1)?);
    }
    if let Some((unit, at)) = scan.one_of(
        spaced,
        &[
            ("个月", 'm'),
            ("个星期", 'w'),
            ("星期", 'w'),
            ("周", 'w'),
            ("天", 'd'),
            ("日", 'd'),
            ("年", 'y'),
        ],
    ) && let Some((sign, end)) = scan.one_of(
        at,
        &[
            ("之后", 1),
            ("以后", 1),
            ("后", 1),
            ("之前", -1),
            ("以前", -1),
            ("前", -1),
        ],
    ) {
        return Some((shift(today, i64::from(number) * sign, unit)?, end));
    }
    if let Some((shifted, end)) = english::distance(scan, start, today) {
        return Some((shifted, end));
    }
    if let Some((month, end)) = english::day_first(scan, at) {
        return english::with_year(scan, end, month, number, today);
    }
    // `3号` is a day; `3号线`, `13号楼` and `1号店` are names, and longer numbers are numbers of something.
    let after = scan.word(at, "号").or_else(|| scan.word(at, "日"))?;
    let name = matches!(
        scan.at(after),
        '线' | '楼'
            | '店'
            | '院'
            | '门'
            | '柜'
            | '机'
            | '码'
            | '卡'
            | '厅'
            | '常'
            | '期'
            | '本'
            | '元'
            | '用'
    ) || scan.before(start) == '第';
    (!name).then_some((today.coming_day(number)?, after))
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
    let at = scan.skip_spaces(at);
    let (day, at) = whole(scan, at).or_else(|| scan.digits(at))?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let end = scan.word(at, "日").or_else(|| scan.word(at, "号"));
    end.or_else(|| (!scan.at(at).is_alphanumeric() && scan.at(at) != '.').then_some(at))
        .map(|end| (day, end))
}

/// `底`, `初` or nothing after a month.
fn within_month(scan: &Scan<'_>, at: usize, first: Date) -> Option<(Date, usize)> {
    match scan.at(at) {
        '底' | '末' => Some((first.last_of_month(), at + 1)),
        '初' => Some((first, at + 1)),
        _ => None,
    }
}

fn shift(today: &Today<'_>, count: i64, unit: char) -> Option<Date> {
    let span = match unit {
        'd' => count.days(),
        'w' => count.weeks(),
        'm' => count.months(),
        _ => count.years(),
    };
    today.get().checked_add(span).ok()
}
