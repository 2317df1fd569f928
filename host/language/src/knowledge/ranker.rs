//! In which order articles come: a weighted sum of features, with weights that are built in or learned from questions whose
//! article is known.

use std::collections::HashMap;
use std::sync::Arc;

use super::features::{FEATURES, Features};
use super::translation::Translation;
use super::views::{MEANT, Term, Views};

/// Weights for the likeness of a question with a question, by coordinate search on the development questions of both Chinese
/// sets. The translation counts when it is learned that it helps: between texts as short as questions it mostly does not.
const TO_QUESTION: Features = [
    0.055, 0.15, 0.17, -0.025, 0.025, 0.05, -1.2, -0.75, -0.8, -0.05, 0.9, 0.0, 0.0, 6.0,
];
/// Weights for the likeness of a question with an answer.
const TO_ANSWER: Features = [
    0.2, 0.2, 0.1, 0.05, 0.05, 0.05, 0.0, -0.2, -0.2, 0.0, 1.0, 0.0, 0.3, 8.0,
];
/// How much the answer counts beside the questions.
const ANSWER_SHARE: f32 = 0.15;

/// What a term of the meaning adds: when both have it, when only the query has it, when only the article has it.
pub(super) type TermWeights = [f32; 3];

/// Orders articles.
#[derive(Debug, Clone)]
pub struct Ranker {
    pub(super) to_question: Features,
    pub(super) to_answer: Features,
    pub(super) translation: Option<Arc<Translation>>,
    /// Terms that count more or less than their rarity says.
    pub(super) terms: HashMap<Term, TermWeights>,
    /// Stands for what was learned.
    pub(super) digest: u128,
}

impl Default for Ranker {
    /// The built-in weights.
    fn default() -> Self {
        Self {
            to_question: TO_QUESTION,
            to_answer: TO_ANSWER,
            translation: None,
            terms: HashMap::new(),
            digest: 0,
        }
    }
}

impl Ranker {
    /// How well an article's text fits a question; comparable within one query only.
    pub(super) fn score(
        &self,
        features: &Features,
        is_answer: bool,
        query: &Views,
        text: &Views,
    ) -> f32 {
        let weights = if is_answer {
            &self.to_answer
        } else {
            &self.to_question
        };
        dot(weights, features) + self.by_terms(query, text, is_answer)
    }

    /// Puts the best question and the answer together.
    pub(super) fn together(question: Option<f32>, answer: Option<f32>) -> f32 {
        match (question, answer) {
            (Some(question), Some(answer)) => question + ANSWER_SHARE * answer,
            (only, None) | (None, only) => only.unwrap_or(0.0),
        }
    }

    fn by_terms(&self, query: &Views, text: &Views, is_answer: bool) -> f32 {
        if self.terms.is_empty() {
            return 0.0;
        }
        let mut sum = 0.0;
        term_features(query, text, is_answer, |term, kind| {
            if let Some(weight) = self.terms.get(&term).and_then(|weights| weights.get(kind)) {
                sum += weight;
            }
        });
        sum
    }
}

pub(super) fn dot(weights: &Features, features: &Features) -> f32 {
    weights
        .iter()
        .zip(features)
        .take(FEATURES)
        .map(|(a, b)| a * b)
        .sum()
}

/// Tells each term of the meaning, and whether both have it (0), only the query (1) or only the text (2). What only an
/// answer has says nothing: answers say much that nobody asked.
pub(super) fn term_features(
    query: &Views,
    text: &Views,
    is_answer: bool,
    mut tell: impl FnMut(Term, usize),
) {
    let (Some(query), Some(text)) = (query.views.get(MEANT), text.views.get(MEANT)) else {
        return;
    };
    let mut theirs = text.terms.iter().copied().peekable();
    for term in query.terms.iter().copied() {
        while let Some(extra) = theirs.next_if(|other| *other < term) {
            if !is_answer {
                tell(extra, 2);
            }
        }
        tell(term, usize::from(theirs.next_if_eq(&term).is_none()));
    }
    if !is_answer {
        theirs.for_each(|extra| tell(extra, 2));
    }
}
