//! Known weaknesses of published software, and which parts of a component have one.
//!
//! They are read in the OSV format (<https://ossf.github.io/osv-schema/>), in which the databases of RustSec, GitHub and PyPA are
//! published. Whoever reviews brings them: a review asks nothing outside.

mod affected;
mod entry;
mod read;

use std::collections::HashMap;

use jackfield_core::Digest;
use serde::Serialize;

pub use read::AdvisoriesError;

use crate::finding::{Findings, Place};
use crate::statics::{Part, Sbom};
use entry::Entry;

/// Advisories to hold the parts of components against.
#[derive(Debug, Clone)]
pub struct Advisories {
    entries: Vec<Entry>,
    /// Places of the entries, by ecosystem and name of the package.
    by_package: HashMap<(String, String), Vec<usize>>,
    digest: Digest,
}

/// What the parts were held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Advisories.
    pub advisories: usize,
    /// SHA-256 over them.
    pub digest: Digest,
    /// Parts of which the list does not say where they come from, so that nothing can be said about them.
    pub unknown: usize,
}

impl Advisories {
    /// Advisories that are known by their entries. Withdrawn ones count as none.
    fn new(mut entries: Vec<Entry>) -> Self {
        entries.retain(|entry| entry.withdrawn.is_none());
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        entries.dedup_by(|a, b| a.id == b.id);
        let mut by_package: HashMap<_, Vec<usize>> = HashMap::new();
        let mut all = String::new();
        for (place, entry) in entries.iter().enumerate() {
            all += &format!("{} {}\n", entry.id, entry.modified);
            for affected in &entry.affected {
                let Some(package) = &affected.package else {
                    continue;
                };
                let places = by_package
                    .entry((package.ecosystem.clone(), plain(package)))
                    .or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self {
            entries,
            by_package,
            digest: Digest::of(all.as_bytes()),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Notes each part that has a known weakness, and when there is no part that could be held against them: leaving out the list
    /// must not look like having no weakness.
    pub(crate) fn hold_against(
        &self,
        sbom: Option<&Sbom>,
        place: Option<Place>,
        findings: &mut Findings,
    ) -> Held {
        let parts = sbom.map_or(&[][..], |sbom| &sbom.parts);
        for part in parts {
            for entry in self.of(part) {
                findings.add("R12.5", place.clone(), entry.about(part));
            }
        }
        let unknown = parts.iter().filter(|part| part.ecosystem.is_none()).count();
        if unknown == parts.len() {
            let why = match sbom {
                None => "carries no list of its parts",
                Some(_) if parts.is_empty() => "carries a list of its parts without a part",
                Some(_) => "does not say of any part where it comes from",
            };
            let count = self.len();
            let message = format!(
                "nothing could be held against {count} advisories, for the component {why}"
            );
            findings.add("R12.5", place, message);
        }
        Held {
            advisories: self.len(),
            digest: self.digest,
            unknown,
        }
    }

    /// The advisories that a part is affected by.
    fn of<'a>(&'a self, part: &'a Part) -> impl Iterator<Item = &'a Entry> {
        let ecosystem = part.ecosystem.unwrap_or_default();
        let name = entry::plain_name(ecosystem, &part.name);
        let places = self.by_package.get(&(ecosystem.to_owned(), name));
        let entries = places.into_iter().flatten();
        entries
            .filter_map(|place| self.entries.get(*place))
            .filter(|entry| entry.affects(part))
    }
}

fn plain(package: &entry::Package) -> String {
    entry::plain_name(&package.ecosystem, &package.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisories(json: &str) -> Advisories {
        read::parse(json.as_bytes()).unwrap()
    }

    fn part(ecosystem: &'static str, name: &str, version: &str) -> Part {
        Part {
            name: name.to_owned(),
            version: version.to_owned(),
            ecosystem: Some(ecosystem),
        }
    }

    #[test]
    fn a_version_is_affected_from_where_a_fault_came_until_it_was_mended() {
        let advisories = advisories(
            r#"{"id": "RUSTSEC-1", "summary": "Reads too far", "aliases": ["CVE-1"], "affected": [
                {"package": {"ecosystem": "crates.io", "name": "lamp"},
                 "ranges": [{"type": "SEMVER", "events": [
                    {"introduced": "0.0.0-0"}, {"fixed": "1.2.0"}, {"introduced": "2.0.0"}, {"last_affected": "2.1.0"}]}]}]}"#,
        );
        let hits = |version: &str| advisories.of(&part("crates.io", "lamp", version)).count();
        for affected in ["0.1.0", "1.1.9", "1.2.0-rc.1", "2.0.0", "2.1.0"] {
            assert_eq!(hits(affected), 1, "{affected}");
        }
        for sound in ["1.2.0", "1.9.0", "2.1.1", "2.2.0", "not a version"] {
            assert_eq!(hits(sound), 0, "{sound}");
        }
        assert_eq!(advisories.of(&part("npm", "lamp", "1.0.0")).count(), 0);
    }

    #[test]
    fn what_cannot_be_read_of_a_range_does_not_make_a_version_sound() {
        let hits = |events: &str, version: &str| {
            let text = format!(
                r#"{{"id": "X", "affected": [{{"package": {{"ecosystem": "npm", "name": "lamp"}},
                    "ranges": [{{"type": "SEMVER", "events": [{events}]}}]}}]}}"#
            );
            advisories(&text).of(&part("npm", "lamp", version)).count()
        };
        // From the beginning.
        let came = r#"{"introduced": "one"}, {"fixed": "1.2.0"}"#;
        assert_eq!((hits(came, "0.1.0"), hits(came, "1.2.0")), (1, 0));
        let again = r#"{"introduced": "0"}, {"fixed": "1.2.0"}, {"introduced": "2.x"}, {"last_affected": "2.3.0"}"#;
        let both = [
            hits(again, "2.1.0"),
            hits(again, "2.3.0"),
            hits(again, "2.4.0"),
        ];
        assert_eq!(both, [1, 1, 0]);
        // Never mended.
        for mended in [r#"{"fixed": "1.2"}"#, r#"{"last_affected": "one"}"#] {
            let events = format!(r#"{{"introduced": "1.0.0"}}, {mended}"#);
            assert_eq!((hits(&events, "9.0.0"), hits(&events, "0.9.0")), (1, 0));
        }
        let neither = r#"{"introduced": "one"}, {"fixed": "two"}"#;
        assert_eq!(hits(neither, "9.0.0"), 1);
    }

    #[test]
    fn versions_that_are_listed_are_affected_and_names_are_as_their_index_writes_them() {
        let advisories = advisories(
            r#"[{"id": "PYSEC-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "zope.interface"},
                "ranges": [{"type": "GIT", "repo": "x", "events": [{"introduced": "0"}]}],
                "versions": ["5.0", "5.1rc1"]}]},
               {"id": "PYSEC-2", "withdrawn": "2026-01-01T00:00:00Z", "affected": [
                {"package": {"ecosystem": "PyPI", "name": "zope.interface"}, "versions": ["5.0"]}]}]"#,
        );
        assert_eq!(advisories.len(), 1, "what was withdrawn says nothing");
        let hits = |version: &str| {
            advisories
                .of(&part("PyPI", "Zope-Interface", version))
                .count()
        };
        assert_eq!((hits("5.0"), hits("5.1rc1"), hits("5.2")), (1, 1, 0));
    }
}
