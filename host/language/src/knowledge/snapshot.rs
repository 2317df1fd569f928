//! One version of the knowledge.

use std::collections::HashMap;
use std::sync::Arc;

use super::article::Article;
use super::asker::ArticleId;
use super::confidence::Likeness;
use super::entry::key;
use super::ranker::Ranker;
use super::scope::Scope;
use super::shelf::{Asked, CANDIDATES, Shelf};
use super::sums::Candidate;
use super::synonyms::Synonyms;
use super::views::Views;
use crate::catalogue::Variant;
use crate::{LanguageError, SentenceEncoder, normalise};

/// How many times more candidates are looked at than at first when most are not for the asker.
const WIDEST: usize = 64;

/// An article that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Stable id of the article.
    pub id: String,
    /// The pack it came with; `None` for the enterprise's own.
    pub pack: Option<String>,
    /// The question it answers, as its author wrote it first.
    pub question: String,
    /// The answer.
    pub text: String,
    /// 0 to 1; comparable within one model only. See [`ANSWER_THRESHOLD`](crate::ANSWER_THRESHOLD).
    pub score: f32,
}

impl Answer {
    fn new(article: &Article, variant: Variant, score: f32) -> Self {
        Self {
            id: article.id.clone(),
            pack: article.pack.clone(),
            question: article.questions.first().cloned().unwrap_or_default(),
            text: article.answer_as(variant).to_owned(),
            score,
        }
    }
}

/// A question to the knowledge.
#[derive(Debug, Clone, Copy)]
pub struct Search<'q> {
    /// The sentence.
    pub query: &'q str,
    /// BCP 47 locale: articles in its language are searched.
    pub locale: &'q str,
    /// Most answers.
    pub limit: usize,
    /// Scopes that may be seen besides [`Scope::Common`].
    pub scopes: &'q [Scope],
    /// The moment, in milliseconds since 1970-01-01T00:00:00Z. Articles out of their time are not given; without a moment,
    /// none that have bounds.
    pub now_ms: Option<u64>,
    /// Which form of the answer.
    pub variant: Variant,
}

/// An immutable version of a [`KnowledgeBase`](super::KnowledgeBase). Cheap to share in an `Arc`; a turn keeps the one it began with.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(super) shelves: HashMap<String, Arc<Shelf>>,
    pub(super) synonyms: Arc<Synonyms>,
    pub(super) ranker: Arc<Ranker>,
    pub(super) encoder: Option<Arc<dyn SentenceEncoder>>,
    /// Sum of the articles' digests, so that a change need not look at all.
    pub(super) sum: u128,
    /// What else answers depend on.
    pub(super) settings: u128,
}

impl Snapshot {
    /// Names the contents: two snapshots with the same version hold the same articles and weigh them alike.
    pub fn version(&self) -> String {
        let all = self
            .sum
            .wrapping_add(self.settings)
            .wrapping_add(self.ranker.digest);
        format!("{all:032x}").split_at(12).0.to_owned()
    }

