//! Sentences that the bot acted on, and whose customer then took it back: the bot was sure, and may have been wrong.

use std::collections::HashMap;

use jackfield_core::{ContactId, SessionId, TurnRecord};

use crate::entry::{Sample, Why, Words};
use crate::heard::{heard, words};

/// Sessions whose last sentence is remembered; more are active at once on the largest hosts only.
const MOST_SESSIONS: usize = 10_000;

/// The words of a turn in which the bot did what it had read from them.
pub(crate) fn acted_on(record: &TurnRecord) -> Option<Words> {
    let action = record.decision.action.as_str();
    // What was unsure is on the list already.
    let sure = matches!(action, "start" | "digress" | "answer") && heard(record).is_none();
    sure.then(|| words(record, Why::Refused)).flatten()
}

/// Whether the customer took back in this turn what the bot had made of the sentence before.
fn takes_back(record: &TurnRecord) -> bool {
    let decision = &record.decision;
    match decision.action.as_str() {
        "cancel" => decision.reason != "there was nothing to cancel",
        "decline" => true,
        "hand-off" => decision.reason == "asked for a person",
        "chit-chat" => decision.reason == "annoyed",
        _ => false,
    }
}

/// What the bot acted on last, of every session.
#[derive(Debug, Default)]
pub(crate) struct Recent(HashMap<SessionId, (Words, Sample)>);

impl Recent {
    /// Takes up a turn. What it takes back, when it takes something back: the sentence of the turn before.
    pub(crate) fn take(&mut self, record: &TurnRecord, sample: Sample) -> Option<(Words, Sample)> {
        // What timers and other systems bring is no word of the customer's.
        record.decision.utterance.as_ref()?;
        let before = self.0.remove(&sample.session);
        if let Some(words) = acted_on(record) {
            if self.0.len() >= MOST_SESSIONS {
                self.0.clear();
            }
            self.0.insert(sample.session, (words, sample));
        }
        before.filter(|_| takes_back(record))
    }

    /// Forgets a contact.
    pub(crate) fn erase(&mut self, contact: ContactId) {
        self.0.retain(|_, (_, sample)| sample.contact != contact);
    }
}
