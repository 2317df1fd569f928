//! The articles of one language at one time.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use tantivy::Searcher;

use super::engine::{Engine, Part, SEARCHED, Text};
use super::entry::{Entry, Prepared, SEPARATOR};
use super::facets::Facets;
use super::features::Weighed;
use super::ranker::Ranker;
use super::statistics::Statistics;
use super::views::{Term, Views};

/// Texts that are compared with a query, as a rule.
pub(super) const CANDIDATES: usize = 120;
/// Terms of a query that the engine looks for, the rarest: common ones cost most and tell least.
const SEARCH_TERMS: usize = 16;
/// Texts up to which an encoder's vectors are all compared with the query's.
const MOST_COMPARED: usize = 20_000;

/// A shelf. It never changes; the next version is [derived](Self::change) from it.
#[derive(Debug)]
pub(super) struct Shelf {
    engine: Engine,
    searcher: Searcher,
    /// Articles by slot. A slot is used once.
    slots: Vec<Option<Arc<Entry>>>,
    /// Slots by the article's key.
    by_key: Arc<BTreeMap<Arc<str>, u32>>,
    pub(super) questions: Statistics,
    pub(super) answers: Statistics,
    pub(super) facets: Facets,
}

/// A query: its terms, and its vector (empty without an encoder).
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) views: Views,
    pub(super) vector: Vec<f32>,
}

/// An article with its rank's score.
#[derive(Debug, Clone)]
pub(super) struct Ranked<'s> {
    pub(super) entry: &'s Entry,
    pub(super) score: f32,
}

impl Shelf {
    pub(super) fn new(entries: Vec<Arc<Entry>>) -> tantivy::Result<Self> {
        let engine = Engine::build(texts(&entries, 0))?;
        let mut shelf = Self {
            searcher: engine.searcher()?,
            engine,
            slots: Vec::with_capacity(entries.len()),
            by_key: Arc::default(),
            questions: Statistics::default(),
            answers: Statistics::default(),
            facets: Facets::default(),
        };
        shelf.put(entries);
        shelf.find_facets();
        Ok(shelf)
    }

    /// The shelf without the articles of these keys and with these entries.
    pub(super) fn change(
        &self,
        remove: &BTreeSet<String>,
        entries: Vec<Arc<Entry>>,
    ) -> tantivy::Result<Self> {
        let first = self.slots.len();
        let slots: Vec<u64> = remove
            .iter()
            .filter_map(|key| self.by_key.get(key.as_str()))
            .map(|slot| u64::from(*slot))
            .collect();
        if self.engine.change(&slots, texts(&entries, first)).is_err() {
            // What the engine holds now is not known.
            let kept = self
                .entries()
                .filter(|entry| !remove.contains(entry.key.as_ref()));
            return Self::new(kept.cloned().chain(entries).collect());
        }
        let mut shelf = Self {
            engine: self.engine.clone(),
            searcher: self.engine.searcher()?,
            slots: self.slots.clone(),
            by_key: Arc::clone(&self.by_key),
            questions: self.questions.clone(),
            answers: self.answers.clone(),
            facets: Facets::default(),
        };
        let by_key = Arc::make_mut(&mut shelf.by_key);
        for key in remove {
            let slot = by_key
                .remove(key.as_str())
                .and_then(|slot| shelf.slots.get_mut(slot as usize));
            let Some(entry) = slot.and_then(Option::take) else {
                continue;
            };
            entry
                .questions
                .iter()
                .for_each(|q| shelf.questions.remove(&q.views));
            entry
                .answer
                .iter()
                .for_each(|a| shelf.answers.remove(&a.views));
        }
        shelf.put(entries);
        shelf.find_facets();
        Ok(shelf)
    }

    fn put(&mut self, entries: Vec<Arc<Entry>>) {
        let by_key = Arc::make_mut(&mut self.by_key);
        for entry in entries {
            entry
                .questions
                .iter()
                .for_each(|q| self.questions.add(&q.views));
            entry.answer.iter().for_each(|a| self.answers.add(&a.views));
            by_key.insert(Arc::clone(&entry.key), self.slots.len() as u32);
            self.slots.push(Some(entry));
        }
    }

    fn find_facets(&mut self) {
        let questions = self
            .slots
            .iter()
            .flatten()
            .flat_map(|entry| &entry.questions);
        self.facets = Facets::find(&self.questions, questions.map(|q| &q.views));
    }

