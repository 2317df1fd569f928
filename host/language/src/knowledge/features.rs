//! What is looked at when a query is compared with a text of an article.

use super::entry::Prepared;
use super::facets::Facets;
use super::statistics::Statistics;
use super::translation::{Translated, Translation};
use super::views::{MEANT, Term, VIEWS, Views, WRITTEN, is_unit};

/// Number of features.
pub(super) const FEATURES: usize = 14;
/// BM25 in each view, of single characters and words; after them, of pairs of characters and parts of words.
const SINGLE: usize = 0;
const LONGER: usize = VIEWS;
/// Whether the text is about a thing that excludes the query's.
const CONFLICT: usize = 2 * VIEWS;
/// Whether only one of both is negated.
const NEGATION: usize = 2 * VIEWS + 1;
/// Logarithm of the text's length divided by the query's.
const LENGTH: usize = 2 * VIEWS + 2;
/// Distance of that from 0.
const LENGTH_APART: usize = 2 * VIEWS + 3;
/// Share of the query's meaning that the text has.
const COVERED: usize = 2 * VIEWS + 4;
/// What the text means beyond the query, as a multiple of the query.
const BEYOND: usize = 2 * VIEWS + 5;
/// Likeness by the translation.
const TRANSLATED: usize = 2 * VIEWS + 6;
/// Likeness by the encoder.
const ENCODED: usize = 2 * VIEWS + 7;

/// The features of one text.
pub(super) type Features = [f32; FEATURES];

/// The two numbers of BM25.
const SATURATION: f32 = 1.2;
const BY_LENGTH: f32 = 0.75;

/// What a text shares with a query.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Shared {
    /// The first features: BM25 in each view.
    weights: [f32; 2 * VIEWS],
    /// Weights of the terms of the meaning that both have.
    covered: f32,
}

impl Shared {
    fn is_nothing(&self) -> bool {
        self.weights.iter().all(|weight| *weight == 0.0)
    }
}

/// A query, weighed by the statistics of the texts that it is compared with.
#[derive(Debug)]
pub(super) struct Weighed<'q> {
    views: &'q Views,
    /// Terms with their BM25 weights, sorted, by view.
    terms: [Vec<(Term, f32)>; VIEWS],
    any: Filter,
    /// Mean length of texts, by view.
    mean: [f32; VIEWS],
    conflicts: Vec<(Term, Term)>,
    meant_in_all: f32,
    translated: Option<Translated>,
    vector: &'q [f32],
}

impl<'q> Weighed<'q> {
    pub(super) fn new(
        views: &'q Views,
        vector: &'q [f32],
        statistics: &Statistics,
        facets: Option<&Facets>,
        translation: Option<&Translation>,
    ) -> Self {
        let mut terms = [const { Vec::new() }; VIEWS];
        let mut mean = [1.0; VIEWS];
        for (view, (to, from)) in terms.iter_mut().zip(&views.views).enumerate() {
            to.extend(
                from.terms
                    .iter()
                    .map(|term| (*term, statistics.weight(*term))),
            );
            if let Some(mean) = mean.get_mut(view) {
                *mean = statistics.mean_length(view);
            }
        }
        let any = Filter::of(terms.iter().flatten().map(|(term, _)| *term));
        let all = statistics.mean_length(MEANT) * statistics.texts().max(1) as f32;
        let translated = translation
            .zip(views.views.get(MEANT))
            .map(|(by, meant)| by.of(meant, |term| statistics.frequency(term) as f32 / all));
        Self {
            views,
            meant_in_all: terms
                .get(MEANT)
                .map_or(0.0, |t| t.iter().map(|(_, w)| w).sum()),
            terms,
            any,
            mean,
            conflicts: facets.map(|facets| facets.of(views)).unwrap_or_default(),
            translated,
            vector,
        }
    }

    /// Its terms with their weights, view by view, sorted in each.
    pub(super) fn terms(&self) -> impl Iterator<Item = (usize, (Term, f32))> {
        let views = self.terms.iter().enumerate();
        views.flat_map(|(view, terms)| terms.iter().map(move |term| (view, *term)))
    }

