//! Example sentences and names, with knowledge and synonyms all that the host learns.

use std::collections::BTreeSet;

use jackfield_core::manifest::Manifest;
use jackfield_language::{Example, GazetteerEntry, OutOfScope, Training, normalise};

use super::budget::Budget;
use super::sheet::{Format, Row, Sheet};
use super::{Files, bad, knowledge, synonyms, text};
use crate::Problem;
use crate::manifest::{Document, nearest};
use crate::problem::Report;

/// Characters of an example, a question or a name.
const LONGEST_SENTENCE: usize = 500;

/// Reads the language data that the manifest names.
pub(super) fn read(
    manifest: &Manifest,
    document: &Document,
    files: &Files,
    budget: &mut Budget,
    report: &mut Report,
) -> Training {
    let language = &manifest.language;
    let mut training = Training::default();
    for path in &language.examples {
        examples(manifest, path, files, &mut training, budget, report);
    }
    training.articles = knowledge::read(manifest, files, budget, report);
    training.synonyms = synonyms::read(manifest, files, budget, report);
    for (kind, path) in &language.gazetteers {
        gazetteer(
            manifest,
            kind,
            path,
            files,
            &mut training.gazetteers,
            budget,
            report,
        );
    }
    intents(manifest, document, &training.examples, report);
    training
}

/// In place of an intent: the sentence means nothing that any flow does, however much of it stands in examples.
const NOT_MEANT: &str = "out-of-scope";

fn sheet<'t>(path: &'t str, files: &'t Files, report: &mut Report) -> Option<Sheet<'t>> {
    Some(Sheet {
        path,
        text: text(path, files, report)?,
        format: Format::Tsv,
    })
}

fn examples(
    manifest: &Manifest,
    path: &str,
    files: &Files,
    training: &mut Training,
    budget: &mut Budget,
    report: &mut Report,
) {
    let Some(sheet) = sheet(path, files, report) else {
        return;
    };
    sheet.read(&["intent", "locale", "text"], budget, report, |row| {
        let problems = [
            filled(row, 0),
            locale(manifest, row, 1, false),
            sentence(row, 2),
        ];
        let (locale, text) = (row.cell(1).to_owned(), row.cell(2).to_owned());
        if row.cell(0) == NOT_MEANT {
            training.out_of_scope.push(OutOfScope { locale, text });
        } else {
            training.examples.push(Example {
                intent: row.cell(0).to_owned(),
                locale,
                text,
            });
        }
        problems.into_iter().flatten().collect()
    });
}

fn gazetteer(
    manifest: &Manifest,
    kind: &str,
    path: &str,
    files: &Files,
    names: &mut Vec<GazetteerEntry>,
    budget: &mut Budget,
    report: &mut Report,
) {
    let Some(sheet) = sheet(path, files, report) else {
        return;
    };
    sheet.read(&["value", "locale", "name"], budget, report, |row| {
        let problems = [
            filled(row, 0),
            locale(manifest, row, 1, true),
            sentence(row, 2),
        ];
        names.push(GazetteerEntry {
            kind: kind.to_owned(),
            value: row.cell(0).to_owned(),
            locale: Some(row.cell(1).to_owned()).filter(|locale| !locale.is_empty()),
            name: row.cell(2).to_owned(),
        });
        problems.into_iter().flatten().collect()
    });
}

pub(super) fn filled(row: &Row<'_, '_>, column: usize) -> Option<Problem> {
    row.cell(column).is_empty().then(|| {
        row.problem(
            column,
            bad(
                "the cell is empty",
                "a row without it means nothing",
                "fill it, or remove the row",
            ),
        )
    })
}

pub(super) fn sentence(row: &Row<'_, '_>, column: usize) -> Option<Problem> {
    let cell = row.cell(column);
    let too_long = || {
        bad(
            "the text is too long",
            format!("nobody says more than {LONGEST_SENTENCE} characters at once"),
            "shorten it",
        )
    };
    let wordless = || {
        bad(
            "there are no words here",
            "nothing can be learnt from signs that nobody sees",
            "write words, or remove the row",
        )
    };
    filled(row, column).or_else(|| {
        let problem = match cell {
            cell if cell.chars().count() > LONGEST_SENTENCE => too_long(),
            cell if normalise(cell).is_empty() => wordless(),
            _ => return None,
        };
        Some(row.problem(column, problem))
    })
}

pub(super) fn locale(
    manifest: &Manifest,
    row: &Row<'_, '_>,
    column: usize,
    may_be_empty: bool,
) -> Option<Problem> {
    let locale = row.cell(column);
    if may_be_empty && locale.is_empty() {
        return None;
    }
    unspoken(manifest, locale).map(|problem| row.problem(column, problem))
}

/// A locale must be one of the pack's.
pub(super) fn unspoken(manifest: &Manifest, locale: &str) -> Option<Problem> {
    let spoken = &manifest.pack.locales;
    if spoken.iter().any(|known| known == locale) {
        return None;
    }
    let names: Vec<&str> = spoken.iter().map(String::as_str).collect();
    let fix = match nearest(locale, &names) {
        Some(meant) => format!("write {meant}"),
        None => format!("write one of {}", names.join(", ")),
    };
    Some(bad(
        format!("the pack does not speak `{locale}`"),
        "the locales of [pack] are all that is used",
        fix,
    ))
}

/// Every intent needs examples, in every locale to be understood there.
fn intents(manifest: &Manifest, document: &Document, examples: &[Example], report: &mut Report) {
    let taught: BTreeSet<(&str, &str)> = examples
        .iter()
        .map(|e| (e.intent.as_str(), e.locale.as_str()))
        .collect();
    let names: BTreeSet<&str> = taught.iter().map(|(intent, _)| *intent).collect();
    let names: Vec<&str> = names.into_iter().collect();
    for (flow, spec) in &manifest.flows {
        for (i, intent) in spec.intents.iter().enumerate() {
            if report.is_full() {
                return;
            }
            let place = || document.value(&format!("/flows/{flow}/intents/{i}"));
            if !names.contains(&intent.as_str()) {
                let fix = match nearest(intent, &names) {
                    Some(meant) => format!("write \"{meant}\", which has examples"),
                    None => format!("add rows for `{intent}` to a file of [language] examples"),
                };
                let problem = bad(
                    format!("the intent `{intent}` has no examples"),
                    "an intent is learnt from examples, so this flow would never start",
                    fix,
                );
                report.error(problem.at(place()));
                continue;
            }
            let untaught = manifest
                .pack
                .locales
                .iter()
                .filter(|locale| !taught.contains(&(intent.as_str(), locale.as_str())));
            for locale in untaught {
                let problem = bad(
                    format!("the intent `{intent}` has no examples in `{locale}`"),
                    "customers who write in that language may not be understood",
                    format!("add rows for `{intent}` and `{locale}`"),
                );
                report.warn(problem.at(place()));
            }
        }
    }
}
