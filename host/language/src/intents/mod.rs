//! Intents by likeness to the examples.
//!
//! The score of an intent mixes the similarity of its nearest examples with that of the mean of all its examples (of the
//! same language). The confidence is a logistic function of that score, of its lead over the next intent and of the share of the
//! sentence that the examples know. It is fitted by leaving out. Every example is read three times: as if it were not among the
//! examples (a right or a wrong answer); as if its whole intent were not (every answer is wrong, as for a sentence about something
//! related that was never taught); and with the rarer half of its features replaced by unknown ones (every answer is wrong, as
//! for a sentence about something else in common words). The last two count [`UNTAUGHT`].

mod calibration;

use std::collections::HashMap;

use jackfield_core::Candidate;

use self::calibration::{Calibration, Evidence, Observation};
use crate::Example;
use crate::index::{Index, Query};
use crate::ngrams::{features, is_han};
use crate::normalise;

/// Most readings that are reported.
const MOST_READINGS: usize = 5;
/// Most examples that the confidence is fitted on; more add time and no precision.
const MOST_FITTED: usize = 1_500;

/// Examples of one intent in one language.
#[derive(Debug)]
struct Group {
    intent: u32,
    size: f32,
    /// Length of the sum of its (unit) example vectors.
    length: f32,
}

/// Recognises intents.
#[derive(Debug)]
pub(crate) struct Intents {
    names: Vec<String>,
    index: Index,
    groups: Vec<Group>,
    /// The group of each example.
    group_of: Vec<u32>,
    calibration: Calibration,
}

/// How much a reading of something that was never taught counts beside one of something that was.
const UNTAUGHT: f64 = 0.12;

/// What is left out of a reading while fitting.
#[derive(Clone, Copy)]
struct LeftOut {
    example: usize,
    /// Similarities of the example with its whole group, itself included.
    with_group: f32,
}

impl Intents {
    /// Learns from the examples.
    pub(crate) fn new(examples: &[Example]) -> Self {
        let mut names: Vec<String> = Vec::new();
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut keys: HashMap<(u32, bool), u32> = HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut group_of = Vec::with_capacity(examples.len());
        let mut texts = Vec::with_capacity(examples.len());
        for example in examples {
            let text = normalise(&example.text);
            let intent = *numbers.entry(&example.intent).or_insert_with(|| {
                names.push(example.intent.clone());
                names.len() as u32 - 1
            });
            let group = *keys
                .entry((intent, text.contains(is_han)))
                .or_insert_with(|| {
                    groups.push(Group {
                        intent,
                        size: 0.0,
                        length: 0.0,
                    });
                    groups.len() as u32 - 1
                });
            if let Some(group) = groups.get_mut(group as usize) {
                group.size += 1.0;
            }
            group_of.push(group);
            texts.push(features(&text));
        }
        let index = Index::new(&texts);
        let mut model = Self {
            names,
            index,
            groups,
            group_of,
            calibration: Calibration::fit(&[]),
        };
        model.measure_groups(&texts);
        model.calibration = Calibration::fit(&model.observe(&texts));
        model
    }

    /// The length of a group's sum: the root of all similarities within it.
    fn measure_groups(&mut self, texts: &[Vec<u64>]) {
        for (example, features) in texts.iter().enumerate() {
            let with_group = self.with_group(
                example,
                &self.index.similarities(&self.index.query(features)),
            );
            if let Some(group) = self
                .group_of
                .get(example)
                .and_then(|g| self.groups.get_mut(*g as usize))
            {
                group.length += with_group;
            }
        }
        for group in &mut self.groups {
            group.length = group.length.max(1e-6).sqrt();
        }
    }

    fn with_group(&self, example: usize, similarities: &[f32]) -> f32 {
        let group = self.group_of.get(example);
        self.group_of
            .iter()
            .zip(similarities)
            .filter(|(g, _)| Some(*g) == group)
            .map(|(_, s)| s)
            .sum()
    }

