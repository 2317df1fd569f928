//! What people said sentences mean, as training data.

use std::collections::{BTreeMap, HashSet};

use jackfield_core::language_of;
use jackfield_language::{Example, OutOfScope, Training, letters};
use serde::{Deserialize, Serialize};

use crate::{EntryId, Label};

/// A sentence with its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// What it means.
    pub label: Label,
    /// The sentence; empty when it is dismissed, because then nobody needs its words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// BCP 47 locale of the sentence.
    pub locale: String,
    /// When it was published, milliseconds since 1970.
    pub since: u64,
}

/// All sentences whose meaning was published.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Corrections(pub(crate) BTreeMap<EntryId, Correction>);

/// Training data with corrections.
#[derive(Debug)]
pub struct Taught {
    /// What a model is trained from.
    pub training: Training,
    /// Corrections without effect, because no installed pack has their intent or article any more.
    pub without_effect: Vec<EntryId>,
}

impl Corrections {
    /// The correction of a sentence.
    pub fn get(&self, id: EntryId) -> Option<&Correction> {
        self.0.get(&id)
    }

    /// All of them, by the names of the sentences.
    pub fn iter(&self) -> impl Iterator<Item = (EntryId, &Correction)> {
        self.0.iter().map(|(id, correction)| (*id, correction))
    }

    /// The training data of the installed packs with these corrections. Where a pack says otherwise of the same sentence, the
    /// correction counts.
    pub fn applied_to(&self, own: &Training) -> Taught {
        let mut training = own.clone();
        let intents: HashSet<&str> = own.examples.iter().map(|e| e.intent.as_str()).collect();
        let mut corrected: HashSet<String> = HashSet::new();
        let (mut examples, mut out_of_scope) = (Vec::new(), Vec::new());
        let mut without_effect = Vec::new();
        for (
            id,
            Correction {
                label,
                text,
                locale,
                ..
            },
        ) in self.iter()
        {
            let (text, locale) = (text.clone(), locale.clone());
            match label {
                Label::Dismissed => {}
                Label::Intent(intent) if intents.contains(intent.as_str()) => {
                    corrected.insert(letters(&text));
                    let intent = intent.clone();
                    examples.push(Example {
                        intent,
                        locale,
                        text,
                    });
                }
                Label::OutOfScope => {
                    corrected.insert(letters(&text));
                    out_of_scope.push(OutOfScope { locale, text });
                }
                Label::Article(article) => {
                    let mut articles = training.articles.iter_mut();
                    match articles.find(|a| a.id == *article && speaks(&a.locale, &locale)) {
                        Some(article) => article.questions.push(text),
                        None => without_effect.push(id),
                    }
                }
                Label::Intent(_) => without_effect.push(id),
            }
        }
        let is_corrected = |text: &str| corrected.contains(&letters(text));
        training.examples.retain(|own| !is_corrected(&own.text));
        training.out_of_scope.retain(|own| !is_corrected(&own.text));
        training.examples.extend(examples);
        training.out_of_scope.extend(out_of_scope);
        Taught {
            training,
            without_effect,
        }
    }
}

/// Whether two locales are of one language.
pub(crate) fn speaks(one: &str, other: &str) -> bool {
    language_of(one) == language_of(other)
}
