//! Long strings that nobody wrote: keys, encoded or encrypted data.

use std::sync::LazyLock;

use regex::Regex;

use super::{Text, pattern};
use crate::finding::{Findings, shown};

static LONG: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9+/_-]{32,}={0,2}"));
/// Characters that are looked at: a longer string says no more.
const ENOUGH: usize = 256;

pub(super) fn examine(text: &Text<'_>, findings: &mut Findings) {
    for found in LONG.find_iter(text.text) {
        let bytes = found.as_str().as_bytes();
        let head = bytes.get(..bytes.len().min(ENOUGH)).unwrap_or_default();
        if random(head) {
            let message = format!(
                "a string of {} characters that looks random: `{}`",
                bytes.len(),
                shown(found.as_str(), 12)
            );
            findings.add("R05.6", Some(text.place(found.start())), message);
        }
        if findings.is_full("R05.6") {
            return;
        }
    }
}

fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    }
}

/// Words keep to one case for several letters, and alphabets climb; random strings do neither.
fn random(bytes: &[u8]) -> bool {
    let pairs = bytes.len().saturating_sub(1).max(1);
    let count = |test: fn(u8, u8) -> bool| {
        let both = bytes.windows(2).filter(|two| test(two[0], two[1])).count();
        both * 100 / pairs
    };
    let changes = count(|a, b| class(a) != class(b));
    let climbs = count(|a, b| b == a.wrapping_add(1) || a == b);
    let has = |wanted: u8| bytes.iter().any(|byte| class(*byte) == wanted);
    let hex = bytes.len() >= 40 && bytes.iter().all(u8::is_ascii_hexdigit) && has(0);
    if hex {
        return changes >= 25 && climbs < 25 && entropy(bytes) > 3.2;
    }
    has(0) && has(1) && has(2) && changes >= 45 && climbs < 20 && entropy(bytes) > 3.9
}

/// Bits per byte.
pub(crate) fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let all = bytes.len().max(1) as f64;
    let shares = counts.iter().filter(|count| **count > 0);
    shares
        .map(|count| {
            let share = f64::from(*count) / all;
            -share * share.log2()
        })
        .sum()
}
