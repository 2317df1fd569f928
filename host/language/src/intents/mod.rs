//! Recognising intents.
//!
//! A linear support-vector machine over n-grams of what is written and of how Chinese sounds (and, with an encoder, over the vector
//! of the sentence) gives every intent a score. Two
//! logistic functions of the best score, its lead over the next one, the share of the sentence that the examples know and its likeness to
//! them turn scores into probabilities: that the best reading is right, and that the sentence is about anything that was taught at
//! all. Both are fitted on readings by models that did not see the sentence ([`held_out`]).

mod evidence;
mod features;
mod held_out;
mod logistic;
mod neighbours;
mod recogniser;
mod sounds;

use std::collections::HashMap;

use jackfield_core::Candidate;

use self::evidence::{Evidence, TERMS};
pub(crate) use self::features::Features;
use self::held_out::HeldOut;
use self::logistic::{Logistic, Observation};
pub(crate) use self::recogniser::Sentence;
use self::recogniser::{NO_CLASS, Recogniser};
use crate::{LanguageError, SentenceEncoder};

/// Most readings that are reported.
const MOST_READINGS: usize = 5;

/// Where the fit of the confidence starts and what few data fall back to. Chosen by hand.
const CONFIDENCE_PRIOR: [f64; TERMS] = [1.5, 2.0, 3.0, 1.0, 0.0, 0.0];
/// The same for whether a sentence is about anything that was taught.
const SCOPE_PRIOR: [f64; TERMS] = [0.0, 4.0, 2.0, 2.0, 0.0, 0.0];

/// Recognises intents.
#[derive(Debug)]
pub(crate) struct Intents {
    names: Vec<String>,
    recogniser: Recogniser,
    confidence: Logistic,
    scope: Scope,
}

/// What was understood of one sentence.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// Intents with the probability that each is meant, best first.
    pub(crate) candidates: Vec<Candidate>,
    /// Probability that the sentence is about anything that was taught.
    pub(crate) scope: f32,
    /// Whether that is enough.
    pub(crate) in_scope: bool,
}

/// Sentences of a language that are put to an encoder at once.
const BATCH: usize = 256;

