//! Spans of time as people write them.

use anyhow::ensure;
use jackfield_core::ErrorCode;

/// The moment so long before now, milliseconds since 1970.
pub(super) fn before_now(span: &str) -> anyhow::Result<u64> {
    let code = ErrorCode::BadSince;
    let millis = millis(span);
    ensure!(
        millis.is_some(),
        "{code}: {}: `{span}`; {}",
        code.summary(),
        code.help()
    );
    Ok(jackfield_engine::now_ms().saturating_sub(millis.unwrap_or_default()))
}

fn millis(span: &str) -> Option<u64> {
    let unit = match span.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let count: u64 = span.get(..span.len() - 1)?.parse().ok()?;
    count.checked_mul(unit * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_a_number_and_a_unit() {
        assert_eq!(millis("7d"), Some(604_800_000));
        assert_eq!(millis("30m"), Some(1_800_000));
        for wrong in ["", "d", "7", "7 d", "-7d", "7日", "99999999999999999999d"] {
            assert_eq!(millis(wrong), None, "{wrong}");
        }
    }
}
