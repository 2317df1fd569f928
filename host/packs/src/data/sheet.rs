//! Rows and cells of a TSV or CSV file, with their places.

use jackfield_language::knowledge::{Separator, separated_otherwise};

use crate::Place;
use crate::data::bad;
use crate::data::budget::Budget;
use crate::manifest::nearest;
use crate::problem::{Problem, Report};

/// Bytes of one cell.
const LONGEST_CELL: usize = 8 * 1024;
/// Problems after which the rest of a file is not read.
const MOST_PROBLEMS: usize = 20;

/// What separates cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Tab-separated, without quoting.
    Tsv,
    /// Comma-separated with double quotes (RFC 4180).
    Csv,
}

/// One file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet<'t> {
    pub(super) path: &'t str,
    pub(super) text: &'t str,
    pub(super) format: Format,
}

/// One row, while it is being read.
pub(super) struct Row<'t, 'r> {
    sheet: Sheet<'t>,
    /// Where it starts in the text.
    start: usize,
    cells: &'r csv::StringRecord,
    /// For each column that was asked for, its index in the file.
    order: &'r [Option<usize>],
}

impl Row<'_, '_> {
    /// The cell of the `wanted` column, by its index in the header that was asked for, without surrounding space; empty when
    /// the file leaves the column out.
    pub(super) fn cell(&self, wanted: usize) -> &str {
        let index = self.order.get(wanted).copied().flatten();
        let cell = index.and_then(|index| self.cells.get(index));
        cell.unwrap_or_default().trim()
    }

    /// Where the `wanted` column's cell is.
    pub(super) fn place(&self, wanted: usize) -> Place {
        let index = self.order.get(wanted).copied().flatten();
        self.sheet.place(self.start, index.unwrap_or_default())
    }

    /// A problem at the `wanted` column's cell.
    pub(super) fn problem(&self, wanted: usize, problem: Problem) -> Problem {
        problem.at(self.place(wanted))
    }

    /// A problem of the row as a whole.
    fn whole(&self, problem: Problem) -> Problem {
        problem.at(self.sheet.place(self.start, 0))
    }
}

impl<'t> Sheet<'t> {
    /// Reads the rows of a file whose header has exactly the columns `wanted`, in any order. `each` gets every
    /// row and returns its problems. Returns the columns in the order of the file, as indexes of `wanted`.
    pub(super) fn read(
        self,
        wanted: &[&str],
        budget: &mut Budget,
        report: &mut Report,
        each: impl FnMut(&Row<'_, '_>) -> Vec<Problem>,
    ) -> Option<Vec<usize>> {
        self.read_with(wanted, &[], budget, report, each)
    }

