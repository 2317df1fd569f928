//! Reproaches for what was done: an apology and a person, and not the thing itself once more.

use jackfield_core::{ClarifyOption, Utterance};

use super::Turn;

impl Turn<'_> {
    /// Answers a complaint. False when the sentence is none, or some pack's own.
    pub(super) fn complaint(&mut self, text: &str, utterance: &Utterance) -> bool {
        if !self.reader().complains(text, utterance) {
            return false;
        }
        self.understood();
        self.decide("chit-chat", "complains about what was done");
        if self.session.active().is_some() {
            // No choice here: a "1" is meant for the flow.
            self.say("complaint", &[]);
            self.ask_again();
        } else {
            let person = self.engine.phrases.say(self.locale(), "person", &[]);
            self.offer("complaint", vec![(ClarifyOption::Person, person)]);
        }
        true
    }
}
