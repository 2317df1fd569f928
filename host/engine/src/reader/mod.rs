//! What a sentence amounts to by itself, before the conversation it stands in is looked at. Turns decide with it, and
//! `jackfield understand` foretells with it.

mod refused;

use std::collections::HashMap;

use jackfield_core::{Entity, FlowId, Utterance};
use jackfield_language::knowledge::{ArticleId, Asker};
use jackfield_language::{
    ANSWER_THRESHOLD, Answer, Model, ParseContext, SmallTalk, command, complains, does_not_know,
    is_name, normalise, small_talk, without_person, yes_no,
};

pub use self::refused::Refused;

/// Knowledge this much better than the intent's confidence is taken for the intent.
const KNOWLEDGE_MARGIN: f32 = 0.12;
/// A sentence that is a question of the knowledge, word for word, asks that, whatever the intent.
const VERBATIM: f32 = 0.95;
/// A knowledge answer this good is one by itself: it may interrupt a flow that waits for free text.
pub(crate) const SURE_ANSWER: f32 = 0.8;
/// A sentence that values make up to this share says nothing else.
pub(crate) const ONLY: f32 = 0.8;
/// Two intents this close are asked about.
const CLOSE: f32 = 0.12;
/// A reading below this is not worth asking about.
const WORTH_ASKING: f32 = 0.25;
/// Readings offered as choices, at most.
const CHOICES: usize = 3;

/// Reads sentences by themselves.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    /// What was taught.
    pub model: &'a Model,
    /// When and where the sentence is said.
    pub context: ParseContext<'a>,
    /// Who asks the knowledge.
    pub asker: Asker,
    /// The flow that each intent starts.
    pub flows: &'a HashMap<String, FlowId>,
}

/// Where a sentence leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// To a flow.
    Flow(FlowId),
    /// To an article.
    Article(ArticleId),
}

/// What a sentence with one wish means where nothing was asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Alone {
    /// Yes, or no, to nothing.
    YesNo(bool),
    /// One of two flows, as likely as each other.
    Either(FlowId, FlowId),
    /// A flow.
    Flow(FlowId),
    /// An article, with its score.
    Article(ArticleId, f32),
    /// A value, and nothing about it.
    Value,
    /// Perhaps one of these flows, the likeliest first.
    Perhaps(Vec<FlowId>),
    /// Nothing that is known.
    Unknown,
}

