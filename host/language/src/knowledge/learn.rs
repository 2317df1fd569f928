//! Learning the order of articles from questions whose article is known, for example those that a person assigned.
//!
//! Weights are fitted by gradient descent (Adam; Kingma and Ba, 2015) on the listwise likelihood of the right article among
//! the candidates (ListNet's top-one case; Cao et al., "Learning to rank", 2007), and held near the built-in weights, the more so
//! the fewer questions there are.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::entry::{Entry, Prepared};
use super::features::{FEATURES, Features, Weighed};
use super::first_half;
use super::ranker::{Ranker, TermWeights, term_features};
use super::shelf::{Asked, Shelf};
use super::snapshot::Snapshot;
use super::sums::Candidate;
use super::translation::Translation;
use super::views::{MEANT, Term, Terms};

/// Articles that the right one is told from, for each question.
const RIVALS: usize = 80;
/// A share of the questions whose translation is learned from the others, so that the weights see what it does to new questions.
const FOLDS: usize = 5;
/// Steps of the descent.
const STEPS: usize = 200;
const RATE: f32 = 0.05;
/// How strongly weights of features are held at the built-in ones, in questions. This and the next by cross-validation on the
/// development questions of three sets.
const HOLD: f32 = 30.0;
/// How strongly weights of terms are held at 0, in questions.
const HOLD_TERMS: f32 = 8.0;
/// A term of fewer rows than these gets no weight.
const LEAST_ROWS: u32 = 3;

/// One question: the right article first.
struct List {
    rows: Vec<Row>,
}

struct Row {
    features: Features,
    /// Numbers of the weights of terms.
    terms: Vec<u32>,
}

