//! What a change of the training data does to recognition, before anybody meets it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::intents::{FitOn, Intents, Sentence, prepare};
use crate::ngrams::extend;
use crate::{LanguageError, Training, normalise};

/// Parts of the sentences that are left out of learning in turn, and then read.
const FOLDS: u64 = 5;

/// How a change of the training data changes recognition.
///
/// Both are measured alike, by cross-validation with the same folds: every sentence of the changed data is read by models
/// that learnt from the other folds of the data before, and of the data after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// Before the change.
    pub before: Figures,
    /// After it.
    pub after: Figures,
    /// Sentences that are understood right only after the change.
    pub gained: Vec<Changed>,
    /// Sentences that were understood right only before it.
    pub lost: Vec<Changed>,
    /// Intents that are taken for others more often, the largest rise first.
    pub newly_confused: Vec<NewlyConfused>,
}

/// How good recognition is. Shares are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// Share of the sentences with an intent that are given it.
    pub accuracy: f64,
    /// Mean F1 of the intents.
    pub macro_f1: f64,
    /// Share of the sentences without an intent that are given none; `None` when there are no such sentences.
    pub oos_recall: Option<f64>,
}

/// A sentence that is understood otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The sentence.
    pub text: String,
    /// The intent it should have; `None` when it is out of scope.
    pub expected: Option<String>,
    /// What it was taken for.
    pub before: Option<String>,
    /// What it is taken for.
    pub after: Option<String>,
}

/// An intent that is taken for another more often than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewlyConfused {
    /// What the sentences should be.
    pub expected: String,
    /// What they are taken for.
    pub got: String,
    /// How many were before.
    pub before: usize,
    /// Those that are now.
    pub sentences: Vec<String>,
}

/// Measures both on the sentences of `after`.
///
/// # Errors
///
/// When a sentence cannot be prepared.
pub fn effect(before: &Training, after: &Training) -> Result<Effect, LanguageError> {
    let old = Set::new(before)?;
    let new = Set::new(after)?;
    let read_before = new.read_by(&old);
    let read_after = new.read_by(&new);
    let outcomes: Vec<Outcome<'_>> = new
        .rows
        .iter()
        .zip(read_before)
        .zip(read_after)
        .map(|((row, before), after)| Outcome { row, before, after })
        .collect();
    let changed = |of: fn(&Outcome<'_>) -> bool| {
        let these = outcomes.iter().filter(|outcome| of(outcome));
        these.map(Outcome::changed).collect()
    };
    Ok(Effect {
        before: figures(&outcomes, |outcome| outcome.before.as_deref()),
        after: figures(&outcomes, |outcome| outcome.after.as_deref()),
        gained: changed(|outcome| !outcome.was_right() && outcome.is_right()),
        lost: changed(|outcome| outcome.was_right() && !outcome.is_right()),
        newly_confused: newly_confused(&outcomes),
    })
}

/// A sentence with its intent, and how it is read.
struct Row<'a> {
    text: &'a str,
    intent: Option<&'a str>,
    sentence: Sentence,
    fold: u64,
}

/// Training data, ready to be learnt from.
struct Set<'a> {
    rows: Vec<Row<'a>>,
}

impl<'a> Set<'a> {
    fn new(training: &'a Training) -> Result<Self, LanguageError> {
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
    fn read_by(&self, known: &Set<'_>) -> Vec<Option<String>> {
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

/// What became of a sentence.
struct Outcome<'a> {
    row: &'a Row<'a>,
    before: Option<String>,
    after: Option<String>,
}

impl Outcome<'_> {
    fn was_right(&self) -> bool {
        self.before.as_deref() == self.row.intent
    }

    fn is_right(&self) -> bool {
        self.after.as_deref() == self.row.intent
    }

    fn changed(&self) -> Changed {
        Changed {
            text: self.row.text.to_owned(),
            expected: self.row.intent.map(str::to_owned),
            before: self.before.clone(),
            after: self.after.clone(),
        }
    }
}

fn figures<'a>(
    outcomes: &'a [Outcome<'a>],
    got: impl Fn(&'a Outcome<'a>) -> Option<&'a str>,
) -> Figures {
    /// How often an intent should have been, was, and rightly was.
    #[derive(Default)]
    struct Counts {
        expected: usize,
        got: usize,
        right: usize,
    }
    let mut intents: HashMap<&str, Counts> = HashMap::new();
    let (mut elsewhere, mut rejected) = (0, 0);
    for outcome in outcomes {
        let (expected, got) = (outcome.row.intent, got(outcome));
        if let Some(got) = got {
            intents.entry(got).or_default().got += 1;
        }
        match expected {
            Some(expected) => {
                let counts = intents.entry(expected).or_default();
                counts.expected += 1;
                counts.right += usize::from(got == Some(expected));
            }
            None => {
                elsewhere += 1;
                rejected += usize::from(got.is_none());
            }
        }
    }
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let taught: Vec<&Counts> = intents.values().filter(|c| c.expected > 0).collect();
    let f1 = taught
        .iter()
        .map(|c| share(2 * c.right, c.expected + c.got));
    Figures {
        accuracy: share(
            taught.iter().map(|c| c.right).sum(),
            taught.iter().map(|c| c.expected).sum(),
        ),
        // Sorted, because sums of fractions depend on their order.
        macro_f1: {
            let mut f1: Vec<f64> = f1.collect();
            f1.sort_unstable_by(f64::total_cmp);
            f1.iter().sum::<f64>() / f1.len().max(1) as f64
        },
        oos_recall: (elsewhere > 0).then(|| share(rejected, elsewhere)),
    }
}

