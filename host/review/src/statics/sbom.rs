//! The list of parts (SBOM) that a component may carry.

use std::io::Read as _;

use serde::Serialize;
use serde_json::Value;

use crate::finding::{Findings, shown};

/// Custom sections that hold a list of parts as JSON.
const SECTIONS: [&str; 4] = ["sbom", "cyclonedx", "spdx", "sbom.json"];
/// The custom section of `cargo auditable`: its own form of JSON, compressed by zlib.
const AUDITABLE: &str = ".dep-v0";
/// Parts of a list that is read.
const MOST: usize = 2000;
/// Bytes of a list that is read.
const LONGEST: usize = 4 << 20;

/// What a component says it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sbom {
    /// `CycloneDX`, `SPDX` or `cargo auditable`.
    pub format: &'static str,
    /// The parts, sorted.
    pub parts: Vec<Part>,
}

/// One part of a component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Part {
    /// Its name where it was published.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it was published: `crates.io`, `npm` or `PyPI`. `None` when the list does not say, or says something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecosystem: Option<&'static str>,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// Whether a custom section of this name is a list of parts.
pub(super) fn is_one(section: &str) -> bool {
    section == AUDITABLE || SECTIONS.contains(&section)
}

/// Reads a list of parts, or notes that it cannot be read.
pub(super) fn read(section: &str, bytes: &[u8], findings: &mut Findings) -> Option<Sbom> {
    let sbom = if section == AUDITABLE {
        unpacked(bytes).and_then(|bytes| auditable(&document(&bytes)?))
    } else {
        document(bytes).and_then(|document| standard(&document))
    };
    if sbom.is_none() {
        let form = if section == AUDITABLE {
            "is not what cargo auditable writes"
        } else {
            "is neither CycloneDX nor SPDX in JSON"
        };
        let form = format!("{form}, or has more than {MOST} parts");
        findings.add(
            "R12.3",
            super::in_component(),
            format!("the section `{section}` {form}"),
        );
    }
    sbom
}

fn document(bytes: &[u8]) -> Option<Value> {
    (bytes.len() <= LONGEST)
        .then(|| serde_json::from_slice(bytes).ok())
        .flatten()
}

fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let bounded = flate2::read::ZlibDecoder::new(bytes).take(LONGEST as u64 + 1);
    let read = std::io::BufReader::new(bounded).read_to_end(&mut out);
    read.ok().map(|_| out)
}

fn standard(document: &Value) -> Option<Sbom> {
    if text(document, "bomFormat") == Some("CycloneDX") {
        listed("CycloneDX", document.get("components")?, |part| {
            let purl = text(part, "purl").and_then(of_purl);
            purl.unwrap_or_else(|| named(part, "version"))
        })
    } else {
        document.get("spdxVersion")?;
        listed("SPDX", document.get("packages")?, |part| {
            let references = part.get("externalRefs").and_then(Value::as_array);
            let mut purls = references.into_iter().flatten().filter_map(|reference| {
                let purl = text(reference, "referenceType")? == "purl";
                of_purl(purl.then(|| text(reference, "referenceLocator"))??)
            });
            purls.next().unwrap_or_else(|| named(part, "versionInfo"))
        })
    }
}

/// What `cargo auditable` writes: <https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md>. Parts that only
/// the build needed are none of the component.
fn auditable(document: &Value) -> Option<Sbom> {
    let mut packages = document.get("packages")?.as_array()?.clone();
    packages.retain(|package| text(package, "kind") != Some("build"));
    listed("cargo auditable", &Value::Array(packages), |part| Part {
        ecosystem: (text(part, "source") == Some("crates.io")).then_some("crates.io"),
        ..named(part, "version")
    })
}

