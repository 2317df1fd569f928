//! A review in lines, for a terminal.

use std::path::Path;

use jackfield_review::{RULES, Report, Rule, Severity};

use super::words::{held, title, words};

/// The whole summary.
pub(super) fn summary(report: &Report, file: &Path, seconds: f64) -> String {
    let mut out = format!("{}\n", title(report, file));
    let profile = &report.profile;
    out += &format!(
        "  verdict    {}: {}\n",
        report.verdict.name(),
        words(report)
    );
    for severity in [Severity::Error, Severity::Doubt, Severity::Note] {
        let mut before = "";
        for finding in report
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
        {
            if finding.rule != before {
                let title = rule(finding.rule).map_or("", |rule| rule.title);
                out += &format!("  {:<5} {:<7} {title}\n", severity.name(), finding.rule);
                before = finding.rule;
            }
            let place = finding.place.as_ref().map(|place| format!("{place}: "));
            out += &format!("        {}{}\n", place.unwrap_or_default(), finding.message);
        }
        let rules = report
            .findings
            .iter()
            .filter(|finding| finding.severity == severity);
        let mut rules: Vec<&Rule> = rules.filter_map(|finding| rule(finding.rule)).collect();
        rules.dedup_by_key(|rule| rule.id);
        if severity != Severity::Note {
            for rule in rules {
                out += &format!("        what to do about {}: {}\n", rule.id, rule.fix);
            }
        }
    }
    out += &format!(
        "  sizes      archive {} bytes, component {}, {} files\n",
        profile.archive_bytes, profile.component_bytes, profile.files
    );
    if profile.steps > 0 {
        out += &format!(
            "  ran        {} conversations, {} steps{}; {} of {} labels seen\n",
            profile.conversations,
            profile.steps,
            if profile.complete {
                ""
            } else {
                ", then gave up"
            },
            profile.labels.0,
            profile.labels.1
        );
        out += &format!(
            "  a step     fuel p50 {}, p99 {}, most {}; memory at most {} KiB; host calls at most {}; log at most {} bytes\n",
            profile.fuel.p50,
            profile.fuel.p99,
            profile.fuel.max,
            profile.peak_memory / 1024,
            profile.host_calls.max,
            profile.log_bytes.max
        );
    }
    if let Some(sbom) = &report.sbom {
        let (count, form) = (sbom.parts.len(), sbom.format);
        out += &format!("  parts      {count} in {form} form; {}\n", held(report));
    } else if report.advisories.is_some() {
        out += &format!("  parts      no list of them; {}\n", held(report));
    }
    if let Some(difference) = &report.difference {
        out += &format!("  since {}\n", difference.from);
        for (sign, lines) in [
            ("+", &difference.added),
            ("-", &difference.removed),
            ("~", &difference.limits),
        ] {
            lines
                .iter()
                .for_each(|line| out += &format!("        {sign} {line}\n"));
        }
    }
    out += &format!("  report     sha256 {} ({seconds:.1} s)\n", report.digest());
    out
}

fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