fn newly_confused(outcomes: &[Outcome<'_>]) -> Vec<NewlyConfused> {
    let mut pairs: BTreeMap<(&str, &str), (usize, Vec<String>)> = BTreeMap::new();
    for outcome in outcomes {
        let Some(expected) = outcome.row.intent else {
            continue;
        };
        if let Some(got) = outcome.before.as_deref().filter(|got| *got != expected) {
            pairs.entry((expected, got)).or_default().0 += 1;
        }
        if let Some(got) = outcome.after.as_deref().filter(|got| *got != expected) {
            let text = outcome.row.text.to_owned();
            pairs.entry((expected, got)).or_default().1.push(text);
        }
    }
    let mut rises: Vec<NewlyConfused> = pairs
        .into_iter()
        .filter(|(_, (before, now))| now.len() > *before)
        .map(|((expected, got), (before, sentences))| NewlyConfused {
            expected: expected.to_owned(),
            got: got.to_owned(),
            before,
            sentences,
        })
        .collect();
    rises.sort_by_key(|rise| std::cmp::Reverse(rise.sentences.len() - rise.before));
    rises
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Example, OutOfScope};

    fn training(examples: &[(&str, &str)]) -> Training {
        let examples = examples.iter().map(|(intent, text)| Example {
            intent: (*intent).to_owned(),
            locale: "en-US".to_owned(),
            text: (*text).to_owned(),
        });
        Training {
            examples: examples.collect(),
            ..Training::default()
        }
    }

    fn before() -> Training {
        let mut rows = Vec::new();
        let things = [
            "bill",
            "invoice",
            "statement",
            "receipt",
            "payment",
            "charge",
        ];
        let ways = ["show me my", "where is my", "i need the", "send me my last"];
        let rows_of = |intent: &'static str, ways: [&str; 4]| {
            ways.map(|way| things.map(|thing| (intent, format!("{way} {thing}"))))
        };
        rows.extend(rows_of("bill", ways).into_iter().flatten());
        let lost = [
            "i lost the card of my",
            "block the card for my",
            "someone stole the card for the",
            "my card is gone, stop the",
        ];
        rows.extend(rows_of("lost-card", lost).into_iter().flatten());
        let rows: Vec<(&str, &str)> = rows.iter().map(|(i, t)| (*i, t.as_str())).collect();
        training(&rows)
    }

    #[test]
    fn nothing_changed_changes_nothing() {
        let same = effect(&before(), &before()).unwrap();
        assert_eq!(same.before, same.after);
        assert!(same.gained.is_empty() && same.lost.is_empty() && same.newly_confused.is_empty());
        assert!(same.after.accuracy > 0.8, "{same:?}");
        assert_eq!(same.after.oos_recall, None);
    }

    #[test]
    fn good_labels_gain_and_bad_labels_lose_what_they_touch() {
        let mut good = before();
        let roaming = [
            "can i use my phone abroad",
            "will my phone work abroad",
            "use the phone abroad in spain",
            "does my phone work abroad in france",
            "phone abroad, how",
            "my phone abroad does not work",
        ];
        for text in roaming {
            good.examples.push(Example {
                intent: "roaming".into(),
                locale: "en-US".into(),
                text: text.into(),
            });
        }
        for text in [
            "what is the weather like",
            "weather tomorrow",
            "how is the weather in paris",
            "the weather today",
        ] {
            good.out_of_scope.push(OutOfScope {
                locale: "en-US".into(),
                text: text.into(),
            });
        }
        let report = effect(&before(), &good).unwrap();
        let gained: Vec<&str> = report.gained.iter().map(|c| c.text.as_str()).collect();
        assert!(gained.contains(&"will my phone work abroad"), "{report:#?}");
        assert!(report.after.accuracy > report.before.accuracy);
        assert!(report.after.oos_recall.is_some());
        assert_eq!(report, effect(&before(), &good).unwrap(), "the same again");

        let mut bad = before();
        for example in bad
            .examples
            .iter_mut()
            .filter(|e| e.text.starts_with("show me my"))
        {
            example.intent = "lost-card".into();
        }
        for text in [
            "show me the bill",
            "show me a bill please",
            "show me this bill",
        ] {
            bad.examples.push(Example {
                intent: "bill".into(),
                locale: "en-US".into(),
                text: text.into(),
            });
        }
        let report = effect(&before(), &bad).unwrap();
        assert!(!report.lost.is_empty(), "{report:#?}");
        assert!(
            report
                .newly_confused
                .iter()
                .any(|c| c.expected == "bill" && c.got == "lost-card"),
            "{report:#?}"
        );
    }

    #[test]
    fn empty_training_has_an_effect_of_nothing() {
        let nothing = effect(&Training::default(), &Training::default()).unwrap();
        assert_eq!(nothing.after.accuracy, 0.0);
        let first = effect(&Training::default(), &before()).unwrap();
        assert_eq!(first.before.accuracy, 0.0);
        assert!(first.after.accuracy > 0.8);
    }
}
