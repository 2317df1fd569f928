use std::collections::HashSet;
use std::sync::Arc;

use jackfield_core::Utterance;

use crate::entities::{self, Gazetteer};
use crate::intents::{FitOn, Intents, Reading, prepare};
use crate::knowledge::{ArticleId, Asker, KnowledgeBase, KnowledgeSettings, Snapshot, that_hold};
use crate::ngrams::without_fillers;
use crate::spoken::Spoken;
use crate::{Answer, Example, LanguageError, SentenceEncoder, Training, locale, normalise};

/// An utterance has an intent when it is at least so likely that the best reading is right and that the utterance is about anything that
/// was taught.
pub const INTENT_THRESHOLD: f32 = 0.62;
/// Confidence below which a reading is not worth mentioning.
const LEAST_ALTERNATIVE: f32 = 0.1;
/// Examples times intents, at most: learning takes memory and time in proportion.
const MOST_LEARNT: usize = 50_000_000;
/// What a reading of other characters than were written is worth.
const HEARD: f32 = 0.95;
/// So many examples tell enough about the words that are used.
const MOST_SPOKEN: usize = 50_000;
/// So many questions of articles tell enough about what starts no flow.
const MOST_QUESTIONS: usize = 2_000;

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
    intents: Intents,
    /// Sentences that are known to mean nothing that is taught, normalised.
    out_of_scope: HashSet<String>,
    knowledge: Arc<Snapshot>,
    /// All questions of the knowledge, [`bare`].
    questions: HashSet<String>,
    gazetteer: Gazetteer,
    examples: Vec<Example>,
    encoder: Option<Arc<dyn SentenceEncoder>>,
    spoken: Spoken,
}

impl Model {
    /// Learns from `training`. Empty training gives a model that knows no intent and no answer.
    ///
    /// # Errors
    ///
    /// When an entry means nothing: an example without intent or words, an article without question, a name without kind.
    pub fn train(training: &Training) -> Result<Self, LanguageError> {
        Self::train_with(training, None)
    }

    /// Learns from `training`, with the vectors of a sentence encoder beside the n-grams when there is one.
    ///
    /// # Errors
    ///
    /// As [`train`](Self::train), and when the encoder fails.
    pub fn train_with(
        training: &Training,
        encoder: Option<Arc<dyn SentenceEncoder>>,
    ) -> Result<Self, LanguageError> {
        check(training)?;
        Ok(Self {
            version: training.version(encoder.as_deref()),
            intents: intents(training, encoder.as_deref())?,
            out_of_scope: training
                .out_of_scope
                .iter()
                .map(|sentence| normalise(&sentence.text))
                .collect(),
            knowledge: KnowledgeBase::new(
                training.articles.clone(),
                KnowledgeSettings {
                    synonyms: that_hold(&training.synonyms, &training.articles)?,
                    encoder: encoder.clone(),
                    ..KnowledgeSettings::default()
                },
            )?
            .snapshot(),
            questions: questions(training)
                .map(|question| bare(&normalise(question)))
                .collect(),
            gazetteer: Gazetteer::new(&training.gazetteers, sentences(training)),
            examples: training.examples.clone(),
            spoken: spoken(training),
            encoder,
        })
    }

    pub(crate) fn intents(&self) -> &Intents {
        &self.intents
    }

    pub(crate) fn examples(&self) -> &[Example] {
        &self.examples
    }

    pub(crate) fn encoder(&self) -> Option<&dyn SentenceEncoder> {
        self.encoder.as_deref()
    }

    /// The sentences that an intent was taught with.
    pub fn examples_of<'m>(&'m self, intent: &'m str) -> impl Iterator<Item = &'m str> {
        let examples = self.examples.iter();
        let taught = examples.filter(move |example| example.intent == intent);
        taught.map(|example| example.text.as_str())
    }

    /// Whether a text is, word for word, a question that some article answers, whoever may be given it; politeness and signs do not
    /// count. [`search`](Self::search) says which, but takes much longer.
    pub fn is_question(&self, text: &str) -> bool {
        self.questions.contains(&bare(&normalise(text)))
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
    pub fn parse(&self, text: &str, context: &ParseContext<'_>) -> Utterance {
        let normal = normalise(text);
        let entities = entities::extract(&normal, context, &self.gazetteer);
        // Digits and signs alone answer a question; they never say what is wanted.
        // Neither does what somebody has said means nothing here, word for word, however much of it stands in examples.
        let speaks =
            normal.chars().any(char::is_alphabetic) && !self.out_of_scope.contains(&normal);
        let reading = speaks.then(|| self.read(&normal));
        let (scope, in_scope) = reading
            .as_ref()
            .map_or((0.0, false), |reading| (reading.scope, reading.in_scope));
        let mut readings = reading
            .map(|reading| reading.candidates)
            .unwrap_or_default();
        let best = readings
            .first()
            .filter(|best| in_scope && best.confidence * scope >= INTENT_THRESHOLD)
            .cloned();
        if best.is_some() {
            readings.remove(0);
        }
        readings.retain(|reading| reading.confidence >= LEAST_ALTERNATIVE);
        let (intent, confidence) =
            best.map_or((None, 0.0), |best| (Some(best.intent), best.confidence));
        Utterance {
            text: normal,
            original: text.to_owned(),
            intent,
            confidence,
            entities,
            alternatives: readings,
        }
    }

    /// Reads a sentence as it is written, and when that means nothing, as it was said: a speech recogniser wrote what sounds the same.
    fn read(&self, normal: &str) -> Reading {
        let read = |text: &str| {
            let sentence = prepare(&[text], None).unwrap_or_default();
            self.intents
                .read(&sentence.into_iter().next().unwrap_or_default())
        };
        let written = read(normal);
        if is_sure(&written, 1.0) {
            return written;
        }
        let heard = self.spoken.as_heard(normal).map(|heard| read(&heard));
        heard
            .filter(|heard| is_sure(heard, HEARD))
            .map_or(written, |mut heard| {
                for candidate in &mut heard.candidates {
                    candidate.confidence *= HEARD;
                }
                heard
            })
    }

    /// Whether a text has any word of the examples that does not stand in sentences about anything: otherwise a reading of it is
    /// a guess.
    pub fn speaks_of_examples(&self, text: &str) -> bool {
        let text = normalise(text);
        self.spoken.knows_a_word_of(&text) || self.spoken.as_heard(&text).is_some()
    }

    /// At most `limit` articles that answer `query` and that the asker may be given, best first. None when somebody has said that
    /// these words mean nothing here, and no article asks them word for word.
    pub fn search(&self, query: &str, asker: &Asker, limit: usize) -> Vec<Answer> {
        // What an article asks word for word may still be what starts no flow.
        if self.out_of_scope.contains(&normalise(query)) && !self.is_question(query) {
            return Vec::new();
        }
        self.knowledge.search(&asker.search(query, limit))
    }

    /// The article with this name; `None` when the asker may not be given it, or not now.
    pub fn article(&self, name: &ArticleId, asker: &Asker) -> Option<Answer> {
        self.knowledge.given(name, &asker.search("", 1))
    }

    /// The locale that the script of `text` speaks for, `zh-CN` or `en-US`; `None` when the text says nothing about it
    /// (digits, `ok`, one Latin word in a Chinese conversation). `current` is the locale of the conversation.
    pub fn detect_locale(&self, text: &str, current: &str) -> Option<&'static str> {
        locale::detect(text, current)
    }
}

