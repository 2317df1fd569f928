//! Words of messages: catalogue keys with typed arguments, choices, cards.

use crate::{NamedValue, Value, wire};

/// Words: a key of the pack's Fluent catalogues with arguments, literal text, or a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Text(wire::Body);

/// A message of the pack's catalogues. The host chooses locale and channel variant, and formats numbers,
/// dates and money for the customer.
pub fn t(key: &str) -> Text {
    Text(wire::Body::Template(wire::Template {
        key: key.to_owned(),
        arguments: Vec::new(),
    }))
}

/// Text that is in the customer's language already, for example the name of a plan.
pub fn literal(text: impl Into<String>) -> Text {
    Text(wire::Body::Text(text.into()))
}

/// A value alone, which the host writes as the customer's language does: the price in a card, for example.
pub fn shown(value: impl Into<Value>) -> Text {
    Text(wire::Body::Value(value.into()))
}

impl Text {
    /// Adds an argument of the catalogue's message. Literal text and a value take none and stay as they are.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let wire::Body::Template(template) = &mut self.0 {
            template.arguments.push(NamedValue::new(name, value));
        }
        self
    }
}

impl From<Text> for wire::Body {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// Something to pick: a button where the channel can show one, numbered otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice(pub(crate) wire::Choice);

impl Choice {
    /// A choice. The `id` comes back in [`Flow::chose`](crate::Flow::chose).
    pub fn new(id: impl Into<String>, label: Text) -> Self {
        Self(wire::Choice {
            id: id.into(),
            label: label.into(),
        })
    }
}

/// A card: a title, facts, perhaps a link.
#[derive(Debug, Clone, PartialEq)]
pub struct Card(pub(crate) wire::Card);

impl Card {
    /// A card with a title.
    pub fn new(title: Text) -> Self {
        Self(wire::Card {
            title: title.into(),
            text: None,
            facts: Vec::new(),
            link: None,
        })
    }

    /// Text below the title.
    #[must_use]
    pub fn text(mut self, text: Text) -> Self {
        self.0.text = Some(text.into());
        self
    }

    /// A line with a label and a value.
    #[must_use]
    pub fn fact(mut self, label: Text, value: Text) -> Self {
        self.0.facts.push((label.into(), value.into()));
        self
    }

    /// Where more can be read; HTTPS only.
    #[must_use]
    pub fn link(mut self, address: impl Into<String>) -> Self {
        self.0.link = Some(address.into());
        self
    }
}
