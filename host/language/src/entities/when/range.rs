//! Ranges: `周一到周三`, `下午3到5点`, `between 3 and 5 pm`. What one end leaves out, the other one says.

use jackfield_core::Value;
use jiff::ToSpan;
use jiff::civil::Date;

use super::super::clock::{self, Clock};
use super::super::date::{self, Days, Today, day_alone, day_of};
use super::Moment;
use super::form::{at_minutes, days, stamps};
use super::moment::{hint, moment};
use crate::scan::Scan;

/// The kind and the normal form of a range that starts at `start` with the moment `whole`, or with a part of it that leaves
/// something out. One of `joins` stands between its ends.
pub(super) fn range(
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
    let (second, end) = second(scan, at, first, bare, today)?;
    // `between 10 and 11 am on Thursday`
    let day_last = bare || date::read(scan, at, today).is_none();
    if let (true, Moment::Clock(clock), Moment::Both(day, last)) = (day_last, first, second) {
        let (from, to) = agreed(clock, last)?;
        let value = stamps(at_minutes(day, from, today)?, at_minutes(day, to, today)?);
        return Some(((value.0, Value::Text(value.1)), end));
    }
    if bare && !matches!(second, Moment::Clock(Clock::At { .. })) {
        return None;
    }
    // `周一到周五早九点到晚六点`: the days are one range, the times another.
    let (second, end) = match (first, second) {
        (Moment::Days(_), Moment::Both(..)) => {
            let (days, end) = date::read(scan, at, today)?;
            (Moment::Days(days), end)
        }
        both => (both.1, end),
    };
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
            let (from, to) = (from.first(), to.last());
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
    let part = hint(scan, end);
    let (clock, end) = clock::read(scan, at, part)
        .filter(|_| at > end + 1)
        .or_else(|| clock::hour(scan, at, part))?;
    Some((Moment::Both(days.first, clock), end))
}

/// The later end of a range, which may leave out what the first one said.
fn second(
    scan: &Scan<'_>,
    at: usize,
    first: Moment,
    bare: bool,
    today: &Today<'_>,
) -> Option<(Moment, usize)> {
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
    // `between 2 and 4 tomorrow afternoon`
    if bare
        && let Some((_, end)) = clock::hour(scan, at, None)
        && let Some(day) = scan.word(end, " on ").or_else(|| scan.word(end, " "))
        && let Some((days, end)) =
            date::read(scan, day, today).filter(|(days, _)| days.first == days.last)
        && let Some((Clock::Part(part), end)) = scan
            .word(end, " ")
            .and_then(|at| clock::after_day(scan, at))
    {
        let (clock, _) = clock::hour(scan, at, Some(part))?;
        return Some((Moment::Both(days.first, clock), end));
    }
    // `tomorrow from 3 to 5`, `between half past two and four`
    let between = scan.slice(0, at).ends_with(" and ");
    match first {
        _ if bare => None,
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
