//! Texts of a size that nobody reads, and cells that a spreadsheet would run.

use jackfield_core::Value;
use jackfield_packs::TableData;

use super::Text;
use crate::finding::{Findings, Place};

/// Bytes of a cell.
const LONGEST_CELL: usize = 4096;
/// Bytes of a line of a data file.
const LONGEST_LINE: usize = 16 * 1024;

pub(super) fn lines(text: &Text<'_>, findings: &mut Findings) {
    for (number, line) in text.text.lines().enumerate() {
        if line.len() > LONGEST_LINE {
            let message = format!("a line of {} bytes", line.len());
            findings.add("R05.14", Some(Place::line(text.file, number + 1)), message);
        }
    }
}

pub(super) fn cells(table: &TableData, file: &str, findings: &mut Findings) {
    for (number, row) in table.rows.iter().enumerate() {
        for (cell, (column, _)) in row.iter().zip(&table.columns) {
            let Value::Text(text) = cell else { continue };
            // The header is the first line; a row with line breaks moves those after it.
            let place = || Some(Place::line(file, number + 2));
            if text.len() > LONGEST_CELL {
                let message = format!("a cell of `{column}` has {} bytes", text.len());
                findings.add("R05.14", place(), message);
            }
            if is_formula(text) {
                let message = format!("a cell of `{column}` begins like a formula: `{text}`");
                findings.add("R05.13", place(), message);
            }
        }
        if findings.is_full("R05.13") || findings.is_full("R05.14") {
            return;
        }
    }
}

/// Signs before a number are no formula.
fn is_formula(text: &str) -> bool {
    let mut characters = text.trim_start().chars();
    let (first, second) = (characters.next(), characters.next());
    match first {
        Some('=' | '@') => second.is_some(),
        Some('+' | '-') => {
            second.is_some_and(|next| next.is_alphabetic() || next == '(')
                && text.contains(['(', '|', '!'])
        }
        _ => false,
    }
}
