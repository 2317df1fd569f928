//! Messages of packs and of the host, in Fluent, for a locale and a channel.
//!
//! Catalogues come from packs, so they are checked before they are parsed (size, nesting) and rendering is bounded. Arguments are
//! formatted for the locale: money, quantities and dates become text, numbers stay numbers, so that a message can select on
//! their plural form.

mod check;
mod format;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use jackfield_core::{NamedValue, Value};
use unic_langid::LanguageIdentifier;

use crate::LanguageError;
use crate::knowledge::language;

/// Longest rendered message in bytes; what is longer is cut.
pub const LONGEST_MESSAGE: usize = 16 * 1024;

/// Which wording of a message or an answer a channel needs.
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

type Bundle = FluentBundle<Arc<FluentResource>>;

/// Locale in lower case, and variant.
type Place = (String, Variant);

/// The messages of one pack, or of the host. It never changes; share it in an `Arc`.
pub struct Catalogue {
    fallback: Vec<String>,
    /// Locales in the order they were first given.
    locales: Vec<String>,
    bundles: HashMap<Place, Bundle>,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue")
            .field("locales", &self.locales)
            .finish_non_exhaustive()
    }
}

impl Catalogue {
    /// Reads `sources`. `fallback` lists the locales to try, in order, when the asked one lacks a message.
    ///
    /// A short or spoken file needs to word only the messages that differ; it may refer to messages and terms of the full
    /// text of its locale.
    ///
    /// # Errors
    ///
    /// The first line that is not valid Fluent, stands twice, or breaks a limit.
    pub fn new(fallback: &[String], sources: Vec<Source>) -> Result<Self, LanguageError> {
        let mut locales: Vec<String> = Vec::new();
        let mut resources: HashMap<Place, Vec<(Arc<FluentResource>, Source)>> = HashMap::new();
        for source in sources {
            let resource = Arc::new(check::parse(&source)?);
            let locale = source.locale.to_ascii_lowercase();
            if !locales.contains(&locale) {
                locales.push(locale.clone());
            }
            resources
                .entry((locale, source.variant))
                .or_default()
                .push((resource, source));
        }
        let mut bundles = HashMap::new();
        for locale in &locales {
            let id: LanguageIdentifier = locale
                .parse()
                .map_err(|_| LanguageError::Locale(locale.clone()))?;
            for variant in [Variant::Text, Variant::Short, Variant::Spoken] {
                let Some(own) = resources.get(&(locale.clone(), variant)) else {
                    continue;
                };
                let mut bundle = plain_bundle(id.clone(), variant);
                add(&mut bundle, own)?;
                if variant != Variant::Text
                    && let Some(text) = resources.get(&(locale.clone(), Variant::Text))
                {
                    let mut over = plain_bundle(id.clone(), variant);
                    for (resource, _) in text.iter().chain(own) {
                        over.add_resource_overriding(Arc::clone(resource));
                    }
                    bundle = over;
                }
                bundles.insert((locale.clone(), variant), bundle);
            }
        }
        let fallback = fallback
            .iter()
            .map(|locale| locale.to_ascii_lowercase())
            .collect();
        Ok(Self {
            fallback,
            locales,
            bundles,
        })
    }

    /// The message `key` (or `key.attribute`) for a locale and channel variant: first the variant, then the full text, in
    /// the locale itself, then in its language, then in the fallback locales. `None` when there is no such message.
    ///
    /// The result has at most [`LONGEST_MESSAGE`] bytes. An argument that the message needs and that is missing shows as
    /// `{$name}`.
    pub fn render(
        &self,
        locale: &str,
        variant: Variant,
        key: &str,
        arguments: &[NamedValue],
    ) -> Option<String> {
        let locale = locale.to_ascii_lowercase();
        let spoken = language(&locale);
        let same_language = self
            .locales
            .iter()
            .filter(|other| language(other) == spoken);
        std::iter::once(&locale)
            .chain(same_language)
            .chain(&self.fallback)
            .flat_map(|locale| [variant, Variant::Text].map(|variant| (locale.clone(), variant)))
            .find_map(|place| render_in(self.bundles.get(&place)?, &place, variant, key, arguments))
    }
}

/// A value alone, as a locale and channel variant write it.
pub fn shown(value: &Value, locale: &str, variant: Variant) -> String {
    let spoken = variant == Variant::Spoken;
    format::value(value, &locale.to_ascii_lowercase(), spoken)
}

fn plain_bundle(locale: LanguageIdentifier, variant: Variant) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(if variant == Variant::Spoken {
        format::spoken_number_in_message
    } else {
        format::number_in_message
    }));
    // The name cannot be taken in a new bundle.
    let _ = bundle.add_function("NUMBER", format::number_function);
    bundle
}

/// Adds resources; a message that stands twice is an error with the line of the second.
fn add(
    bundle: &mut Bundle,
    resources: &[(Arc<FluentResource>, Source)],
) -> Result<(), LanguageError> {
    for (resource, source) in resources {
        let Err(errors) = bundle.add_resource(Arc::clone(resource)) else {
            continue;
        };
        for error in errors {
            let FluentError::Overriding { id, .. } = error else {
                continue;
            };
            return Err(LanguageError::Catalogue {
                name: source.name.clone(),
                line: check::last_line_of(&source.text, &id),
                problem: format!("`{id}` stands twice"),
            });
        }
    }
    Ok(())
}

fn render_in(
    bundle: &Bundle,
    place: &Place,
    variant: Variant,
    key: &str,
    arguments: &[NamedValue],
) -> Option<String> {
    let (key, attribute) = key
        .split_once('.')
        .map_or((key, None), |(key, attribute)| (key, Some(attribute)));
    let message = bundle.get_message(key)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut values = FluentArgs::with_capacity(arguments.len());
    for argument in arguments {
        let value = match &argument.value {
            Value::Integer(number) => FluentValue::from(*number),
            Value::Number(number) => FluentValue::from(*number),
            other => FluentValue::from(format::value(other, &place.0, variant == Variant::Spoken)),
        };
        values.set(argument.name.as_str(), value);
    }
    let mut out = Bounded(String::new());
    let mut errors = Vec::new();
    // The only failure of the writer is that it is full; then the message is cut.
    let _ = bundle.write_pattern(&mut out, pattern, Some(&values), &mut errors);
    Some(out.0)
}

/// Takes text up to [`LONGEST_MESSAGE`] bytes, then fails.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = LONGEST_MESSAGE.saturating_sub(self.0.len());
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let end = text.floor_char_boundary(room);
        self.0.push_str(text.get(..end).unwrap_or_default());
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests;
