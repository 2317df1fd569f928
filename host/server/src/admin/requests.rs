//! What can be asked about keys and decisions, as bodies and addresses say it.

use std::collections::BTreeSet;

use jackfield_core::{ApiKey, Digest, ErrorCode, KeyId, Position, Role, is_name};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Refusal;
use crate::state::now_ms;

/// Decisions that are listed when nobody says how many.
const USUAL_COUNT: usize = 100;
/// Most that are listed at once.
const MOST_COUNT: usize = 1_000;

/// A key to make: `{"name": "Anna", "roles": ["author"], "expires": "2027-12-31"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    name: String,
    roles: BTreeSet<Role>,
    /// The last day that it counts, in UTC.
    #[serde(default)]
    expires: Option<Date>,
    #[serde(default)]
    pub(super) by: String,
}

impl NewKey {
    /// The key, when somebody can have meant it.
    pub(super) fn checked(self, id: KeyId, secret: Digest) -> Result<ApiKey, Refusal> {
        let invalid = |what: &str| Refusal::because(ErrorCode::BadRequest, what);
        if !is_name(&self.name) {
            return Err(invalid(
                "`name` is to be a name of 1 to 100 characters that can be seen, without brackets",
            ));
        }
        if self.roles.is_empty() {
            return Err(invalid("`roles` must name a role"));
        }
        let created = now_ms();
        let expires = self.expires.map(end_of).transpose();
        let expires = expires.map_err(|_| invalid("`expires` is too far away"))?;
        if expires.is_some_and(|end| end <= created) {
            return Err(invalid("`expires` is in the past"));
        }
        Ok(ApiKey {
            id,
            name: self.name,
            roles: self.roles,
            secret,
            created,
            expires,
            revoked: None,
        })
    }
}

/// The first moment after a day.
fn end_of(day: Date) -> Result<u64, jiff::Error> {
    let next = day.checked_add(1.day())?.to_zoned(TimeZone::UTC)?;
    Ok(u64::try_from(next.timestamp().as_millisecond()).unwrap_or(0))
}

/// The last day before a moment.
fn last_day(end: u64) -> Option<Date> {
    let last = Timestamp::from_millisecond(i64::try_from(end).ok()?.checked_sub(1)?).ok()?;
    Some(last.to_zoned(TimeZone::UTC).date())
}

/// A key as it is told.
pub(super) fn told(key: &ApiKey) -> Value {
    json!({
        "id": key.id, "name": key.name, "roles": key.roles, "created": key.created,
        "expires": key.expires.and_then(last_day), "revoked": key.revoked,
    })
}

/// The end of an address: who decides.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct By {
    #[serde(default)]
    pub(super) by: String,
}

/// The end of an address: which decisions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    after: Option<u64>,
    limit: Option<usize>,
}

impl Page {
    pub(super) fn after(&self) -> Option<Position> {
        self.after.map(Position)
    }

    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or(USUAL_COUNT).clamp(1, MOST_COUNT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_counts_to_the_end_of_its_last_day() {
        let day: Date = "2027-12-31".parse().unwrap();
        let end = end_of(day).unwrap();
        assert_eq!(end, 1_830_297_600_000, "2028-01-01T00:00Z");
        assert_eq!(last_day(end), Some(day));
        assert!(end_of(Date::MAX).is_err());
    }
}
