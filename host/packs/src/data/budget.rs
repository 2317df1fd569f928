//! How much data a pack may have.

use super::bad;
use crate::Problem;

/// Cells of all files of a pack together: what is kept of a cell is larger than the cell.
const MOST_CELLS: usize = 2_000_000;

/// How many cells a pack may still have.
#[derive(Debug)]
pub(super) struct Budget {
    cells: usize,
    /// It was exceeded and that was reported, so further files are not read.
    exceeded: bool,
}

impl Budget {
    /// What is left.
    pub(super) fn left(&self) -> usize {
        self.cells
    }

    /// Whether more was to be taken than there was.
    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    /// Takes cells from what is left.
    pub(super) fn take(&mut self, cells: usize) -> Result<(), Problem> {
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
