use sha2::{Digest as _, Sha256};

use super::first_half;
use super::scope::{Scope, Validity};
use crate::catalogue::Variant;
use crate::{LanguageError, normalise};

/// Most questions of one article.
pub const MOST_QUESTIONS: usize = 500;
/// Longest id, scope name or locale of an article, in bytes.
pub const LONGEST_ID: usize = 200;
/// Longest question, in characters.
pub const LONGEST_QUESTION: usize = 500;
/// Longest answer, in characters.
pub const LONGEST_ANSWER: usize = 20_000;

/// A knowledge article: questions that one answer serves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Article {
    /// Stable id, unique among those of its pack in its locale.
    pub id: String,
    /// BCP 47 locale.
    pub locale: String,
    /// Ways to ask; the first one is shown.
    pub questions: Vec<String>,
    /// The answer, as it is written in a chat.
    pub answer: String,
    /// The answer as it is spoken on the telephone; `None` where [`answer`](Self::answer) serves.
    pub spoken: Option<String>,
    /// The answer where room is short, for example in an SMS; `None` where [`answer`](Self::answer) serves.
    pub short: Option<String>,
    /// For whom it is.
    pub scope: Scope,
    /// When it holds.
    pub validity: Validity,
    /// The pack it came with; `None` for the enterprise's own.
    pub pack: Option<String>,
}

impl Article {
    /// The answer for a channel.
    pub fn answer_as(&self, variant: Variant) -> &str {
        let other = match variant {
            Variant::Text => None,
            Variant::Spoken => self.spoken.as_deref(),
            Variant::Short => self.short.as_deref(),
        };
        other.unwrap_or(&self.answer)
    }

    /// What is wrong with it; articles of a [`KnowledgeBase`](super::KnowledgeBase) need questions or an answer, and have bounds.
    pub fn problem(&self) -> Option<String> {
        let long = |text: &str, most: usize| text.chars().count() > most;
        let answers = [
            Some(&self.answer),
            self.spoken.as_ref(),
            self.short.as_ref(),
        ];
        if self.id.trim().is_empty() || self.id.contains(char::is_control) {
            Some("it has no id, or one with control characters".to_owned())
        } else if self.id.len() > LONGEST_ID || self.locale.len() > LONGEST_ID {
            Some(format!(
                "its id or locale is longer than {LONGEST_ID} bytes"
            ))
        } else if self.questions.len() > MOST_QUESTIONS {
            Some(format!("it has more than {MOST_QUESTIONS} questions"))
        } else if self.questions.iter().any(|q| long(q, LONGEST_QUESTION)) {
            Some(format!(
                "a question is longer than {LONGEST_QUESTION} characters"
            ))
        } else if answers
            .into_iter()
            .flatten()
            .any(|a| long(a, LONGEST_ANSWER))
        {
            Some(format!(
                "an answer is longer than {LONGEST_ANSWER} characters"
            ))
        } else if normalise(&self.answer).is_empty()
            && self.questions.iter().all(|q| normalise(q).is_empty())
        {
            Some("it has neither a question nor an answer".to_owned())
        } else if self.validity.is_never() {
            Some("its time ends before it begins".to_owned())
        } else {
            None
        }
    }

    /// Checks it.
    pub(super) fn check(&self, number: usize) -> Result<(), LanguageError> {
        self.problem().map_or(Ok(()), |problem| {
            Err(LanguageError::Training {
                what: "article",
                number,
                problem: format!("`{}`: {problem}", self.id),
            })
        })
    }

    /// A number that stands for everything in it.
    pub(crate) fn digest(&self) -> u128 {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        field(&self.id);
        field(&self.locale);
        field(&self.questions.len().to_string());
        self.questions.iter().for_each(|question| field(question));
        field(&self.answer);
        field(&format!(
            "{:?}",
            (&self.spoken, &self.short, &self.scope, self.validity)
        ));
        field(self.pack.as_deref().unwrap_or_default());
        first_half(hash)
    }
}
