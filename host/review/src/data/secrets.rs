//! Tokens, keys and passwords that were forgotten in a pack.

use std::sync::LazyLock;

use regex::Regex;

use super::{Text, pattern};
use crate::finding::Findings;

static KINDS: LazyLock<[(&str, Regex); 7]> = LazyLock::new(|| {
    [
        (
            "a private key",
            pattern(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY"),
        ),
        (
            "a cloud access key",
            pattern(
                r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}|\bLTAI[0-9A-Za-z]{16,24}\b",
            ),
        ),
        (
            "a token of a code host",
            pattern(
                r"\bgh[pousr]_[0-9A-Za-z]{36}|\bgithub_pat_[0-9A-Za-z_]{40}|\bglpat-[0-9A-Za-z_-]{20}",
            ),
        ),
        (
            "a token of a service",
            pattern(
                r"\bxox[abprs]-[0-9A-Za-z-]{10,}|\bsk-[0-9A-Za-z_-]{24,}|\b[sr]k_live_[0-9A-Za-z]{16,}",
            ),
        ),
        (
            "a signed token",
            pattern(r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}"),
        ),
        (
            "an address with a password",
            pattern(r"(?i)\b[a-z][a-z0-9+]{1,12}://[^\s/:@]{1,64}:[^\s/:@]{3,64}@[a-z0-9.-]+"),
        ),
        (
            "a password",
            pattern(
                r#"(?i)\b(?:password|passwd|api[_-]?key|secret[_-]?key|access[_-]?token)\b["']?\s*[:=]\s*["']?[^\s"'<>{}$]{8,}"#,
            ),
        ),
    ]
});

pub(super) fn examine(text: &Text<'_>, findings: &mut Findings) {
    for (kind, pattern) in &*KINDS {
        for found in pattern.find_iter(text.text).take(20) {
            if findings.is_full("R05.5") {
                return;
            }
            // Not what it is: a report is passed on.
            let start: String = found.as_str().chars().take(6).collect();
            let message = format!("{kind} that begins `{start}…`");
            findings.add("R05.5", Some(text.place(found.start())), message);
        }
    }
}
