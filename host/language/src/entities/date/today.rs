//! Today in the contact's time zone, and the days that are counted from it.

use std::cell::OnceCell;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};

use crate::ParseContext;

/// Today, computed when a date needs it.
pub(in super::super) struct Today<'a> {
    context: &'a ParseContext<'a>,
    now: OnceCell<Zoned>,
}

impl<'a> Today<'a> {
    pub(in super::super) fn new(context: &'a ParseContext<'a>) -> Self {
        Self {
            context,
            now: OnceCell::new(),
        }
    }

    fn now(&self) -> &Zoned {
        self.now.get_or_init(|| {
            let now = i64::try_from(self.context.now_ms)
                .ok()
                .and_then(|ms| Timestamp::from_millisecond(ms).ok())
                .unwrap_or_default();
            let zone = TimeZone::get(self.context.time_zone).unwrap_or(TimeZone::UTC);
            now.to_zoned(zone)
        })
    }

    pub(in super::super) fn get(&self) -> Date {
        self.now().date()
    }

    /// Whether the day stands before the month in `5/3/2025`: in English but for North America.
    pub(super) fn day_first(&self) -> bool {
        [
            "en-GB", "en-IE", "en-AU", "en-NZ", "en-IN", "en-ZA", "en-SG", "en-HK",
        ]
        .iter()
        .any(|locale| self.context.locale.eq_ignore_ascii_case(locale))
    }

    /// The local time that is so many minutes of real time away.
    pub(in super::super) fn minutes_away(&self, minutes: i64) -> Option<DateTime> {
        let then = self.now().checked_add(minutes.minutes()).ok()?;
        Some(then.datetime())
    }

    /// A local time as the clocks show it: what they jump over in spring is as much later.
    pub(in super::super) fn on_clocks(&self, time: DateTime) -> DateTime {
        let zone = self.now().time_zone().clone();
        time.to_zoned(zone).map_or(time, |zoned| zoned.datetime())
    }

    pub(in super::super) fn plus_days(&self, days: i64) -> Option<Date> {
        self.get().checked_add(days.days()).ok()
    }

    /// The day that is `count` units away: `d`, `w`, `m` or `y`.
    pub(in super::super) fn shifted(&self, count: i64, unit: char) -> Option<Date> {
        Self::away(self.get(), count, unit)
    }

    /// The day that is `count` units away from `day`.
    pub(super) fn away(day: Date, count: i64, unit: char) -> Option<Date> {
        let span: Span = match unit {
            'd' => Span::new().try_days(count),
            'w' => Span::new().try_weeks(count),
            'm' => Span::new().try_months(count),
            _ => Span::new().try_years(count),
        }
        .ok()?;
        day.checked_add(span).ok()
    }

    /// The first day of the month that is `months` away.
    pub(super) fn month(&self, months: i64) -> Option<Date> {
        let span = Span::new().try_months(months).ok()?;
        self.get().first_of_month().checked_add(span).ok()
    }

    /// The day of the week (1 is Monday) in the week that is `weeks` away.
    pub(super) fn weekday(&self, weeks: i64, weekday: i64) -> Option<Date> {
        let monday = 1 - i64::from(self.get().weekday().to_monday_one_offset());
        self.plus_days(monday + weekday - 1 + 7 * weeks)
    }

    /// The coming day of the week, today included.
    pub(super) fn coming_weekday(&self, weekday: i64) -> Option<Date> {
        let today = i64::from(self.get().weekday().to_monday_one_offset());
        self.plus_days((weekday - today).rem_euclid(7))
    }

    /// The coming day of the month, today included; months without such a day are passed over.
    pub(super) fn coming_day(&self, day: u32) -> Option<Date> {
        (0..3)
            .filter_map(|months| super::day_of(self.month(months)?, day))
            .find(|date| *date >= self.get())
    }

    /// The date nearest to today with this month and day.
    pub(super) fn nearest(&self, month: u32, day: u32) -> Option<Date> {
        let today = self.get();
        // The 29th of February is in one year of four.
        (-3..=3)
            .filter_map(|years| super::ymd(self.year(years)?, month, day))
            .min_by_key(|date| {
                today
                    .until(*date)
                    .map_or(i64::MAX, |span| i64::from(span.get_days()).abs())
            })
    }

    /// The year that is `years` away.
    pub(super) fn year(&self, years: i32) -> Option<u32> {
        u32::try_from(i32::from(self.get().year()) + years).ok()
    }
}
