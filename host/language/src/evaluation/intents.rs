use std::collections::{HashMap, HashSet};
use std::time::Instant;

use super::answers::{Answer, Confusion, accuracy, confusions, thresholds};
use super::calibration::{Bin, bins, error};
use super::labels::{LabelFigures, labels, macro_f1};
use super::table::Labelled;
use crate::intents::{FitOn, Intents, Reading, Sentence, prepare};
use crate::{LanguageError, SentenceEncoder, normalise};

/// What recognition is measured on.
#[derive(Debug, Clone, Default)]
pub struct IntentSets {
    /// What is learnt from.
    pub train: Vec<Labelled>,
    /// What is asked.
    pub test: Vec<Labelled>,
    /// What confidences and the threshold are fitted on; when it is empty, sentences left out of learning.
    pub valid: Vec<Labelled>,
    /// Sentences no label fits, for the threshold.
    pub oos_valid: Vec<String>,
    /// Sentences no label fits, which are asked.
    pub oos_test: Vec<String>,
}

/// How good recognition is. Shares are from 0 to 1.
#[derive(Debug, Clone)]
pub struct IntentReport {
    /// Sentences of the test.
    pub sentences: usize,
    /// Share of the test that is recognised right when every sentence must get a label.
    pub accuracy: f64,
    /// Sentences of the test that do not stand word for word in what was learnt from.
    pub unseen: usize,
    /// Share of those that is recognised right.
    pub unseen_accuracy: f64,
    /// Mean F1 of the labels of the test.
    pub macro_f1: f64,
    /// Expected calibration error of the confidence: ten bins of equal mass.
    pub ece: f64,
    /// Share of the test that is recognised right and taken for in scope.
    pub in_scope_accuracy: f64,
    /// Share of the out-of-scope test that is taken for out of scope; `None` without such a test.
    pub oos_recall: Option<f64>,
    /// From this probability of being in scope, a sentence gets a label.
    pub threshold: f32,
    /// Seconds to learn.
    pub train_s: f64,
    /// Microseconds for a sentence, half of them take less.
    pub p50_us: f64,
    /// Sentences of the out-of-scope test.
    pub out_of_scope: usize,
    /// The labels of the test, the worst first.
    pub labels: Vec<LabelFigures>,
    /// Labels that are taken for others, most frequent first.
    pub confusions: Vec<Confusion>,
    /// What other thresholds would give.
    pub curve: Vec<CurvePoint>,
    /// Confidence against accuracy.
    pub bins: Vec<Bin>,
}

/// What a threshold gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The threshold.
    pub threshold: f32,
    /// See [`IntentReport::in_scope_accuracy`].
    pub in_scope_accuracy: f64,
    /// See [`IntentReport::oos_recall`].
    pub oos_recall: Option<f64>,
}

