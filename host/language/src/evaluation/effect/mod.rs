//! What a change of the training data does to recognition, before anybody meets it.

mod outcome;
mod set;
#[cfg(test)]
mod tests;

use serde::Serialize;

use self::outcome::{Outcome, figures, newly_confused};
use self::set::Set;
use crate::{LanguageError, Training};

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
    /// Sentences with an intent.
    pub sentences: usize,
    /// How many of them are given it.
    pub right: usize,
    /// Sentences without an intent.
    pub out_of_scope: usize,
    /// How many of them are given none.
    pub noticed: usize,
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
    /// How many sentences there are of it.
    pub of: usize,
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
