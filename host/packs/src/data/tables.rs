//! The pack's tables.

use jackfield_core::Value;
use jackfield_core::manifest::{Manifest, TableSpec};

use super::budget::Budget;
use super::sheet::{Format, Sheet};
use super::{ColumnKind, Files, bad, text};
use crate::manifest::{Document, bad as bad_manifest};
use crate::problem::Report;

/// A table, read and typed.
#[derive(Debug, Clone, PartialEq)]
pub struct TableData {
    /// Its name in the manifest.
    pub name: String,
    /// Columns, in the order of the file.
    pub columns: Vec<(String, ColumnKind)>,
    /// Rows; cells in the order of `columns`, each of its column's type.
    pub rows: Vec<Vec<Value>>,
    /// Columns that queries look up.
    pub indexed: Vec<String>,
}

/// Reads the tables that the manifest names.
pub(super) fn read(
    manifest: &Manifest,
    document: &Document,
    files: &Files,
    budget: &mut Budget,
    report: &mut Report,
) -> Vec<TableData> {
    let tables = manifest.tables.iter();
    tables
        .filter_map(|(name, spec)| table(name, spec, document, files, budget, report))
        .collect()
}

fn table(
    name: &str,
    spec: &TableSpec,
    document: &Document,
    files: &Files,
    budget: &mut Budget,
    report: &mut Report,
) -> Option<TableData> {
    let mut columns = Vec::new();
    for (column, kind) in &spec.columns {
        let read = ColumnKind::parse(kind).ok_or_else(|| {
            let problem = bad_manifest(
                format!("`{kind}` is no type of a column"),
                "cells are read by their column's type",
                "look at docs/pack.schema.json",
            );
            problem.at(document.value(&format!("/tables/{name}/columns/{column}")))
        });
        columns.push((column.as_str(), report.keep(read)?));
    }
    let sheet = Sheet {
        path: &spec.file,
        text: text(&spec.file, files, report)?,
        format: Format::Csv,
    };
    let wanted: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
    let mut rows = Vec::new();
    let order = sheet.read(&wanted, budget, report, |row| {
        let mut problems = Vec::new();
        let mut cells = Vec::with_capacity(columns.len());
        for (index, (column, kind)) in columns.iter().enumerate() {
            let cell = row.cell(index);
            match kind.read(cell) {
                Some(value) => cells.push(value),
                None => {
                    let shown: String = cell.chars().take(40).collect();
                    let what = format!("`{column}` is \"{shown}\"");
                    let problem = bad(
                        what,
                        "every cell has its column's type",
                        format!("write {}", kind.form()),
                    );
                    problems.push(row.problem(index, problem));
                }
            }
        }
        rows.push(cells);
        problems
    })?;
    let arrange = |cells: Vec<Value>| {
        let mut cells: Vec<Option<Value>> = cells.into_iter().map(Some).collect();
        order
            .iter()
            .filter_map(|index| cells.get_mut(*index).and_then(Option::take))
            .collect()
    };
    let rows = rows.into_iter().map(arrange).collect();
    let in_order = order.iter().filter_map(|index| columns.get(*index));
    let columns = in_order
        .map(|(column, kind)| ((*column).to_owned(), kind.clone()))
        .collect();
    Some(TableData {
        name: name.to_owned(),
        columns,
        rows,
        indexed: spec.indexed.clone(),
    })
}
