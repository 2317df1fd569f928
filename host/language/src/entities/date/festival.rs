//! Days that fall on another date each year: the festivals of the Chinese calendar from a table (`festivals.tsv`), and those
//! that are a weekday of a month or follow Easter.

use jiff::ToSpan;
use jiff::civil::Date;

use super::ymd;

/// When in a year a holiday is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// A month and day.
    On(u32, u32),
    /// So many days after a festival of the table.
    Chinese(Festival, i64),
    /// So many days after the nth weekday (1 is Monday) of a month.
    Weekday(u32, u32, i64, i64),
    /// So many days after Easter Sunday.
    Easter(i64),
}

/// A column of the table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Festival {
    Spring = 1,
    Qingming,
    DragonBoat,
    Qixi,
    MidAutumn,
    DoubleNinth,
}

impl Rule {
    /// The day of this year.
    pub(super) fn in_year(self, year: u32) -> Option<Date> {
        let (first, days) = match self {
            Self::On(month, day) => return ymd(year, month, day),
            Self::Chinese(festival, days) => (table(year, festival)?, days),
            Self::Weekday(month, nth, weekday, days) => {
                let first = ymd(year, month, 1)?;
                let offset = weekday - i64::from(first.weekday().to_monday_one_offset());
                let weeks = i64::from(nth) - 1;
                (first, offset.rem_euclid(7) + 7 * weeks + days)
            }
            Self::Easter(days) => (easter(year)?, days),
        };
        first.checked_add(days.days()).ok()
    }
}

fn table(year: u32, festival: Festival) -> Option<Date> {
    let year = year.to_string();
    let line = include_str!("festivals.tsv")
        .lines()
        .find_map(|line| line.strip_prefix(&year))?;
    let (month, day) = line.split('\t').nth(festival as usize)?.split_once('-')?;
    ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Nature, 20 April 1876).
fn easter(year: u32) -> Option<Date> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
    let m = (a + 11 * d + 22 * e) / 451;
    let n = d + e + 114 - 7 * m;
    ymd(year, n / 31, n % 31 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movable_days() {
        for (rule, year, expected) in [
            (Rule::Easter(0), 2026, "2026-04-05"),
            (Rule::Easter(0), 2027, "2027-03-28"),
            (Rule::Easter(0), 2038, "2038-04-25"),
            (Rule::Weekday(11, 4, 4, 0), 2026, "2026-11-26"),
            (Rule::Weekday(11, 4, 4, 1), 2027, "2027-11-26"),
            (Rule::Weekday(5, 2, 7, 0), 2026, "2026-05-10"),
            (Rule::Chinese(Festival::Spring, 0), 2026, "2026-02-17"),
            (Rule::Chinese(Festival::Spring, -1), 2027, "2027-02-05"),
            (Rule::Chinese(Festival::DoubleNinth, 0), 2026, "2026-10-18"),
        ] {
            assert_eq!(
                rule.in_year(year).map(|date| date.to_string()).as_deref(),
                Some(expected)
            );
        }
        assert_eq!(Rule::Chinese(Festival::Spring, 0).in_year(1999), None);
    }

    #[test]
    fn the_table_has_every_year() {
        for year in 2000..=2050 {
            let spring = table(year, Festival::Spring).unwrap();
            let ninth = table(year, Festival::DoubleNinth).unwrap();
            assert!((1..=2).contains(&spring.month()) && (10..=11).contains(&ninth.month()));
        }
    }
}
