//! Validity dates as people write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Which end of the validity a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The first day: from its beginning.
    From,
    /// The last day: until its end.
    Until,
}

/// Reads `2026-03-01`, `2026-03-01 09:30`, an RFC 3339 time or milliseconds since 1970, the first two in this IANA time zone
/// (UTC when it is empty), as milliseconds.
///
/// # Errors
///
/// What is wrong with the text or the zone, for the person who wrote it.
pub fn moment(text: &str, time_zone: &str, end: End) -> Result<u64, String> {
    let text = text.trim();
    if text.len() > 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text
            .parse()
            .map_err(|_| format!("`{text}` is too large a number"));
    }
    let zone = match time_zone.trim() {
        "" => TimeZone::UTC,
        name => TimeZone::get(name)
            .map_err(|_| format!("`{name}` is not a time zone like `Asia/Shanghai`"))?,
    };
    let odd = || format!("`{text}` is not a date like `2026-03-01` or `2026-03-01 09:30`");
    let timestamp = if let Ok(timestamp) = text.parse::<Timestamp>() {
        timestamp
    } else if text.len() <= 10 {
        let first: Date = text.parse().map_err(|_| odd())?;
        let day = match end {
            End::From => first,
            End::Until => first.checked_add(1.day()).map_err(|_| odd())?,
        };
        day.to_zoned(zone).map_err(|_| odd())?.timestamp()
    } else {
        let time: DateTime = text.replacen(' ', "T", 1).parse().map_err(|_| odd())?;
        time.to_zoned(zone).map_err(|_| odd())?.timestamp()
    };
    u64::try_from(timestamp.as_millisecond()).map_err(|_| format!("`{text}` is before 1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_where_its_people_live() {
        let day = 86_400_000;
        let from = moment("2026-03-01", "Asia/Shanghai", End::From).unwrap();
        assert_eq!(
            moment("2026-03-01", "Asia/Shanghai", End::Until).unwrap(),
            from + day
        );
        assert_eq!(moment("2026-03-01", "", End::From).unwrap(), from + day / 3);
        assert_eq!(
            moment("2026-03-01 08:00", "", End::From).unwrap(),
            from + 2 * day / 3
        );
        assert_eq!(moment(&from.to_string(), "", End::From).unwrap(), from);
        assert_eq!(
            moment("2026-02-28T16:00:00Z", "", End::Until).unwrap(),
            from
        );
        for (text, zone) in [
            ("soon", ""),
            ("2026-02-30", ""),
            ("2026-03-01", "Mars"),
            ("1960-01-01", ""),
        ] {
            assert!(moment(text, zone, End::From).is_err(), "{text}");
        }
    }
}
