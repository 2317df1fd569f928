//! The list of parts that a component may carry.

use serde::Serialize;
use serde_json::Value;

use crate::finding::{Findings, shown};

/// Custom sections that hold a list of parts as JSON.
const SECTIONS: [&str; 4] = ["sbom", "cyclonedx", "spdx", "sbom.json"];
/// Parts that are listed in a report.
const MOST: usize = 2000;
/// Bytes of a list that is read.
const LONGEST: usize = 4 << 20;

/// What a component says it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sbom {
    /// `CycloneDX` or `SPDX`.
    pub format: &'static str,
    /// Name and version of each part, sorted.
    pub parts: Vec<String>,
}

/// Whether a custom section of this name is a list of parts.
pub(super) fn is_one(section: &str) -> bool {
    SECTIONS.contains(&section)
}

/// Reads a list of parts, or notes that it cannot be read.
pub(super) fn read(section: &str, bytes: &[u8], findings: &mut Findings) -> Option<Sbom> {
    let parsed = (bytes.len() <= LONGEST)
        .then(|| serde_json::from_slice::<Value>(bytes).ok())
        .flatten();
    let sbom = parsed.as_ref().and_then(parts);
    if sbom.is_none() {
        let message = format!("the section `{section}` is neither CycloneDX nor SPDX in JSON");
        findings.add("R12.3", super::in_component(), message);
    }
    sbom
}

fn parts(document: &Value) -> Option<Sbom> {
    if document
        .get("bomFormat")
        .is_some_and(|format| format == "CycloneDX")
    {
        named("CycloneDX", document.get("components")?, "version")
    } else {
        document.get("spdxVersion")?;
        named("SPDX", document.get("packages")?, "versionInfo")
    }
}

fn named(format: &'static str, list: &Value, version: &str) -> Option<Sbom> {
    let text = |part: &Value, key: &str| {
        let text = part.get(key).and_then(Value::as_str).unwrap_or("?");
        shown(text, 80)
    };
    let parts = list.as_array()?.iter().take(MOST);
    let mut parts: Vec<String> = parts
        .map(|part| format!("{} {}", text(part, "name"), text(part, version)))
        .collect();
    parts.sort();
    Some(Sbom { format, parts })
}
