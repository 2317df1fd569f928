use crate::Article;
use crate::knowledge::SynonymGroup;

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
    /// Adds what another pack teaches.
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
