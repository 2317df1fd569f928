//! Times of day: `下午三点半`, `3:45pm`, `half past seven`, and parts of the day such as `上午`.
//!
//! A time without a part of the day is as on the 24-hour clock: `三点` and `3:00` are 03:00.

mod chinese;
mod english;

use jiff::civil::Time;

pub(super) use self::english::after_day;
use crate::scan::Scan;

/// A part of the day, by the hours it is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) first: i8,
    pub(super) last: i8,
}

impl Part {
    const NIGHT: Self = Self::hours(0, 6);
    const EARLY: Self = Self::hours(6, 9);
    const FORENOON: Self = Self::hours(8, 12);
    const MORNING: Self = Self::hours(6, 12);
    const NOON: Self = Self::hours(11, 13);
    const AFTERNOON: Self = Self::hours(12, 18);
    const DUSK: Self = Self::hours(17, 19);
    /// Evenings.
    pub(super) const EVENING: Self = Self::hours(18, 22);
    /// `半夜`: twelve and the hours after it.
    const MIDNIGHT: Self = Self::hours(22, 24);

    const fn hours(first: i8, last: i8) -> Self {
        Self { first, last }
    }

    /// The minutes since midnight of an hour that was said of this part.
    pub(super) fn minutes(self, hour: u32, minute: u32) -> u32 {
        let hour = match hour {
            12 if self == Self::NIGHT => 0,
            12 if self == Self::EVENING || self == Self::MIDNIGHT => 24,
            1..=2 if self == Self::NOON => hour + 12,
            1..=11 if self == Self::AFTERNOON || self == Self::DUSK => hour + 12,
            5..=11 if self == Self::EVENING => hour + 12,
            7..=11 if self == Self::MIDNIGHT => hour + 12,
            _ => hour,
        };
        hour * 60 + minute
    }
}

/// What was said of the time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Minutes since midnight, at most 1,440.
    At {
        minutes: u32,
        /// Whether the half of the day is certain.
        sure: bool,
    },
    Part(Part),
}

impl Clock {
    /// The minute with which it begins.
    pub(super) fn first(self) -> u32 {
        match self {
            Self::At { minutes, .. } => minutes,
            Self::Part(part) => u32::try_from(part.first).unwrap_or_default() * 60,
        }
    }

    /// The minute with which it ends.
    pub(super) fn last(self) -> u32 {
        match self {
            Self::At { minutes, .. } => minutes,
            Self::Part(part) => u32::try_from(part.last).unwrap_or_default() * 60,
        }
    }

    /// A time of an hour and minute, moved into a part of the day when one was said.
    fn at(hour: u32, minute: u32, part: Option<Part>) -> Option<Self> {
        if hour > 24 || minute > 59 || hour == 24 && minute > 0 {
            return None;
        }
        let minutes = part.map_or(hour * 60 + minute, |part| part.minutes(hour, minute));
        let sure = part.is_some() || hour > 12 || hour == 0;
        (minutes <= 1_440).then_some(Self::At { minutes, sure })
    }
}

/// The time of day of so many minutes since midnight; midnight at the end of the day is that at its beginning.
pub(super) fn time(minutes: u32) -> Option<Time> {
    let hour = i8::try_from(minutes / 60 % 24).ok()?;
    let minute = i8::try_from(minutes % 60).ok()?;
    Time::new(hour, minute, 0, 0).ok()
}

/// The time that starts at `at`. `hint` is the part of the day that was said before (`今晚`).
pub(super) fn read(scan: &Scan<'_>, at: usize, hint: Option<Part>) -> Option<(Clock, usize)> {
    let c = scan.at(at);
    if scan.before(at).is_ascii_alphanumeric() && scan.before(at) != 't' {
        return None;
    }
    if c.is_ascii() {
        digital(scan, at, hint)
            .or_else(|| english::read(scan, at, hint))
            .or_else(|| chinese::read(scan, at, hint))
    } else {
        chinese::read(scan, at, hint)
    }
}

/// A bare hour that takes its half of the day from what follows or stands before it: `3` of `3 to 5 pm`, `tomorrow at 3`.
pub(super) fn hour(scan: &Scan<'_>, at: usize, hint: Option<Part>) -> Option<(Clock, usize)> {
    let (hint, at) = match chinese::part(scan, at) {
        Some((part, at)) => (Some(part), at),
        None => (hint, at),
    };
    let (hour, end) = chinese::small(scan, at).or_else(|| english::number(scan, at))?;
    let goes_on = scan.at(end).is_ascii_alphanumeric()
        || matches!(scan.at(end), '%' | ':' | '.' | '/' | ',') && scan.at(end + 1).is_ascii_digit();
    ((1..=24).contains(&hour) && !goes_on).then_some((Clock::at(hour, 0, hint)?, end))
}

/// `15:30`, `3:45pm`, `15:30:00`, `3.30 pm`.
fn digital(scan: &Scan<'_>, start: usize, hint: Option<Part>) -> Option<(Clock, usize)> {
    if matches!(scan.before(start), ':' | '.' | '/') {
        return None;
    }
    let (hour, at) = scan.digits(start)?;
    // `1900 hours`
    if at - start == 4 {
        let end = scan.word(at, " hours").or_else(|| scan.word(at, " hrs"))?;
        let clock = Clock::at(hour / 100, hour % 100, Some(Part::hours(0, 24)))?;
        return Some((clock, end));
    }
    if at - start > 2 {
        return None;
    }
    if !matches!(scan.at(at), ':' | '.') {
        return None;
    }
    let (minute, mut end) = scan.digits(at + 1).filter(|(_, end)| end - at == 3)?;
    if scan.at(end) == ':' {
        (_, end) = scan
            .digits(end + 1)
            .filter(|(second, to)| to - end == 3 && *second < 60)?;
    }
    let (part, after) =
        english::half(scan, end).map_or((hint, end), |(part, after)| (Some(part), after));
    // `3.30` is a number unless it says am or pm.
    if scan.at(at) == '.' && after == end
        || scan.at(after).is_ascii_alphanumeric()
        || scan.at(after) == ':'
    {
        return None;
    }
    let part = part.filter(|_| hour <= 12);
    Some((Clock::at(hour, minute, part)?, after))
}
