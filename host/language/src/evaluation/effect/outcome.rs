//! What became of the sentences, and what can be counted in that.

use std::collections::{BTreeMap, HashMap};

use super::set::Row;
use super::{Changed, Figures, NewlyConfused};

/// What became of a sentence.
pub(super) struct Outcome<'a> {
    pub(super) row: &'a Row<'a>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Outcome<'_> {
    pub(super) fn was_right(&self) -> bool {
        self.before.as_deref() == self.row.intent
    }

    pub(super) fn is_right(&self) -> bool {
        self.after.as_deref() == self.row.intent
    }

    pub(super) fn changed(&self) -> Changed {
        Changed {
            text: self.row.text.to_owned(),
            expected: self.row.intent.map(str::to_owned),
            before: self.before.clone(),
            after: self.after.clone(),
        }
    }
}

/// How good one of the readings is.
pub(super) fn figures<'a>(
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
    let right = taught.iter().map(|c| c.right).sum();
    let sentences = taught.iter().map(|c| c.expected).sum();
    Figures {
        sentences,
        right,
        out_of_scope: elsewhere,
        noticed: rejected,
        accuracy: share(right, sentences),
        // Sorted, because sums of fractions depend on their order.
        macro_f1: {
            let mut f1: Vec<f64> = f1.collect();
            f1.sort_unstable_by(f64::total_cmp);
            f1.iter().sum::<f64>() / f1.len().max(1) as f64
        },
        oos_recall: (elsewhere > 0).then(|| share(rejected, elsewhere)),
    }
}

/// Intents that are taken for others more often, the largest rise first.
pub(super) fn newly_confused(outcomes: &[Outcome<'_>]) -> Vec<NewlyConfused> {
    let mut pairs: BTreeMap<(&str, &str), (usize, Vec<String>)> = BTreeMap::new();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for outcome in outcomes {
        let Some(expected) = outcome.row.intent else {
            continue;
        };
        *numbers.entry(expected).or_default() += 1;
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
            of: numbers.get(expected).copied().unwrap_or(0),
            before,
            sentences,
        })
        .collect();
    rises.sort_by_key(|rise| std::cmp::Reverse(rise.sentences.len() - rise.before));
    rises
}
