//! Messages of packs and of the host, in Fluent, for a locale and a channel.

use jackfield_core::NamedValue;

use crate::LanguageError;

/// Which wording of a message a channel needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variant {
    /// The full text.
    Text,
    /// A short text, for SMS and small screens.
    Short,
    /// Words that are spoken.
    Spoken,
}

/// One Fluent file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// BCP 47 locale.
    pub locale: String,
    /// The channel variant that the file words.
    pub variant: Variant,
    /// Fluent source.
    pub text: String,
    /// Name for error messages, for example the path in the pack.
    pub name: String,
}

/// The messages of one pack, or of the host.
pub struct Catalogue {}

impl Catalogue {
    /// Reads `sources`. `fallback` lists the locales to try, in order, when the asked one lacks a message.
    ///
    /// # Errors
    ///
    /// The first line that is not valid Fluent, stands twice, or breaks a limit.
    pub fn new(_fallback: &[String], _sources: Vec<Source>) -> Result<Self, LanguageError> {
        Ok(Self {})
    }

    /// The message `key` (or `key.attribute`) for a locale and channel variant: first the variant, then the full text, in
    /// the locale itself, then in its language, then in the fallback locales. `None` when there is no such message.
    pub fn render(&self, _locale: &str, _variant: Variant, _key: &str, _arguments: &[NamedValue]) -> Option<String> {
        None
    }
}