impl Ranker {
    /// Learns from pairs of a question and the id of its article, in the language of `locale`; those that the snapshot does not
    /// have are passed over. Repeatable: the same pairs give the same weights.
    pub fn learn(snapshot: &Snapshot, pairs: &[(String, String)], locale: &str) -> Self {
        let mut learned = Self::default();
        let Some(shelf) = snapshot.shelf(locale) else {
            return learned;
        };
        let known: Vec<(Asked, Candidate<'_>)> = pairs
            .iter()
            .filter_map(|(query, id)| Some((snapshot.asked(query), shelf.with_id(id)?)))
            .collect();
        if known.is_empty() {
            return learned;
        }
        let all: Vec<_> = known.iter().collect();
        learned.translation = Some(Arc::new(translation(&all)));
        let folds: Vec<Ranker> = (0..FOLDS)
            .map(|fold| {
                let others = known
                    .iter()
                    .filter(|(_, right)| fold_of(right.entry) != fold);
                Self {
                    translation: Some(Arc::new(translation(&others.collect::<Vec<_>>()))),
                    ..Self::default()
                }
            })
            .collect();
        for is_answer in [false, true] {
            let mut numbers = HashMap::new();
            let lists: Vec<List> = known
                .iter()
                .filter(|(_, right)| right.entry.questions.is_empty() == is_answer)
                .filter_map(|(asked, right)| {
                    let ranker = folds.get(fold_of(right.entry))?;
                    list(shelf, asked, *right, is_answer, ranker, &mut numbers)
                })
                .collect();
            if lists.is_empty() {
                continue;
            }
            let start = if is_answer {
                learned.to_answer
            } else {
                learned.to_question
            };
            let (features, terms) = fit(lists, start, numbers.len());
            if is_answer {
                learned.to_answer = features;
            } else {
                learned.to_question = features;
            }
            for ((term, kind), number) in numbers {
                let weight = terms.get(number as usize).copied().unwrap_or(0.0);
                let weights: &mut TermWeights = learned.terms.entry(term).or_default();
                if let Some(to) = weights.get_mut(kind).filter(|_| weight != 0.0) {
                    *to = weight;
                }
            }
        }
        learned.digest = digest(pairs);
        learned
    }
}

/// Articles are spread, so that questions of the same article stay together.
fn fold_of(entry: &Entry) -> usize {
    (entry.digest % FOLDS as u128) as usize
}

fn translation(known: &[&(Asked, Candidate<'_>)]) -> Translation {
    let pairs: Vec<(&Terms, &Terms)> = known
        .iter()
        .filter_map(|(asked, right)| {
            let text = right.entry.texts().next()?;
            Some((asked.views.views.get(MEANT)?, text.views.views.get(MEANT)?))
        })
        .collect();
    Translation::learn(&pairs)
}

fn list(
    shelf: &Shelf,
    asked: &Asked,
    right: Candidate<'_>,
    is_answer: bool,
    ranker: &Ranker,
    numbers: &mut HashMap<(Term, usize), u32>,
) -> Option<List> {
    let (found, _) = shelf.candidates(asked, super::shelf::CANDIDATES).ok()?;
    let ranked = shelf.rank(asked, &found, ranker);
    let rivals = ranked
        .into_iter()
        .map(|ranked| ranked.candidate)
        .filter(|rival| rival.entry.questions.is_empty() == is_answer)
        .filter(|rival| !std::ptr::eq(rival.entry, right.entry))
        .take(RIVALS);
    let (to_questions, to_answers) = shelf.weigh(asked, ranker);
    let weighed = if is_answer {
        &to_answers
    } else {
        &to_questions
    };
    let mut row = |candidate: Candidate<'_>| {
        let (text, features) = best(candidate, weighed, is_answer, ranker)?;
        let mut terms = Vec::new();
        term_features(&asked.views, &text.views, is_answer, |term, kind| {
            let next = numbers.len() as u32;
            terms.push(*numbers.entry((term, kind)).or_insert(next));
        });
        Some(Row { features, terms })
    };
    let rows: Vec<Row> = std::iter::once(right)
        .chain(rivals)
        .filter_map(&mut row)
        .collect();
    (rows.len() > 1).then_some(List { rows })
}

/// The text of an article that the built-in weights find best.
fn best<'e>(
    candidate: Candidate<'e>,
    weighed: &Weighed<'_>,
    is_answer: bool,
    ranker: &Ranker,
) -> Option<(&'e Prepared, Features)> {
    let weights = if is_answer {
        &ranker.to_answer
    } else {
        &ranker.to_question
    };
    let answer = candidate.answer().filter(|_| is_answer);
    candidate
        .questions()
        .filter(|_| !is_answer)
        .chain(answer)
        .map(|(text, meaning)| (text, weighed.features(text, meaning, &weighed.shared(text))))
        .max_by(|a, b| {
            super::ranker::dot(weights, &a.1).total_cmp(&super::ranker::dot(weights, &b.1))
        })
}

/// Weights of features and of terms.
fn fit(mut lists: Vec<List>, start: Features, terms: usize) -> (Features, Vec<f32>) {
    let mut rows = vec![0_u32; terms];
    for number in lists
        .iter()
        .flat_map(|l| &l.rows)
        .flat_map(|row| &row.terms)
    {
        if let Some(count) = rows.get_mut(*number as usize) {
            *count += 1;
        }
    }
    // Features are brought to one scale, so that all are held alike.
    let scale = scale(&lists);
    for row in lists.iter_mut().flat_map(|list| &mut list.rows) {
        row.features
            .iter_mut()
            .zip(&scale)
            .for_each(|(f, s)| *f /= s);
        row.terms.retain(|number| {
            rows.get(*number as usize)
                .is_some_and(|count| *count >= LEAST_ROWS)
        });
    }
    let mut held = vec![0.0; FEATURES + terms];
    held.iter_mut()
        .zip(start.iter().zip(&scale))
        .for_each(|(to, (w, s))| *to = w * s);
    let questions = lists.len() as f32;
    let mut weights = held.clone();
    let mut mean = vec![0.0_f32; weights.len()];
    let mut square = vec![0.0_f32; weights.len()];
    for step in 1..=STEPS {
        let mut gradient = gradient(&lists, &weights);
        let bias = (
            1.0 - 0.9_f32.powi(step as i32),
            1.0 - 0.999_f32.powi(step as i32),
        );
        for (at, g) in gradient.iter_mut().enumerate() {
            let hold = if at < FEATURES { HOLD } else { HOLD_TERMS };
            let (Some(w), Some(h), Some(m), Some(s)) = (
                weights.get_mut(at),
                held.get(at),
                mean.get_mut(at),
                square.get_mut(at),
            ) else {
                continue;
            };
            let g = (*g + 2.0 * hold * (*w - h)) / questions;
            *m = 0.9 * *m + 0.1 * g;
            *s = 0.999 * *s + 0.001 * g * g;
            // Smaller steps towards the end, so that it comes to rest.
            let rate = RATE * (1.0 - step as f32 / (STEPS as f32 + 1.0));
            *w -= rate * (*m / bias.0) / ((*s / bias.1).sqrt() + 1e-8);
        }
    }
    let mut features = [0.0; FEATURES];
    for (to, (w, s)) in features.iter_mut().zip(weights.iter().zip(&scale)) {
        *to = w / s;
    }
    (features, weights.split_off(FEATURES))
}

/// Standard deviation of each feature, at least a little.
fn scale(lists: &[List]) -> Features {
    let rows = || lists.iter().flat_map(|list| &list.rows);
    let count = rows().count().max(1) as f32;
    let mut out = [0.0; FEATURES];
    for (at, to) in out.iter_mut().enumerate() {
        let values = || rows().filter_map(|row| row.features.get(at));
        let mean = values().sum::<f32>() / count;
        let variance = values().map(|v| (v - mean).powi(2)).sum::<f32>() / count;
        *to = if variance > 1e-9 {
            variance.sqrt()
        } else {
            1.0
        };
    }
    out
}

/// Of the negative log-likelihood of the right articles.
fn gradient(lists: &[List], weights: &[f32]) -> Vec<f32> {
    let mut gradient = vec![0.0_f32; weights.len()];
    let (of_features, of_terms) = weights.split_at(FEATURES);
    for list in lists {
        let scores: Vec<f32> = list
            .rows
            .iter()
            .map(|row| {
                let terms = row
                    .terms
                    .iter()
                    .filter_map(|number| of_terms.get(*number as usize));
                let dense: f32 = of_features
                    .iter()
                    .zip(&row.features)
                    .map(|(w, f)| w * f)
                    .sum();
                dense + terms.sum::<f32>()
            })
            .collect();
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
        for (at, (row, score)) in list.rows.iter().zip(&scores).enumerate() {
            let push = (score - most).exp() / sum - f32::from(at == 0);
            let (to_features, to_terms) = gradient.split_at_mut(FEATURES);
            to_features
                .iter_mut()
                .zip(&row.features)
                .for_each(|(g, f)| *g += push * f);
            for number in &row.terms {
                if let Some(g) = to_terms.get_mut(*number as usize) {
                    *g += push;
                }
            }
        }
    }
    gradient
}

fn digest(pairs: &[(String, String)]) -> u128 {
    let mut hash = Sha256::new();
    for text in pairs.iter().flat_map(|(query, id)| [query, id]) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    first_half(hash)
}
