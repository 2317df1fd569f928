//! What a page that shows the text could run.

use std::sync::LazyLock;

use regex::Regex;

use super::{Text, pattern};
use crate::finding::Findings;

static ACTIVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?ix) (?-u:\b)(?:javascript|vbscript)\s*:
        | (?-u:\b)data:[a-z]+/[a-z0-9.+-]+[;,]
        | <\s*(?:script|iframe|object|embed|svg|meta|link|style|form|base)(?-u:\b)
        | (?-u:\b)on(?:error|load|click|focus|mouse\w+|pointer\w+|animation\w+)\s*=
        | \]\(\s*[^)\s]*&\#"#,
    )
});
static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)</?[a-z][a-z0-9]*(?:\s[^<>\n]*)?/?>"));

pub(super) fn examine(text: &Text<'_>, findings: &mut Findings) {
    let mut active = Vec::new();
    for found in ACTIVE.find_iter(text.text).take(20) {
        active.push(found.range());
        if findings.is_full("R05.11") {
            break;
        }
        let message = format!("`{}` could be run by a page", found.as_str());
        findings.add("R05.11", Some(text.place(found.start())), message);
    }
    for found in TAG.find_iter(text.text).take(20) {
        if findings.is_full("R05.12") {
            break;
        }
        // Once is enough.
        if active
            .iter()
            .any(|range| range.start < found.end() && found.start() < range.end)
        {
            continue;
        }
        let message = format!("`{}` is HTML", found.as_str());
        findings.add("R05.12", Some(text.place(found.start())), message);
    }
}