    /// Notes that a text, of so many terms in this view, has a term of the query so often.
    pub(super) fn add(
        &self,
        shared: &mut Shared,
        view: usize,
        (term, weight): (Term, f32),
        count: u8,
        length: u32,
    ) {
        let mean = self.mean.get(view).copied().unwrap_or(1.0);
        let norm = SATURATION * (1.0 - BY_LENGTH + BY_LENGTH * length as f32 / mean);
        let count = f32::from(count);
        let place = if is_unit(term) { SINGLE } else { LONGER };
        if let Some(to) = shared.weights.get_mut(place + view) {
            *to += weight * count * (SATURATION + 1.0) / (count + norm);
        }
        if view == MEANT {
            shared.covered += weight;
        }
    }

    /// What a text shares with the query.
    pub(super) fn shared(&self, text: &Prepared) -> Shared {
        let mut shared = Shared::default();
        for (view, (query, terms)) in self.terms.iter().zip(&text.views.views).enumerate() {
            // Nearly all terms of nearly all texts are strange to the query.
            for (term, count) in terms.iter().filter(|(term, _)| self.any.may_hold(*term)) {
                let found = query.binary_search_by_key(&term, |(wanted, _)| *wanted);
                if let Some(term) = found.ok().and_then(|at| query.get(at)) {
                    self.add(&mut shared, view, *term, count, terms.length);
                }
            }
        }
        shared
    }

    /// Compares the query with a text, which shares this with it and whose meaning weighs so much. None when they have nothing to do
    /// with each other.
    pub(super) fn related(
        &self,
        text: &Prepared,
        meaning: f32,
        shared: &Shared,
    ) -> Option<Features> {
        if shared.is_nothing() && self.translated.is_none() && self.vector.is_empty() {
            return None;
        }
        let features = self.features(text, meaning, shared);
        let related =
            !shared.is_nothing() || features[TRANSLATED] > 0.0 || features[ENCODED] > LEAST_ENCODED;
        related.then_some(features)
    }

    /// Compares the query with a text, which shares this with it and whose meaning weighs so much.
    pub(super) fn features(&self, text: &Prepared, meaning: f32, shared: &Shared) -> Features {
        let mut out = [0.0; FEATURES];
        for (to, from) in out.iter_mut().zip(shared.weights) {
            *to = from;
        }
        let covered = shared.covered;
        let length = |views: &Views| views.views.get(MEANT).map_or(0, |terms| terms.length) as f32;
        let ratio = ((1.0 + length(&text.views)) / (1.0 + length(self.views))).ln();
        let written = text.views.views.get(WRITTEN);
        out[CONFLICT] = f32::from(written.is_some_and(|w| Facets::conflict(&self.conflicts, w)));
        out[NEGATION] = f32::from(self.views.negated != text.views.negated);
        out[LENGTH] = ratio;
        out[LENGTH_APART] = ratio.abs();
        out[COVERED] = covered / self.meant_in_all.max(f32::EPSILON);
        out[BEYOND] = (meaning - covered).max(0.0) / self.meant_in_all.max(f32::EPSILON);
        if let (Some(translated), Some(meant)) = (&self.translated, text.views.views.get(MEANT)) {
            out[TRANSLATED] = translated.likeness(meant);
        }
        out[ENCODED] = self
            .vector
            .iter()
            .zip(&text.vector)
            .map(|(a, b)| a * b)
            .sum();
        out
    }
}

/// Texts that share no term with the query and are less alike than this by the encoder have nothing to do with it.
const LEAST_ENCODED: f32 = 0.3;

/// A set of terms that may hold others too, but says so at once and without a branch.
#[derive(Debug)]
struct Filter([u64; Filter::WORDS]);

impl Filter {
    const WORDS: usize = 32;

    fn of(terms: impl Iterator<Item = Term>) -> Self {
        let mut words = [0; Self::WORDS];
        for term in terms {
            let (word, bit) = Self::place(term);
            if let Some(word) = words.get_mut(word) {
                *word |= bit;
            }
        }
        Self(words)
    }

    fn may_hold(&self, term: Term) -> bool {
        let (word, bit) = Self::place(term);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn place(term: Term) -> (usize, u64) {
        // The lowest bits of a term have a meaning of their own.
        let hash = term >> 2;
        ((hash >> 6) as usize % Self::WORDS, 1 << (hash % 64))
    }
}
