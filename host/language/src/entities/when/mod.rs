//! When: days and times put together, and ranges of them.
//!
//! Kinds and normal forms: `date` is a date value; the others are text in ISO 8601, in the contact's local time: `time`
//! `15:30`, `date-time` `2026-03-01T15:30`, and ranges with both ends, `date-range` `2026-03-01/2026-03-05`, `time-range`
//! `15:00/17:00`, `date-time-range` `2026-03-01T15:00/2026-03-01T17:00`. Bounds (`月底前`, `by Friday`) are roles.

mod form;
mod moment;
mod range;

use jiff::civil::{Date, DateTime};

use self::form::form;
use self::moment::moment;
use self::range::range;
use super::Found;
use super::clock::Clock;
use super::date::{Days, Today};
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
