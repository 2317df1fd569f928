//! Which turns are worth a look, and what is kept of them.

use jackfield_core::{Candidate, TurnRecord};

use crate::entry::{Why, Words};
use crate::mask::mask;

/// A reading below this confidence that the bot went on with is worth a look.
const UNSURE: f32 = 0.65;
/// A sentence with fewer letters says too little to learn from.
const LEAST_LETTERS: usize = 2;

/// The words of a turn in which the contact was not understood, or not surely. What was masked in the record as sensitive has no
/// words there.
pub(crate) fn heard(record: &TurnRecord) -> Option<Words> {
    let decision = &record.decision;
    let utterance = decision.utterance.as_ref()?;
    let why = if decision.was_not_understood() {
        Why::NotUnderstood
    } else {
        match decision.action.as_str() {
            "clarify" => Why::Asked,
            "start" | "digress" if utterance.confidence < UNSURE => Why::Unsure,
            _ => return None,
        }
    };
    words(record, why)
}

/// The words of a turn, when they are worth a look.
pub(crate) fn words(record: &TurnRecord, why: Why) -> Option<Words> {
    let utterance = record.decision.utterance.as_ref()?;
    let text = mask(&utterance.text);
    if text.chars().filter(|c| c.is_alphabetic()).count() < LEAST_LETTERS {
        return None;
    }
    let best = utterance.intent.iter().map(|intent| Candidate {
        intent: intent.clone(),
        confidence: utterance.confidence,
    });
    Some(Words {
        text,
        locale: record.session.locale.clone(),
        why,
        readings: best.chain(utterance.alternatives.clone()).collect(),
    })
}
