//! The articles of one language at one time.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use tantivy::Searcher;

use super::engine::{Engine, Part, Text};
use super::entry::{Entry, Prepared, SEPARATOR};
use super::facets::Facets;
use super::features::Weighed;
use super::postings::Postings;
use super::ranker::Ranker;
use super::statistics::Statistics;
use super::sums::{Candidate, EntrySums};
use super::views::{MEANT, Term, Views};

/// Texts that are compared with a query, as a rule.
pub(super) const CANDIDATES: usize = 80;
/// With so many texts all are compared with every query, which takes less than asking the engine.
const ALL_COMPARED: usize = 600;
/// Terms of a query that the engine looks for, the rarest: common ones cost most and tell least.
const SEARCH_TERMS: usize = 16;
/// With so many of them the search is left there as soon as the texts that hold them are [`MOST_LOOKED_UP`].
const ENOUGH_TERMS: usize = 6;
/// Texts by term, added up, that a search looks at: it takes some 20 ns for each.
const MOST_LOOKED_UP: u64 = 50_000;
/// Texts up to which an encoder's vectors are all compared with the query's.
const MOST_COMPARED: usize = 20_000;

/// A shelf. It never changes; the next version is [derived](Self::change) from it.
#[derive(Debug)]
pub(super) struct Shelf {
    engine: Engine,
    searcher: Searcher,
    /// Articles by slot. A slot is used once.
    slots: Vec<Option<Arc<Entry>>>,
    /// By slot, added up when it is first asked for.
    sums: Vec<OnceLock<Box<EntrySums>>>,
    /// With few texts; made when it is first searched.
    postings: OnceLock<Postings>,
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
    pub(super) candidate: Candidate<'s>,
    pub(super) score: f32,
}

impl Ranked<'_> {
    fn id(&self) -> &str {
        &self.candidate.entry.article.id
    }
}

impl Shelf {
    pub(super) fn new(entries: Vec<Arc<Entry>>) -> tantivy::Result<Self> {
        let engine = Engine::build(texts(&entries, 0))?;
        let mut shelf = Self {
            searcher: engine.searcher()?,
            engine,
            slots: Vec::with_capacity(entries.len()),
            sums: Vec::new(),
            postings: OnceLock::new(),
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
            sums: Vec::new(),
            postings: OnceLock::new(),
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
        self.sums.resize_with(self.slots.len(), OnceLock::new);
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
    pub(super) fn with_id(&self, id: &str) -> Option<Candidate<'_>> {
        self.all_with_id(id).next()
    }

    /// All articles with an id.
    pub(super) fn all_with_id<'s>(&'s self, id: &str) -> impl Iterator<Item = Candidate<'s>> {
        let from = format!("{id}{SEPARATOR}");
        let range: (Bound<&str>, Bound<&str>) = (Bound::Included(&from), Bound::Unbounded);
        let after = self.by_key.range::<str, _>(range);
        let found = after.map_while(|(_, slot)| self.candidate(*slot as usize));
        found.take_while(move |found| found.entry.key.starts_with(&from))
    }

    fn candidate(&self, slot: usize) -> Option<Candidate<'_>> {
        let entry = self.slots.get(slot)?.as_deref()?;
        let sums = self.sums.get(slot)?;
        let sums = sums.get_or_init(|| Box::new(EntrySums::of(entry, self)));
        Some(Candidate { slot, entry, sums })
    }

    fn is_small(&self) -> bool {
        self.texts() <= ALL_COMPARED
    }

    /// Number of texts.
    pub(super) fn texts(&self) -> usize {
        (self.questions.texts() + self.answers.texts()) as usize
    }

    /// Articles that may fit, and whether there may be more than these. On a small shelf these are all.
    pub(super) fn candidates(
        &self,
        asked: &Asked,
        limit: usize,
    ) -> tantivy::Result<(Vec<Candidate<'_>>, bool)> {
        if self.is_small() || self.texts() <= limit {
            let all = (0..self.slots.len()).filter_map(|slot| self.candidate(slot));
            return Ok((all.collect(), false));
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
            .filter_map(|slot| self.candidate(*slot as usize));
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
        candidates: &[Candidate<'s>],
        ranker: &Ranker,
    ) -> Vec<Ranked<'s>> {
        let (to_questions, to_answers) = self.weigh(asked, ranker);
        let found = self.is_small().then(|| {
            let slots = || self.slots.iter().map(|slot| slot.as_deref());
            let postings = self.postings.get_or_init(|| Postings::of(slots()));
            postings.shared(&to_questions, &to_answers)
        });
        let mut ranked: Vec<Ranked<'s>> = candidates
            .iter()
            .filter_map(|candidate| {
                let slot = candidate.slot;
                let question = candidate
                    .questions()
                    .enumerate()
                    .filter_map(|(at, (text, meaning))| {
                        let known = found.as_ref().map(|found| found.question(slot, at));
                        let shared = known.unwrap_or_else(|| to_questions.shared(text));
                        let features = to_questions.related(text, meaning, &shared)?;
                        Some(ranker.score(&features, false, &asked.views, &text.views))
                    })
                    .max_by(f32::total_cmp);
                let answer = candidate.answer().and_then(|(text, meaning)| {
                    let known = found.as_ref().map(|found| found.answer(slot));
                    let shared = known.unwrap_or_else(|| to_answers.shared(text));
                    let features = to_answers.related(text, meaning, &shared)?;
                    Some(ranker.score(&features, true, &asked.views, &text.views))
                });
                (question.is_some() || answer.is_some()).then(|| Ranked {
                    candidate: *candidate,
                    score: Ranker::together(question, answer),
                })
            })
            .collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id().cmp(b.id())));
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

/// The terms of a query's meaning that fewest texts have, of those that any has.
fn rarest(query: &Views, statistics: &Statistics) -> Vec<Term> {
    let meant = query.views.get(MEANT).map_or(&[][..], |meant| &meant.terms);
    let mut terms: Vec<(u32, Term)> = meant
        .iter()
        .map(|term| (statistics.frequency(*term), *term))
        .filter(|(frequency, _)| *frequency > 0)
        .collect();
    terms.sort_unstable();
    let mut looked_up = 0;
    terms
        .into_iter()
        .take(SEARCH_TERMS)
        .enumerate()
        .take_while(|(at, (frequency, _))| {
            looked_up += u64::from(*frequency);
            *at < ENOUGH_TERMS || looked_up <= MOST_LOOKED_UP
        })
        .map(|(_, (_, term))| term)
        .collect()
}
