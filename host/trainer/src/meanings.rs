//! What a sentence can be labelled with.

use std::collections::{BTreeMap, BTreeSet};

use jackfield_language::Training;
use serde::Serialize;

use crate::{Learner, Trainer};

/// What the installed packs have: the names that labels may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meanings {
    /// Locales that the packs speak.
    pub locales: Vec<String>,
    /// Intents, by name.
    pub intents: Vec<IntentMeaning>,
    /// Articles, by id.
    pub articles: Vec<ArticleMeaning>,
}

/// An intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntentMeaning {
    /// Its name.
    pub intent: String,
    /// How many examples the packs have of it.
    pub examples: usize,
    /// The first of them in each locale.
    pub like: Vec<String>,
}

/// An article in one locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleMeaning {
    /// Its id.
    pub article: String,
    /// BCP 47 locale of its words.
    pub locale: String,
    /// The question that customers are shown.
    pub question: String,
}

impl Trainer {
    /// Everything that a sentence can be labelled with.
    pub fn meanings(&self, learner: &dyn Learner) -> Meanings {
        let own = learner.own();
        let mut intents: BTreeMap<&str, (usize, BTreeMap<&str, &str>)> = BTreeMap::new();
        for example in &own.examples {
            let (examples, like) = intents.entry(&example.intent).or_default();
            *examples += 1;
            like.entry(&example.locale).or_insert(&example.text);
        }
        let intents = intents
            .into_iter()
            .map(|(intent, (examples, like))| IntentMeaning {
                intent: intent.to_owned(),
                examples,
                like: like.into_values().map(str::to_owned).collect(),
            });
        let mut articles: Vec<ArticleMeaning> = own
            .articles
            .iter()
            .map(|article| ArticleMeaning {
                article: article.id.clone(),
                locale: article.locale.clone(),
                question: article.questions.first().cloned().unwrap_or_default(),
            })
            .collect();
        articles.sort_by(|a, b| (&a.article, &a.locale).cmp(&(&b.article, &b.locale)));
        Meanings {
            locales: locales(&own).into_iter().map(str::to_owned).collect(),
            intents: intents.collect(),
            articles,
        }
    }
}

/// The locales that packs have sentences in.
pub(crate) fn locales(own: &Training) -> BTreeSet<&str> {
    let examples = own.examples.iter().map(|example| example.locale.as_str());
    let articles = own.articles.iter().map(|article| article.locale.as_str());
    examples.chain(articles).collect()
}
