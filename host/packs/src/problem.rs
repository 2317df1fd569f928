//! What is wrong with a pack, where, why it matters and what to do.

use std::fmt;

use jackfield_core::ErrorCode;
use serde::Serialize;

/// Problems kept of one pack; a table with a million bad rows is not worth a million lines.
const MOST_PROBLEMS: usize = 100;

/// A place in a file of the pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, as it is named in the pack.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// A place in `file`.
    pub(crate) fn new(file: &str, line: usize, column: usize) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column,
        }
    }

    /// The place of the byte at `offset` of `text`.
    pub(crate) fn of_offset(file: &str, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self::new(file, line, column)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The code that the documentation explains.
    pub code: ErrorCode,
    /// Where, when there is a place.
    pub place: Option<Place>,
    /// What is wrong.
    pub what: String,
    /// Why that is not allowed.
    pub why: String,
    /// What to do.
    pub fix: String,
}

impl Problem {
    /// A problem without a place.
    pub(crate) fn new(
        code: ErrorCode,
        what: impl Into<String>,
        why: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            code,
            place: None,
            what: what.into(),
            why: why.into(),
            fix: fix.into(),
        }
    }

    /// The same problem at a place.
    pub(crate) fn at(self, place: Place) -> Self {
        Self {
            place: Some(place),
            ..self
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(
            f,
            "{}: {}\n  why: {}\n  fix: {}",
            self.code, self.what, self.why, self.fix
        )
    }
}

/// A pack that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackError {
    first: Box<Problem>,
    others: Vec<Problem>,
    unlisted: usize,
}

impl PackError {
    /// The code of the first problem.
    pub fn code(&self) -> ErrorCode {
        self.first.code
    }

    /// Every problem, in the order of file and line.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        std::iter::once(&*self.first).chain(&self.others)
    }
}

impl From<Problem> for PackError {
    fn from(first: Problem) -> Self {
        Self {
            first: Box::new(first),
            others: Vec::new(),
            unlisted: 0,
        }
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        for problem in &self.others {
            write!(f, "\n{problem}")?;
        }
        if self.unlisted > 0 {
            write!(f, "\nand {} more problems like these", self.unlisted)?;
        }
        Ok(())
    }
}

impl std::error::Error for PackError {}

/// Collects problems, so that all of them are reported at once.
#[derive(Debug, Default)]
pub(crate) struct Report {
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
    unlisted: usize,
}

impl Report {
    /// Notes a problem that makes the pack unusable.
    pub(crate) fn error(&mut self, problem: Problem) {
        if self.errors.len() < MOST_PROBLEMS {
            self.errors.push(problem);
        } else {
            self.unlisted += 1;
        }
    }

    /// Notes a problem that the pack can live with.
    pub(crate) fn warn(&mut self, problem: Problem) {
        if self.warnings.len() < MOST_PROBLEMS {
            self.warnings.push(problem);
        }
    }

    /// Keeps the value of a result, or notes its problem.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.error(problem)).ok()
    }

    /// Whether further errors would only be counted. Whoever looks for many stops here, for explaining one costs time.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.len() >= MOST_PROBLEMS
    }

    /// How many errors were noted.
    pub(crate) fn count(&self) -> usize {
        self.errors.len() + self.unlisted
    }

    /// Whether nothing worse than a warning was noted.
    pub(crate) fn is_usable(&self) -> bool {
        self.errors.is_empty()
    }

    /// The warnings, or the error when there was one.
    pub(crate) fn finish(mut self) -> Result<Vec<Problem>, PackError> {
        self.errors.sort_by(|a, b| a.place.cmp(&b.place));
        let mut errors = self.errors.into_iter();
        match errors.next() {
            None => Ok(self.warnings),
            Some(first) => Err(PackError {
                first: Box::new(first),
                others: errors.collect(),
                unlisted: self.unlisted,
            }),
        }
    }
}