    /// As [`read`](Self::read), for a file that may have the columns `optional` too. They are counted on from `wanted`.
    pub(super) fn read_with(
        self,
        wanted: &[&str],
        optional: &[&str],
        budget: &mut Budget,
        report: &mut Report,
        mut each: impl FnMut(&Row<'_, '_>) -> Vec<Problem>,
    ) -> Option<Vec<usize>> {
        if budget.is_exceeded() {
            return None;
        }
        // At least so many cells, and counted before a row is read: one row could have all of them.
        let separators = self
            .text
            .bytes()
            .filter(|byte| *byte == self.separator())
            .count();
        if separators > budget.left() {
            let problem = budget.take(separators).err()?;
            report.error(problem.at(Place::new(self.path, 1, 1)));
            return None;
        }
        let mut reader = self.reader();
        let mut cells = csv::StringRecord::new();
        if !matches!(reader.read_record(&mut cells), Ok(true)) {
            let problem = bad(
                "the file is empty",
                "the first line names the columns",
                self.header_fix(wanted),
            );
            report.error(problem.at(Place::new(self.path, 1, 1)));
            return None;
        }
        let start = self.start(&cells);
        let order = self.header(start, &cells, wanted, optional, report)?;
        let width = order.iter().flatten().count();
        let mut problems = 0_usize;
        while problems < MOST_PROBLEMS {
            match reader.read_record(&mut cells) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let problem = bad(
                        format!("the row cannot be read: {error}"),
                        "rows are cells with separators",
                        "mend the row",
                    );
                    report.error(problem.at(self.place(self.start(&cells), 0)));
                    break;
                }
            }
            let row = Row {
                sheet: self,
                start: self.start(&cells),
                cells: &cells,
                order: &order,
            };
            if self.runs_to_the_end(&cells) {
                let problem = bad(
                    "a quotation mark is opened in this row and never closed",
                    "all that follows, other rows too, would be one cell",
                    "close the cell with a quotation mark, and write one that is part of a cell twice",
                );
                report.error(row.whole(problem));
                break;
            }
            if let Err(problem) = budget.take(cells.len()) {
                report.error(row.whole(problem));
                break;
            }
            let found = match self.shape(&row, width) {
                Some(problem) => vec![problem],
                None => each(&row),
            };
            problems += found.len();
            found.into_iter().for_each(|problem| report.error(problem));
        }
        let mut columns: Vec<usize> = (0..wanted.len()).collect();
        columns.sort_by_key(|index| order.get(*index).copied().flatten());
        Some(columns)
    }

    fn separator(self) -> u8 {
        match self.format {
            Format::Tsv => b'\t',
            Format::Csv => b',',
        }
    }

    fn reader(self) -> csv::Reader<&'t [u8]> {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true);
        builder
            .delimiter(self.separator())
            .quoting(self.format == Format::Csv);
        builder.from_reader(self.text.as_bytes())
    }

    /// Where each column stands in the file; those of `wanted` do.
    fn header(
        self,
        start: usize,
        cells: &csv::StringRecord,
        wanted: &[&str],
        optional: &[&str],
        report: &mut Report,
    ) -> Option<Vec<Option<usize>>> {
        let line = self.text.get(start..).and_then(|text| text.lines().next());
        let by = match self.format {
            Format::Tsv => Separator::Tab,
            Format::Csv => Separator::Comma,
        };
        if let Some(what) = line.and_then(|line| separated_otherwise(line, by)) {
            let why = "the end of a file's name says what stands between its cells: commas in .csv, tabs in .tsv";
            let problem = bad(what, why, self.header_fix(wanted));
            report.error(problem.at(self.place(start, 0)));
            return None;
        }
        let known = [wanted, optional].concat();
        let names: Vec<&str> = cells.iter().map(str::trim).collect();
        let before = report.count();
        for (index, name) in names.iter().enumerate() {
            if report.is_full() {
                return None;
            }
            let twice = names.iter().take(index).any(|earlier| earlier == name);
            if known.contains(name) && !twice {
                continue;
            }
            let what = if twice {
                format!("the column `{name}` stands twice")
            } else {
                format!("unknown column `{name}`")
            };
            let fix = match nearest(name, &known) {
                Some(meant) if !twice => format!("write `{meant}`"),
                _ => self.header_fix(wanted),
            };
            let problem = bad(
                what,
                "the first line names exactly the columns that are known",
                fix,
            );
            report.error(problem.at(self.place(start, index)));
        }
        let order: Vec<Option<usize>> = known
            .iter()
            .map(|name| names.iter().position(|have| have == name))
            .collect();
        for (name, _) in wanted
            .iter()
            .zip(&order)
            .filter(|(_, index)| index.is_none())
        {
            let problem = bad(
                format!("the column `{name}` is missing"),
                "every column must be there",
                self.header_fix(wanted),
            );
            report.error(problem.at(self.place(start, 0)));
        }
        (report.count() == before).then_some(order)
    }

    fn header_fix(self, wanted: &[&str]) -> String {
        match self.format {
            Format::Tsv => format!(
                "make the first line {}, with tabs between them",
                wanted.join(", ")
            ),
            Format::Csv => format!("make the first line {}", wanted.join(",")),
        }
    }

    /// Whether a row has the right number of cells, none too long.
    fn shape(self, row: &Row<'_, '_>, columns: usize) -> Option<Problem> {
        let cells = row.cells;
        if cells.len() != columns {
            let what = format!("the row has {} cells instead of {columns}", cells.len());
            let fix = match self.format {
                Format::Tsv => "put exactly one tab between two cells",
                Format::Csv => {
                    "put a comma between two cells, and a cell with a comma into double quotes"
                }
            };
            return Some(row.whole(bad(what, "every row has a cell for every column", fix)));
        }
        let index = cells.iter().position(|cell| cell.len() > LONGEST_CELL)?;
        let problem = bad(
            "the cell is too long",
            format!("a cell has at most {LONGEST_CELL} bytes"),
            "shorten it",
        );
        Some(problem.at(self.place(row.start, index)))
    }

    /// Whether the last cell begins with a quotation mark and has no other one before the file ends.
    fn runs_to_the_end(self, cells: &csv::StringRecord) -> bool {
        let last = cells.iter().next_back().filter(|last| !last.is_empty());
        let written = last.map(|last| last.replace('"', "\"\""));
        let before = written.and_then(|written| self.text.strip_suffix(written.as_str()));
        self.format == Format::Csv && before.is_some_and(|before| before.ends_with('"'))
    }

    /// Where a record starts: the reader's position stands before the empty lines that it skips.
    fn start(self, cells: &csv::StringRecord) -> usize {
        let position = cells.position().map_or(0, |position| {
            usize::try_from(position.byte()).unwrap_or(usize::MAX)
        });
        let rest = self.text.get(position..).unwrap_or_default();
        position + (rest.len() - rest.trim_start_matches(['\r', '\n']).len())
    }

    /// The place of a cell of the row that starts at `start`. In a row with quotes, cells before it are not
    /// counted, and the place is that of the row.
    fn place(self, start: usize, index: usize) -> Place {
        let line = self
            .text
            .get(start..)
            .and_then(|rest| rest.lines().next())
            .unwrap_or_default();
        let separator = char::from(self.separator());
        let quoted = self.format == Format::Csv && line.contains('"');
        let before = if quoted {
            0
        } else {
            line.split(separator)
                .take(index)
                .map(|cell| cell.len() + 1)
                .sum()
        };
        Place::of_offset(self.path, self.text, start + before)
    }
}
