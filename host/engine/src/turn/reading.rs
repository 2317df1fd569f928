//! Sentences, as the turn's reader reads them.

use jackfield_core::{FlowId, NamedValue, Utterance};
use jackfield_language::ParseContext;
use jackfield_language::knowledge::ArticleId;

use super::Turn;
use crate::reader::Reader;

impl Turn<'_> {
    /// Reads sentences as they are meant here and now.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader {
            model: &self.catalog.model,
            context: self.context(),
            asker: self.asker(),
            flows: self.catalog.intents(),
        }
    }

    /// Reads a sentence, or a part of one.
    pub(super) fn parse(&self, text: &str) -> Utterance {
        self.catalog.model.parse(text, &self.context())
    }

    /// The flow that the sentence's intent starts.
    pub(super) fn flow_of(&self, utterance: &Utterance) -> Option<&FlowId> {
        self.catalog.intents().get(utterance.intent.as_deref()?)
    }

    /// The best article for a sentence, with its score.
    pub(super) fn best_article(&self, utterance: &Utterance) -> Option<(ArticleId, f32)> {
        self.reader().best_article(utterance)
    }

    fn context(&self) -> ParseContext<'_> {
        ParseContext {
            now_ms: self.at,
            time_zone: &self.session.time_zone,
            locale: &self.session.locale,
        }
    }
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
