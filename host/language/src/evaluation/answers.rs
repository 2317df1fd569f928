//! Answers to the sentences of a test, and what can be counted in them.

use std::collections::BTreeMap;

use super::table::Labelled;
use crate::intents::Reading;

/// The answer to a sentence of the test.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) row: Labelled,
    /// The best reading.
    pub(super) got: String,
    /// Its confidence.
    pub(super) confidence: f32,
    /// Probability of being in scope.
    pub(super) scope: f32,
    /// The sentence stands word for word in what was learnt from.
    pub(super) seen: bool,
}

impl Answer {
    pub(super) fn new(row: &Labelled, reading: Reading, seen: bool) -> Self {
        let best = reading.candidates.into_iter().next();
        let (got, confidence) =
            best.map_or_else(Default::default, |best| (best.intent, best.confidence));
        Self {
            row: row.clone(),
            got,
            confidence,
            scope: reading.scope,
            seen,
        }
    }

    pub(super) fn is_right(&self) -> bool {
        self.got == self.row.label
    }
}

/// A label that is taken for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// What the sentences should be.
    pub expected: String,
    /// What they are taken for.
    pub got: String,
    /// The sentences.
    pub sentences: Vec<String>,
}

/// Labels that are taken for others, most frequent first.
pub(super) fn confusions(answers: &[Answer]) -> Vec<Confusion> {
    let mut pairs: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| !answer.is_right()) {
        pairs
            .entry((&answer.row.label, &answer.got))
            .or_default()
            .push(answer.row.text.clone());
    }
    let mut confusions: Vec<Confusion> = pairs
        .into_iter()
        .map(|((expected, got), sentences)| Confusion {
            expected: expected.to_owned(),
            got: got.to_owned(),
            sentences,
        })
        .collect();
    confusions.sort_by_key(|confusion| std::cmp::Reverse(confusion.sentences.len()));
    confusions
}

/// Thresholds that reject 0 to 40 % of the test, evenly.
pub(super) fn thresholds(answers: &[Answer]) -> impl Iterator<Item = f32> {
    let mut scopes: Vec<f32> = answers.iter().map(|answer| answer.scope).collect();
    scopes.sort_unstable_by(f32::total_cmp);
    (0..=40).filter_map(move |percent| scopes.get(percent * scopes.len() / 100).copied())
}

/// Share of the answers that are right; 0 of none.
pub(super) fn accuracy<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> f64 {
    let (mut right, mut all) = (0_usize, 0_usize);
    for answer in answers {
        right += usize::from(answer.is_right());
        all += 1;
    }
    right as f64 / all.max(1) as f64
}
