//! What the bot would do with a sentence that begins a conversation: the host's reader says what the sentence amounts to, and this
//! takes its answers in the order of a turn (`engine/src/turn/policy.rs`). `tests/trainer.rs` compares the two.

use jackfield_core::{FlowId, Utterance};
use jackfield_engine::{Alone, Place, Reader};
use jackfield_language::{ANSWER_THRESHOLD, Command, command, does_not_know, wishes};
use serde::Serialize;

/// What would be done, with the words the journal has for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Would {
    /// `start`, `answer`, `clarify`, `fallback`, …
    pub(super) action: &'static str,
    /// Why.
    pub(super) reason: String,
    /// The same for people.
    #[serde(skip)]
    pub(super) words: String,
}

/// What would be done with this sentence.
pub(super) fn would(reader: &Reader<'_>, text: &str) -> Would {
    let utterance = reader.parse_said(text);
    if let Some(besides) = reader.without_person(text) {
        if !besides.is_empty() {
            return wanted(reader, &besides, &reader.parse(&besides));
        }
        let words = "go on by itself, without a person";
        return Would::new("decline", "does not want a person", words);
    }
    if let Some(command) = command(text) {
        return commanded(command);
    }
    if reader.chat(text, &utterance).is_some() {
        return Would::new("chit-chat", "small talk", "answer the small talk itself");
    }
    if does_not_know(text) {
        let words = "offer what it can do, because the customer does not know";
        return Would::new("help", "does not know, and nothing was asked", words);
    }
    if reader.complains(text, &utterance) {
        let words = "apologise and offer a person";
        return Would::new("chit-chat", "complains about what was done", words);
    }
    let Some(refused) = reader.refused(text, &utterance) else {
        return wanted(reader, text, &utterance);
    };
    match (refused.flow, refused.instead) {
        // Another value of it is wanted.
        (Some(flow), Some(Place::Flow(same))) if flow == same => wanted(reader, text, &utterance),
        (Some(flow), None) => {
            let words = format!("say that it will not start {flow}");
            let reason = format!("the contact does not want {flow}");
            Would::new("decline", reason, words)
        }
        _ => wanted(reader, &refused.others, &reader.parse(&refused.others)),
    }
}

/// What a sentence that wants something leads to.
fn wanted(reader: &Reader<'_>, text: &str, utterance: &Utterance) -> Would {
    several(reader, text, utterance).unwrap_or_else(|| alone(reader, utterance))
}

/// Several wishes in one sentence.
fn several(reader: &Reader<'_>, text: &str, utterance: &Utterance) -> Option<Would> {
    let wishes = wishes(text, |clause| reader.wish(clause, ANSWER_THRESHOLD));
    if wishes.is_empty() || reader.is_verbatim(utterance) {
        return None;
    }
    let (mut flows, mut articles) = (Vec::new(), Vec::new());
    for wish in wishes {
        match wish.place {
            Place::Flow(flow) => flows.push(flow),
            Place::Article(id) => articles.push(id.to_string()),
        }
    }
    let articles = articles.join(", ");
    let Some((first, later)) = flows.split_first() else {
        let words = format!("answer with the articles {articles}");
        return Some(Would::new("answer", format!("articles {articles}"), words));
    };
    let later: Vec<&str> = later.iter().map(|flow| flow.flow.as_str()).collect();
    let later = later.join(", ");
    let mut words = format!("start the flow {first}");
    if !later.is_empty() {
        words = format!("{words}, and afterwards {later}");
    }
    if !articles.is_empty() {
        words = format!("answer with {articles}, and {words}");
    }
    let reason = format!("{first} first, then: {later}");
    Some(Would::new("start", reason, words))
}

/// What one wish leads to.
fn alone(reader: &Reader<'_>, utterance: &Utterance) -> Would {
    match reader.alone(utterance) {
        Alone::YesNo(_) => {
            let reason = "yes or no, and nothing was asked";
            Would::new("chit-chat", reason, "say that nothing was asked")
        }
        Alone::Either(flow, other) => {
            Would::new("clarify", "two readings are close", asks(&[flow, other]))
        }
        Alone::Flow(flow) => {
            let reason = format!("{flow} at {:.2}", utterance.confidence);
            Would::new("start", reason, format!("start the flow {flow}"))
        }
        Alone::Article(id, score) => {
            let answer = reader.model.article(&id, &reader.asker);
            let text = answer.map(|answer| answer.text).unwrap_or_default();
            let words = format!("answer with the article {id}: {text}");
            Would::new("answer", format!("article {id} at {score:.2}"), words)
        }
        Alone::Value => {
            let words = "offer its flows: nothing but a value was said";
            Would::new("clarify", "a value by itself, and nothing was asked", words)
        }
        Alone::Perhaps(flows) => {
            let reason = "nothing is sure, something is plausible";
            Would::new("clarify", reason, asks(&flows))
        }
        Alone::Unknown => {
            let words = "say that it does not know, with the nearest articles as choices";
            Would::new("fallback", "not understood, 1 in a row", words)
        }
    }
}

impl Would {
    fn new(action: &'static str, reason: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            action,
            reason: reason.into(),
            words: words.into(),
        }
    }
}

fn commanded(command: Command) -> Would {
    let (action, reason, words) = match command {
        Command::Person => ("hand-off", "asked for a person", "hand over to a person"),
        Command::Cancel | Command::Back => (
            "cancel",
            "there was nothing to cancel",
            "call off what is being done",
        ),
        Command::StartOver => ("cancel", "starts over", "begin again"),
        Command::Repeat => ("repeat", "asked to repeat", "say its last message again"),
        Command::Help => ("help", "asked for help", "offer what it can do"),
        Command::Thanks => ("chit-chat", "thanks", "answer the thanks"),
        Command::Goodbye => ("chit-chat", "goodbye", "say good-bye"),
        Command::Greeting => ("chit-chat", "greeting-again", "greet"),
    };
    Would::new(action, reason, words)
}

fn asks(flows: &[FlowId]) -> String {
    let flows: Vec<String> = flows.iter().map(ToString::to_string).collect();
    format!("ask which is meant: {}?", flows.join(" or "))
}
