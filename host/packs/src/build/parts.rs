//! The list of parts (SBOM) that a build writes into a component, as CycloneDX in JSON: whoever reviews or runs the pack can see
//! which crates are in it. It says nothing of when and where it was built, so that a build can be repeated.

use std::fmt;

use jackfield_core::manifest::PackInfo;
use serde_json::{Value, json};
use wasm_encoder::{ComponentSection as _, CustomSection};

/// The custom section.
const SECTION: &str = "sbom";

/// A crate in the component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    name: String,
    version: String,
    /// It comes from crates.io.
    published: bool,
}

impl Part {
    /// The crate that cargo names so: `registry+https://…#serde@1.0.1`, `path+file:///home/anna/lamp#0.2.0`. The form is that of
    /// <https://doc.rust-lang.org/cargo/reference/pkgid-spec.html>. Where a directory is stays out of it.
    pub(super) fn of_package(id: &str) -> Option<Self> {
        let (source, part) = id.rsplit_once('#')?;
        let directory = source.trim_end_matches('/').rsplit('/').next()?;
        let (name, version) = part.split_once('@').unwrap_or((directory, part));
        Some(Self {
            name: name.to_owned(),
            version: version.to_owned(),
            published: source.starts_with("registry+") && source.contains("/crates.io-index"),
        })
    }

    fn listed(&self) -> Value {
        let Self { name, version, .. } = self;
        let mut listed = json!({"type": "library", "name": name, "version": version});
        if self.published {
            // Of what a version may have, only `+` means something else in a URL.
            let version = version.replace('+', "%2B");
            listed["purl"] = Value::String(format!("pkg:cargo/{name}@{version}"));
        }
        listed
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// Writes the list into a component.
pub(super) fn list(pack: &PackInfo, parts: &[Part], component: &mut Vec<u8>) {
    let parts: Vec<Value> = parts.iter().map(Part::listed).collect();
    let pack = json!({"type": "application", "name": pack.id, "version": pack.version});
    let list = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": pack},
        "components": parts,
    });
    let section = CustomSection {
        name: SECTION.into(),
        data: list.to_string().into_bytes().into(),
    };
    section.append_to_component(component);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_published_has_no_address() {
        let listed = |id: &str| Part::of_package(id).unwrap().listed().to_string();
        let registry = "registry+https://github.com/rust-lang/crates.io-index#serde@1.0.1+x";
        assert_eq!(
            listed(registry),
            r#"{"name":"serde","purl":"pkg:cargo/serde@1.0.1%2Bx","type":"library","version":"1.0.1+x"}"#
        );
        for (id, name) in [
            ("path+file:///home/anna/lamp#0.2.0", "lamp"),
            ("path+file:///home/anna/lamp#bulb@0.2.0", "bulb"),
            ("git+https://example.org/bulb.git?rev=1#bulb@0.2.0", "bulb"),
            ("registry+https://example.org/index#bulb@0.2.0", "bulb"),
        ] {
            let expected = format!(r#"{{"name":"{name}","type":"library","version":"0.2.0"}}"#);
            assert_eq!(listed(id), expected, "{id}");
        }
        assert_eq!(Part::of_package("nonsense"), None);
    }
}
