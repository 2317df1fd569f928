use jackfield_core::Utterance;

use crate::{Answer, LanguageError, Training, locale, normalise};

/// Confidence below which an utterance has no intent.
pub const INTENT_THRESHOLD: f32 = 0.5;

/// What is known of the contact when a text is parsed.
#[derive(Debug, Clone, Copy)]
pub struct ParseContext<'a> {
    /// Now: milliseconds since 1970-01-01T00:00:00Z. Relative dates count from here.
    pub now_ms: u64,
    /// IANA time zone of the contact; UTC is taken for an unknown one.
    pub time_zone: &'a str,
    /// BCP 47 locale of the conversation.
    pub locale: &'a str,
}

/// Everything that was learned from one [`Training`]. It never changes; share it in an `Arc`.
#[derive(Debug)]
pub struct Model {
    version: String,
}

impl Model {
    /// Learns from `training`. Empty training gives a model that knows no intent and no answer.
    ///
    /// # Errors
    ///
    /// When an entry means nothing: an example without intent or words, an article without question, a name without kind.
    pub fn train(_training: &Training) -> Result<Self, LanguageError> {
        Ok(Self { version: "0".to_owned() })
    }

    /// A short digest of the training data: two models with the same version understand the same.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What `text` means. At most [`LONGEST_TEXT`](crate::LONGEST_TEXT) characters are looked at.
    ///
    /// `intent` is `None` when no reading reaches [`INTENT_THRESHOLD`]; `confidence` is 0 then. `alternatives` are the other
    /// readings worth mentioning, best first, without `intent` itself: an alternative with nearly the confidence
    /// of `intent`, or several alternatives without an intent, are what a clarifying question should offer.
    pub fn parse(&self, text: &str, _context: &ParseContext<'_>) -> Utterance {
        Utterance { text: normalise(text), original: text.to_owned(), ..Utterance::default() }
    }

    /// At most `limit` articles that answer `query`, best first; those in the language of `locale` only.
    pub fn search(&self, _query: &str, _locale: &str, _limit: usize) -> Vec<Answer> {
        Vec::new()
    }

    /// The locale that the script of `text` speaks for, `zh-CN` or `en-US`; `None` when the text says nothing about it
    /// (digits, `ok`, one Latin word in a Chinese conversation). `current` is the locale of the conversation.
    pub fn detect_locale(&self, text: &str, current: &str) -> Option<&'static str> {
        locale::detect(text, current)
    }
}
