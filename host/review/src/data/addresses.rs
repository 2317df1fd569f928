//! Addresses of other systems.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::{Text, pattern};
use crate::finding::Findings;

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)(?-u:\b)(?:https?|wss?|ftp)://(?:[^\s/@]+@)?([a-z0-9._-]+|\[[0-9a-f:.]{2,45}\])")
});
static IP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?-u:\b)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?-u:\b)"));
/// Hosts that messages of compilers and libraries point to; nothing is sent there.
const DOCUMENTATION: [&str; 5] = [
    "docs.rs",
    "doc.rust-lang.org",
    "github.com",
    "www.w3.org",
    "tools.ietf.org",
];
/// Hosts that are examples, this machine, or the name of a format.
const NOWHERE: [&str; 6] = [
    "json-schema.org",
    "example.com",
    "example.org",
    "example.net",
    "localhost",
    "127.0.0.1",
];

pub(super) fn examine(text: &Text<'_>, declared: &BTreeSet<String>, findings: &mut Findings) {
    let mut known = BTreeSet::new();
    for found in ADDRESS.captures_iter(text.text).take(5000) {
        if let Some(host) = found.get(1) {
            judge(text, host, declared, &mut known, findings);
        }
    }
    for found in IP.find_iter(text.text).take(5000) {
        let number = |part: &str| part.parse::<u8>().is_ok();
        if found.as_str().split('.').all(number) {
            judge(text, found, declared, &mut known, findings);
        }
    }
}

fn judge(
    text: &Text<'_>,
    host: regex::Match<'_>,
    declared: &BTreeSet<String>,
    known: &mut BTreeSet<String>,
    findings: &mut Findings,
) {
    let name = host
        .as_str()
        .trim_end_matches(['.', '_', '-'])
        .to_ascii_lowercase();
    let is = |other: &str| name == other || name.ends_with(&format!(".{other}"));
    let harmless = NOWHERE.into_iter().any(is) || (text.code && DOCUMENTATION.into_iter().any(is));
    if name.is_empty() || harmless || declared.contains(&name) || !known.insert(name.clone()) {
        return;
    }
    if findings.is_full("R05.4") {
        return;
    }
    let message = format!("the address `{name}` is not among the declared destinations");
    findings.add("R05.4", Some(text.place(host.start())), message);
}