fn listed(format: &'static str, list: &Value, part: impl Fn(&Value) -> Part) -> Option<Sbom> {
    let list = list.as_array()?;
    // Of a longer one not all could be shown, nor held against advisories.
    if list.len() > MOST {
        return None;
    }
    let mut parts: Vec<Part> = list.iter().map(part).collect();
    parts.sort();
    parts.dedup();
    Some(Sbom { format, parts })
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// A part that only has a name and a version.
fn named(part: &Value, version: &str) -> Part {
    let of = |key: &str| shown(text(part, key).unwrap_or("?"), 80);
    Part {
        name: of("name"),
        version: of(version),
        ecosystem: None,
    }
}

/// The part that a package URL names, of an ecosystem that is known here: `pkg:npm/%40scope/name@1.2.3`. The form is that of
/// <https://github.com/package-url/purl-spec>.
fn of_purl(purl: &str) -> Option<Part> {
    let (kind, rest) = purl.strip_prefix("pkg:")?.split_once('/')?;
    let ecosystem = match kind {
        "cargo" => "crates.io",
        "npm" => "npm",
        "pypi" => "PyPI",
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (name, version) = rest.rsplit_once('@')?;
    let plain = |text: &str| {
        let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        shown(&text, 80)
    };
    Some(Part {
        name: plain(name),
        version: plain(version),
        ecosystem: Some(ecosystem),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn part(name: &str, version: &str, ecosystem: Option<&'static str>) -> Part {
        Part {
            name: name.to_owned(),
            version: version.to_owned(),
            ecosystem,
        }
    }

    fn parts(section: &str, bytes: &[u8]) -> Vec<Part> {
        read(section, bytes, &mut Findings::default())
            .unwrap()
            .parts
    }

    #[test]
    fn a_package_url_says_where_a_part_comes_from() {
        let cyclonedx = br#"{"bomFormat": "CycloneDX", "components": [
            {"name": "b", "group": "@a", "version": "9", "purl": "pkg:npm/%40a/b@1.2.0?x=y#z"},
            {"name": "lamp", "version": "2"}]}"#;
        let spdx = br#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "x", "versionInfo": "1", "externalRefs": [
            {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"},
            {"referenceType": "purl", "referenceLocator": "pkg:pypi/jinja2@3.1.2"}]}]}"#;
        let scoped = part("@a/b", "1.2.0", Some("npm"));
        assert_eq!(parts("sbom", cyclonedx), [scoped, part("lamp", "2", None)]);
        assert_eq!(parts("spdx", spdx), [part("jinja2", "3.1.2", Some("PyPI"))]);
    }

    #[test]
    fn what_cargo_auditable_writes_is_a_list_of_parts() {
        let json = br#"{"packages": [
            {"name": "serde", "version": "1.0.1", "source": "crates.io"},
            {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"},
            {"name": "pack", "version": "0.1.0", "source": "local", "dependencies": [0], "root": true}]}"#;
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(json).unwrap();
        assert_eq!(
            parts(AUDITABLE, &packer.finish().unwrap()),
            [
                part("pack", "0.1.0", None),
                part("serde", "1.0.1", Some("crates.io"))
            ]
        );
    }

    #[test]
    fn a_list_that_is_too_long_hides_nothing() {
        let part = r#"{"name": "lamp", "version": "1"},"#.repeat(MOST);
        let list =
            format!(r#"{{"bomFormat": "CycloneDX", "components": [{part}{{"name": "weak"}}]}}"#);
        let mut findings = Findings::default();
        assert_eq!(read("sbom", list.as_bytes(), &mut findings), None);
        assert_eq!(findings.finish().first().unwrap().rule, "R12.3");
    }

    #[test]
    fn a_list_that_unpacks_without_end_is_not_read() {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![b' '; LONGEST * 8]).unwrap();
        let bomb = packer.finish().unwrap();
        let mut findings = Findings::default();
        assert_eq!(read(AUDITABLE, &bomb, &mut findings), None);
        assert_eq!(findings.finish().first().unwrap().rule, "R12.3");
    }
}
