//! The host's own sentences, in every language it speaks.

use std::sync::Arc;

use jackfield_core::NamedValue;
use jackfield_language::LanguageError;
use jackfield_language::catalogue::{Catalogue, Source, Variant};

/// Sentences of the host by key.
#[derive(Clone)]
pub(crate) struct Phrases(Arc<Catalogue>);

impl std::fmt::Debug for Phrases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phrases")
    }
}

impl Phrases {
    /// # Errors
    /// When a catalogue in `locales/` is not valid; a test loads them.
    pub(crate) fn load() -> Result<Self, LanguageError> {
        let text = |locale: &str, source: &str| Source {
            locale: locale.to_owned(),
            variant: Variant::Text,
            name: format!("engine/locales/{locale}.ftl"),
            text: source.to_owned(),
        };
        let catalogue = Catalogue::new(
            &["zh-CN".to_owned(), "en-US".to_owned()],
            vec![
                text("zh-CN", include_str!("../locales/zh-CN.ftl")),
                text("en-US", include_str!("../locales/en-US.ftl")),
            ],
        )?;
        Ok(Self(Arc::new(catalogue)))
    }

    /// A sentence in the locale; the key itself when there is none, so that nobody is left without words.
    pub(crate) fn say(&self, locale: &str, key: &str, arguments: &[NamedValue]) -> String {
        self.0
            .render(locale, Variant::Text, key, arguments)
            .unwrap_or_else(|| key.to_owned())
    }
}
