//! Articles in a table: CSV, or cells separated by tabs.

use std::collections::HashMap;

use super::article::Article;
use super::base::MOST_ARTICLES;
use super::dates::{End, moment};
use super::scope::{Scope, Validity};
use super::{check_size, wrong};
use crate::LanguageError;

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// CSV: commas, cells quoted where needed.
    Comma,
    /// Tabs, no quotes.
    Tab,
}

/// What to do about a heading whose cells are separated by another character than those of the file should be.
pub fn separated_otherwise(heading: &str, by: Separator) -> Option<String> {
    let (own, name) = match by {
        Separator::Comma => (',', "commas"),
        Separator::Tab => ('\t', "tabs"),
    };
    let mut others = [';', '\t', ','].into_iter();
    let other = others.find(|other| *other != own && heading.contains(*other))?;
    let shown = if other == '\t' {
        "tabs".to_owned()
    } else {
        format!("`{other}`")
    };
    let is_other = !heading.contains(own);
    is_other.then(|| {
        format!("the cells are separated by {shown}: save the file with {name} between them")
    })
}

const NEEDED: [&str; 4] = ["id", "locale", "question", "answer"];
const OPTIONAL: [&str; 6] = [
    "spoken",
    "short",
    "scope",
    "valid_from",
    "valid_until",
    "time_zone",
];

/// Reads articles from a table with a heading. Columns `id`, `locale`, `question` and `answer` are needed, in any order; `spoken`, `short`, `scope`
/// (`common`, `department:NAME`, `pack:ID`, `province:NAME`), `valid_from`, `valid_until` (dates, both included) and
/// `time_zone` are optional. A repeated id and locale adds a similar question; the other cells are left empty there. `\n` in an answer
/// is a new line. `name` stands in the errors.
///
/// # Errors
///
/// [`LanguageError::Table`] with the line, when the heading is another, a needed cell is empty or a cell cannot be read.
pub fn read_table(
    name: &str,
    text: &str,
    separator: Separator,
) -> Result<Vec<Article>, LanguageError> {
    check_size(name, text)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if separator == Separator::Comma {
            b','
        } else {
            b'\t'
        })
        .quoting(separator == Separator::Comma)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let place = |error: &csv::Error| error.position().map_or(1, |at| at.line() as usize);
    let unreadable = |error: csv::Error| {
        let problem = match error.kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => {
                format!("the line has {len} cells, the heading has {expected_len}")
            }
            _ => error.to_string(),
        };
        wrong(name, place(&error), problem)
    };
    let heading = text.trim_start_matches('\u{feff}').lines().next();
    if let Some(problem) = heading.and_then(|heading| separated_otherwise(heading, separator)) {
        return Err(wrong(name, 1, problem));
    }
    let columns = columns(name, reader.headers().map_err(unreadable)?)?;
    let mut articles: Vec<Article> = Vec::new();
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(1, |at| at.line() as usize);
        let cell = |column: &str| {
            let at = columns.get(column);
            at.and_then(|at| record.get(*at)).map_or("", str::trim)
        };
        let row = Row {
            name,
            line,
            cell: &cell,
        };
        let key = (
            row.filled("id")?.to_owned(),
            row.filled("locale")?.to_owned(),
        );
        let question = row.filled("question")?.to_owned();
        match known.get(&key).and_then(|at| articles.get_mut(*at)) {
            Some(article) => {
                let answer = unescape(cell("answer"));
                if !answer.is_empty() && answer != article.answer {
                    let problem = format!("the article `{}` has another answer above", key.0);
                    return Err(wrong(name, line, problem));
                }
                article.questions.push(question);
            }
            None => {
                if articles.len() == MOST_ARTICLES {
                    return Err(wrong(
                        name,
                        line,
                        format!("there are more than {MOST_ARTICLES} articles"),
                    ));
                }
                known.insert(key.clone(), articles.len());
                articles.push(row.article(key, question)?);
            }
        }
        if let Some(problem) = articles.last().and_then(Article::problem) {
            return Err(wrong(name, line, problem));
        }
    }
    Ok(articles)
}

fn columns(
    name: &str,
    heading: &csv::StringRecord,
) -> Result<HashMap<String, usize>, LanguageError> {
    let mut columns = HashMap::new();
    for (at, column) in heading.iter().enumerate() {
        let column = column.trim();
        if !NEEDED.contains(&column) && !OPTIONAL.contains(&column) {
            let known = [&NEEDED[..], &OPTIONAL[..]].concat().join(", ");
            return Err(wrong(
                name,
                1,
                format!("`{column}` is not a column of articles: {known}"),
            ));
        }
        if columns.insert(column.to_owned(), at).is_some() {
            return Err(wrong(
                name,
                1,
                format!("the column `{column}` stands there twice"),
            ));
        }
    }
    match NEEDED.iter().find(|column| !columns.contains_key(**column)) {
        Some(missing) => Err(wrong(name, 1, format!("the column `{missing}` is missing"))),
        None => Ok(columns),
    }
}

struct Row<'r> {
    name: &'r str,
    line: usize,
    cell: &'r dyn Fn(&str) -> &'r str,
}

impl<'r> Row<'r> {
    fn filled(&self, column: &str) -> Result<&'r str, LanguageError> {
        Some((self.cell)(column))
            .filter(|cell| !cell.is_empty())
            .ok_or_else(|| {
                wrong(
                    self.name,
                    self.line,
                    format!("the cell `{column}` is empty"),
                )
            })
    }

    fn article(
        &self,
        (id, locale): (String, String),
        question: String,
    ) -> Result<Article, LanguageError> {
        let optional = |column| Some(unescape((self.cell)(column))).filter(|cell| !cell.is_empty());
        let bad = |problem: String| wrong(self.name, self.line, problem);
        let scope = (self.cell)("scope");
        let date = |column, end| match (self.cell)(column) {
            "" => Ok(None),
            text => moment(text, (self.cell)("time_zone"), end)
                .map(Some)
                .map_err(bad),
        };
        Ok(Article {
            id,
            locale,
            questions: vec![question],
            answer: unescape(self.filled("answer")?),
            spoken: optional("spoken"),
            short: optional("short"),
            scope: Scope::read(scope).ok_or_else(|| bad(not_a_scope(scope)))?,
            validity: Validity {
                from_ms: date("valid_from", End::From)?,
                until_ms: date("valid_until", End::Until)?,
            },
            pack: None,
        })
    }
}

pub(super) fn not_a_scope(text: &str) -> String {
    format!("`{text}` is not a scope: write common, department:NAME, pack:ID or province:NAME")
}

fn unescape(cell: &str) -> String {
    cell.replace("\\n", "\n")
}
