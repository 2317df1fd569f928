//! What the summary and the page of a review say alike.

use std::path::Path;

use jackfield_review::{Report, Verdict};

/// What a verdict means.
pub(super) fn words(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Pass if report.static_only => {
            "no rule is broken, as far as can be seen without running the plug-in"
        }
        Verdict::Pass => "no rule is broken",
        Verdict::Fail => "the pack must be mended",
        Verdict::Person => "a person has to look at the doubts",
    }
}

/// What the parts were held against.
pub(super) fn held(report: &Report) -> String {
    let parts = report.sbom.as_ref().map_or(0, |sbom| sbom.parts.len());
    match &report.advisories {
        None => "not held against advisories (--advisories)".to_owned(),
        Some(held) if held.unknown == parts => {
            format!(
                "nothing could be held against {} advisories",
                held.advisories
            )
        }
        Some(held) if held.unknown == 0 => format!("held against {} advisories", held.advisories),
        Some(held) => format!(
            "held against {} advisories, but for {} of which the list does not say where they come from",
            held.advisories, held.unknown
        ),
    }
}

/// Which pack it is about.
pub(super) fn title(report: &Report, file: &Path) -> String {
    match &report.pack {
        Some(pack) => format!("{} {} of {}", pack.id, pack.version, pack.publisher),
        None => file.display().to_string(),
    }
}
