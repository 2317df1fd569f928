//! Results of conversations in the form of JUnit, which build servers show.

use super::Results;

/// The whole file: a case for each conversation, and one for each step that is too dear.
pub(super) fn page(results: &Results) -> String {
    let conversations = results.conversations.iter().map(|one| {
        let line = one
            .line
            .map_or_else(String::new, |line| format!("line {line}: "));
        let what = one.what.as_deref();
        let what = what.unwrap_or("requests without a declared answer");
        case(&one.file, (!one.held).then(|| format!("{line}{what}")))
    });
    let dearer = results.dearer.iter().map(|step| {
        let what = format!("it takes {}, and took {} before", step.now, step.was);
        case(&format!("fuel of {}", step.step), Some(what))
    });
    let cases: Vec<(String, bool)> = conversations.chain(dearer).collect();
    let failures = cases.iter().filter(|(_, failed)| *failed).count();
    let mut page = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">\n",
        escaped(&results.pack),
        cases.len()
    );
    page.extend(cases.into_iter().map(|(case, _)| case));
    page + "</testsuite>\n"
}

/// A case, and whether it failed.
fn case(name: &str, failure: Option<String>) -> (String, bool) {
    let name = escaped(name);
    let case = match &failure {
        None => format!("  <testcase name=\"{name}\"/>\n"),
        Some(what) => format!(
            "  <testcase name=\"{name}\"><failure message=\"{}\"/></testcase>\n",
            escaped(what)
        ),
    };
    (case, failure.is_some())
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
