//! The normal forms of moments and ranges.

use jackfield_core::Value;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::super::clock::{self, Clock};
use super::super::date::{Days, Today};
use super::Moment;

pub(super) fn days(first: Date, last: Date) -> (&'static str, String) {
    ("date-range", format!("{first}/{last}"))
}

pub(super) fn stamps(first: DateTime, last: DateTime) -> (&'static str, String) {
    (
        "date-time-range",
        format!("{}/{}", minute_form(first), minute_form(last)),
    )
}

fn minute_form(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The local time so many minutes after a day begins.
pub(super) fn at_minutes(day: Date, minutes: u32, today: &Today<'_>) -> Option<DateTime> {
    let day = day.checked_add(i64::from(minutes / 1_440).days()).ok()?;
    Some(today.on_clocks(day.to_datetime(clock::time(minutes)?)))
}

/// The kind and normal form of one moment.
pub(super) fn form(moment: Moment, today: &Today<'_>) -> Option<(&'static str, Value)> {
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
