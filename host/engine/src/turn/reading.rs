//! What a sentence amounts to by itself, before the conversation it stands in is looked at.

use jackfield_core::{Entity, FlowId, NamedValue, Utterance};
use jackfield_language::ParseContext;
use jackfield_language::knowledge::ArticleId;

use super::Turn;

/// Knowledge this much better than the intent's confidence is taken for the intent.
const KNOWLEDGE_MARGIN: f32 = 0.12;
/// A sentence that is a question of the knowledge, word for word, asks that, whatever the intent.
pub(super) const VERBATIM: f32 = 0.95;
/// A knowledge answer this good is one by itself: it may interrupt a flow that waits for free text.
pub(super) const SURE_ANSWER: f32 = 0.8;
/// A sentence that values make up to this share says nothing else.
pub(super) const ONLY: f32 = 0.8;
/// Two intents this close are asked about.
const CLOSE: f32 = 0.12;
/// A reading below this is not worth asking about.
pub(super) const WORTH_ASKING: f32 = 0.25;

/// Where a sentence leads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    Flow(FlowId),
    Article(ArticleId),
}

impl Turn<'_> {
    /// Reads a sentence, or a part of one.
    pub(super) fn parse(&self, text: &str) -> Utterance {
        self.catalog.model.parse(
            text,
            &ParseContext {
                now_ms: self.at,
                time_zone: &self.session.time_zone,
                locale: &self.session.locale,
            },
        )
    }

    /// Reads what a contact said. A number that was put before or behind a wish without a mark hides none.
    pub(super) fn parse_said(&self, text: &str) -> Utterance {
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
    pub(super) fn flow_of(&self, utterance: &Utterance) -> Option<&FlowId> {
        self.catalog.flow_of(utterance.intent.as_deref()?)
    }

    /// Another flow that the sentence may as well mean.
    pub(super) fn close_to(&self, flow: &FlowId, utterance: &Utterance) -> Option<FlowId> {
        utterance
            .alternatives
            .iter()
            .filter(|other| utterance.confidence - other.confidence < CLOSE)
            .filter_map(|other| self.catalog.flow_of(&other.intent))
            .find(|other| *other != flow)
            .cloned()
    }

    /// Where the sentence surely leads by itself; an article counts from this score on.
    pub(super) fn place_of(&self, utterance: &Utterance, least: f32) -> Option<Place> {
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

    /// The best article, when the sentence's flow might give way to it: when surely understood, only to one that is asked for
    /// word for word.
    pub(super) fn rival_article(&self, utterance: &Utterance) -> Option<(ArticleId, f32)> {
        let sure =
            self.flow_of(utterance).is_some() && utterance.confidence + KNOWLEDGE_MARGIN >= 1.0;
        if sure && !self.catalog.model.is_question(&utterance.text) {
            return None;
        }
        self.best_article(utterance)
    }

    /// Whether the sentence is a question of the knowledge, word for word.
    pub(super) fn is_verbatim(&self, utterance: &Utterance) -> bool {
        self.best_article(utterance)
            .is_some_and(|(_, score)| score >= VERBATIM)
    }
}

/// Whether the sentence may mean something that some flow is about.
pub(super) fn is_plausible(utterance: &Utterance) -> bool {
    let alternatives = utterance.alternatives.iter();
    utterance.intent.is_some()
        || alternatives
            .map(|other| other.confidence)
            .any(|sure| sure >= WORTH_ASKING)
}

/// Whether the intent counts more than the best article, which has this score.
pub(super) fn intent_leads(utterance: &Utterance, score: f32) -> bool {
    score < VERBATIM && score < utterance.confidence + KNOWLEDGE_MARGIN
}

/// Whether the sentence is nothing but values (a number, a price, a date): an answer, and no question.
pub(super) fn only_values(utterance: &Utterance) -> bool {
    let plain = |entity: &Entity| !jackfield_language::is_name(&entity.kind);
    share(utterance, plain) >= ONLY
}

/// The share of the sentence that entities make up, of those that count.
pub(super) fn share(utterance: &Utterance, counts: impl Fn(&Entity) -> bool) -> f32 {
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

/// What a flow is started with by a sentence.
pub(super) fn arguments_of(utterance: &Utterance) -> Vec<NamedValue> {
    let mut arguments: Vec<NamedValue> = Vec::new();
    for entity in &utterance.entities {
        let name = match &entity.role {
            Some(role) => format!("{}-{role}", entity.kind),
            None => entity.kind.clone(),
        };
        if arguments.iter().all(|argument| argument.name != name) {
            arguments.push(NamedValue {
                name,
                value: entity.value.clone(),
            });
        }
    }
    arguments
}