    /// All articles.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.slots.iter().flatten()
    }

    /// The article with this key.
    pub(super) fn entry(&self, key: &str) -> Option<&Arc<Entry>> {
        self.slots.get(*self.by_key.get(key)? as usize)?.as_ref()
    }

    /// The first article with this id.
    pub(super) fn with_id(&self, id: &str) -> Option<&Arc<Entry>> {
        self.all_with_id(id).next()
    }

    /// All articles with an id.
    pub(super) fn all_with_id<'s>(&'s self, id: &str) -> impl Iterator<Item = &'s Arc<Entry>> {
        let from = format!("{id}{SEPARATOR}");
        let range: (Bound<&str>, Bound<&str>) = (Bound::Included(&from), Bound::Unbounded);
        let after = self.by_key.range::<str, _>(range);
        let entries = after.map_while(|(_, slot)| self.slots.get(*slot as usize)?.as_ref());
        entries.take_while(move |entry| entry.key.starts_with(&from))
    }

    /// Number of texts.
    pub(super) fn texts(&self) -> usize {
        (self.questions.texts() + self.answers.texts()) as usize
    }

    /// Articles that may fit, and whether there may be more than these. With at most `limit` texts these are all.
    pub(super) fn candidates(
        &self,
        asked: &Asked,
        limit: usize,
    ) -> tantivy::Result<(Vec<&Entry>, bool)> {
        if self.texts() <= limit {
            return Ok((self.entries().map(Arc::as_ref).collect(), false));
        }
        let questions = rarest(&asked.views, &self.questions);
        let answers = rarest(&asked.views, &self.answers);
        let found = self
            .engine
            .candidates(&self.searcher, &questions, &answers, limit)?;
        let more = found.len() == limit;
        let mut slots = found;
        if !asked.vector.is_empty() && self.texts() <= MOST_COMPARED {
            slots.extend(self.nearest(&asked.vector, limit));
        }
        slots.sort_unstable();
        slots.dedup();
        let entries = slots
            .iter()
            .filter_map(|slot| self.slots.get(*slot as usize)?.as_deref());
        Ok((entries.collect(), more))
    }

    /// Slots of the articles whose vectors are nearest.
    fn nearest(&self, vector: &[f32], limit: usize) -> Vec<u64> {
        let mut all: Vec<(f32, u64)> = (0..)
            .zip(&self.slots)
            .filter_map(|(slot, entry)| {
                let likeness = |text: &Prepared| -> f32 {
                    text.vector.iter().zip(vector).map(|(a, b)| a * b).sum()
                };
                let best = entry
                    .as_ref()?
                    .texts()
                    .map(likeness)
                    .max_by(f32::total_cmp)?;
                Some((best, slot))
            })
            .collect();
        all.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        all.truncate(limit);
        all.into_iter().map(|(_, slot)| slot).collect()
    }

    /// Weighs a query for the questions and for the answers of this shelf.
    pub(super) fn weigh<'q>(
        &'q self,
        asked: &'q Asked,
        ranker: &Ranker,
    ) -> (Weighed<'q>, Weighed<'q>) {
        let translation = ranker.translation.as_deref();
        let Asked { views, vector } = asked;
        (
            Weighed::new(
                views,
                vector,
                &self.questions,
                Some(&self.facets),
                translation,
            ),
            Weighed::new(views, vector, &self.answers, None, translation),
        )
    }

    /// Orders articles by how well they fit, best first; those that have nothing to do with the query are left out.
    pub(super) fn rank<'s>(
        &self,
        asked: &Asked,
        entries: &[&'s Entry],
        ranker: &Ranker,
    ) -> Vec<Ranked<'s>> {
        let (to_questions, to_answers) = self.weigh(asked, ranker);
        let mut ranked: Vec<Ranked<'s>> = entries
            .iter()
            .filter_map(|entry| {
                let score = |text: &Prepared, weighed: &Weighed<'_>, is_answer: bool| {
                    let features = weighed.features(text);
                    Weighed::is_related(&features)
                        .then(|| ranker.score(&features, is_answer, &asked.views, &text.views))
                };
                let question = entry
                    .questions
                    .iter()
                    .filter_map(|text| score(text, &to_questions, false))
                    .max_by(f32::total_cmp);
                let answer = entry
                    .answer
                    .as_ref()
                    .and_then(|text| score(text, &to_answers, true));
                (question.is_some() || answer.is_some()).then(|| Ranked {
                    entry,
                    score: Ranker::together(question, answer),
                })
            })
            .collect();
        ranked.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.entry.article.id.cmp(&b.entry.article.id))
        });
        ranked
    }
}

fn texts(entries: &[Arc<Entry>], first: usize) -> impl Iterator<Item = Text<'_>> {
    entries
        .iter()
        .zip(first as u64..)
        .flat_map(|(entry, slot)| {
            let text = move |part, views| Text { slot, part, views };
            entry
                .questions
                .iter()
                .map(move |q| text(Part::Question, &q.views))
                .chain(
                    entry
                        .answer
                        .iter()
                        .map(move |a| text(Part::Answer, &a.views)),
                )
        })
}

/// The terms of a query that fewest texts have, of those that any has.
fn rarest(query: &Views, statistics: &Statistics) -> Vec<Term> {
    let mut terms: Vec<(u32, Term)> = query
        .views
        .iter()
        .take(SEARCHED)
        .flat_map(|view| view.terms.iter())
        .map(|term| (statistics.frequency(*term), *term))
        .filter(|(frequency, _)| *frequency > 0)
        .collect();
    terms.sort_unstable();
    terms.truncate(SEARCH_TERMS);
    terms.into_iter().map(|(_, term)| term).collect()
}
