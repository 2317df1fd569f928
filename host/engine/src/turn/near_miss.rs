//! Answers that are nearly what a flow waits for: read in the way they were said, or told what is wrong with them.

use jackfield_core::{Asking, Entity, Event, Expected, Frame, NamedValue, Utterance, Value};
use jackfield_language::{clauses, entity_for, spelt_digits};

use super::{Failed, Turn};

/// So many digits are meant to be a telephone number where one is asked for; fewer may be a price.
const LEAST_DIGITS: usize = 7;
/// Digits of a mobile number of China.
const MOBILE: usize = 11;

impl Turn<'_> {
    /// What was said, with digits for the words of a number that is spelt out, where a number is asked for that people spell.
    pub(super) fn in_digits(&self, text: &str) -> String {
        let code_asked = matches!(self.session.asking, Some(Asking::Code { .. }));
        let active = self.session.active();
        let spelt = code_asked || active.is_some_and(|frame| self.waits_for_phone(frame));
        spelt
            .then(|| spelt_digits(text))
            .flatten()
            .unwrap_or_else(|| text.to_owned())
    }

    fn waits_for_phone(&self, frame: &Frame) -> bool {
        match &frame.expects.what {
            Expected::Slot(slot) => self.slot_kind(frame, slot).as_deref() == Some("phone"),
            _ => false,
        }
    }

    /// Says what is wrong with a telephone number. False when the sentence is none.
    pub(super) fn near_miss(&mut self, frame: &Frame, text: &str, utterance: &Utterance) -> bool {
        if !self.waits_for_phone(frame) || entity_for("phone", utterance).is_some() {
            return false;
        }
        let Some(digits) = spelt_digits(text).filter(|digits| digits.len() >= LEAST_DIGITS) else {
            return false;
        };
        if self.session.misunderstood > 1 {
            self.not_understood();
            return true;
        }
        self.session.misunderstood += 1;
        self.decide("fallback", "a telephone number that cannot be one");
        if digits.len() == MOBILE {
            self.say("phone-wrong", &[]);
        } else {
            let count = Value::Integer(i64::try_from(digits.len()).unwrap_or(i64::MAX));
            let name = "count".to_owned();
            self.say("phone-length", &[NamedValue { name, value: count }]);
        }
        self.ask_again();
        true
    }

    /// Whether a sentence that asks nothing has a day for the flow that waits for a decision: `from next month`.
    pub(super) fn fills_slot(&self, frame: &Frame, text: &str, utterance: &Utterance) -> bool {
        let elsewhere = self.other_flow(frame, utterance).is_some();
        if elsewhere || clauses(text).iter().any(|clause| clause.asks) {
            return false;
        }
        let pack = self.catalog.version(&frame.pack);
        let spec = pack.and_then(|pack| pack.flow(&frame.flow.flow));
        spec.is_some_and(|spec| {
            let mut kinds = spec.slots.values().map(|slot| slot.kind.as_str());
            kinds.any(|kind| kind == "date" && entity_for(kind, utterance).is_some())
        })
    }

    /// Tells the flow what was said. A flow that keeps its state and asks word for word what it asked before has not understood
    /// it either: then the contact is told so. Not when a question about what was shown is answered by showing it (`shown_again`).
    pub(super) async fn flow_decides(
        &mut self,
        frame: &Frame,
        mut utterance: Utterance,
        turned_down: bool,
        shown_again: bool,
    ) -> Result<(), Failed> {
        if turned_down && utterance.entities.iter().all(|e| e.kind != "yes-no") {
            utterance.entities.push(turns_down(&utterance.text));
        }
        let misunderstood = self.session.misunderstood;
        let before = self.draft.messages.len();
        self.understood();
        self.decide("continue", "the flow decides");
        self.tell(frame.id, vec![Event::Said(utterance)]).await?;
        let now = self.session.active().filter(|now| now.id == frame.id);
        let asked = |frame: &Frame| frame.prompt.as_ref().map(|prompt| prompt.text.clone());
        let unmoved = !shown_again
            && now.is_some_and(|now| now.state == frame.state && asked(now) == asked(frame))
            && self.draft.messages.len() == before + 1
            && frame.expects.what != Expected::Anything
            && !self.is_under_way(frame.id);
        if unmoved {
            self.draft.messages.truncate(before);
            self.session.misunderstood = misunderstood;
            self.not_understood();
        }
        Ok(())
    }
}

/// That the whole sentence turns down what was proposed.
fn turns_down(text: &str) -> Entity {
    Entity {
        kind: "yes-no".to_owned(),
        role: None,
        value: Value::Boolean(false),
        heard: text.to_owned(),
        start: 0,
        end: u32::try_from(text.len()).unwrap_or(u32::MAX),
    }
}
