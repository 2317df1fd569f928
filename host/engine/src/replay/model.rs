//! What another model of the language changes in every turn and says nothing: how sure it is, and what else it thought of.

use jackfield_core::{Event, TurnRecord, Utterance};

/// Gives the replay the recorded figures wherever both understood the same.
pub(super) fn align(was: &TurnRecord, now: &mut TurnRecord) {
    now.model.clone_from(&was.model);
    if let (Some(was), Some(now)) = (&was.decision.utterance, &mut now.decision.utterance) {
        same(was, now);
    }
    if figures_apart(&was.decision.reason) == figures_apart(&now.decision.reason) {
        now.decision.reason.clone_from(&was.decision.reason);
    }
    for (was, now) in was.steps.iter().zip(&mut now.steps) {
        for (was, now) in was.events.iter().zip(&mut now.events) {
            if let (Event::Said(was), Event::Said(now)) = (was, now) {
                same(was, now);
            }
        }
    }
}

fn same(was: &Utterance, now: &mut Utterance) {
    if was.intent == now.intent {
        now.confidence = was.confidence;
        now.alternatives.clone_from(&was.alternatives);
    }
}

/// A reason without its figures: `start (… at 0.97)` is no other reason than `start (… at 0.98)`.
fn figures_apart(reason: &str) -> String {
    let plain = |c: &char| !c.is_ascii_digit() && *c != '.';
    reason.chars().filter(plain).collect()
}
