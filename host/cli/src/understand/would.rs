//! What the bot would do with a sentence that begins a conversation. The running host decides in the engine
//! (`engine/src/turn/policy.rs`), with the conversation at hand; this says the same for a conversation in which nothing was said yet, in
//! the same order, and `tests/trainer.rs` compares the two.

use std::collections::BTreeMap;

use jackfield_core::{Entity, FlowId, Utterance};
use jackfield_language::knowledge::Asker;
use jackfield_language::{
    ANSWER_THRESHOLD, Answer, Command, Model, ParseContext, clauses, command, complains,
    does_not_know, is_name, normalise, refused, small_talk, wishes, yes_no,
};
use serde::Serialize;

/// As in `engine/src/turn/reading.rs`.
const KNOWLEDGE_MARGIN: f32 = 0.12;
const VERBATIM: f32 = 0.95;
const SURE_ANSWER: f32 = 0.8;
const ONLY: f32 = 0.8;
const CLOSE: f32 = 0.12;
const WORTH_ASKING: f32 = 0.25;

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

/// Who reads the sentence.
pub(super) struct Reader<'a> {
    pub(super) model: &'a Model,
    pub(super) context: ParseContext<'a>,
    pub(super) asker: &'a Asker,
    /// The flow that each intent starts.
    pub(super) flows: &'a BTreeMap<String, FlowId>,
}

#[derive(Debug, PartialEq)]
enum Place {
    Flow(FlowId),
    Article(String),
}

