//! How well articles are found: the right one first, among the first five, and how long a search takes.

use std::sync::Arc;
use std::time::Instant;

use crate::knowledge::{Article, KnowledgeBase, KnowledgeSettings, Ranker, Search, Variant};
use crate::{LanguageError, SentenceEncoder};

/// Places that are looked at for the mean reciprocal rank; a right article further down counts as not found.
const DEPTH: usize = 100;

/// What came of one query.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedQuery {
    /// The query.
    pub query: String,
    /// The article that is right.
    pub right: String,
    /// Its place, from 1; `None` when it is not among the first hundred.
    pub place: Option<usize>,
    /// The article that came first.
    pub first: Option<String>,
    /// How sure that is, 0 to 1.
    pub score: f32,
}

/// How well the articles were found.
#[derive(Debug, Clone, PartialEq)]
pub struct RetrievalReport {
    /// Share of the queries whose article came first.
    pub recall_at_1: f64,
    /// Share of the queries whose article was among the first five.
    pub recall_at_5: f64,
    /// Mean of one divided by the place.
    pub mrr: f64,
    /// Median time of a search for five answers, in microseconds.
    pub p50_us: f64,
    /// Time to index the articles, in seconds.
    pub index_s: f64,
    /// Time to learn from the development queries, in seconds; 0 without them.
    pub learn_s: f64,
    /// Every query.
    pub queries: Vec<RankedQuery>,
}

/// Searches `articles` with `queries`, pairs of a sentence and the id of its article; `dev` are pairs to learn from first.
///
/// # Errors
///
/// When an article is against the bounds, or the encoder fails.
pub fn evaluate_retrieval(
    articles: &[Article],
    queries: &[(String, String)],
    dev: Option<&[(String, String)]>,
    encoder: Option<Arc<dyn SentenceEncoder>>,
) -> Result<RetrievalReport, LanguageError> {
    let started = Instant::now();
    let settings = KnowledgeSettings {
        encoder,
        ..KnowledgeSettings::default()
    };
    let base = KnowledgeBase::new(articles.to_vec(), settings)?;
    let index_s = started.elapsed().as_secs_f64();
    let locale = articles.first().map_or("zh-CN", |article| &article.locale);
    let started = Instant::now();
    if let Some(dev) = dev {
        base.set_ranker(Ranker::learn(&base.snapshot(), dev, locale));
    }
    let learn_s = started.elapsed().as_secs_f64();
    let snapshot = base.snapshot();
    let mut times = Vec::with_capacity(queries.len());
    let mut ranked = Vec::with_capacity(queries.len());
    for (query, right) in queries {
        let search = |limit| Search {
            query,
            locale,
            limit,
            scopes: &[],
            now_ms: None,
            variant: Variant::Text,
        };
        let started = Instant::now();
        let best = snapshot.search(&search(5));
        times.push(started.elapsed().as_secs_f64() * 1e6);
        let found = snapshot.search(&search(DEPTH));
        let place = found.iter().position(|answer| answer.id == *right);
        ranked.push(RankedQuery {
            query: query.clone(),
            right: right.clone(),
            place: place.map(|place| place + 1),
            score: best.first().map_or(0.0, |answer| answer.score),
            first: best.into_iter().next().map(|answer| answer.id),
        });
    }
    times.sort_unstable_by(f64::total_cmp);
    let count = ranked.len().max(1) as f64;
    let within = |most| {
        ranked
            .iter()
            .filter(|q| q.place.is_some_and(|at| at <= most))
            .count() as f64
            / count
    };
    Ok(RetrievalReport {
        recall_at_1: within(1),
        recall_at_5: within(5),
        mrr: ranked
            .iter()
            .filter_map(|q| Some(1.0 / q.place? as f64))
            .sum::<f64>()
            / count,
        p50_us: times.get(times.len() / 2).copied().unwrap_or(0.0),
        index_s,
        learn_s,
        queries: ranked,
    })
}

/// Reads `id, question` or `id, answer` with a heading, separated by tabs. The locale is the language that most of it is written in.
///
/// # Errors
///
/// When the heading is another, or a line has another number of cells.
pub fn read_articles(name: &str, text: &str) -> Result<Vec<Article>, LanguageError> {
    let (heading, rows) = rows(name, text)?;
    let is_question = match heading {
        ("id", "question") => true,
        ("id", "answer") => false,
        _ => {
            return Err(wrong(
                name,
                1,
                "the heading is neither `id, question` nor `id, answer`",
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
        .map(|(id, text)| Article {
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
            .map(|(question, id)| (question.to_owned(), id.to_owned()))
            .collect()),
        _ => Err(wrong(name, 1, "the heading is not `question, id`")),
    }
}

type Pair<'t> = (&'t str, &'t str);

fn rows<'t>(name: &str, text: &'t str) -> Result<(Pair<'t>, Vec<Pair<'t>>), LanguageError> {
    let mut rows = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            line.split_once('\t')
                .filter(|(_, after)| !after.contains('\t'))
                .ok_or_else(|| {
                    wrong(
                        name,
                        at + 1,
                        "the line does not have two cells with a tab between",
                    )
                })
        });
    let heading = rows
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
