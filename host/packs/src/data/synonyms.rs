//! Words that mean the same: a group a line, tabs between its words.

use jackfield_core::manifest::Manifest;
use jackfield_language::knowledge::SynonymGroup;

use super::budget::Budget;
use super::{Files, bad, text};
use crate::Place;
use crate::problem::Report;

/// Groups of one pack. All packs together may have ten times as many, so that no pack takes them all.
const MOST_GROUPS: usize = 1_000;

/// Reads the synonyms that the manifest names.
pub(super) fn read(
    manifest: &Manifest,
    files: &Files,
    budget: &mut Budget,
    report: &mut Report,
) -> Vec<SynonymGroup> {
    let mut groups = Vec::new();
    for path in &manifest.language.synonyms {
        let Some(text) = text(path, files, report) else {
            continue;
        };
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            if budget.is_exceeded() || report.is_full() {
                return groups;
            }
            let at = Place::new(path, number, 1);
            if let Err(problem) = budget.take(line.split('\t').count()) {
                report.error(problem.at(at));
                return groups;
            }
            // Spreadsheets fill shorter lines with empty cells.
            let words = line.split('\t').map(str::trim);
            let words = words.filter(|word| !word.is_empty()).map(str::to_owned);
            let group = SynonymGroup {
                words: words.collect(),
                pack: Some(manifest.pack.id.to_string()),
            };
            if let Some(problem) = group.problem() {
                let why = "a group is words that mean the same; the first stands for the others";
                let fix = "write the words of a group in one line, with a tab between two";
                report.error(bad(problem, why, fix).at(at));
                continue;
            }
            if groups.len() == MOST_GROUPS {
                let problem = bad(
                    format!("the pack has more than {MOST_GROUPS} groups of synonyms"),
                    "what all packs together may have is bounded",
                    "leave out some",
                );
                report.error(problem.at(at));
                return groups;
            }
            groups.push(group);
        }
    }
    groups
}
