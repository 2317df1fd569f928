//! An article made ready for searching.

use std::sync::Arc;

use super::article::Article;
use super::synonyms::Synonyms;
use super::views::Views;
use crate::{LanguageError, SentenceEncoder, normalise};

/// A text of an article.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) views: Views,
    /// By the encoder, of length 1; empty without one.
    pub(super) vector: Box<[f32]>,
}

/// An article, its texts as terms and vectors.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) article: Article,
    /// See [`key`].
    pub(super) key: Arc<str>,
    pub(super) digest: u128,
    pub(super) questions: Vec<Prepared>,
    pub(super) answer: Option<Prepared>,
}

/// What tells an article from all others of its language. Those of one id stand side by side, the enterprise's own first.
pub(super) fn key(id: &str, pack: Option<&str>, locale: &str) -> String {
    let pack = pack.unwrap_or_default();
    format!("{id}{SEPARATOR}{pack}{SEPARATOR}{locale}")
}

/// Between the parts of a key; no id holds it.
pub(super) const SEPARATOR: char = '\u{1f}';

/// Sentences that are given to the encoder at once.
const BATCH: usize = 64;

impl Entry {
    /// Prepares articles.
    pub(super) fn prepare(
        articles: Vec<Article>,
        synonyms: &Synonyms,
        encoder: Option<&dyn SentenceEncoder>,
    ) -> Result<Vec<Self>, LanguageError> {
        let mut entries: Vec<Self> = articles
            .into_iter()
            .map(|article| {
                let text = |text: &String| {
                    (!normalise(text).is_empty()).then(|| Prepared {
                        views: Views::of(text, synonyms),
                        vector: Box::default(),
                    })
                };
                Self {
                    key: key(&article.id, article.pack.as_deref(), &article.locale).into(),
                    digest: article.digest(),
                    questions: article.questions.iter().filter_map(text).collect(),
                    answer: text(&article.answer),
                    article,
                }
            })
            .collect();
        if let Some(encoder) = encoder {
            encode(&mut entries, encoder)?;
        }
        Ok(entries)
    }

    /// Its texts, questions first.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Prepared> {
        self.questions.iter().chain(&self.answer)
    }
}

fn encode(entries: &mut [Entry], encoder: &dyn SentenceEncoder) -> Result<(), LanguageError> {
    let dimensions = encoder.dimensions().max(1);
    for batch in entries.chunks_mut(BATCH) {
        let mut sentences = Vec::new();
        let mut places = Vec::new();
        for Entry {
            article,
            questions,
            answer,
            ..
        } in batch.iter_mut()
        {
            let asked = article
                .questions
                .iter()
                .filter(|q| !normalise(q).is_empty());
            for (text, prepared) in asked.zip(questions.iter_mut()) {
                sentences.push(text.as_str());
                places.push(prepared);
            }
            if let Some(prepared) = answer {
                sentences.push(article.answer.as_str());
                places.push(prepared);
            }
        }
        let vectors = encoder.encode(&sentences)?;
        for (place, vector) in places.into_iter().zip(vectors.chunks_exact(dimensions)) {
            place.vector = vector.into();
        }
    }
    Ok(())
}
