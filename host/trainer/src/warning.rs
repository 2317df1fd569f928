//! What is done as asked, and yet worth a second look.

use jackfield_core::ErrorCode;
use jackfield_language::{Training, letters};
use serde::Serialize;

use crate::corrections::speaks;
use crate::draft::Typed;
use crate::{EntryId, Label};

/// A label that was taken, with a reason to look at it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The code under which the documentation explains it.
    pub code: ErrorCode,
    /// The sentence.
    pub id: EntryId,
    /// What is the matter, why, and what to do.
    pub message: String,
}

impl Warning {
    /// Of a typed sentence in which something was hidden.
    pub(crate) fn hidden(id: EntryId, text: &str) -> Self {
        Self {
            code: ErrorCode::PersonalHidden,
            id,
            message: format!(
                "a number or mail address was hidden: “{text}”; what is published is kept in clear and must not tell who somebody is. \
                 Write it again with made-up words when it reads badly"
            ),
        }
    }

    /// Where a label and a pack speak against each other about the very same words.
    pub(crate) fn contradictions(
        id: EntryId,
        sentence: &Typed,
        label: &Label,
        own: &OwnWords<'_>,
    ) -> Vec<Self> {
        let text = &sentence.text;
        let words = letters(text);
        let warn = |message: String| Self {
            code: ErrorCode::LabelContradicts,
            id,
            message,
        };
        let other_intent = match label {
            Label::Dismissed => None,
            Label::Intent(intent) => own.intent_of(&words).find(|own| own != intent),
            Label::Article(_) | Label::OutOfScope => own.intent_of(&words).next(),
        };
        let other_intent = other_intent.map(|intent| {
            warn(format!(
                "a pack has “{text}” as an example of the intent `{intent}`; once published, your label counts instead of the pack's. \
                 If the pack is right, take it back: `jackfield trainer label {id} --clear`"
            ))
        });
        let article = match label {
            Label::Intent(_) => own.article_of(&words, &sentence.locale),
            _ => None,
        };
        // The policy gives an article that is asked for word for word, whatever the intent.
        let article = article.map(|article| {
            warn(format!(
                "“{text}” is, word for word, a question of the article `{article}`; customers are given it, whatever the intent. \
                 Remove the question from the article, or take the label back: `jackfield trainer label {id} --clear`"
            ))
        });
        other_intent.into_iter().chain(article).collect()
    }
}

/// The sentences of packs, to be looked up by their words.
pub(crate) struct OwnWords<'t> {
    examples: Vec<(String, &'t str)>,
    questions: Vec<(String, &'t str, &'t str)>,
}

impl<'t> OwnWords<'t> {
    pub(crate) fn new(own: &'t Training) -> Self {
        let examples = own.examples.iter();
        let mut examples: Vec<(String, &str)> = examples
            .map(|example| (letters(&example.text), example.intent.as_str()))
            .collect();
        examples.sort_unstable();
        let mut questions: Vec<(String, &str, &str)> = Vec::new();
        for article in &own.articles {
            for question in &article.questions {
                questions.push((letters(question), &article.id, &article.locale));
            }
        }
        questions.sort_unstable();
        Self {
            examples,
            questions,
        }
    }

    /// The intents that have this sentence as an example.
    fn intent_of(&self, words: &str) -> impl Iterator<Item = &'t str> {
        let from = self
            .examples
            .partition_point(|(text, _)| text.as_str() < words);
        let same = self.examples.iter().skip(from);
        same.take_while(move |(text, _)| text == words)
            .map(|(_, intent)| *intent)
    }

    /// An article that has this sentence as a question, in the language of the locale.
    fn article_of(&self, words: &str, locale: &str) -> Option<&'t str> {
        let from = self
            .questions
            .partition_point(|(text, ..)| text.as_str() < words);
        let mut same = self.questions.iter().skip(from);
        same.by_ref()
            .take_while(|(text, ..)| text == words)
            .find(|(_, _, own)| speaks(own, locale))
            .map(|(_, article, _)| *article)
    }
}