impl Reader<'_> {
    pub(super) fn would(&self, text: &str) -> Would {
        let utterance = self.model.parse(text, &self.context);
        if let Some(command) = command(text) {
            return commanded(command);
        }
        if small_talk(text).is_some() && !self.is_taught_talk(text, &utterance) {
            return would("chit-chat", "small talk", "answer the small talk itself");
        }
        if does_not_know(text) {
            let words = "offer what it can do, because the customer does not know";
            return would("help", "does not know, and nothing was asked", words);
        }
        if complains(text) && !self.is_taught(&utterance) {
            let words = "apologise and offer a person";
            return would("chit-chat", "complains about what was done", words);
        }
        if let Some(flow) = self.refused(text, &utterance) {
            let words = format!("say that it will not start {flow}");
            return would(
                "decline",
                format!("the contact does not want {flow}"),
                words,
            );
        }
        self.several(text, &utterance)
            .unwrap_or_else(|| self.alone(&utterance))
    }

    /// What one wish leads to.
    fn alone(&self, utterance: &Utterance) -> Would {
        if yes_no(&utterance.text).is_some() {
            let words = "say that nothing was asked";
            return would("chit-chat", "yes or no, and nothing was asked", words);
        }
        let best = self.rival(utterance);
        let score = best.as_ref().map_or(0.0, |best| best.score);
        if let Some(flow) = self.flow_of(utterance).filter(|_| leads(utterance, score)) {
            if let Some(other) = self.close_to(flow, utterance) {
                return would("clarify", "two readings are close", asks(&[flow, other]));
            }
            let reason = format!("{flow} at {:.2}", utterance.confidence);
            return would("start", reason, format!("start the flow {flow}"));
        }
        if let Some(best) = best.filter(|best| best.score >= ANSWER_THRESHOLD) {
            let name = named(&best);
            let reason = format!("article {name} at {:.2}", best.score);
            let words = format!("answer with the article {name}: {}", best.text);
            return would("answer", reason, words);
        }
        if only_values(utterance) {
            let reason = "a value by itself, and nothing was asked";
            return would(
                "clarify",
                reason,
                "offer its flows: nothing but a value was said",
            );
        }
        let plausible: Vec<&FlowId> = utterance
            .alternatives
            .iter()
            .filter(|other| other.confidence >= WORTH_ASKING)
            .filter(|_| self.model.speaks_of_examples(&utterance.text))
            .filter_map(|other| self.flows.get(&other.intent))
            .take(3)
            .collect();
        if !plausible.is_empty() {
            let reason = "nothing is sure, something is plausible";
            return would("clarify", reason, asks(&plausible));
        }
        would(
            "fallback",
            "not understood, 1 in a row",
            "say that it does not know, with the nearest articles as choices",
        )
    }

    /// Several wishes in one sentence.
    fn several(&self, text: &str, utterance: &Utterance) -> Option<Would> {
        let wishes = wishes(text, |clause| self.wish(clause));
        if wishes.is_empty() || self.is_verbatim(utterance) {
            return None;
        }
        let (mut flows, mut articles) = (Vec::new(), Vec::new());
        for wish in wishes {
            match wish.place {
                Place::Flow(flow) => flows.push(flow),
                Place::Article(id) => articles.push(id),
            }
        }
        let Some((first, later)) = flows.split_first() else {
            let ids = articles.join(", ");
            let words = format!("answer with the articles {ids}");
            return Some(would("answer", format!("articles {ids}"), words));
        };
        let later: Vec<&str> = later.iter().map(|flow| flow.flow.as_str()).collect();
        let mut words = format!("start the flow {first}");
        if !later.is_empty() {
            words = format!("{words}, and afterwards {}", later.join(", "));
        }
        if !articles.is_empty() {
            words = format!("answer with {}, and {words}", articles.join(", "));
        }
        let reason = format!("{first} first, then: {}", later.join(", "));
        Some(would("start", reason, words))
    }

    fn wish(&self, clause: &str) -> Option<Place> {
        let own = yes_no(clause).is_some()
            || command(clause).is_some()
            || small_talk(clause).is_some()
            || does_not_know(clause)
            || refused(clause).is_some();
        if own {
            return None;
        }
        let utterance = self.model.parse(clause, &self.context);
        let best = self.rival(&utterance);
        let score = best.as_ref().map_or(0.0, |best| best.score);
        if let Some(flow) = self
            .flow_of(&utterance)
            .filter(|_| leads(&utterance, score))
        {
            let sure = self.close_to(flow, &utterance).is_none();
            return sure.then(|| Place::Flow(flow.clone()));
        }
        let best = best.filter(|best| best.score >= ANSWER_THRESHOLD)?;
        Some(Place::Article(named(&best)))
    }

    /// The flow that the sentence refuses, when that is all it says.
    fn refused(&self, text: &str, utterance: &Utterance) -> Option<&FlowId> {
        let mut flow = None;
        let mut others = Vec::new();
        for clause in clauses(text) {
            let clause = text.get(clause.at)?;
            let read = |text: &str| self.model.parse(text, &self.context);
            let refused = refused(clause).and_then(|thing| {
                let flow = self.flow_of(&read(&thing))?;
                let whole = read(clause);
                (whole.intent.is_none() || self.flow_of(&whole) == Some(flow)).then_some(flow)
            });
            match refused {
                Some(refused) => flow = Some(refused),
                None => others.push(clause),
            }
        }
        let alone = others.iter().all(|other| self.wish(other).is_none());
        flow.filter(|_| alone && !self.is_verbatim(utterance))
    }

    fn flow_of(&self, utterance: &Utterance) -> Option<&FlowId> {
        self.flows.get(utterance.intent.as_deref()?)
    }

    fn close_to(&self, flow: &FlowId, utterance: &Utterance) -> Option<&FlowId> {
        let close = utterance.alternatives.iter();
        close
            .filter(|other| utterance.confidence - other.confidence < CLOSE)
            .filter_map(|other| self.flows.get(&other.intent))
            .find(|other| *other != flow)
    }

    fn rival(&self, utterance: &Utterance) -> Option<Answer> {
        let sure =
            self.flow_of(utterance).is_some() && utterance.confidence + KNOWLEDGE_MARGIN >= 1.0;
        match sure && !self.model.is_question(&utterance.text) {
            true => None,
            false => self.best(utterance),
        }
    }

    fn best(&self, utterance: &Utterance) -> Option<Answer> {
        let found = || self.model.search(&utterance.text, self.asker, 1);
        match only_values(utterance) {
            true => None,
            false => found().into_iter().next(),
        }
    }

    fn is_verbatim(&self, utterance: &Utterance) -> bool {
        let best = self.best(utterance);
        best.is_some_and(|best| best.score >= VERBATIM)
    }

    /// Whether the sentence is an example word for word, or an article surely fits.
    fn is_taught(&self, utterance: &Utterance) -> bool {
        let taught = utterance.intent.as_deref().is_some_and(|intent| {
            let mut examples = self.model.examples_of(intent);
            examples.any(|example| normalise(example) == utterance.text)
        });
        let best = self.best(utterance);
        taught || best.is_some_and(|best| best.score >= SURE_ANSWER)
    }

    fn is_taught_talk(&self, text: &str, utterance: &Utterance) -> bool {
        let kind = small_talk(text);
        let taught = utterance.intent.as_deref().is_some_and(|intent| {
            let mut examples = self.model.examples_of(intent);
            examples.any(|example| small_talk(example) == kind)
        });
        let best = self.best(utterance);
        taught || best.is_some_and(|best| best.score >= SURE_ANSWER)
    }
}

fn would(action: &'static str, reason: impl Into<String>, words: impl Into<String>) -> Would {
    Would {
        action,
        reason: reason.into(),
        words: words.into(),
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
    would(action, reason, words)
}

fn asks(flows: &[&FlowId]) -> String {
    let flows: Vec<String> = flows.iter().map(ToString::to_string).collect();
    format!("ask which is meant: {}?", flows.join(" or "))
}

/// An article as the journal names it.
fn named(answer: &Answer) -> String {
    let id = jackfield_language::knowledge::ArticleId {
        id: answer.id.clone(),
        pack: answer.pack.clone(),
    };
    id.to_string()
}

fn leads(utterance: &Utterance, score: f32) -> bool {
    score < VERBATIM && score < utterance.confidence + KNOWLEDGE_MARGIN
}

/// Whether the sentence is nothing but values: a number, a price, a date.
fn only_values(utterance: &Utterance) -> bool {
    let plain = |entity: &&Entity| !is_name(&entity.kind);
    let mut spans: Vec<_> = utterance.entities.iter().filter(plain).collect();
    spans.sort_unstable_by_key(|entity| (entity.start, entity.end));
    let (mut covered, mut reached) = (0, 0);
    for entity in spans {
        covered += entity.end.saturating_sub(entity.start.max(reached));
        reached = reached.max(entity.end);
    }
    covered as f32 / utterance.text.len().max(1) as f32 >= ONLY
}