    /// Number of articles.
    pub fn len(&self) -> usize {
        self.shelves
            .values()
            .map(|shelf| shelf.entries().count())
            .sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All articles, in no particular order.
    pub fn articles(&self) -> impl Iterator<Item = &Article> {
        self.shelves
            .values()
            .flat_map(|shelf| shelf.entries())
            .map(|entry| &entry.article)
    }

    /// The article with this id in the language of `locale`, whatever its scope and time; the enterprise's own before a pack's.
    pub fn article(&self, id: &str, locale: &str) -> Option<&Article> {
        Some(&self.shelf(locale)?.with_id(id)?.entry.article)
    }

    /// The article with this name, when the asker may be given it; one in the very locale before others of its language. The query
    /// and the limit are not looked at.
    pub fn given(&self, name: &ArticleId, search: &Search<'_>) -> Option<Answer> {
        let shelf = self.shelf(search.locale)?;
        let exact = shelf.entry(&key(&name.id, name.pack.as_deref(), search.locale));
        let others = shelf.all_with_id(&name.id);
        exact
            .map(|entry| &entry.article)
            .into_iter()
            .chain(others.map(|found| &found.entry.article))
            .find(|article| article.pack == name.pack && search.sees(article))
            .map(|article| Answer::new(article, search.variant, 1.0))
    }

    /// At most `limit` articles that may answer, best first, with scores that fall.
    pub fn search(&self, search: &Search<'_>) -> Vec<Answer> {
        let Some(shelf) = self.shelf(search.locale) else {
            return Vec::new();
        };
        let asked = self.asked(search.query);
        let found = self.visible(shelf, &asked, search);
        let likeness = Likeness::new(shelf, &asked);
        let mut least = 1.0_f32;
        found
            .into_iter()
            .map(|candidate| {
                least = least.min(likeness.confidence(candidate));
                Answer::new(&candidate.entry.article, search.variant, least)
            })
            .collect()
    }

    /// The best articles that the asker may see, looking further when too few of the first candidates are.
    fn visible<'s>(
        &self,
        shelf: &'s Shelf,
        asked: &Asked,
        search: &Search<'_>,
    ) -> Vec<Candidate<'s>> {
        let mut limit = CANDIDATES.max(search.limit);
        loop {
            // The engine's data lies in memory, so that it fails only when it is broken; knowing nothing is the honest answer then.
            let (found, more) = shelf.candidates(asked, limit).unwrap_or_default();
            let seen = |candidate: &Candidate<'_>| search.sees(&candidate.entry.article);
            let found: Vec<Candidate<'_>> = found.into_iter().filter(seen).collect();
            if more && found.len() < search.limit && limit < CANDIDATES * WIDEST {
                limit *= 4;
                continue;
            }
            let ranked = shelf.rank(asked, &found, &self.ranker);
            return narrowest(ranked.into_iter().map(|r| r.candidate), search.limit);
        }
    }

    pub(super) fn shelf(&self, locale: &str) -> Option<&Shelf> {
        self.shelves.get(&language(locale)).map(Arc::as_ref)
    }

    pub(super) fn asked(&self, query: &str) -> Asked {
        let encode = |encoder: &Arc<dyn SentenceEncoder>| {
            // Without its vector the query is still understood by its words.
            encoder.encode(&[query]).unwrap_or_default()
        };
        Asked {
            views: Views::of(query, &self.synonyms),
            vector: self.encoder.as_ref().map(encode).unwrap_or_default(),
        }
    }
}

/// The first `limit`, without articles that ask the same as a narrower one: that takes the place of the wider one.
fn narrowest<'s>(
    candidates: impl Iterator<Item = Candidate<'s>>,
    limit: usize,
) -> Vec<Candidate<'s>> {
    let asks = |candidate: Candidate<'_>| {
        let questions = candidate.entry.article.questions.iter();
        questions.map(|q| normalise(q)).collect::<Vec<_>>()
    };
    let scope = |candidate: Candidate<'_>| candidate.entry.article.scope.narrowness();
    let mut out: Vec<(Candidate<'_>, Vec<String>)> = Vec::with_capacity(limit);
    for candidate in candidates {
        let questions = asks(candidate);
        let same = out.iter_mut().find(|(other, theirs)| {
            scope(*other) != scope(candidate) && theirs.iter().any(|q| questions.contains(q))
        });
        if let Some(place) = same {
            if scope(place.0) < scope(candidate) {
                *place = (candidate, questions);
            }
        } else if out.len() == limit {
            break;
        } else {
            out.push((candidate, questions));
        }
    }
    out.into_iter().map(|(candidate, _)| candidate).collect()
}

/// The primary language of a locale.
pub(crate) fn language(locale: &str) -> String {
    locale
        .split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// The engine's trouble as ours.
pub(super) fn broken(error: tantivy::TantivyError) -> LanguageError {
    LanguageError::Engine(error.to_string())
}
