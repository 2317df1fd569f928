//! E-mail addresses.

use std::sync::LazyLock;

use jackfield_core::Value;
use regex::Regex;

use super::Found;
use crate::scan::Scan;

/// Letters and signs, and a host whose last part has letters only. Compiled once; a test reads an address with it.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}",
    )
    .ok()
});

/// The e-mail address that starts at `start`.
pub(super) fn read(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let before = scan.before(start);
    if !scan.at(start).is_ascii_alphanumeric()
        || before.is_ascii_alphanumeric()
        || matches!(before, '.' | '_' | '%' | '+' | '-' | '@')
    {
        return None;
    }
    let address = ADDRESS.as_ref()?.find(scan.rest(start))?.as_str();
    // All characters are ASCII: as many as bytes.
    let end = start + address.len();
    let value = Value::Text(address.to_owned());
    (!scan.at(end).is_ascii_alphanumeric()).then(|| Found::new("email", value, start, end))
}