    /// Reads every example (or an even selection) as if it were not known.
    fn observe(&self, texts: &[Vec<u64>]) -> Vec<Observation> {
        let every = texts.len().div_ceil(MOST_FITTED).max(1);
        let mut observations = Vec::with_capacity(2 * texts.len() / every + 2);
        for (example, features) in texts.iter().enumerate().step_by(every) {
            let with_group = self.with_group(
                example,
                &self.index.similarities(&self.index.query(features)),
            );
            let left_out = Some(LeftOut {
                example,
                with_group,
            });
            let truth = self
                .group_of
                .get(example)
                .and_then(|g| self.groups.get(*g as usize))
                .map(|g| g.intent as usize);
            let mut observe = |scores: &[f32], coverage: f32, truth: Option<usize>, counts: f64| {
                let (best, second) = best_two(scores);
                let evidence = Evidence {
                    score: best.1,
                    margin: best.1 - second,
                    coverage,
                };
                observations.push(Observation {
                    evidence,
                    right: Some(best.0) == truth,
                    counts,
                });
            };
            let query = self.index.query_left_out(features);
            let mut scores = self.scores(&query, left_out);
            observe(&scores, query.coverage, truth, 1.0);
            if let Some(score) = truth.and_then(|truth| scores.get_mut(truth)) {
                *score = 0.0;
            }
            observe(&scores, query.coverage, None, UNTAUGHT);
            let estranged = self.index.query_left_out(&self.index.estranged(features));
            observe(
                &self.scores(&estranged, left_out),
                estranged.coverage,
                None,
                UNTAUGHT,
            );
        }
        observations
    }

    /// The score of every intent, 0 to 1.
    fn scores(&self, query: &Query, left_out: Option<LeftOut>) -> Vec<f32> {
        let mut similarities = self.index.similarities(query);
        if let Some(left_out) = left_out
            && let Some(own) = similarities.get_mut(left_out.example)
        {
            *own = 0.0;
        }
        // Per group: the three nearest, and the sum.
        let mut nearest = vec![[0.0_f32; 3]; self.groups.len()];
        let mut sums = vec![0.0_f32; self.groups.len()];
        for (similarity, group) in similarities.iter().zip(&self.group_of) {
            if *similarity > 0.0
                && let (Some(top), Some(sum)) = (
                    nearest.get_mut(*group as usize),
                    sums.get_mut(*group as usize),
                )
            {
                *sum += similarity;
                if *similarity > top[2] {
                    top[2] = *similarity;
                    top.sort_unstable_by(|a, b| b.total_cmp(a));
                }
            }
        }
        let left_out_group =
            left_out.and_then(|l| self.group_of.get(l.example).map(|g| (*g as usize, l)));
        let mut scores = vec![0.0_f32; self.names.len()];
        for (number, (group, (top, sum))) in self
            .groups
            .iter()
            .zip(nearest.iter().zip(&sums))
            .enumerate()
        {
            let (length, size) = match left_out_group {
                Some((own, left_out)) if own == number => (
                    (group.length * group.length - 2.0 * left_out.with_group + 1.0)
                        .max(1e-6)
                        .sqrt(),
                    group.size - 1.0,
                ),
                _ => (group.length, group.size),
            };
            if size < 0.5 {
                continue;
            }
            let taken = top.len().min(size as usize).max(1);
            let near = top.iter().take(taken).sum::<f32>() / taken as f32;
            let score = NEAREST * top[0] + NEAR * near + MEAN * sum / length.max(1e-3);
            if let Some(best) = scores.get_mut(group.intent as usize) {
                *best = best.max(score);
            }
        }
        scores
    }

    /// The readings of a text, given by its features, best first, with their confidences.
    pub(crate) fn readings(&self, features: &[u64]) -> Vec<Candidate> {
        if self.index.len() == 0 {
            return Vec::new();
        }
        let query = self.index.query(features);
        let scores = self.scores(&query, None);
        let (best, second) = best_two(&scores);
        let mut readings: Vec<(usize, f32)> = scores
            .into_iter()
            .enumerate()
            .filter(|(_, score)| *score > 0.0)
            .collect();
        readings.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        readings.truncate(MOST_READINGS);
        readings
            .into_iter()
            .filter_map(|(intent, score)| {
                let ahead_of = if intent == best.0 { second } else { best.1 };
                let evidence = Evidence {
                    score,
                    margin: score - ahead_of,
                    coverage: query.coverage,
                };
                Some(Candidate {
                    intent: self.names.get(intent)?.clone(),
                    confidence: self.calibration.confidence(evidence),
                })
            })
            .collect()
    }
}

/// Shares of the nearest example, the three nearest, and the mean of all examples in a score.
const NEAREST: f32 = 0.35;
const NEAR: f32 = 0.15;
const MEAN: f32 = 0.5;

/// The best index with its score, and the next best score.
fn best_two(scores: &[f32]) -> ((usize, f32), f32) {
    let mut best = (0, 0.0);
    let mut second = 0.0;
    for (at, score) in scores.iter().enumerate() {
        if *score > best.1 {
            second = best.1;
            best = (at, *score);
        } else if *score > second {
            second = *score;
        }
    }
    (best, second)
}