/// Learns from the training set and measures on the test set.
///
/// # Errors
///
/// When the encoder fails.
pub fn evaluate_intents(
    sets: &IntentSets,
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<IntentReport, LanguageError> {
    Ok(Measured::of(sets, encoder)?.report())
}

/// Learns from all of `rows` but one in `folds`, measures on those, and so on until all were measured.
///
/// # Errors
///
/// When the encoder fails.
pub fn cross_validate(
    rows: &[Labelled],
    folds: usize,
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<IntentReport, LanguageError> {
    let folds = folds.clamp(2, rows.len().max(2));
    let mut all = Measured::default();
    for fold in 0..folds {
        let mut sets = IntentSets::default();
        for (number, row) in folds_within_labels(rows, folds).into_iter().zip(rows) {
            let part = if number == fold {
                &mut sets.test
            } else {
                &mut sets.train
            };
            part.push(row.clone());
        }
        let part = Measured::of(&sets, encoder)?;
        all.answers.extend(part.answers);
        all.train_s += part.train_s;
        all.times_us.extend(part.times_us);
        all.threshold += part.threshold / folds as f32;
    }
    Ok(all.report())
}

/// The fold of each row: the rows of each label are dealt out in turn.
fn folds_within_labels(rows: &[Labelled], folds: usize) -> Vec<usize> {
    let mut next: HashMap<&str, usize> = HashMap::new();
    rows.iter()
        .map(|row| {
            let labels = next.len();
            let next = next.entry(&row.label).or_insert(labels);
            *next += 1;
            *next % folds
        })
        .collect()
}

/// What one or several models made of their tests.
#[derive(Debug, Default)]
struct Measured {
    answers: Vec<Answer>,
    /// Probability of being in scope, of sentences that are not.
    elsewhere: Vec<f32>,
    threshold: f32,
    train_s: f64,
    times_us: Vec<f64>,
}

impl Measured {
    fn of(sets: &IntentSets, encoder: Option<&dyn SentenceEncoder>) -> Result<Self, LanguageError> {
        let start = Instant::now();
        let (sentences, labels) = labelled(&sets.train, encoder)?;
        let (valid, valid_labels) = validation(sets, encoder)?;
        let fit_on = match valid.is_empty() {
            true => FitOn::LeftOut { elsewhere: &[] },
            false => FitOn::Validation(&valid, &valid_labels),
        };
        let intents = Intents::new(&sentences, &labels, fit_on);
        let mut measured = Self {
            train_s: start.elapsed().as_secs_f64(),
            threshold: intents.threshold(),
            ..Self::default()
        };
        let known: HashSet<String> = sets.train.iter().map(|row| normalise(&row.text)).collect();
        let mut read = |text: &str| -> Result<(Reading, bool), LanguageError> {
            let start = Instant::now();
            let text = normalise(text);
            let sentence = prepare(&[&text], encoder)?.pop().unwrap_or_default();
            let reading = intents.read(&sentence);
            measured.times_us.push(start.elapsed().as_secs_f64() * 1e6);
            Ok((reading, known.contains(&text)))
        };
        for row in &sets.test {
            let (reading, seen) = read(&row.text)?;
            measured.answers.push(Answer::new(row, reading, seen));
        }
        for text in &sets.oos_test {
            measured.elsewhere.push(read(text)?.0.scope);
        }
        Ok(measured)
    }

    fn at(&self, threshold: f32) -> CurvePoint {
        let accepted = self
            .answers
            .iter()
            .filter(|answer| answer.is_right() && answer.scope >= threshold);
        let rejected = self.elsewhere.iter().filter(|scope| **scope < threshold);
        CurvePoint {
            threshold,
            in_scope_accuracy: accepted.count() as f64 / self.answers.len().max(1) as f64,
            oos_recall: (!self.elsewhere.is_empty())
                .then(|| rejected.count() as f64 / self.elsewhere.len() as f64),
        }
    }

    fn report(mut self) -> IntentReport {
        self.times_us.sort_unstable_by(f64::total_cmp);
        let chosen = self.at(self.threshold);
        let bins = bins(
            &self
                .answers
                .iter()
                .map(|answer| (answer.confidence, answer.is_right()))
                .collect::<Vec<_>>(),
        );
        let labels = labels(&self.answers);
        let unseen = self.answers.iter().filter(|answer| !answer.seen);
        IntentReport {
            sentences: self.answers.len(),
            accuracy: accuracy(&self.answers),
            unseen: unseen.clone().count(),
            unseen_accuracy: accuracy(unseen),
            macro_f1: macro_f1(&labels),
            ece: error(&bins),
            in_scope_accuracy: chosen.in_scope_accuracy,
            oos_recall: chosen.oos_recall,
            threshold: chosen.threshold,
            train_s: self.train_s,
            p50_us: self
                .times_us
                .get(self.times_us.len() / 2)
                .copied()
                .unwrap_or(0.0),
            out_of_scope: self.elsewhere.len(),
            labels,
            confusions: confusions(&self.answers),
            curve: thresholds(&self.answers)
                .map(|threshold| self.at(threshold))
                .collect(),
            bins,
        }
    }
}

fn labelled<'a>(
    rows: &'a [Labelled],
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<(Vec<Sentence>, Vec<Option<&'a str>>), LanguageError> {
    let texts: Vec<String> = rows.iter().map(|row| normalise(&row.text)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Ok((
        prepare(&texts, encoder)?,
        rows.iter().map(|row| Some(row.label.as_str())).collect(),
    ))
}

fn validation<'a>(
    sets: &'a IntentSets,
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<(Vec<Sentence>, Vec<Option<&'a str>>), LanguageError> {
    let (mut sentences, mut labels) = labelled(&sets.valid, encoder)?;
    let texts: Vec<String> = sets.oos_valid.iter().map(|text| normalise(text)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    sentences.extend(prepare(&texts, encoder)?);
    labels.resize(sentences.len(), None);
    Ok((sentences, labels))
}
