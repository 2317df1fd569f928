//! What a review gives.

use jackfield_core::Digest;
use jackfield_packs::Import;
use serde::Serialize;
use serde_json::Value;

use crate::advisories::Held;
use crate::difference::Difference;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::statics::Sbom;

/// What a review comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No rule that matters is broken.
    Pass,
    /// A rule is broken that no person can excuse.
    Fail,
    /// A person has to look at the doubts.
    Person,
}

impl Verdict {
    /// What findings come to.
    pub(crate) fn of(findings: &[Finding]) -> Self {
        match findings.iter().map(|finding| finding.severity).max() {
            Some(Severity::Error) => Self::Fail,
            Some(Severity::Doubt) => Self::Person,
            Some(Severity::Note) | None => Self::Pass,
        }
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Person => "person",
        }
    }
}

/// Which pack it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Who answers for it.
    pub publisher: String,
    /// SHA-256 of the component.
    pub component: Digest,
    /// What the component imports.
    pub imports: Vec<Import>,
}

/// Some figures of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Quantiles {
    /// The middle one.
    pub p50: u64,
    /// 99 of 100 are no larger.
    pub p99: u64,
    /// The largest.
    pub max: u64,
}

impl Quantiles {
    /// The quantiles of these figures.
    pub(crate) fn of(mut figures: Vec<u64>) -> Self {
        figures.sort_unstable();
        let at = |share: usize| {
            let place = (figures.len() * share).div_ceil(100).saturating_sub(1);
            figures.get(place).copied().unwrap_or_default()
        };
        Self {
            p50: at(50),
            p99: at(99),
            max: at(100),
        }
    }
}

/// What the pack weighs and uses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Profile {
    /// Bytes of the archive.
    pub archive_bytes: usize,
    /// Bytes of the component.
    pub component_bytes: usize,
    /// Files in the archive.
    pub files: usize,
    /// Whether the plug-in was run to the end of the review. Without it, a rule of groups 7 to 11 that has no finding says little.
    pub complete: bool,
    /// Conversations held, those with hostile input included.
    pub conversations: usize,
    /// Steps run.
    pub steps: usize,
    /// Labels of the manifest that a reply carried, and how many there are: how much of the flows was seen.
    pub labels: (usize, usize),
    /// Fuel of a step.
    pub fuel: Quantiles,
    /// Linear memory of the step that had most, bytes.
    pub peak_memory: usize,
    /// Host calls of a step.
    pub host_calls: Quantiles,
    /// Log text of a step, bytes.
    pub log_bytes: Quantiles,
}

/// The result of a review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// What it comes to.
    pub verdict: Verdict,
    /// The version of the host that reviewed.
    pub reviewer: &'static str,
    /// SHA-256 of the archive.
    pub archive: Digest,
    /// Which pack it is, when it could be opened.
    pub pack: Option<Identity>,
    /// Whether the plug-in was not run.
    pub static_only: bool,
    /// Everything that was found, in the order of the rules.
    pub findings: Vec<Finding>,
    /// Sizes and costs.
    pub profile: Profile,
    /// The list of parts, when the component has one.
    pub sbom: Option<Sbom>,
    /// What the parts were held against, when there is a component and the review was given advisories.
    pub advisories: Option<Held>,
    /// What changed since the version before.
    pub difference: Option<Difference>,
}

impl Report {
    /// The report as JSON in its one form: keys sorted, no spaces. Times are not part of a report, so the same archive gives the
    /// same text.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        // A report has no maps with keys other than texts and no numbers that are not finite, so this does not fail.
        write(&serde_json::to_value(self).unwrap_or(Value::Null), &mut out);
        out
    }

    /// SHA-256 of [`canonical`](Self::canonical): what a signature is over.
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical().as_bytes())
    }

    /// Findings of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding.severity == severity)
            .count()
    }
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (place, (key, value)) in entries.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}
