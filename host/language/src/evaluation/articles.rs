//! Files of articles and of questions for them.

use std::collections::HashSet;
use std::path::Path;

use crate::LanguageError;
use crate::knowledge::{Article, Separator, read_markdown, read_table, separated_otherwise};

/// Reads articles as packs have them: Markdown (`.md`) and tables (`.csv`, and `.tsv` with the columns of a pack). Any other file is
/// `id, question` or `id, answer` with a heading, separated by tabs; its locale is the language that most of it is written in.
///
/// # Errors
///
/// When the file cannot be read in its form, with the line.
pub fn read_articles(name: &str, text: &str) -> Result<Vec<Article>, LanguageError> {
    let end = Path::new(name).extension().and_then(|end| end.to_str());
    let first = text.trim_start_matches('\u{feff}').lines().next();
    let of_pack = |first: &str| first.split('\t').any(|column| column.trim() == "locale");
    match end {
        Some("md") => {
            let read = read_markdown(name, text)?;
            return Ok(read.articles.into_iter().map(|w| w.article).collect());
        }
        Some("csv") => return read_table(name, text, Separator::Comma),
        _ if first.is_some_and(of_pack) => return read_table(name, text, Separator::Tab),
        _ => {}
    }
    let (heading, rows) = rows(name, text)?;
    let is_question = match heading {
        ("id", "question") => true,
        ("id", "answer") => false,
        _ => {
            return Err(wrong(
                name,
                1,
                "the heading is neither `id, question`, `id, answer`, nor that of a pack's knowledge (`id, locale, question, answer`)",
            ));
        }
    };
    let han = text.chars().filter(|c| crate::ngrams::is_han(*c)).count();
    let locale = if han * 10 > text.chars().count() {
        "zh-CN"
    } else {
        "en-US"
    };
    Ok(rows
        .into_iter()
        .map(|(_, (id, text))| Article {
            id: id.to_owned(),
            locale: locale.to_owned(),
            questions: is_question.then(|| text.to_owned()).into_iter().collect(),
            answer: if is_question {
                String::new()
            } else {
                text.to_owned()
            },
            ..Article::default()
        })
        .collect())
}

/// Reads `question, id` with a heading, separated by tabs.
///
/// # Errors
///
/// When the heading is another, or a line has another number of cells.
pub fn read_queries(name: &str, text: &str) -> Result<Vec<(String, String)>, LanguageError> {
    match rows(name, text)? {
        (("question", "id"), rows) => Ok(rows
            .into_iter()
            .map(|(_, (question, id))| (question.to_owned(), id.to_owned()))
            .collect()),
        _ => Err(wrong(name, 1, "the heading is not `question, id`")),
    }
}

/// Refuses a file of questions that could not be answered: there are none, or their article is not among `articles`. `name` is for messages.
///
/// # Errors
///
/// With the line of the first such question, or when the file cannot be read.
pub fn check_queries(name: &str, text: &str, articles: &[Article]) -> Result<(), LanguageError> {
    let (_, queries) = rows(name, text)?;
    if queries.is_empty() {
        return Err(wrong(name, 1, "there are no questions under the heading"));
    }
    let known: HashSet<&str> = articles.iter().map(|article| article.id.as_str()).collect();
    let mut unknown = queries
        .into_iter()
        .filter(|(_, (_, id))| !known.contains(id));
    let Some((line, (_, id))) = unknown.next() else {
        return Ok(());
    };
    let problem = match unknown.count() {
        0 => format!("no article has the id `{id}`"),
        more => format!("no article has the id `{id}`, nor those of {more} further questions"),
    };
    let fix = "take ids of the knowledge base (--kb), or leave the questions out";
    Err(wrong(name, line, &format!("{problem}: {fix}")))
}

type Pair<'t> = (&'t str, &'t str);
/// A pair, with its line.
type Row<'t> = (usize, Pair<'t>);

fn rows<'t>(name: &str, text: &'t str) -> Result<(Pair<'t>, Vec<Row<'t>>), LanguageError> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    if let Some(problem) = separated_otherwise(first, Separator::Tab) {
        return Err(wrong(name, 1, &problem));
    }
    let mut rows = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            line.split_once('\t')
                .filter(|(_, after)| !after.contains('\t'))
                .map(|pair| (at + 1, pair))
                .ok_or_else(|| {
                    wrong(
                        name,
                        at + 1,
                        "the line does not have two cells with a tab between",
                    )
                })
        });
    let (_, heading) = rows
        .next()
        .unwrap_or_else(|| Err(wrong(name, 1, "the file is empty")))?;
    Ok((heading, rows.collect::<Result<_, _>>()?))
}

fn wrong(name: &str, line: usize, problem: &str) -> LanguageError {
    LanguageError::Table {
        name: name.to_owned(),
        line,
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_packs_are_read_like_plain_ones() {
        let ids = |name: &str, text: &str| -> Vec<String> {
            let articles = read_articles(name, text).unwrap();
            articles.into_iter().map(|article| article.id).collect()
        };
        let markdown = "---\nlocale: en-US\n---\n## Can I repay early? {#a}\n\nYes.\n";
        assert_eq!(ids("kb.md", markdown), ["a"]);
        let table = "id\tlocale\tquestion\tanswer\na\ten-US\tq\tYes.\na\ten-US\tr\t\n";
        assert_eq!(ids("kb.tsv", table), ["a"]);
        assert_eq!(ids("kb.csv", &table.replace('\t', ",")), ["a"]);
        assert_eq!(ids("kb.tsv", "id\tquestion\na\tq\n"), ["a"]);
        let error = read_articles("kb.csv", &table.replace('\t', ";")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "kb.csv:1: the cells are separated by `;`: save the file with commas between them"
        );
        let error = read_articles("kb.tsv", "id\tname\na\tq\n").unwrap_err();
        assert!(
            error.to_string().contains("id, locale, question, answer"),
            "{error}"
        );
    }

    #[test]
    fn questions_without_their_article_are_refused() {
        let articles = read_articles("kb.tsv", "id\tquestion\na\tq\n").unwrap();
        let checked =
            |text: &str| check_queries("q.tsv", text, &articles).map_err(|error| error.to_string());
        assert_eq!(checked("question\tid\nr\ta\n"), Ok(()));
        let unknown = checked("question\tid\nr\ta\n\ns\tb\nt\tc\n").unwrap_err();
        let expected = "q.tsv:4: no article has the id `b`, nor those of 1 further questions";
        assert!(unknown.starts_with(expected), "{unknown}");
        assert!(checked("question\tid\n").is_err());
    }
}
