//! What a rule is.

use serde::Serialize;

/// What a finding of a rule means for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; has no effect.
    Note,
    /// A person has to look.
    Doubt,
    /// The pack fails.
    Error,
}

impl Severity {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Doubt => "doubt",
            Self::Error => "error",
        }
    }
}

/// One rule of the review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// `R`, the group with two digits, a dot and a number. Ids are never used again.
    pub id: &'static str,
    /// The group, from 1; see [`GROUPS`].
    pub group: u8,
    /// What holds in a pack that keeps the rule.
    pub title: &'static str,
    /// What a finding means.
    pub severity: Severity,
    /// What to do about a finding.
    pub fix: &'static str,
}

/// The groups of rules, the first one is group 1.
pub const GROUPS: [&str; 13] = [
    "Bytes",
    "Imports",
    "Exports",
    "Structure of the component",
    "Sections, strings and data",
    "Manifest against component",
    "Conversations",
    "Determinism",
    "Isolation of contacts",
    "What leaves",
    "Limits and failures",
    "Provenance",
    "Difference to the version before",
];
