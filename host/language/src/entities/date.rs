//! Calendar dates, absolute and relative, in the contact's time zone.
//!
//! Readings where people differ: a day and month without a year is the nearest such date, past or coming; a bare weekday
//! or day of the month is the coming one, today included; `下周三` and `next Wednesday` are in the next week from Monday; `下个月`
//! and `next month` alone are its first day.

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
        english(scan, at, today)?
    } else {
        chinese(scan, at, today).or_else(|| numbered(scan, at, today))?
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
    (!scan.at(end).is_ascii_alphanumeric()
        && !(scan.at(end) == '.' && scan.at(end + 1).is_ascii_digit()))
    .then_some((date, end))
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
    if let Some((shifted, end)) = english_distance(scan, start, today) {
        return Some((shifted, end));
    }
    if let Some((month, end)) = english_day_first(scan, at) {
        return with_year(scan, end, month, number, today);
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

/// Words that are a number of days away.
const DAYS_ZH: &[(&str, i64)] = &[
    ("大后天", 3),
    ("大前天", -3),
    ("今天", 0),
    ("今日", 0),
    ("今晚", 0),
    ("今早", 0),
    ("明天", 1),
    ("明日", 1),
    ("明早", 1),
    ("明晚", 1),
    ("后天", 2),
    ("昨天", -1),
    ("昨日", -1),
    ("昨晚", -1),
    ("前天", -2),
];
const WEEKS_ZH: &[(&str, Option<i64>)] = &[
    ("下下个", Some(2)),
    ("下下", Some(2)),
    ("下个", Some(1)),
    ("下", Some(1)),
    ("这个", Some(0)),
    ("这", Some(0)),
    ("本", Some(0)),
    ("上个", Some(-1)),
    ("上", Some(-1)),
    ("", None),
];
const WEEKDAYS_ZH: &[(&str, i64)] = &[
    ("一", 1),
    ("二", 2),
    ("三", 3),
    ("四", 4),
    ("五", 5),
    ("六", 6),
    ("日", 7),
    ("天", 7),
    ("末", 6),
    ("1", 1),
    ("2", 2),
    ("3", 3),
    ("4", 4),
    ("5", 5),
    ("6", 6),
    ("7", 7),
];

fn chinese(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    if !matches!(
        scan.at(start),
        '今' | '明'
            | '后'
            | '大'
            | '昨'
            | '前'
            | '下'
            | '这'
            | '本'
            | '上'
            | '周'
            | '星'
            | '礼'
            | '月'
            | '年'
            | '当'
            | '次'
    ) {
        return None;
    }
    if let Some((days, end)) = scan.one_of(start, DAYS_ZH) {
        return Some((today.plus_days(days)?, end));
    }
    for (word, weeks) in WEEKS_ZH {
        let Some(at) = scan.word(start, word) else {
            continue;
        };
        if let Some((_, at)) = scan.one_of(at, &[("星期", ()), ("礼拜", ()), ("周", ())])
            && let Some((weekday, end)) = scan.one_of(at, WEEKDAYS_ZH)
        {
            // `周一般` and `一周三次` are no weekdays.
            if scan.before(start).is_ascii_digit()
                || numeral::chinese_digit(scan.before(start)).is_some()
                || matches!(scan.at(end), '次' | '般' | '直' | '共' | '个')
            {
                return None;
            }
            let date = weeks.map_or_else(
                || today.coming_weekday(weekday),
                |weeks| today.weekday(weeks, weekday),
            );
            return Some((date?, end));
        }
    }
    month_zh(scan, start, today).or_else(|| year_zh(scan, start, today))
}

const MONTHS_ZH: &[(&str, i64)] = &[
    ("下下个月", 2),
    ("下个月", 1),
    ("下月", 1),
    ("次月", 1),
    ("这个月", 0),
    ("本月", 0),
    ("当月", 0),
    ("上个月", -1),
    ("上月", -1),
    ("月", 0),
];

/// `下个月3号`, `本月底`, `月底`, `下个月`.
fn month_zh(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let (months, at) = scan.one_of(start, MONTHS_ZH)?;
    let first = today.month(months)?;
    if scan.slice(start, at) == "月" {
        // `11月底` was read from its number; `每月底` names no date.
        return if scan.before(start) == '每' {
            None
        } else {
            within_month(scan, at, first)
        };
    }
    if let Some((day, end)) = day_of_month(scan, at) {
        return Some((day_of(first, day)?, end));
    }
    within_month(scan, at, first).or((months > 0).then_some((first, at)))
}

/// `年底`, `明年3月5日`, `今年年底`.
fn year_zh(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let (years, at) = scan.one_of(
        start,
        &[("今年", 0), ("明年", 1), ("后年", 2), ("去年", -1), ("", 0)],
    )?;
    let year = u32::try_from(i32::from(today.get().year()) + years).ok()?;
    if let Some((last, end)) = scan.one_of(
        at,
        &[
            ("年底", true),
            ("年末", true),
            ("年初", false),
            ("底", true),
            ("初", false),
        ],
    ) && (at > start || scan.at(start) == '年')
    {
        return Some((
            if last {
                ymd(year, 12, 31)?
            } else {
                ymd(year, 1, 1)?
            },
            end,
        ));
    }
    if at == start {
        return None;
    }
    let (month, at) = whole(scan, at).or_else(|| scan.digits(at))?;
    let at = scan.word(at, "月")?;
    match day_of_month(scan, at) {
        Some((day, end)) => Some((ymd(year, month, day)?, end)),
        None => within_month(scan, at, ymd(year, month, 1)?),
    }
}

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

fn english(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let start = scan.word(start, "the ").unwrap_or(start);
    if let Some((days, end)) = scan.one_of(start, WORDS_EN) {
        return Some((today.plus_days(days)?, end));
    }
    if let Some(at) = scan.word(start, "in ") {
        return english_distance(scan, at, today);
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
    english_distance(scan, start, today).or_else(|| ordinal_day(scan, start, today))
}

/// `the 5th` and `5th`.
fn ordinal_day(scan: &Scan<'_>, at: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let (day, at) = scan.digits(at)?;
    let end = ordinal_end(scan, at);
    if end == at {
        return None;
    }
    match english_day_first(scan, at) {
        Some((month, end)) => with_year(scan, end, month, day, today),
        None => Some((today.coming_day(day)?, end)),
    }
}

fn ordinal_end(scan: &Scan<'_>, at: usize) -> usize {
    scan.one_of(at, &[("st", ()), ("nd", ()), ("rd", ()), ("th", ())])
        .map_or(at, |(_, end)| end)
}

/// After a day: `nd of november`, ` nov`. Gives the month and the end.
fn english_day_first(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    let at = scan.skip_spaces(ordinal_end(scan, at));
    let at = scan.word(at, "of ").unwrap_or(at);
    scan.one_of(at, MONTHS_EN)
}

/// A month and day, and the year when one follows.
fn with_year(
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
fn english_distance(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
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
