//! What is looked at when a query is compared with a text of an article.

use super::entry::Prepared;
use super::facets::Facets;
use super::statistics::Statistics;
use super::translation::{Translated, Translation};
use super::views::{MEANT, Term, VIEWS, Views, WRITTEN};

/// Number of features.
pub(super) const FEATURES: usize = 10;
const CONFLICT: usize = VIEWS;
const NEGATION: usize = VIEWS + 1;
const LENGTH: usize = VIEWS + 2;
const LENGTH_APART: usize = VIEWS + 3;
const COVERED: usize = VIEWS + 4;
const TRANSLATED: usize = VIEWS + 5;
const ENCODED: usize = VIEWS + 6;

/// The features of one text: BM25 in each view, conflict of facets, only one of both negated, logarithm of the lengths' ratio and its
/// distance from 0, share of the query that is found, translation, likeness by the encoder.
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
            let mut sum = 0.0;
            let mut query = query.iter().peekable();
            for (term, count) in terms.iter() {
                while query.next_if(|(wanted, _)| *wanted < term).is_some() {}
                let Some((_, weight)) = query.next_if(|(wanted, _)| *wanted == term) else {
                    continue;
                };
                let count = f32::from(count);
                sum += weight * count * (SATURATION + 1.0) / (count + norm);
                if view == MEANT {
                    covered += weight;
                }
            }
            if let Some(to) = out.get_mut(view) {
                *to = sum;
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
        features.iter().take(VIEWS).any(|found| *found > 0.0)
            || features[TRANSLATED] > 0.0
            || features[ENCODED] > LEAST_ENCODED
    }
}

/// Texts that share no term with the query and are less alike than this by the encoder have nothing to do with it.
const LEAST_ENCODED: f32 = 0.3;
