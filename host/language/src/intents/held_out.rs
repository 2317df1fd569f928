//! Readings of examples by models that were not shown them: what a calibration is fitted on.

use super::evidence::Evidence;
use super::logistic::Observation;
use super::recogniser::{NO_CLASS, Recogniser, Sentence};

/// So many observations of a kind are enough; more add time and no precision.
const ENOUGH: usize = 2_000;
/// Parts of the examples that are left out in turn. The fewer examples, the less is left out.
const PARTS: usize = 5;
const PARTS_OF_FEW: usize = 10;
const FEW: usize = 1_000;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct HeldOut {
    /// Sentences that were left out of their intent's examples: whether the best reading was right.
    pub(super) taught: Vec<Observation>,
    /// Sentences whose whole intent was left out, which no reading fits.
    pub(super) untaught: Vec<Evidence>,
}

impl HeldOut {
    /// What `recogniser` makes of sentences it was not shown.
    pub(super) fn read<'a>(
        recogniser: &Recogniser,
        sentences: impl IntoIterator<Item = &'a Sentence>,
        labels: &[u32],
    ) -> Self {
        let mut held_out = Self::default();
        for (sentence, label) in sentences.into_iter().zip(labels) {
            let (best, evidence) = Evidence::of_best(&recogniser.see(sentence));
            if *label == NO_CLASS {
                held_out.untaught.push(evidence);
            } else {
                held_out.taught.push(Observation {
                    evidence,
                    right: best == *label,
                    counts: 1.0,
                });
            }
        }
        held_out
    }

    /// Leaves out parts of the examples, and then parts of the intents.
    pub(super) fn observe(sentences: &[Sentence], labels: &[u32], classes: usize) -> Self {
        let mut held_out = Self::default();
        let parts = if sentences.len() < FEW {
            PARTS_OF_FEW
        } else {
            PARTS
        };
        let part_of = parts_within_classes(labels, classes, parts);
        for part in 0..parts {
            let left = |at: usize, _| part_of.get(at) == Some(&part);
            held_out.add(leave_out(sentences, labels, classes, left));
            if held_out.taught.len() >= ENOUGH {
                break;
            }
        }
        // Of two intents, one without the other is no likeness of both.
        let parts = classes.min(PARTS);
        for part in (0..parts).filter(|_| classes > 2) {
            let left = |_, label: u32| label != NO_CLASS && label as usize % parts == part;
            let read = leave_out(sentences, labels, classes, left);
            held_out
                .untaught
                .extend(read.taught.into_iter().map(|taught| taught.evidence));
            if held_out.untaught.len() >= ENOUGH {
                break;
            }
        }
        held_out
    }

    /// Adds sentences that are about something else than what was taught, as `recogniser` reads them.
    pub(super) fn add_elsewhere(&mut self, recogniser: &Recogniser, sentences: &[Sentence]) {
        let read = |sentence| Evidence::of_best(&recogniser.see(sentence)).1;
        self.untaught.extend(sentences.iter().map(read));
    }

    fn add(&mut self, other: Self) {
        self.taught.extend(other.taught);
        self.untaught.extend(other.untaught);
    }
}

/// The examples of each class, dealt out to the parts in turn, and those of no class.
fn parts_within_classes(labels: &[u32], classes: usize, parts: usize) -> Vec<usize> {
    let mut next: Vec<usize> = (0..=classes).collect();
    labels
        .iter()
        .map(|label| {
            let next = next.get_mut((*label as usize).min(classes));
            next.map_or(0, |next| {
                *next += 1;
                *next % parts
            })
        })
        .collect()
}

/// Learns without the sentences that are left out, and reads those.
fn leave_out(
    sentences: &[Sentence],
    labels: &[u32],
    classes: usize,
    is_left: impl Fn(usize, u32) -> bool,
) -> HeldOut {
    let all = (0..).zip(sentences.iter().zip(labels.iter().copied()));
    let (left, kept): (Vec<_>, Vec<_>) = all.partition(|(at, (_, label))| is_left(*at, *label));
    if left.is_empty() || kept.is_empty() {
        return HeldOut::default();
    }
    let (known, known_labels): (Vec<&Sentence>, Vec<u32>) =
        kept.into_iter().map(|(_, pair)| pair).unzip();
    let (left, left_labels): (Vec<&Sentence>, Vec<u32>) =
        left.into_iter().map(|(_, pair)| pair).unzip();
    let recogniser = Recogniser::fit(&known, &known_labels, classes);
    HeldOut::read(&recogniser, left, &left_labels)
}