/// Whether a reading is one, its confidence being worth this much.
fn is_sure(reading: &Reading, worth: f32) -> bool {
    let best = reading.candidates.first();
    best.is_some_and(|best| {
        reading.in_scope && best.confidence * worth * reading.scope >= INTENT_THRESHOLD
    })
}

fn spoken(training: &Training) -> Spoken {
    let examples = training.examples.iter().take(MOST_SPOKEN);
    let texts: Vec<String> = examples.map(|example| normalise(&example.text)).collect();
    Spoken::new(texts.iter().map(String::as_str))
}

fn intents(
    training: &Training,
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<Intents, LanguageError> {
    let taught = training.examples.iter();
    let taught = taught.map(|example| (example.text.as_str(), Some(example.intent.as_str())));
    let elsewhere = training.out_of_scope.iter();
    let elsewhere = elsewhere.map(|sentence| (sentence.text.as_str(), None));
    let (texts, labels): (Vec<String>, Vec<Option<&str>>) = taught
        .chain(elsewhere)
        .map(|(text, label)| (normalise(text), label))
        .unzip();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let questions: Vec<String> = questions(training).map(normalise).collect();
    let examples: HashSet<&str> = texts.iter().copied().collect();
    // What an article answers is a customer's question that starts no flow.
    let questions: Vec<&str> = questions
        .iter()
        .map(String::as_str)
        .filter(|question| !examples.contains(question))
        .collect();
    let every = questions.len().div_ceil(MOST_QUESTIONS).max(1);
    let questions: Vec<&str> = questions.into_iter().step_by(every).collect();
    Ok(Intents::new(
        &prepare(&texts, encoder)?,
        &labels,
        FitOn::LeftOut {
            elsewhere: &prepare(&questions, encoder)?,
        },
    ))
}

/// A normalised text without what says nothing about which question it is.
fn bare(text: &str) -> String {
    let said = without_fillers(text);
    said.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The questions of all articles.
fn questions(training: &Training) -> impl Iterator<Item = &str> {
    let articles = training.articles.iter();
    articles.flat_map(|article| article.questions.iter().map(String::as_str))
}

/// All sentences of a training, for the words that are ordinary in them.
fn sentences(training: &Training) -> impl Iterator<Item = &str> {
    let examples = training.examples.iter().map(|example| &example.text);
    examples.map(String::as_str).chain(questions(training))
}

fn check(training: &Training) -> Result<(), LanguageError> {
    let wrong = |what, at: usize, problem: &str| {
        Err(LanguageError::Training {
            what,
            number: at + 1,
            problem: problem.to_owned(),
        })
    };
    for (at, example) in training.examples.iter().enumerate() {
        if example.intent.trim().is_empty() {
            return wrong("example", at, "it has no intent");
        }
        if normalise(&example.text).is_empty() {
            return wrong("example", at, "it has no words");
        }
    }
    let intents: HashSet<&str> = training
        .examples
        .iter()
        .map(|e| e.intent.as_str())
        .collect();
    if training.examples.len().saturating_mul(intents.len()) > MOST_LEARNT {
        let problem = format!(
            "{} intents and so many examples are too much to learn; leave out some",
            intents.len()
        );
        return wrong("example", training.examples.len() - 1, &problem);
    }
    for (at, sentence) in training.out_of_scope.iter().enumerate() {
        if normalise(&sentence.text).is_empty() {
            return wrong("sentence out of scope", at, "it has no words");
        }
    }
    for (at, article) in training.articles.iter().enumerate() {
        if article
            .questions
            .iter()
            .all(|question| normalise(question).is_empty())
        {
            return wrong("article", at, "it has no question");
        }
        if article.answer.trim().is_empty() {
            return wrong("article", at, "it has no answer");
        }
    }
    for (at, entry) in training.gazetteers.iter().enumerate() {
        if entry.kind.trim().is_empty() || normalise(&entry.name).is_empty() {
            return wrong("gazetteer entry", at, "it has no kind or no name");
        }
    }
    Ok(())
}
