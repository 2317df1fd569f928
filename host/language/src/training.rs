use std::collections::HashSet;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::knowledge::SynonymGroup;
use crate::{Article, SentenceEncoder, letters};

/// What a [`Model`](crate::Model) is trained from: the language data of the installed packs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Training {
    /// Example sentences.
    pub examples: Vec<Example>,
    /// Knowledge articles.
    pub articles: Vec<Article>,
    /// Words that mean the same in questions and articles.
    pub synonyms: Vec<SynonymGroup>,
    /// Names of the packs' own things.
    pub gazetteers: Vec<GazetteerEntry>,
    /// Sentences that are known to mean nothing that is taught.
    pub out_of_scope: Vec<OutOfScope>,
}

impl Training {
    /// Adds what another pack teaches. No pack silences another: what one has as an example means something, though another says that
    /// it means nothing.
    pub fn add(&mut self, other: Self) {
        let Self {
            examples,
            articles,
            synonyms,
            gazetteers,
            out_of_scope,
        } = other;
        self.examples.extend(examples);
        self.articles.extend(articles);
        self.synonyms.extend(synonyms);
        self.gazetteers.extend(gazetteers);
        self.out_of_scope.extend(out_of_scope);
        let examples = self.examples.iter();
        let taught: HashSet<String> = examples.map(|example| letters(&example.text)).collect();
        self.out_of_scope
            .retain(|sentence| !taught.contains(&letters(&sentence.text)));
    }

    /// The version of the model that is learnt from this: a digest of everything it depends on.
    pub fn version(&self, encoder: Option<&dyn SentenceEncoder>) -> String {
        // Destructured, so that a new field does not compile until it is named here.
        let Self {
            examples,
            articles,
            synonyms,
            gazetteers,
            out_of_scope,
        } = self;
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        // A changed way of learning changes this one.
        field("linear-3");
        field(encoder.map_or("", |encoder| encoder.digest()));
        for example in examples {
            field(&example.intent);
            field(&example.locale);
            field(&example.text);
        }
        field("out of scope");
        for sentence in out_of_scope {
            field(&sentence.locale);
            field(&sentence.text);
        }
        field("articles");
        for article in articles {
            field(&format!("{:032x}", article.digest()));
        }
        field("synonyms");
        for group in synonyms {
            field(group.pack.as_deref().unwrap_or_default());
            field(&group.words.len().to_string());
            group.words.iter().for_each(|word| field(word));
        }
        field("gazetteers");
        for entry in gazetteers {
            field(&entry.kind);
            field(&entry.value);
            field(entry.locale.as_deref().unwrap_or_default());
            field(&entry.name);
        }
        hash.finalize()
            .iter()
            .take(6)
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }
}

/// A sentence, and the intent it expresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The intent.
    pub intent: String,
    /// BCP 47 locale of the sentence.
    pub locale: String,
    /// The sentence.
    pub text: String,
}

/// A sentence that means nothing that is taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfScope {
    /// BCP 47 locale of the sentence.
    pub locale: String,
    /// The sentence.
    pub text: String,
}

/// A name of one of a pack's own things, for example a province or a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GazetteerEntry {
    /// The entity kind.
    pub kind: String,
    /// The normal form, the same for every name of the thing.
    pub value: String,
    /// BCP 47 locale of the name; `None` for all.
    pub locale: Option<String>,
    /// What people call it.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::{Example, OutOfScope, Training};

    #[test]
    fn no_pack_silences_what_another_one_teaches() {
        let teaches = || Training {
            examples: vec![Example {
                intent: "cancel".to_owned(),
                locale: "en-US".to_owned(),
                text: "Cancel my contract!".to_owned(),
            }],
            ..Training::default()
        };
        let sentence = |text: &str| OutOfScope {
            locale: "en-US".to_owned(),
            text: text.to_owned(),
        };
        let silences = || Training {
            out_of_scope: vec![sentence("cancel my contract"), sentence("cook rice")],
            ..Training::default()
        };
        for packs in [[teaches(), silences()], [silences(), teaches()]] {
            let mut all = Training::default();
            packs.into_iter().for_each(|pack| all.add(pack));
            assert_eq!(all.out_of_scope, [sentence("cook rice")]);
        }
    }
}
