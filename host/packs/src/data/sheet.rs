//! Rows and cells of a TSV or CSV file, with their places.

use crate::Place;
use crate::data::bad;
use crate::manifest::nearest;
use crate::problem::{Problem, Report};

/// Cells of all files of a pack together: what is kept of a cell is larger than the cell.
const MOST_CELLS: usize = 2_000_000;
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

/// How many cells a pack may still have.
#[derive(Debug)]
pub(super) struct Budget {
    cells: usize,
    /// It was exceeded and that was reported, so further files are not read.
    exceeded: bool,
}

impl Budget {
    /// Takes cells from what is left.
    fn take(&mut self, cells: usize) -> Result<(), Problem> {
        match self.cells.checked_sub(cells) {
            Some(left) => self.cells = left,
            None => {
                self.exceeded = true;
                let what = format!("the pack has more than {MOST_CELLS} cells of data");
                let fix = "ship less data, or reach it over http";
                return Err(bad(what, "all of it is kept in memory", fix));
            }
        }
        Ok(())
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            cells: MOST_CELLS,
            exceeded: false,
        }
    }
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
    /// For each wanted column, its index in the file.
    order: &'r [usize],
}

impl Row<'_, '_> {
    /// The cell of the `wanted` column, by its index in the header that was asked for, without surrounding space.
    pub(super) fn cell(&self, wanted: usize) -> &str {
        self.order
            .get(wanted)
            .and_then(|index| self.cells.get(*index))
            .unwrap_or_default()
            .trim()
    }

    /// A problem at the `wanted` column's cell.
    pub(super) fn problem(&self, wanted: usize, problem: Problem) -> Problem {
        let index = self.order.get(wanted).copied().unwrap_or_default();
        problem.at(self.sheet.place(self.start, index))
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
        mut each: impl FnMut(&Row<'_, '_>) -> Vec<Problem>,
    ) -> Option<Vec<usize>> {
        if budget.exceeded {
            return None;
        }
        // At least so many cells, and counted before a row is read: one row could have all of them.
        let separators = self
            .text
            .bytes()
            .filter(|byte| *byte == self.separator())
            .count();
        if separators > budget.cells {
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
        let order = self.header(start, &cells, wanted, report)?;
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
            if let Err(problem) = budget.take(cells.len()) {
                report.error(row.whole(problem));
                break;
            }
            let found = match self.shape(&row, wanted.len()) {
                Some(problem) => vec![problem],
                None => each(&row),
            };
            problems += found.len();
            found.into_iter().for_each(|problem| report.error(problem));
        }
        let mut columns: Vec<usize> = (0..wanted.len()).collect();
        columns.sort_by_key(|index| order.get(*index).copied());
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

    /// Where each wanted column stands in the file.
    fn header(
        self,
        start: usize,
        cells: &csv::StringRecord,
        wanted: &[&str],
        report: &mut Report,
    ) -> Option<Vec<usize>> {
        let names: Vec<&str> = cells.iter().map(str::trim).collect();
        let before = report.count();
        for (index, name) in names.iter().enumerate() {
            if report.is_full() {
                return None;
            }
            let twice = names.iter().take(index).any(|earlier| earlier == name);
            if wanted.contains(name) && !twice {
                continue;
            }
            let what = if twice {
                format!("the column `{name}` stands twice")
            } else {
                format!("unknown column `{name}`")
            };
            let fix = match nearest(name, wanted) {
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
        let order: Vec<Option<usize>> = wanted
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
        (report.count() == before).then(|| order.into_iter().flatten().collect())
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
