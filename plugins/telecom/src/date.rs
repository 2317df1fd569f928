//! The calendar date in China, which is the carrier's.

/// China has one time zone, eight hours ahead, all year.
const CHINA_MS: u64 = 8 * 3_600_000;
const DAY_MS: u64 = 24 * 3_600_000;

/// The first day of the month after this date, `2026-12-01` after `2026-11-22`. Nothing for what is no date.
pub(crate) fn next_month(date: &str) -> Option<String> {
    let year: u64 = date.get(..4)?.parse().ok()?;
    let month: u64 = date.get(5..7)?.parse().ok()?;
    let (year, month) = if month < 12 {
        (year, month + 1)
    } else {
        (year + 1, 1)
    };
    Some(written(year, month, 1))
}

/// The date in China as `2026-11-22`, of a time in milliseconds since 1970.
pub(crate) fn today(now: u64) -> String {
    // Days since 0000-03-01, so that the leap day is the last of its year (Hinnant's `civil_from_days`).
    let days = (now + CHINA_MS) / DAY_MS + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    written(year, month, day)
}

/// `2026-12-01`, without the formatter, which would make up much of the component.
fn written(year: u64, month: u64, day: u64) -> String {
    let digit = |number: u64| char::from(b'0' + (number % 10) as u8);
    [
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        '-',
        digit(month / 10),
        digit(month),
        '-',
        digit(day / 10),
        digit(day),
    ]
    .iter()
    .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn months_begin_on_their_first() {
        assert_eq!(
            super::next_month("2026-11-22").as_deref(),
            Some("2026-12-01")
        );
        assert_eq!(
            super::next_month("2026-12-31").as_deref(),
            Some("2027-01-01")
        );
        assert_eq!(super::next_month("soon"), None);
    }

    #[test]
    fn days_begin_at_midnight_in_china() {
        assert_eq!(super::today(0), "1970-01-01");
        assert_eq!(super::today(1_795_276_799_999), "2026-11-21");
        assert_eq!(super::today(1_795_276_800_000), "2026-11-22");
        assert_eq!(super::today(1_709_164_800_000), "2024-02-29");
        assert_eq!(super::today(1_798_732_800_000), "2027-01-01");
    }
}
