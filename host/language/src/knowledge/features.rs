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

/// A query, weighed by the statistics of the texts that it is compared with.
#[derive(Debug)]
pub(super) struct Weighed<'q> {
    views: &'q Views,
    statistics: &'q Statistics,
    /// Terms with their BM25 weights, sorted, by view.
    terms: [Vec<(Term, f32)>; VIEWS],
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
        statistics: &'q Statistics,
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
        let all = statistics.mean_length(MEANT) * statistics.texts().max(1) as f32;
        let translated = translation
            .zip(views.views.get(MEANT))
            .map(|(by, meant)| by.of(meant, |term| statistics.frequency(term) as f32 / all));
        Self {
            views,
            statistics,
            meant_in_all: terms
                .get(MEANT)
                .map_or(0.0, |t| t.iter().map(|(_, w)| w).sum()),
            terms,
            mean,
            conflicts: facets.map(|facets| facets.of(views)).unwrap_or_default(),
            translated,
            vector,
        }
    }

    /// Compares.
    pub(super) fn features(&self, text: &Prepared) -> Features {
        let mut out = [0.0; FEATURES];
        let mut covered = 0.0;
        let views = self.terms.iter().zip(&text.views.views).zip(&self.mean);
        for (view, ((query, terms), mean)) in views.enumerate() {
            let norm = SATURATION * (1.0 - BY_LENGTH + BY_LENGTH * terms.length as f32 / mean);
            let (mut single, mut longer) = (0.0, 0.0);
            let mut query = query.iter().peekable();
            for (term, count) in terms.iter() {
                while query.next_if(|(wanted, _)| *wanted < term).is_some() {}
                let Some((_, weight)) = query.next_if(|(wanted, _)| *wanted == term) else {
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
        out[BEYOND] = (self.meaning(text) - covered).max(0.0) / self.meant_in_all.max(f32::EPSILON);
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

    /// Weight of all that a text means.
    fn meaning(&self, text: &Prepared) -> f32 {
        let meant = text.views.views.get(MEANT);
        let terms = meant.map_or(&[][..], |terms| &terms.terms);
        terms.iter().map(|term| self.statistics.weight(*term)).sum()
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
