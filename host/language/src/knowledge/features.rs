//! What is looked at when a query is compared with a text of an article.

use super::entry::Prepared;
use super::facets::Facets;
use super::statistics::Statistics;
use super::sums::Sums;
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

    /// Compares.
    pub(super) fn features(&self, text: &Prepared, sums: Sums) -> Features {
        let mut out = [0.0; FEATURES];
        let mut covered = 0.0;
        let views = self.terms.iter().zip(&text.views.views).zip(&self.mean);
        for (view, ((query, terms), mean)) in views.enumerate() {
            let norm = SATURATION * (1.0 - BY_LENGTH + BY_LENGTH * terms.length as f32 / mean);
            let (mut single, mut longer) = (0.0, 0.0);
            // Nearly all terms of nearly all texts are strange to the query.
            for (term, count) in terms.iter().filter(|(term, _)| self.any.may_hold(*term)) {
                let found = query.binary_search_by_key(&term, |(wanted, _)| *wanted);
                let Some((_, weight)) = found.ok().and_then(|at| query.get(at)) else {
                    continue;
                };
                let count = f32::from(count);
                let part = weight * count * (SATURATION + 1.0) / (count + norm);
                if is_unit(term) {
                    single += part;
                } else {
                    longer += part;
                }
                if view == MEANT {
                    covered += weight;
                }
            }
            for (to, sum) in [(SINGLE, single), (LONGER, longer)] {
                if let Some(to) = out.get_mut(to + view) {
                    *to = sum;
                }
            }
        }
        let length = |views: &Views| views.views.get(MEANT).map_or(0, |terms| terms.length) as f32;
        let ratio = ((1.0 + length(&text.views)) / (1.0 + length(self.views))).ln();
        let written = text.views.views.get(WRITTEN);
        out[CONFLICT] = f32::from(written.is_some_and(|w| Facets::conflict(&self.conflicts, w)));
        out[NEGATION] = f32::from(self.views.negated != text.views.negated);
        out[LENGTH] = ratio;
        out[LENGTH_APART] = ratio.abs();
        out[COVERED] = covered / self.meant_in_all.max(f32::EPSILON);
        out[BEYOND] = (sums.meaning - covered).max(0.0) / self.meant_in_all.max(f32::EPSILON);
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

    /// Whether a text with these features has anything to do with the query.
    pub(super) fn is_related(features: &Features) -> bool {
        features.iter().take(2 * VIEWS).any(|found| *found > 0.0)
            || features[TRANSLATED] > 0.0
            || features[ENCODED] > LEAST_ENCODED
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
