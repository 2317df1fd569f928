use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use super::calibration::{Bin, bins, error};
use super::table::Labelled;
use crate::intents::{Intents, Reading, Sentence, prepare};
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
    /// Share of the test that is recognised right when every sentence must get a label.
    pub accuracy: f64,
    /// Mean F1 of the labels of the test.
    pub macro_f1: f64,
    /// Expected calibration error of the confidence: ten bins of equal mass.
    pub ece: f64,
    /// Share of the test that is recognised right and taken for in scope.
    pub in_scope_accuracy: f64,
    /// Share of the out-of-scope test that is taken for out of scope.
    pub oos_recall: f64,
    /// From this probability of being in scope, a sentence gets a label.
    pub threshold: f32,
    /// Seconds to learn.
    pub train_s: f64,
    /// Microseconds for a sentence, half of them take less.
    pub p50_us: f64,
    /// Labels that are taken for others, most frequent first.
    pub confusions: Vec<Confusion>,
    /// What other thresholds would give.
    pub curve: Vec<CurvePoint>,
    /// Confidence against accuracy.
    pub bins: Vec<Bin>,
}

/// A label that is taken for another.
#[derive(Debug, Clone)]
pub struct Confusion {
    /// What the sentences should be.
    pub expected: String,
    /// What they are taken for.
    pub got: String,
    /// The sentences.
    pub sentences: Vec<String>,
}

/// What a threshold gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The threshold.
    pub threshold: f32,
    /// See [`IntentReport::in_scope_accuracy`].
    pub in_scope_accuracy: f64,
    /// See [`IntentReport::oos_recall`].
    pub oos_recall: f64,
}

/// Learns from the training set and measures on the test set.
///
/// # Errors
///
/// When the encoder fails.
pub fn evaluate_intents(sets: &IntentSets, encoder: Option<&dyn SentenceEncoder>) -> Result<IntentReport, LanguageError> {
    let start = Instant::now();
    let (sentences, labels) = labelled(&sets.train, encoder)?;
    let (valid, valid_labels) = validation(sets, encoder)?;
    let valid = (!valid.is_empty()).then_some((valid.as_slice(), valid_labels.as_slice()));
    let intents = Intents::new(&sentences, &labels, valid);
    let train_s = start.elapsed().as_secs_f64();

    let mut times = Vec::new();
    let mut read = |text: &str| -> Result<Reading, LanguageError> {
        let start = Instant::now();
        let text = normalise(text);
        let sentence = prepare(&[&text], encoder)?.pop().unwrap_or_default();
        let reading = intents.read(&sentence);
        times.push(start.elapsed().as_secs_f64() * 1e6);
        Ok(reading)
    };
    let tested = sets.test.iter().map(|row| read(&row.text)).collect::<Result<Vec<_>, _>>()?;
    let elsewhere = sets.oos_test.iter().map(|text| read(text)).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable_by(f64::total_cmp);

    let answers: Vec<Answer<'_>> = sets.test.iter().zip(&tested).map(|(row, reading)| Answer::new(row, reading)).collect();
    let size = answers.len().max(1) as f64;
    let at = |threshold: f32| CurvePoint {
        threshold,
        in_scope_accuracy: answers.iter().filter(|answer| answer.right && answer.scope >= threshold).count() as f64 / size,
        oos_recall: elsewhere.iter().filter(|reading| reading.scope < threshold).count() as f64
            / elsewhere.len().max(1) as f64,
    };
    let chosen = at(intents.threshold());
    let bins = bins(&answers.iter().map(|answer| (answer.confidence, answer.right)).collect::<Vec<_>>());
    Ok(IntentReport {
        accuracy: answers.iter().filter(|answer| answer.right).count() as f64 / size,
        macro_f1: macro_f1(&answers),
        ece: error(&bins),
        in_scope_accuracy: chosen.in_scope_accuracy,
        oos_recall: chosen.oos_recall,
        threshold: chosen.threshold,
        train_s,
        p50_us: times.get(times.len() / 2).copied().unwrap_or(0.0),
        confusions: confusions(&answers),
        curve: thresholds(&answers).map(at).collect(),
        bins,
    })
}

fn labelled<'a>(
    rows: &'a [Labelled],
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<(Vec<Sentence>, Vec<Option<&'a str>>), LanguageError> {
    let texts: Vec<String> = rows.iter().map(|row| normalise(&row.text)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Ok((prepare(&texts, encoder)?, rows.iter().map(|row| Some(row.label.as_str())).collect()))
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

/// One answer to a sentence of the test.
struct Answer<'a> {
    text: &'a str,
    expected: &'a str,
    got: &'a str,
    right: bool,
    confidence: f32,
    scope: f32,
}

impl<'a> Answer<'a> {
    fn new(row: &'a Labelled, reading: &'a Reading) -> Self {
        let best = reading.candidates.first();
        let got = best.map_or("", |best| best.intent.as_str());
        Self {
            text: &row.text,
            expected: &row.label,
            got,
            right: got == row.label,
            confidence: best.map_or(0.0, |best| best.confidence),
            scope: reading.scope,
        }
    }
}

/// Mean over the labels of the test of the harmonic mean of precision and recall.
fn macro_f1(answers: &[Answer<'_>]) -> f64 {
    let mut counts: HashMap<&str, (usize, usize, usize)> = HashMap::new();
    for answer in answers {
        let own = counts.entry(answer.expected).or_default();
        own.0 += 1;
        own.2 += usize::from(answer.right);
        counts.entry(answer.got).or_default().1 += 1;
    }
    let of_test = counts.values().filter(|(expected, _, _)| *expected > 0);
    let f1: Vec<f64> = of_test.map(|(expected, got, right)| 2.0 * *right as f64 / (expected + got) as f64).collect();
    f1.iter().sum::<f64>() / f1.len().max(1) as f64
}

fn confusions(answers: &[Answer<'_>]) -> Vec<Confusion> {
    let mut pairs: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| !answer.right) {
        pairs.entry((answer.expected, answer.got)).or_default().push(answer.text.to_owned());
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
fn thresholds(answers: &[Answer<'_>]) -> impl Iterator<Item = f32> {
    let mut scopes: Vec<f32> = answers.iter().map(|answer| answer.scope).collect();
    scopes.sort_unstable_by(f32::total_cmp);
    (0..=40).filter_map(move |percent| scopes.get(percent * scopes.len() / 100).copied())
}
