//! The data files of a pack: what is read, typed and bounded before anything uses it.

mod asked;
mod audience;
mod budget;
mod catalogues;
mod columns;
mod knowledge;
mod language;
mod schemas;
mod sheet;
mod synonyms;
mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;

use jackfield_core::manifest::Manifest;
use jackfield_core::{ErrorCode, FlowName};
use jackfield_language::Training;
use jackfield_language::catalogue::Catalogue;

pub use columns::ColumnKind;
pub use tables::TableData;

use crate::manifest::{Document, named_files};
use crate::problem::{Problem, Report};

/// The files of a pack by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Everything that the data files say.
pub(crate) struct Contents {
    pub(crate) training: Training,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) tables: Vec<TableData>,
    pub(crate) schemas: BTreeMap<FlowName, serde_json::Value>,
}

impl Contents {
    /// Reads every data file that the manifest names and checks them against each other. There are contents only
    /// when `report` got no error.
    pub(crate) fn read(
        manifest: &Manifest,
        document: &Document,
        files: &Files,
        report: &mut Report,
    ) -> Option<Self> {
        for file in named_files(manifest) {
            if !files.contains_key(&file.path) {
                let what = format!("the file `{}` is missing", file.path);
                let problem = Problem::new(
                    ErrorCode::MissingFile,
                    what,
                    "the manifest names it",
                    "add the file, or remove its line",
                );
                report.error(problem.at(document.value(&file.pointer)));
            }
        }
        let mut budget = budget::Budget::default();
        let training = language::read(manifest, document, files, &mut budget, report);
        let catalogue = catalogues::read(manifest, files, report);
        let tables = tables::read(manifest, document, files, &mut budget, report);
        let schemas = schemas::read(manifest, files, report);
        let catalogue = catalogue.filter(|_| report.is_usable())?;
        Some(Self {
            training,
            catalogue: Arc::new(catalogue),
            tables,
            schemas,
        })
    }
}

/// A data file as text, without the byte order mark that some editors write. A file that is missing is reported
/// elsewhere.
fn text<'f>(path: &str, files: &'f Files, report: &mut Report) -> Option<&'f str> {
    let bytes = files.get(path)?;
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let before = bytes
                .get(..error.valid_up_to())
                .and_then(|valid| std::str::from_utf8(valid).ok())
                .unwrap_or_default();
            let problem = bad(
                "this is not UTF-8",
                "texts of a pack are UTF-8",
                "save the file as UTF-8",
            );
            report.error(problem.at(crate::Place::of_offset(path, before, before.len())));
            None
        }
    }
}

/// A problem of a data file.
fn bad(what: impl Into<String>, why: impl Into<String>, fix: impl Into<String>) -> Problem {
    Problem::new(ErrorCode::BadPackData, what, why, fix)
}