/// Sentences, normalised, as the recogniser takes them.
pub(crate) fn prepare(
    texts: &[&str],
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<Vec<Sentence>, LanguageError> {
    let mut sentences: Vec<Sentence> = texts
        .iter()
        .map(|text| Sentence {
            features: Features::of(text),
            vector: Vec::new(),
        })
        .collect();
    if let Some(encoder) = encoder {
        for (sentences, texts) in sentences.chunks_mut(BATCH).zip(texts.chunks(BATCH)) {
            let vectors = encoder.encode(texts)?;
            for (sentence, vector) in sentences
                .iter_mut()
                .zip(vectors.chunks_exact(encoder.dimensions()))
            {
                sentence.vector = vector.to_vec();
            }
        }
    }
    Ok(sentences)
}

/// What confidences and the threshold of the scope are fitted on.
pub(crate) enum FitOn<'a> {
    /// Sentences that are left out of learning.
    LeftOut {
        /// Sentences that are mostly about something else than what is taught.
        elsewhere: &'a [Sentence],
    },
    /// Other sentences and their intents.
    Validation(&'a [Sentence], &'a [Option<&'a str>]),
}

impl Intents {
    /// Learns from sentences and their intents. Sentences without an intent are known to be about something else.
    pub(crate) fn new(sentences: &[Sentence], intents: &[Option<&str>], fit_on: FitOn<'_>) -> Self {
        let mut names: Vec<String> = Vec::new();
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let labels: Vec<u32> = intents
            .iter()
            .map(|intent| {
                intent.map_or(NO_CLASS, |intent| {
                    *numbers.entry(intent).or_insert_with(|| {
                        names.push(intent.to_owned());
                        names.len() as u32 - 1
                    })
                })
            })
            .collect();
        let all: Vec<&Sentence> = sentences.iter().collect();
        let recogniser = Recogniser::fit(&all, &labels, names.len());
        let held_out = match fit_on {
            FitOn::Validation(sentences, intents) => {
                let label = |intent: &Option<&str>| {
                    intent
                        .and_then(|i| numbers.get(i).copied())
                        .unwrap_or(NO_CLASS)
                };
                let labels: Vec<u32> = intents.iter().map(label).collect();
                HeldOut::read(&recogniser, sentences.iter(), &labels)
            }
            FitOn::LeftOut { elsewhere } => {
                let mut held_out = HeldOut::observe(sentences, &labels, names.len());
                held_out.add_elsewhere(&recogniser, elsewhere);
                held_out
            }
        };
        let has_encoder = sentences.iter().any(|sentence| !sentence.vector.is_empty());
        let turned_away = if has_encoder {
            TURNED_AWAY_WITH_ENCODER
        } else {
            TURNED_AWAY
        };
        Self {
            recogniser,
            confidence: Logistic::fit(&CONFIDENCE_PRIOR, &held_out.taught),
            scope: Scope::fit(&held_out, turned_away),
            names,
        }
    }

    /// Reads a sentence.
    pub(crate) fn read(&self, sentence: &Sentence) -> Reading {
        let seen = self.recogniser.see(sentence);
        let mut classes: Vec<(usize, f32)> = seen.scores.iter().copied().enumerate().collect();
        classes.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let scope = classes.first().map_or(0.0, |(best, _)| {
            self.scope.likely.probability(Evidence::of(&seen, *best))
        });
        let candidate = |(class, _): &(usize, f32)| {
            let right = self.confidence.probability(Evidence::of(&seen, *class));
            Some(Candidate {
                intent: self.names.get(*class)?.clone(),
                confidence: right,
            })
        };
        Reading {
            candidates: classes
                .iter()
                .take(MOST_READINGS)
                .filter_map(candidate)
                .collect(),
            scope,
            in_scope: scope >= self.scope.threshold,
        }
    }

    /// The score of an intent for a sentence: 1 for a typical example of it, negative when it looks like something else.
    pub(crate) fn score(&self, sentence: &Sentence, intent: &str) -> f32 {
        let class = self.names.iter().position(|name| name == intent);
        let scores = self.recogniser.see(sentence).scores;
        class
            .and_then(|class| scores.get(class).copied())
            .unwrap_or(0.0)
    }

    /// The least probability of being about anything taught with which a sentence has an intent.
    pub(crate) fn threshold(&self) -> f32 {
        self.scope.threshold
    }
}

/// Whether a sentence is about anything that was taught.
#[derive(Debug)]
struct Scope {
    likely: Logistic,
    threshold: f32,
}

/// This share of the sentences that are about something taught is turned away for the sake of those that are not. With an encoder
/// the two are further apart, so that less has to be given up.
const TURNED_AWAY: f32 = 0.045;
const TURNED_AWAY_WITH_ENCODER: f32 = 0.03;
/// How much all sentences about something else count beside those about something taught.
const ELSEWHERE: f64 = 0.25;

impl Scope {
    fn fit(held_out: &HeldOut, turned_away: f32) -> Self {
        let counts =
            ELSEWHERE * held_out.taught.len() as f64 / held_out.untaught.len().max(1) as f64;
        let observation = |evidence: &Evidence, right, counts| Observation {
            evidence: *evidence,
            right,
            counts,
        };
        let observations: Vec<Observation> = held_out
            .taught
            .iter()
            .map(|taught| observation(&taught.evidence, true, 1.0))
            .chain(
                held_out
                    .untaught
                    .iter()
                    .map(|evidence| observation(evidence, false, counts)),
            )
            .collect();
        let likely = Logistic::fit(&SCOPE_PRIOR, &observations);
        let mut taught: Vec<f32> = held_out
            .taught
            .iter()
            .map(|taught| likely.probability(taught.evidence))
            .collect();
        taught.sort_unstable_by(f32::total_cmp);
        let threshold = taught
            .get((taught.len() as f32 * turned_away) as usize)
            .copied()
            .unwrap_or(0.5);
        Self { likely, threshold }
    }
}
