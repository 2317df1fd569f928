//! The linear model over the n-grams of a sentence, written and as it sounds, and, with an encoder, over its vector.

use super::features::Features;
use super::neighbours::Neighbours;
use crate::linear::{Fit, Rows, Vocabulary, Weights, centroids, machines};

/// Below so many examples, a feature counts that stands in only one of them.
const FEW: usize = 1_000;
/// How much what is written counts, in each of its two groups of n-grams.
const WRITTEN: f32 = std::f32::consts::FRAC_1_SQRT_2;
/// How much the sound counts beside what is written, which has length 1 together. By cross-validation on smp2017_zh, one
/// character in five replaced by a homophone costs 5.6 points of accuracy with 0, 3.4 with 0.5, 1.4 with 1 and 1.0 with 1.4; on
/// sentences as they are, accuracy is 0.8917, 0.8953, 0.8960 and 0.8934.
const SOUND: f32 = 1.0;
/// Columns times classes, at most: 256 MiB. Training data may come from anyone.
const MOST_WEIGHTS: usize = 1 << 26;
/// How much the sentence vector counts beside the n-grams of what is written.
const VECTOR: f32 = 2.0;
const FIT: Fit = Fit {
    cost: 2.0,
    passes: 12,
    seed: 0x6a61_636b,
};

/// Label of a sentence that belongs to no class.
pub(super) const NO_CLASS: u32 = u32::MAX;

/// What is known of a sentence before it is recognised.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sentence {
    pub(crate) features: Features,
    /// From the encoder, of length 1; empty without one.
    pub(crate) vector: Vec<f32>,
}

impl Sentence {
    /// The sentence as a model knows it that hears no homophones, to compare with.
    pub(crate) fn without_sound(&self) -> Self {
        let features = Features {
            sound: Vec::new(),
            ..self.features.clone()
        };
        Self {
            features,
            vector: self.vector.clone(),
        }
    }
}

/// A sentence as the recogniser sees it.
#[derive(Debug)]
pub(super) struct Seen {
    /// By class: positive when the sentence looks like it, 1 for a typical example.
    pub(super) scores: Vec<f32>,
    /// The share of the sentence's words, rows and pairs of words that the examples know, by weight.
    pub(super) coverage: f32,
    /// By class: the cosine with the mean of its examples, -1 to 1.
    pub(super) likeness: Vec<f32>,
    /// Mean cosine with the vectors of the nearest examples, -1 to 1; 0 without an encoder.
    pub(super) nearness: f32,
}

/// Recognises the class of a sentence.
#[derive(Debug)]
pub(super) struct Recogniser {
    inside: Vocabulary,
    between: Vocabulary,
    sound: Vocabulary,
    neighbours: Neighbours,
    machines: Weights,
    centroids: Weights,
}

impl Recogniser {
    /// Learns from sentences and their classes, which are below `classes`.
    pub(super) fn fit(sentences: &[&Sentence], labels: &[u32], classes: usize) -> Self {
        let least = if sentences.len() < FEW { 1 } else { 2 };
        // What only sentences about something else say must stay unknown.
        let taught = || {
            sentences
                .iter()
                .zip(labels)
                .filter(|(_, label)| **label != NO_CLASS)
        };
        let known = |group: fn(&Features) -> &[u64], least| {
            Vocabulary::new(
                taught().map(|(sentence, _)| group(&sentence.features)),
                least,
                MOST_WEIGHTS / 3 / classes.max(1),
            )
        };
        let inside = known(|features| &features.inside, least);
        let between = known(|features| &features.between, least);
        // Syllables are few, so that a row of them says something even when it was heard once.
        let sound = known(|features| &features.sound, 1);
        let mut recogniser = Self {
            inside,
            between,
            sound,
            neighbours: Neighbours::new(sentences.iter().map(|s| s.vector.as_slice())),
            machines: Weights::default(),
            centroids: Weights::default(),
        };
        let mut rows = Rows::default();
        for sentence in sentences {
            rows.push(recogniser.cells(sentence).0);
        }
        let grams = recogniser.inside.len() + recogniser.between.len() + recogniser.sound.len();
        let columns = 1 + recogniser.neighbours.dimensions() + grams;
        recogniser.machines = machines(&rows, labels, classes, columns, FIT);
        recogniser.centroids = centroids(&rows, labels, classes, columns);
        recogniser
    }

    /// Reads a sentence.
    pub(super) fn see(&self, sentence: &Sentence) -> Seen {
        let (cells, coverage) = self.cells(sentence);
        let length = cells
            .iter()
            .map(|(_, value)| value * value)
            .sum::<f32>()
            .sqrt();
        let mut likeness = self.centroids.products(cells.iter().copied());
        likeness.iter_mut().for_each(|product| *product /= length);
        Seen {
            scores: self.machines.products(cells),
            coverage,
            likeness,
            nearness: self.neighbours.nearness(&sentence.vector),
        }
    }

    /// The row of a sentence (a constant, the vector, the groups of n-grams) and its coverage.
    fn cells(&self, sentence: &Sentence) -> (Vec<(u32, f32)>, f32) {
        let dimensions = self.neighbours.dimensions();
        let (inside, _) = self.inside.row(&sentence.features.inside);
        let (between, coverage) = self.between.row(&sentence.features.between);
        let (sound, _) = self.sound.row(&sentence.features.sound);
        let mut cells =
            Vec::with_capacity(1 + dimensions + inside.len() + between.len() + sound.len());
        cells.push((0, 1.0));
        cells.extend((1..).zip(sentence.vector.iter().take(dimensions).map(|x| x * VECTOR)));
        let mut first = 1 + dimensions as u32;
        let groups = [
            (&self.inside, inside, WRITTEN),
            (&self.between, between, WRITTEN),
            (&self.sound, sound, SOUND),
        ];
        for (vocabulary, row, counts) in groups {
            cells.extend(
                row.into_iter()
                    .map(|(column, weight)| (first + column, weight * counts)),
            );
            first += vocabulary.len() as u32;
        }
        (cells, coverage)
    }
}
