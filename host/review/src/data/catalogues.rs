//! References between the messages of catalogues. Whether a file is Fluent at all is checked when the pack is opened.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::pattern;
use crate::finding::{Findings, Place};

static ENTRY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^(-?[A-Za-z][A-Za-z0-9_-]*)[ \t]*="));
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\{\s*(-[A-Za-z][A-Za-z0-9_-]*)|\{\s*([A-Za-z][A-Za-z0-9_-]*)\s*(?:\.[A-Za-z][A-Za-z0-9_-]*)?\s*\}",
    )
});
/// Messages that one message may come to when every reference is replaced.
const MOST: usize = 500;
/// Bytes of one message.
const LONGEST: usize = 4096;

struct Entry<'a> {
    place: Place,
    references: Vec<&'a str>,
}

pub(super) fn examine(files: &BTreeMap<String, Vec<(&str, &str)>>, findings: &mut Findings) {
    for texts in files.values() {
        let mut entries = BTreeMap::new();
        for (file, text) in texts {
            read(file, text, &mut entries, findings);
        }
        let mut known = BTreeMap::new();
        for (name, entry) in &entries {
            match weight(name, &entries, &mut known, 0) {
                Ok(weight) if weight <= MOST => {}
                Ok(weight) => {
                    let message = format!("`{name}` comes to {weight} messages");
                    findings.add("R05.16", Some(entry.place.clone()), message);
                }
                Err(problem) => {
                    let message = format!("`{name}` {problem}");
                    findings.add("R05.16", Some(entry.place.clone()), message);
                }
            }
        }
    }
}

fn read<'a>(
    file: &str,
    text: &'a str,
    entries: &mut BTreeMap<&'a str, Entry<'a>>,
    findings: &mut Findings,
) {
    let starts: Vec<_> = ENTRY
        .captures_iter(text)
        .filter_map(|found| found.get(1))
        .collect();
    let mut line = 1;
    let mut counted = 0;
    for (place, name) in starts.iter().enumerate() {
        let end = starts
            .get(place + 1)
            .map_or(text.len(), |next| next.start());
        let body = text.get(name.end()..end).unwrap_or_default();
        let between = text.get(counted..name.start()).unwrap_or_default();
        line += between.bytes().filter(|byte| *byte == b'\n').count();
        counted = name.start();
        let place = Place::line(file, line);
        if body.len() > LONGEST {
            let message = format!("the message `{}` has {} bytes", name.as_str(), body.len());
            findings.add("R05.14", Some(place.clone()), message);
        }
        let references = REFERENCE
            .captures_iter(body)
            .filter_map(|found| found.get(1).or(found.get(2)))
            .map(|found| found.as_str())
            .collect();
        entries.insert(name.as_str(), Entry { place, references });
    }
}

/// How many messages a message comes to.
fn weight<'a>(
    name: &'a str,
    entries: &BTreeMap<&'a str, Entry<'a>>,
    known: &mut BTreeMap<&'a str, Option<usize>>,
    depth: usize,
) -> Result<usize, String> {
    match known.get(name) {
        Some(Some(weight)) => return Ok(*weight),
        Some(None) => return Err("refers to itself in a circle".to_owned()),
        None if depth > 32 => return Err("refers to too many messages in a chain".to_owned()),
        None => {}
    }
    let Some(entry) = entries.get(name) else {
        return Err(format!("refers to `{name}`, which does not exist"));
    };
    known.insert(name, None);
    let mut sum = 1_usize;
    for reference in &entry.references {
        let weight = weight(reference, entries, known, depth + 1);
        if weight.is_err() {
            known.remove(name);
        }
        sum = sum.saturating_add(weight?);
    }
    known.insert(name, Some(sum));
    Ok(sum)
}