impl Reader<'_> {
    /// Reads a sentence, or a part of one.
    pub fn parse(&self, text: &str) -> Utterance {
        self.model.parse(text, &self.context)
    }

    /// Reads all that was said at once. A number that was put before or behind a wish without a mark hides none.
    pub fn parse_said(&self, text: &str) -> Utterance {
        let mut utterance = self.parse(text);
        let number = utterance.entities.iter().find(|e| e.kind == "phone");
        if let (None, Some(number)) = (&utterance.intent, number) {
            let (start, end) = (number.start as usize, number.end as usize);
            let after = utterance.text.get(end..).map(|rest| self.parse(rest));
            let before = utterance.text.get(..start).map(|rest| self.parse(rest));
            let wish = [after, before].into_iter().flatten();
            if let Some(wish) = wish.into_iter().find(|part| part.intent.is_some()) {
                utterance.intent = wish.intent;
                utterance.confidence = wish.confidence;
                utterance.alternatives = wish.alternatives;
            }
        }
        utterance
    }

    /// The flow that the sentence's intent starts.
    pub fn flow_of(&self, utterance: &Utterance) -> Option<&FlowId> {
        self.flows.get(utterance.intent.as_deref()?)
    }

    /// What the sentence means where nothing was asked, when it has one wish at most.
    pub fn alone(&self, utterance: &Utterance) -> Alone {
        if let Some(yes) = yes_no(&utterance.text) {
            return Alone::YesNo(yes);
        }
        let best = self.rival_article(utterance);
        let score = best.as_ref().map_or(0.0, |(_, score)| *score);
        if let Some(flow) = self.flow_of(utterance)
            && intent_leads(utterance, score)
        {
            return match self.close_to(flow, utterance) {
                Some(other) => Alone::Either(flow.clone(), other.clone()),
                None => Alone::Flow(flow.clone()),
            };
        }
        if let Some((id, score)) = best.filter(|(_, score)| *score >= ANSWER_THRESHOLD) {
            return Alone::Article(id, score);
        }
        if only_values(utterance) {
            return Alone::Value;
        }
        let perhaps = self.perhaps(utterance);
        if perhaps.is_empty() {
            Alone::Unknown
        } else {
            Alone::Perhaps(perhaps)
        }
    }

    /// Where a part of a sentence surely leads by itself; an article counts from this score on. What the host itself
    /// understands leads nowhere.
    pub fn wish(&self, clause: &str, least: f32) -> Option<Place> {
        let hosts_own = yes_no(clause).is_some()
            || command(clause).is_some()
            || small_talk(clause).is_some()
            || does_not_know(clause)
            || jackfield_language::refused(clause).is_some();
        (!hosts_own)
            .then(|| self.place_of(&self.parse(clause), least))
            .flatten()
    }

    /// Where the sentence surely leads by itself; an article counts from this score on.
    pub fn place_of(&self, utterance: &Utterance, least: f32) -> Option<Place> {
        let best = self.rival_article(utterance);
        let score = best.as_ref().map_or(0.0, |(_, score)| *score);
        if let Some(flow) = self.flow_of(utterance)
            && intent_leads(utterance, score)
        {
            let sure = self.close_to(flow, utterance).is_none();
            return sure.then(|| Place::Flow(flow.clone()));
        }
        best.filter(|(_, score)| *score >= least)
            .map(|(id, _)| Place::Article(id))
    }

    /// What is wanted of the bot by who says that no person is: empty when nothing else was said, or nothing that leads anywhere. None
    /// when the sentence does not say so.
    pub fn without_person(&self, text: &str) -> Option<String> {
        let besides = without_person(text)?;
        let leads = self.place_of(&self.parse(&besides), ANSWER_THRESHOLD);
        Some(leads.map_or_else(String::new, |_| besides))
    }

    /// The kind of small talk that the sentence is, unless some pack was taught such talk or surely knows an answer.
    pub fn chat(&self, text: &str, utterance: &Utterance) -> Option<SmallTalk> {
        let kind = small_talk(text)?;
        let taught = utterance.intent.as_deref().is_some_and(|intent| {
            let mut examples = self.model.examples_of(intent);
            examples.any(|example| small_talk(example) == Some(kind))
        });
        (!taught && !self.is_surely_answered(utterance)).then_some(kind)
    }

    /// Whether the sentence complains about what was done, and is no pack's own.
    pub fn complains(&self, text: &str, utterance: &Utterance) -> bool {
        complains(text) && !self.is_example(utterance) && !self.is_surely_answered(utterance)
    }

    /// The best article for the sentence, with its score.
    pub fn best_article(&self, utterance: &Utterance) -> Option<(ArticleId, f32)> {
        if only_values(utterance) {
            return None;
        }
        let found = self.model.search(&utterance.text, &self.asker, 1);
        let Answer {
            id, pack, score, ..
        } = found.into_iter().next()?;
        Some((ArticleId { id, pack }, score))
    }

    /// Whether the sentence is a question of the knowledge, word for word.
    pub fn is_verbatim(&self, utterance: &Utterance) -> bool {
        self.best_article(utterance)
            .is_some_and(|(_, score)| score >= VERBATIM)
    }

    /// The best article, when the sentence's flow might give way to it: when surely understood, only to one that is asked for
    /// word for word.
    fn rival_article(&self, utterance: &Utterance) -> Option<(ArticleId, f32)> {
        let sure =
            self.flow_of(utterance).is_some() && utterance.confidence + KNOWLEDGE_MARGIN >= 1.0;
        if sure && !self.model.is_question(&utterance.text) {
            return None;
        }
        self.best_article(utterance)
    }

    /// Another flow that the sentence may as well mean.
    fn close_to(&self, flow: &FlowId, utterance: &Utterance) -> Option<&FlowId> {
        utterance
            .alternatives
            .iter()
            .filter(|other| utterance.confidence - other.confidence < CLOSE)
            .filter_map(|other| self.flows.get(&other.intent))
            .find(|other| *other != flow)
    }

    /// Flows worth asking about. "What's the capital of France" shares nothing with what is taught but words of every sentence.
    fn perhaps(&self, utterance: &Utterance) -> Vec<FlowId> {
        if !self.model.speaks_of_examples(&utterance.text) {
            return Vec::new();
        }
        let alternatives = utterance.alternatives.iter();
        alternatives
            .filter(|other| other.confidence >= WORTH_ASKING)
            .filter_map(|other| self.flows.get(&other.intent))
            .take(CHOICES)
            .cloned()
            .collect()
    }

    /// Whether the sentence is an example of its intent, word for word.
    fn is_example(&self, utterance: &Utterance) -> bool {
        utterance.intent.as_deref().is_some_and(|intent| {
            let mut examples = self.model.examples_of(intent);
            examples.any(|example| normalise(example) == utterance.text)
        })
    }

    fn is_surely_answered(&self, utterance: &Utterance) -> bool {
        self.best_article(utterance)
            .is_some_and(|(_, score)| score >= SURE_ANSWER)
    }
}

/// Whether the sentence may mean something that some flow is about.
pub(crate) fn is_plausible(utterance: &Utterance) -> bool {
    let alternatives = utterance.alternatives.iter();
    utterance.intent.is_some()
        || alternatives
            .map(|other| other.confidence)
            .any(|sure| sure >= WORTH_ASKING)
}

/// Whether the intent counts more than the best article, which has this score.
pub(crate) fn intent_leads(utterance: &Utterance, score: f32) -> bool {
    score < VERBATIM && score < utterance.confidence + KNOWLEDGE_MARGIN
}

/// Whether the sentence is nothing but values (a number, a price, a date): an answer, and no question.
fn only_values(utterance: &Utterance) -> bool {
    share(utterance, |entity| !is_name(&entity.kind)) >= ONLY
}

/// The share of the sentence that entities make up, of those that count.
pub(crate) fn share(utterance: &Utterance, counts: impl Fn(&Entity) -> bool) -> f32 {
    let entities = utterance.entities.iter().filter(|entity| counts(entity));
    let mut spans: Vec<_> = entities.map(|entity| (entity.start, entity.end)).collect();
    spans.sort_unstable();
    let (mut covered, mut reached) = (0, 0);
    for (start, end) in spans {
        covered += end.saturating_sub(start.max(reached));
        reached = reached.max(end);
    }
    covered as f32 / utterance.text.len().max(1) as f32
}
