//! How a conversation ended, read from the host's own journal and the operator's list of changes.

use serde_json::Value;

use super::script::Outcome;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Is(Outcome),
    /// Nothing was told, changed or cancelled.
    Nothing,
    /// A change was applied more than once.
    Twice,
}

/// Steps of the telecom flows that tell the customer something they asked for, or why there is none.
const TELLING: [&str; 13] = [
    "told",
    "offer",
    "nothing-found",
    "ask-plan",
    "choose-plan",
    "confirm",
    "carrier-down",
    "not-verified",
    "one-number-only",
    "refused",
    "unconfirmed",
    "changed",
    "left",
];
/// Steps at which a flow ends at the customer's wish.
const CALLED_OFF: [&str; 2] = ["declined", "left"];

/// Judges a conversation by its turns and the changes that the operator applied meanwhile.
pub(crate) fn ending(turns: &[Value], applied: u64) -> Ending {
    let owner = turns.last().map(|turn| &turn["session"]["owner"]);
    match applied {
        0 => {}
        1 => return Ending::Is(Outcome::Resolved),
        _ => return Ending::Twice,
    }
    if owner.is_some_and(|owner| *owner != "bot") {
        return Ending::Is(Outcome::Handoff);
    }
    let ended_by_customer = |turn: &&Value| {
        let cancelled = turn["decision"]["action"] == "cancel"
            && turn["steps"].as_array().is_some_and(|s| !s.is_empty());
        cancelled || steps(turn).any(|step| CALLED_OFF.contains(&step))
    };
    if turns.iter().any(|turn| ended_by_customer(&turn)) {
        return Ending::Is(Outcome::Cancelled);
    }
    let answers = |turn: &Value| {
        turn["decision"]["action"] == "answer" || steps(turn).any(|step| TELLING.contains(&step))
    };
    if turns.iter().any(answers) {
        return Ending::Is(Outcome::Answered);
    }
    Ending::Nothing
}

/// Whether an ending is one of those that are right.
pub(crate) fn is_right(ending: Ending, turns: &[Value], wanted: &[Outcome]) -> bool {
    match ending {
        Ending::Is(outcome) if wanted.contains(&outcome) => true,
        // Who was answered and then called off the rest was answered.
        Ending::Is(Outcome::Cancelled) if wanted.contains(&Outcome::Answered) => {
            turns.iter().any(|turn| {
                turn["decision"]["action"] == "answer"
                    || steps(turn).any(|step| TELLING.contains(&step))
            })
        }
        _ => false,
    }
}

fn steps(turn: &Value) -> impl Iterator<Item = &str> {
    let steps = turn["steps"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    steps
        .iter()
        .filter_map(|step| step["outcome"]["replied"]["step"].as_str())
}

/// Why the bot did what it did, for people: one line for each turn.
pub(crate) fn reasons(turns: &[Value]) -> String {
    let mut all = String::new();
    for turn in turns {
        let said = turn["said"][0]["text"].as_str().unwrap_or("-");
        let decision = &turn["decision"];
        let (action, reason) = (
            decision["action"].as_str().unwrap_or(""),
            decision["reason"].as_str().unwrap_or(""),
        );
        let utterance = &decision["utterance"];
        let intent = utterance["intent"].as_str().unwrap_or("-");
        let confidence = utterance["confidence"].as_f64().unwrap_or(0.0);
        let steps: Vec<_> = steps(turn).collect();
        all.push_str(&format!(
            "    {said}: {intent} {confidence:.2}; {action} ({reason}) {steps:?}\n"
        ));
    }
    all
}
