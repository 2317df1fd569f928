use super::article::Article;
use super::scope::Scope;
use super::snapshot::Search;
use crate::catalogue::Variant;

/// Names an article of a knowledge base.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ArticleId {
    /// Its id.
    pub id: String,
    /// The pack it came with; `None` for the enterprise's own.
    pub pack: Option<String>,
}

impl std::fmt::Display for ArticleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.id)
    }
}

/// Who asks the knowledge, and when: it decides which articles are given, and in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// BCP 47 locale: articles in its language are given.
    pub locale: String,
    /// Scopes that may be seen besides [`Scope::Common`].
    pub scopes: Vec<Scope>,
    /// The moment, in milliseconds since 1970-01-01T00:00:00Z. Without one, no article that has bounds is given.
    pub now_ms: Option<u64>,
    /// Which form of the answer.
    pub variant: Variant,
}

impl Asker {
    /// Someone of whom only the locale is known.
    pub fn new(locale: impl Into<String>) -> Self {
        Self {
            locale: locale.into(),
            scopes: Vec::new(),
            now_ms: None,
            variant: Variant::Text,
        }
    }

    /// Their question.
    pub fn search<'q>(&'q self, query: &'q str, limit: usize) -> Search<'q> {
        Search {
            query,
            locale: &self.locale,
            limit,
            scopes: &self.scopes,
            now_ms: self.now_ms,
            variant: self.variant,
        }
    }
}

impl Search<'_> {
    /// Whether the asker may be given the article, and now.
    pub(super) fn sees(&self, article: &Article) -> bool {
        (article.scope == Scope::Common || self.scopes.contains(&article.scope))
            && article.validity.holds(self.now_ms)
    }
}
