//! One advisory.

use serde::Deserialize;

use super::affected::affects;
use crate::statics::Part;

/// An entry of an OSV database, as far as it is used.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Entry {
    pub(super) id: String,
    #[serde(default)]
    pub(super) modified: String,
    pub(super) withdrawn: Option<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    pub(super) affected: Vec<Affected>,
}

/// A package, and which of its versions are affected.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Affected {
    pub(super) package: Option<Package>,
    #[serde(default)]
    pub(super) ranges: Vec<Range>,
    #[serde(default)]
    pub(super) versions: Vec<String>,
}

/// A package in its ecosystem.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Package {
    pub(super) ecosystem: String,
    pub(super) name: String,
}

/// Versions from one event to another.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Range {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) events: Vec<Event>,
}

/// What happened in a version.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event {
    /// The weakness came. `0` is before all versions.
    Introduced(String),
    /// It was mended.
    Fixed(String),
    /// It was there for the last time.
    LastAffected(String),
    /// Where the range ends that was looked at.
    Limit(String),
}

impl Entry {
    /// Whether a part has the weakness.
    pub(super) fn affects(&self, part: &Part) -> bool {
        self.packages_of(part)
            .any(|affected| affects(affected, &part.version))
    }

    /// What a reviewer is told.
    pub(super) fn about(&self, part: &Part) -> String {
        let events = self.packages_of(part).flat_map(|affected| &affected.ranges);
        let fixed = events.flat_map(|range| &range.events);
        let fixed: Vec<&str> = fixed
            .filter_map(|event| match event {
                Event::Fixed(version) => Some(version.as_str()),
                _ => None,
            })
            .collect();
        let aliases: String = self
            .aliases
            .iter()
            .map(|alias| format!(", {alias}"))
            .collect();
        let summary = if self.summary.is_empty() {
            "no summary"
        } else {
            &self.summary
        };
        let mended = if fixed.is_empty() {
            "mended in no version".to_owned()
        } else {
            format!("mended in {}", fixed.join(", "))
        };
        format!("{part}: {summary} ({}{aliases}; {mended})", self.id)
    }

    fn packages_of<'a>(&'a self, part: &'a Part) -> impl Iterator<Item = &'a Affected> {
        let ecosystem = part.ecosystem.unwrap_or_default();
        let name = plain_name(ecosystem, &part.name);
        self.affected.iter().filter(move |affected| {
            affected.package.as_ref().is_some_and(|package| {
                package.ecosystem == ecosystem && plain_name(ecosystem, &package.name) == name
            })
        })
    }
}

/// A name as its index compares it: for PyPI see PEP 503.
pub(super) fn plain_name(ecosystem: &str, name: &str) -> String {
    if ecosystem != "PyPI" {
        return name.to_owned();
    }
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}
