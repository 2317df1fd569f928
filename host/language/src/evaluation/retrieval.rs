//! How well articles are found: the right one first, among the first five, and how long a search takes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use jackfield_core::language_of;

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
    let locales = Locales::of(articles);
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
            locale: locales.asked_in(query, right).unwrap_or(locale),
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
            // A sum of nothing would be -0.
            .fold(0.0, |sum, share| sum + share)
            / count,
        p50_us: times.get(times.len() / 2).copied().unwrap_or(0.0),
        index_s,
        learn_s,
        queries: ranked,
    })
}

/// The locales that each article has.
struct Locales<'a>(HashMap<&'a str, Vec<&'a str>>);

impl<'a> Locales<'a> {
    fn of(articles: &'a [Article]) -> Self {
        let mut locales: HashMap<&str, Vec<&str>> = HashMap::new();
        for article in articles {
            locales
                .entry(&article.id)
                .or_default()
                .push(&article.locale);
        }
        Self(locales)
    }

    /// The locale of the conversation in which this article is asked for: of several, the one in which the query is written.
    fn asked_in(&self, query: &str, right: &str) -> Option<&'a str> {
        let locales = self.0.get(right)?;
        let first = *locales.first()?;
        if locales.len() == 1 {
            return Some(first);
        }
        let written = crate::detect_locale(query, first);
        let mut same = locales.iter().copied();
        same.find(|locale| {
            written.is_some_and(|written| language_of(written) == language_of(locale))
        })
        .or(Some(first))
    }
}
