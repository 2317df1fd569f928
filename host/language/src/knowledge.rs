//! Knowledge by likeness: a query against the questions of the articles, and a little against their answers.

use std::collections::HashMap;

use crate::index::Index;
use crate::ngrams::question_features;
use crate::{Article, normalise};

/// Score from which an answer can be given without asking whether it is meant. Between this and half of it, the article
/// is worth offering as a choice; below, it has nothing to do with the question. On real questions about consumer credit (Chinese, 300
/// articles of one question each) 93 % of the answers at this score were right, and 2 % of the questions whose
/// article was taken away still got one.
pub const ANSWER_THRESHOLD: f32 = 0.45;

/// How much the answer text counts beside the questions.
const ANSWER_SHARE: f32 = 0.15;

/// An article that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Stable id of the article.
    pub id: String,
    /// The question it answers, as its author wrote it first.
    pub question: String,
    /// The answer.
    pub text: String,
    /// 0 to 1; comparable within one model only. See [`ANSWER_THRESHOLD`].
    pub score: f32,
}

/// Searches articles.
#[derive(Debug)]
pub(crate) struct Knowledge {
    /// By primary language (`zh`), so that one language does not weigh the words of another.
    languages: HashMap<String, Shelf>,
}

/// The articles of one language.
#[derive(Debug)]
struct Shelf {
    articles: Vec<Article>,
    questions: Index,
    /// The article of each question.
    article_of: Vec<u32>,
    answers: Index,
}

impl Knowledge {
    pub(crate) fn new(articles: &[Article]) -> Self {
        let mut by_language: HashMap<String, Vec<Article>> = HashMap::new();
        for article in articles {
            by_language
                .entry(language(&article.locale))
                .or_default()
                .push(article.clone());
        }
        Self {
            languages: by_language
                .into_iter()
                .map(|(language, articles)| (language, Shelf::new(articles)))
                .collect(),
        }
    }

    pub(crate) fn article(&self, id: &str, locale: &str) -> Option<Answer> {
        let article = self
            .languages
            .get(&language(locale))?
            .articles
            .iter()
            .find(|article| article.id == id)?;
        let question = article.questions.first().cloned().unwrap_or_default();
        Some(Answer {
            id: article.id.clone(),
            question,
            text: article.answer.clone(),
            score: 1.0,
        })
    }

    pub(crate) fn search(&self, query: &str, locale: &str, limit: usize) -> Vec<Answer> {
        let Some(shelf) = self.languages.get(&language(locale)) else {
            return Vec::new();
        };
        shelf.search(&question_features(&normalise(query)), limit)
    }
}

impl Shelf {
    fn new(articles: Vec<Article>) -> Self {
        let mut questions = Vec::new();
        let mut article_of = Vec::new();
        let mut answers = Vec::new();
        for (number, article) in articles.iter().enumerate() {
            for question in &article.questions {
                questions.push(question_features(&normalise(question)));
                article_of.push(number as u32);
            }
            answers.push(question_features(&normalise(&article.answer)));
        }
        Self {
            articles,
            questions: Index::new(&questions),
            article_of,
            answers: Index::new(&answers),
        }
    }

    fn search(&self, features: &[u64], limit: usize) -> Vec<Answer> {
        let mut asked = vec![0.0_f32; self.articles.len()];
        let by_question = self.questions.similarities(&self.questions.query(features));
        for (similarity, article) in by_question.iter().zip(&self.article_of) {
            if let Some(best) = asked.get_mut(*article as usize) {
                *best = best.max(*similarity);
            }
        }
        let answered = self.answers.similarities(&self.answers.query(features));
        let mut ranked: Vec<(f32, &Article)> = asked
            .iter()
            .zip(&answered)
            .zip(&self.articles)
            .map(|((question, answer), article)| {
                // What is asked word for word is certain, whatever the answer says.
                (question + ANSWER_SHARE * answer * (1.0 - question), article)
            })
            .filter(|(score, _)| *score > 0.0)
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked
            .into_iter()
            .take(limit)
            .map(|(score, article)| Answer {
                id: article.id.clone(),
                question: article.questions.first().cloned().unwrap_or_default(),
                text: article.answer.clone(),
                score: score.clamp(0.0, 1.0),
            })
            .collect()
    }
}

/// The primary language of a locale.
pub(crate) fn language(locale: &str) -> String {
    locale
        .split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}
