//! A review as a page.

use std::path::Path;

use askama::Template as _;
use jackfield_review::{Finding, GROUPS, RULES, Report, Rule};

use super::words::{held, title, words};

/// The rule about known weaknesses.
const ADVISORIES: &str = "R12.5";

#[derive(askama::Template)]
#[template(path = "review.html")]
struct Page<'a> {
    report: &'a Report,
    title: String,
    file: String,
    words: &'static str,
    digest: String,
    held: String,
    found: Vec<Kept<'a>>,
    groups: Vec<Group<'a>>,
}

impl Page<'_> {
    /// Whether the review looked at what the rule is about.
    fn looked_at(&self, rule: &Rule) -> bool {
        let Report {
            pack,
            profile,
            difference,
            ..
        } = self.report;
        match rule.group {
            _ if rule.id == ADVISORIES => self.report.advisories.is_some(),
            1 => true,
            7..=11 => pack.is_some() && profile.complete,
            13 => difference.is_some(),
            _ => pack.is_some(),
        }
    }
}

/// One group of rules, with what was found.
struct Group<'a> {
    number: usize,
    name: &'static str,
    rules: Vec<Kept<'a>>,
}

/// One rule, and what was found.
struct Kept<'a> {
    rule: &'static Rule,
    findings: Vec<&'a Finding>,
}

/// A page about a report that stands by itself: no scripts, nothing from elsewhere.
pub(super) fn page(report: &Report, file: &Path) -> askama::Result<String> {
    let kept = |rule: &'static Rule| {
        let findings = report.findings.iter();
        Kept {
            rule,
            findings: findings.filter(|finding| finding.rule == rule.id).collect(),
        }
    };
    let of = |number: usize| {
        RULES
            .iter()
            .filter(move |rule| usize::from(rule.group) == number)
    };
    let groups = GROUPS.into_iter().zip(1..).map(|(name, number)| Group {
        number,
        name,
        rules: of(number).map(kept).collect(),
    });
    let mut found: Vec<Kept<'_>> = RULES
        .iter()
        .map(kept)
        .filter(|kept| !kept.findings.is_empty())
        .collect();
    found.sort_by_key(|kept| std::cmp::Reverse(kept.rule.severity));
    Page {
        report,
        title: title(report, file),
        file: file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        words: words(report),
        digest: report.digest().to_string(),
        held: held(report),
        groups: groups.collect(),
        found,
    }
    .render()
}
