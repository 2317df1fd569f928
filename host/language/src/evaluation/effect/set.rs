//! Sentences in parts, of which some are learnt from and the others read.

use crate::intents::{FitOn, Intents, Sentence, prepare};
use crate::ngrams::extend;
use crate::{LanguageError, Training, normalise};

/// Parts of the sentences that are left out of learning in turn, and then read.
const FOLDS: u64 = 5;

/// A sentence with its intent, and how it is read.
pub(super) struct Row<'a> {
    pub(super) text: &'a str,
    pub(super) intent: Option<&'a str>,
    sentence: Sentence,
    fold: u64,
}

/// Training data, ready to be learnt from.
pub(super) struct Set<'a> {
    pub(super) rows: Vec<Row<'a>>,
}

impl<'a> Set<'a> {
    pub(super) fn new(training: &'a Training) -> Result<Self, LanguageError> {
        let taught = training.examples.iter();
        let taught = taught.map(|example| (example.text.as_str(), Some(example.intent.as_str())));
        let elsewhere = training.out_of_scope.iter();
        let elsewhere = elsewhere.map(|sentence| (sentence.text.as_str(), None));
        let pairs: Vec<(&str, Option<&str>)> = taught.chain(elsewhere).collect();
        let normal: Vec<String> = pairs.iter().map(|(text, _)| normalise(text)).collect();
        let texts: Vec<&str> = normal.iter().map(String::as_str).collect();
        let rows = pairs
            .into_iter()
            .zip(prepare(&texts, None)?)
            .zip(&normal)
            .map(|(((text, intent), sentence), normal)| Row {
                text,
                intent,
                sentence,
                fold: fold(normal),
            })
            .collect();
        Ok(Self { rows })
    }

    /// What each sentence is taken for by models that learnt from the other folds of `known`.
    pub(super) fn read_by(&self, known: &Set<'_>) -> Vec<Option<String>> {
        let mut read: Vec<Option<String>> = vec![None; self.rows.len()];
        for fold in 0..FOLDS {
            let (sentences, labels) = known.part(|row| row.fold != fold);
            // Confidence and scope are fitted on what is read: a few numbers, for the same sentences before and after. Leaving
            // out parts once more would take ten times as long.
            let (shown, right) = self.part(|row| row.fold == fold);
            if shown.is_empty() {
                continue;
            }
            let intents = Intents::new(&sentences, &labels, FitOn::Validation(&shown, &right));
            let rows = self.rows.iter().zip(&mut read);
            for ((_, read), sentence) in rows.filter(|(row, _)| row.fold == fold).zip(&shown) {
                let reading = intents.read(sentence);
                let best = reading.candidates.into_iter().next();
                *read = best.filter(|_| reading.in_scope).map(|best| best.intent);
            }
        }
        read
    }

    fn part(&self, of: impl Fn(&Row<'_>) -> bool) -> (Vec<Sentence>, Vec<Option<&'a str>>) {
        let rows = self.rows.iter().filter(|row| of(row));
        rows.map(|row| (row.sentence.clone(), row.intent)).unzip()
    }
}

/// The fold of a normalised text: the same wherever and beside whatever it stands.
fn fold(normal: &str) -> u64 {
    let hash = normal.chars().fold(0xcbf2_9ce4_8422_2325, extend);
    (hash ^ (hash >> 32)) % FOLDS
}
