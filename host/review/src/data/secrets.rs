//! Tokens, keys and passwords that were forgotten in a pack.

use std::sync::LazyLock;

use regex::Regex;

use super::{Text, pattern};
use crate::finding::Findings;

static KINDS: LazyLock<[(&str, Regex); 9]> = LazyLock::new(|| {
    [
        (
            "a private key",
            pattern(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY"),
        ),
        (
            // The line of a secret key's file, without a password or with one: 158 bytes in base64.
            "a secret key that packs are signed with",
            pattern(r"RW(?:QAAEIy|RTY0Iy)[0-9A-Za-z+/]{203}="),
        ),
        (
            "a key of a host's API",
            pattern(r"jfk_[0-9a-f]{12}_[0-9a-f]{64}"),
        ),
        (
            "a cloud access key",
            pattern(
                r"(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)|(?-u:\b)AIza[0-9A-Za-z_-]{35}|(?-u:\b)LTAI[0-9A-Za-z]{16,24}(?-u:\b)",
            ),
        ),
        (
            "a token of a code host",
            pattern(
                r"(?-u:\b)gh[pousr]_[0-9A-Za-z]{36}|(?-u:\b)github_pat_[0-9A-Za-z_]{40}|(?-u:\b)glpat-[0-9A-Za-z_-]{20}",
            ),
        ),
        (
            "a token of a service",
            pattern(
                r"(?-u:\b)xox[abprs]-[0-9A-Za-z-]{10,}|(?-u:\b)sk-[0-9A-Za-z_-]{24,}|(?-u:\b)[sr]k_live_[0-9A-Za-z]{16,}",
            ),
        ),
        (
            "a signed token",
            pattern(r"(?-u:\b)eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}"),
        ),
        (
            "an address with a password",
            pattern(
                r"(?i)(?-u:\b)[a-z][a-z0-9+]{1,12}://[^\s/:@]+:[^\s/:@]{3}[^\s/:@]*@[a-z0-9.-]+",
            ),
        ),
        (
            "a password",
            pattern(
                r#"(?i)(?-u:\b)(?:password|passwd|api[_-]?key|secret[_-]?key|access[_-]?token)(?-u:\b)["']?\s*[:=]\s*["']?[^\s"'<>{}$]{8,}"#,
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
