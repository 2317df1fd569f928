//! When: days and times put together, and ranges of them.
//!
//! Kinds and normal forms: `date` is a date value; the others are text in ISO 8601, in the contact's local time: `time`
//! `15:30`, `date-time` `2026-03-01T15:30`, and ranges with both ends, `date-range` `2026-03-01/2026-03-05`, `time-range`
//! `15:00/17:00`, `date-time-range` `2026-03-01T15:00/2026-03-01T17:00`. Bounds (`月底前`, `by Friday`) are roles.

use jackfield_core::Value;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::Found;
use super::clock::{self, Clock, Part};
use super::date::{self, Days, Today, day_alone, day_of};
use super::opening;
use crate::scan::Scan;

/// One point or stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Days(Days),
    Clock(Clock),
    Both(Date, Clock),
    /// A local time that was counted from now.
    Counted(DateTime),
}

/// The date, time or range that starts at `start`.
pub(super) fn read(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<Found> {
    if !opening::may_open(scan, start) {
        return None;
    }
    if let Some(at) = scan.word(start, "between ") {
        let first = moment(scan, at, today);
        let (value, end) = range(scan, at, first, today, &[" and "])?;
        return Some(Found::new(value.0, value.1, at, end));
    }
    const JOINS: &[&str] = &[
        " to ",
        " until ",
        " till ",
        " through ",
        " thru ",
        " - ",
        "-",
        "~",
        " ~ ",
        "到",
        "至",
        "－",
        "—",
        "一直到",
    ];
    let whole = moment(scan, start, today);
    if let Some((value, end)) = range(scan, start, whole, today, JOINS) {
        return Some(Found::new(value.0, value.1, start, end));
    }
    let (moment, end) = whole?;
    let (kind, value) = form(moment, today)?;
    Some(Found::new(kind, value, start, end))
}

/// A day, a time, or both in either order.
fn moment(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Moment, usize)> {
    if let Some(found) = counted(scan, start, today) {
        return Some(found);
    }
    // `the evening of March 3`
    let the = scan.word(start, "the ").unwrap_or(start);
    if let Some((part, end)) = clock::after_day(scan, the)
        && let Some(at) = scan.word(end, " of ")
        && let Some((days, end)) = date::read(scan, at, today)
        && days.first == days.last
    {
        return Some((Moment::Both(days.first, part), end));
    }
    if let Some((days, end)) = date::read(scan, start, today) {
        return Some(with_clock(scan, start, days, end, today));
    }
    if let Some((part, end)) = this_part(scan, start) {
        let clock = clock_after(scan, end, Some(part)).unwrap_or((Clock::Part(part), end));
        return Some((Moment::Both(today.get(), clock.0), clock.1));
    }
    let (clock, end) =
        clock::read(scan, start, None).or_else(|| announced_hour(scan, start, today))?;
    // `3pm tomorrow`, `at noon on Friday`
    for join in [" on ", ", ", " ", " the "] {
        if let Some(at) = scan.word(end, join)
            && let Some((days, after)) = date::read(scan, at, today)
            && days.first == days.last
        {
            let clock = match (clock, hint(scan, after)) {
                (
                    Clock::At {
                        minutes,
                        sure: false,
                    },
                    Some(part),
                ) => moved(minutes, part).unwrap_or(clock),
                _ => clock,
            };
            return Some((Moment::Both(days.first, clock), after));
        }
    }
    Some((Moment::Clock(clock), end))
}

/// A day with the time, or the further day, that follows it.
fn with_clock(
    scan: &Scan<'_>,
    start: usize,
    days: Days,
    end: usize,
    today: &Today<'_>,
) -> (Moment, usize) {
    if days.first != days.last {
        return (Moment::Days(days), end);
    }
    // `Friday, 27 November` and `11月27日星期五` say one day twice.
    if let Some((second, after)) = said_twice(scan, start, end, today) {
        return with_clock(scan, after, second, after, today);
    }
    let part = hint(scan, end);
    if let Some((Clock::Part(part), after)) = scan
        .word(end, " ")
        .and_then(|at| clock::after_day(scan, at))
    {
        let (clock, after) =
            clock_after(scan, after, Some(part)).unwrap_or((Clock::Part(part), after));
        return (Moment::Both(days.first, clock), after);
    }
    match clock_after(scan, end, part) {
        Some((clock, after)) => (Moment::Both(days.first, clock), after),
        None => (Moment::Days(days), end),
    }
}

/// The time that follows a day or part of one.
fn clock_after(scan: &Scan<'_>, end: usize, part: Option<Part>) -> Option<(Clock, usize)> {
    for join in [
        " at around ",
        " around ",
        " about ",
        " at about ",
        " at ",
        ", at ",
        "t",
        ", ",
        " ",
        "的",
        "",
    ] {
        let Some(at) = scan.word(end, join).or_else(|| {
            (join == "t" && scan.at(end) == 't' && scan.at(end + 1).is_ascii_digit())
                .then_some(end + 1)
        }) else {
            continue;
        };
        if let Some(found) = clock::read(scan, at, part) {
            return Some(found);
        }
        // `tomorrow at 3`
        if join.ends_with("at ")
            && let Some((clock, after)) = clock::hour(scan, at, part)
            && !scan.at(scan.skip_spaces(after)).is_ascii_alphanumeric()
        {
            return Some((clock, after));
        }
    }
    None
}

/// `Friday` and then a date, or a date and then `星期五`: the one with the number counts.
fn said_twice(
    scan: &Scan<'_>,
    start: usize,
    end: usize,
    today: &Today<'_>,
) -> Option<(Days, usize)> {
    let mut at = end;
    while matches!(scan.at(at), ' ' | ',' | '(') && at < end + 2 {
        at += 1;
    }
    let named = |from: usize, to: usize| {
        let text = scan.slice(from, to);
        text.contains("day")
            || text.contains('周')
            || text.contains("星期")
            || text.contains("礼拜")
    };
    let numbered = |from: usize, to: usize| {
        let text = scan.slice(from, to);
        text.contains(|c: char| c.is_ascii_digit()) || text.contains('月')
    };
    let (first, _) = date::read(scan, start, today)?;
    let (second, after) =
        date::read(scan, at, today).filter(|(days, _)| days.first == days.last)?;
    let close = scan
        .word(after, ")")
        .filter(|_| scan.before(at) == '(')
        .unwrap_or(after);
    if named(start, end) && numbered(at, after) && !numbered(start, end) {
        Some((second, close))
    } else if numbered(start, end)
        && named(at, after)
        && !numbered(at, after)
        && first.first.weekday() == second.first.weekday()
    {
        Some((first, close))
    } else {
        None
    }
}

/// The part of the day that a word for a day names: `今晚`, `明早`, `tonight`.
fn hint(scan: &Scan<'_>, end: usize) -> Option<Part> {
    let evening = scan.before(end) == '晚'
        || ["tonight", "last night"]
            .iter()
            .any(|word| scan.slice(0, end).ends_with(word));
    evening.then_some(Part::EVENING)
}

/// `this morning`.
fn this_part(scan: &Scan<'_>, start: usize) -> Option<(Part, usize)> {
    let at = scan
        .word(start, "this ")
        .filter(|_| scan.starts_word(start))?;
    match clock::after_day(scan, at)? {
        (Clock::Part(part), end) => Some((part, end)),
        _ => None,
    }
}

/// A bare hour before the day it belongs to: `at 7 tonight`, `at 3 tomorrow`.
fn announced_hour(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Clock, usize)> {
    if !scan.slice(0, start).ends_with("at ") {
        return None;
    }
    let (clock, end) = clock::hour(scan, start, None)?;
    let at = scan.word(end, " on ").or_else(|| scan.word(end, " "))?;
    date::read(scan, at, today).map(|_| (clock, end))
}

/// A bare hour in a part of the day.
fn moved(minutes: u32, part: Part) -> Option<Clock> {
    let minutes = if part == Part::EVENING && (300..720).contains(&minutes) {
        minutes + 720
    } else {
        minutes
    };
    Some(Clock::At {
        minutes,
        sure: true,
    })
}

/// `两小时后`, `in half an hour`, `20 minutes ago`.
fn counted(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Moment, usize)> {
    let at = scan
        .word(start, "in ")
        .filter(|_| scan.starts_word(start))
        .or_else(|| scan.word(start, "再过"));
    let found = super::quantity::minutes(scan, at.unwrap_or(start))?;
    let (minutes, end) = found;
    let directions = [
        ("之后", 1),
        ("以后", 1),
        ("后", 1),
        ("之前", -1),
        ("以前", -1),
        ("前", -1),
        (" from now", 1),
        (" later", 1),
        (" ago", -1),
    ];
    let (sign, end) = match scan.one_of(end, &directions) {
        Some(found) => found,
        None if at.is_some() => (1, end),
        None => return None,
    };
    Some((Moment::Counted(today.minutes_away(sign * minutes)?), end))
}

/// The kind and the normal form of a range that starts at `start` with the moment `whole`, or with a part of it that leaves
/// something out. One of `joins` stands between its ends.
fn range(
    scan: &Scan<'_>,
    start: usize,
    whole: Option<(Moment, usize)>,
    today: &Today<'_>,
    joins: &[&str],
) -> Option<((&'static str, Value), usize)> {
    let between = |at: usize| scan.slice(start, at).contains(" between ");
    let joined = |(first, end): (Moment, usize)| {
        let at = joins
            .iter()
            .find_map(|join| scan.word(end, join))
            .or_else(|| scan.word(end, " and ").filter(|_| between(end)))?;
        Some((first, at))
    };
    let whole = whole.and_then(joined).map(|found| (found, false));
    let ((first, at), bare) = whole.or_else(|| {
        let found = bare_hour(scan, start, today).and_then(joined)?;
        Some((found, true))
    })?;
    if moves(scan, start) {
        return None;
    }
    let at = scan.word(at, "the ").unwrap_or(at);
    let (second, end) = second(scan, at, first, today)?;
    if bare && !matches!(second, Moment::Clock(Clock::At { .. })) {
        return None;
    }
    let value = match (first, second) {
        (Moment::Days(from), Moment::Days(to)) => days(from.first, following(from, to)?),
        (Moment::Clock(from), Moment::Clock(to)) => {
            let (from, to) = agreed(from, to)?;
            let form =
                |minutes| clock::time(minutes).map(|time| time.strftime("%H:%M").to_string());
            ("time-range", format!("{}/{}", form(from)?, form(to)?))
        }
        (Moment::Both(day, from), Moment::Clock(to)) => {
            let (from, to) = agreed(from, to)?;
            let to = if to < from { to + 1_440 } else { to };
            stamps(at_minutes(day, from, today)?, at_minutes(day, to, today)?)
        }
        (Moment::Both(day, from), Moment::Both(last, to)) => {
            let (Clock::At { minutes: from, .. }, Clock::At { minutes: to, .. }) = (from, to)
            else {
                return None;
            };
            stamps(at_minutes(day, from, today)?, at_minutes(last, to, today)?)
        }
        _ => return None,
    };
    Some(((value.0, Value::Text(value.1)), end))
}

/// Whether something is moved from the one to the other, so that they are no range: `改到`, `reschedule from … to`.
fn moves(scan: &Scan<'_>, start: usize) -> bool {
    let before = scan.slice(start.saturating_sub(40), start);
    ["move", "reschedul", "change", "switch", "postpone", "shift"]
        .iter()
        .any(|word| before.contains(word))
}

/// An hour in digits or words that nothing but the other end of a range explains.
fn bare_hour(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Moment, usize)> {
    if scan.before(start).is_ascii_alphanumeric() {
        return None;
    }
    if let Some((clock, end)) = clock::hour(scan, start, None) {
        return Some((Moment::Clock(clock), end));
    }
    // `tomorrow from 3`, `Friday 3`, `明天下午3`
    let (days, end) = date::read(scan, start, today).filter(|(days, _)| days.first == days.last)?;
    let at = [" from ", " between ", " ", "从", "的", ""]
        .iter()
        .find_map(|join| scan.word(end, join))?;
    let (clock, end) = clock::hour(scan, at, hint(scan, end))?;
    Some((Moment::Both(days.first, clock), end))
}

/// The later end of a range, which may leave out what the first one said.
fn second(scan: &Scan<'_>, at: usize, first: Moment, today: &Today<'_>) -> Option<(Moment, usize)> {
    if let Moment::Days(days) = first
        && let Some((day, end)) = day_alone(scan, at)
    {
        let here = day_of(days.first, day).filter(|date| *date >= days.first);
        let date = here.or_else(|| {
            day_of(
                days.first.first_of_month().checked_add(1.month()).ok()?,
                day,
            )
        })?;
        return Some((Moment::Days(Days::one(date)), end));
    }
    if let Some(found) = moment(scan, at, today) {
        return Some(found);
    }
    // `tomorrow from 3 to 5`, `between half past two and four`
    let between = scan.slice(0, at).ends_with(" and ");
    match first {
        Moment::Clock(Clock::At { .. }) if between => {
            clock::hour(scan, at, None).map(|(clock, end)| (Moment::Clock(clock), end))
        }
        Moment::Both(_, Clock::At { sure: true, .. })
        | Moment::Clock(Clock::At { sure: true, .. }) => {
            let (clock, end) = clock::hour(scan, at, None)?;
            (!scan.at(scan.skip_spaces(end)).is_alphanumeric())
                .then_some((Moment::Clock(clock), end))
        }
        _ => None,
    }
}

/// The last day of a range, which weekdays take from the week that the first day is in.
fn following(from: Days, to: Days) -> Option<Date> {
    let mut last = to.last;
    if last < from.first && to.first == to.last {
        for _ in 0..3 {
            last = last.checked_add(7.days()).ok()?;
            if last >= from.first {
                return Some(last);
            }
        }
        return None;
    }
    (last >= from.first).then_some(last)
}

/// Both times of a range in minutes; who does not say the half of the day takes it from the other.
fn agreed(from: Clock, to: Clock) -> Option<(u32, u32)> {
    let (
        Clock::At {
            minutes: a,
            sure: a_sure,
        },
        Clock::At {
            minutes: b,
            sure: b_sure,
        },
    ) = (from, to)
    else {
        return None;
    };
    Some(match (a_sure, b_sure) {
        (false, true) if a < 720 && a + 720 < b => (a + 720, b),
        (false, true) if (720..780).contains(&a) && b < 720 => (a - 720, b),
        (true, false) if b <= 720 && b <= a && b + 720 > a => (a, b + 720),
        _ => (a, b),
    })
}

fn days(first: Date, last: Date) -> (&'static str, String) {
    ("date-range", format!("{first}/{last}"))
}

fn stamps(first: DateTime, last: DateTime) -> (&'static str, String) {
    (
        "date-time-range",
        format!("{}/{}", minute_form(first), minute_form(last)),
    )
}

fn minute_form(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The local time so many minutes after a day begins.
fn at_minutes(day: Date, minutes: u32, today: &Today<'_>) -> Option<DateTime> {
    let day = day.checked_add(i64::from(minutes / 1_440).days()).ok()?;
    Some(today.on_clocks(day.to_datetime(clock::time(minutes)?)))
}

/// The kind and normal form of one moment.
fn form(moment: Moment, today: &Today<'_>) -> Option<(&'static str, Value)> {
    let hours = |hour: i8| u32::try_from(hour).unwrap_or_default() * 60;
    let (kind, text) = match moment {
        Moment::Days(days) if days.first == days.last => {
            return Some(("date", Value::Date(days.first.to_string())));
        }
        Moment::Days(Days { first, last }) => days(first, last),
        Moment::Clock(Clock::At { minutes, .. }) => {
            ("time", clock::time(minutes)?.strftime("%H:%M").to_string())
        }
        Moment::Clock(Clock::Part(part)) => (
            "time-range",
            format!("{:02}:00/{:02}:00", part.first, part.last % 24),
        ),
        Moment::Both(day, Clock::At { minutes, .. }) => {
            ("date-time", minute_form(at_minutes(day, minutes, today)?))
        }
        Moment::Both(day, Clock::Part(part)) => stamps(
            at_minutes(day, hours(part.first), today)?,
            at_minutes(day, hours(part.last), today)?,
        ),
        Moment::Counted(time) => ("date-time", minute_form(time)),
    };
    Some((kind, Value::Text(text)))
}
