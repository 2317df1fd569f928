//! Data of people. Whether they are real nobody can tell from here; numbers that are obviously invented are left alone.

use std::sync::LazyLock;

use regex::Regex;

use super::{Text, grouped, pattern};
use crate::finding::Findings;

static DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[0-9]{11,40}[Xx]?"));
/// Weights of the first 17 digits of a Chinese identity number, and what the remainder stands for.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8] = b"10X98765432";

pub(super) fn examine(text: &Text<'_>, findings: &mut Findings) {
    for (at, _) in text.text.match_indices('@') {
        if findings.is_full("R05.7") {
            return;
        }
        let Some(domain) = domain(text.text, at) else {
            continue;
        };
        if !invented_domain(domain) {
            // The address itself would put what must not be there into the report.
            let message = format!("an e-mail address at `{domain}`");
            findings.add("R05.7", Some(text.place(at)), message);
        }
    }
    for found in DIGITS.find_iter(text.text) {
        if let Some(kind) = kind(found.as_str()) {
            note(kind, text, found.start(), findings);
        }
        if findings.is_full("R05.7") {
            return;
        }
    }
    for number in grouped::numbers(text.text) {
        if let Some(kind) = kind(&number.digits) {
            note(kind, text, number.at, findings);
        }
        if findings.is_full("R05.7") {
            return;
        }
    }
}

fn note(kind: &str, text: &Text<'_>, at: usize, findings: &mut Findings) {
    let message = format!("what looks like {kind}");
    findings.add("R05.7", Some(text.place(at)), message);
}

/// The domain of the e-mail address whose `@` stands here.
fn domain(text: &str, at: usize) -> Option<&str> {
    let before = text.as_bytes().get(..at)?.last()?;
    let rest = text.get(at + 1..)?;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let end = rest.find(|c| !part(c)).unwrap_or(rest.len()).min(253);
    let domain = rest.get(..end)?.trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    let sound = before.is_ascii_alphanumeric()
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && (2..=12).contains(&top.len())
        && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    sound.then_some(domain)
}

fn invented_domain(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let ends = |end: &str| domain == end || domain.ends_with(&format!(".{end}"));
    [
        "example.com",
        "example.org",
        "example.net",
        "example",
        "invalid",
        "test",
        "localhost",
    ]
    .into_iter()
    .any(ends)
}

fn kind(digits: &str) -> Option<&'static str> {
    let bytes = digits.as_bytes();
    if invented(bytes) {
        return None;
    }
    match bytes.len() {
        11 if bytes.first() == Some(&b'1') && bytes.get(1).is_some_and(|b| *b >= b'3') => {
            Some("a telephone number")
        }
        18 if identity(bytes) => Some("an identity number"),
        16..=19 if bytes.iter().all(u8::is_ascii_digit) && card(bytes) => {
            Some("a bank card number")
        }
        _ => None,
    }
}

/// Runs like 12345, few different digits, or a first half that comes again: nobody has such a number.
fn invented(digits: &[u8]) -> bool {
    let mut seen = [false; 256];
    digits
        .iter()
        .for_each(|digit| seen[usize::from(*digit)] = true);
    let different = seen.iter().filter(|seen| **seen).count();
    let run = digits
        .windows(5)
        .any(|five| five.windows(2).all(|two| two[1] == two[0].wrapping_add(1)));
    let again = digits.get(..3).is_some_and(|start| {
        let rest = digits.get(3..).unwrap_or_default();
        rest.windows(3).any(|three| three == start)
    });
    different <= 4 || run || again
}

fn identity(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    let last = digits.last().map(u8::to_ascii_uppercase);
    CHECKS.get((sum % 11) as usize).copied() == last
}

/// Luhn's sum.
fn card(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit.wrapping_sub(b'0'));
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    // Issuers of cards begin with 3 to 6; other long numbers meet the sum one time in ten.
    sum.is_multiple_of(10)
        && digits
            .first()
            .is_some_and(|digit| (b'3'..=b'6').contains(digit))
}
