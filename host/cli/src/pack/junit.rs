//! Results of conversations in the form of JUnit, which build servers show.

use super::test::Results;

/// The whole file.
pub(super) fn page(results: &Results) -> String {
    let failures = results.conversations.iter().filter(|one| !one.held).count();
    let mut page = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">\n",
        escaped(&results.pack),
        results.conversations.len()
    );
    for one in &results.conversations {
        let name = escaped(&one.file);
        if one.held {
            page += &format!("  <testcase name=\"{name}\"/>\n");
            continue;
        }
        let line = one
            .line
            .map_or_else(String::new, |line| format!("line {line}: "));
        let what = one
            .what
            .as_deref()
            .unwrap_or("requests without a declared answer");
        page += &format!(
            "  <testcase name=\"{name}\"><failure message=\"{}{}\"/></testcase>\n",
            line,
            escaped(what)
        );
    }
    page + "</testsuite>\n"
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            // XML has no way to write them.
            '\0'..='\u{8}' | '\u{b}'..='\u{1f}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
