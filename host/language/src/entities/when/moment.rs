//! A day, a time of day, or both put together: `明天下午三点`, `3pm tomorrow`, `in two hours`.

use super::super::clock::{self, Clock, Part};
use super::super::date::{self, Days, Today, WEEKDAYS_EN};
use super::super::quantity;
use super::Moment;
use crate::scan::Scan;

/// A day, a time, or both in either order.
pub(super) fn moment(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Moment, usize)> {
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
    // `3 this morning`
    if let Clock::At {
        minutes,
        sure: false,
    } = clock
        && let Some((part, end)) = scan.word(end, " ").and_then(|at| this_part(scan, at))
    {
        return Some((Moment::Both(today.get(), moved(minutes, part)), end));
    }
    // `3pm tomorrow`, `at noon on Friday`
    for join in [" on ", ", ", " ", " the "] {
        if let Some(at) = scan.word(end, join)
            && let Some((days, after)) = date::read(scan, at, today)
            && days.first == days.last
        {
            // `at 9 tomorrow evening`
            let later = scan
                .word(after, " ")
                .and_then(|at| clock::after_day(scan, at));
            let (part, after) = match later {
                Some((Clock::Part(part), end)) => (Some(part), end),
                _ => (hint(scan, after), after),
            };
            let clock = match (clock, part) {
                // `midnight tonight` ends this day.
                (Clock::At { minutes: 0, .. }, Some(Part::EVENING)) => Clock::At {
                    minutes: 1_440,
                    sure: true,
                },
                (
                    Clock::At {
                        minutes,
                        sure: false,
                    },
                    Some(part),
                ) => moved(minutes, part),
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
        // `今晚` and `tonight` say the part of the day with the day.
        None => match part {
            Some(part) => (Moment::Both(days.first, Clock::Part(part)), end),
            None => (Moment::Days(days), end),
        },
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
        if join.len() > 3
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
            || scan.one_of(from, WEEKDAYS_EN).is_some()
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
pub(super) fn hint(scan: &Scan<'_>, end: usize) -> Option<Part> {
    let evening = scan.before(end) == '晚'
        || ["tonight", "tonite", "last night"]
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
    let before = scan.slice(start.saturating_sub(7), start);
    let announced = [
        "at ", "since ", "by ", "until ", "before ", "after ", "around ",
    ]
    .iter()
    .any(|word| before.ends_with(word));
    if !announced {
        return None;
    }
    let (clock, end) = clock::hour(scan, start, None)?;
    if scan
        .word(end, " ")
        .and_then(|at| this_part(scan, at))
        .is_some()
    {
        return Some((clock, end));
    }
    if !before.ends_with("at ") {
        return None;
    }
    let at = scan.word(end, " on ").or_else(|| scan.word(end, " "))?;
    date::read(scan, at, today).map(|_| (clock, end))
}

/// A time that was said of a part of the day.
fn moved(minutes: u32, part: Part) -> Clock {
    Clock::At {
        minutes: part.minutes(minutes / 60, minutes % 60),
        sure: true,
    }
}

/// `两小时后`, `in half an hour`, `20 minutes ago`.
fn counted(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Moment, usize)> {
    let at = scan
        .word(start, "in ")
        .filter(|_| scan.starts_word(start))
        .or_else(|| scan.word(start, "再过"))
        .or_else(|| {
            let before = scan.before(start);
            let free = !before.is_alphanumeric() || "我等那你们先他她".contains(before);
            scan.word(start, "过").filter(|_| free)
        });
    let found = quantity::minutes(scan, at.unwrap_or(start))?;
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
