//! `3 days`, `90 minutes`.

use std::time::Duration;

use crate::script::ScriptError;

/// The longest time that may go by at once: a year.
const LONGEST: u64 = 366 * 24 * 60 * 60;

pub(crate) fn read(text: &str, number: usize) -> Result<Duration, ScriptError> {
    let wrong = || {
        ScriptError::new(
            number,
            format!("`{text}` is no time that goes by"),
            "write a number and seconds, minutes, hours or days, a year at most: `After: 3 days`",
        )
    };
    let (count, unit) = text.split_once(' ').ok_or_else(wrong)?;
    let count: u64 = count.parse().map_err(|_| wrong())?;
    let unit = match unit.trim().trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 60 * 60,
        "day" => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    let seconds = count.checked_mul(unit).filter(|all| *all <= LONGEST);
    seconds.map(Duration::from_secs).ok_or_else(wrong)
}
