//! What leaves for a contact: messages rendered for a locale, ready for any channel's wire format.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ChoiceToken;

/// Who a message is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// A flow, or the host in the bot's name.
    #[n(0)]
    Bot,
    /// A human agent.
    #[n(1)]
    Agent,
    /// The host itself, about the conversation ("you are in the queue").
    #[n(2)]
    System,
}

/// A choice the contact can tap.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct OfferedChoice {
    /// The token a tap sends back.
    #[n(0)]
    pub token: ChoiceToken,
    /// What the contact sees.
    #[n(1)]
    pub label: String,
}

/// A rendered card.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct RenderedCard {
    /// Title.
    #[n(0)]
    pub title: String,
    /// Text below the title.
    #[n(1)]
    pub text: Option<String>,
    /// Label and value, in order.
    #[n(2)]
    pub facts: Vec<(String, String)>,
    /// HTTPS address.
    #[n(3)]
    pub link: Option<String>,
}

/// A rendered picture or file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct RenderedMedia {
    /// A file of the pack, or an HTTPS address.
    #[n(0)]
    pub source: String,
    /// Media type.
    #[n(1)]
    pub media_type: String,
    /// For those who cannot see it.
    #[n(2)]
    pub description: String,
}

/// One message to a contact.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Outbound {
    /// Who it is from.
    #[n(0)]
    pub speaker: Speaker,
    /// The words.
    #[n(1)]
    pub text: String,
    /// Things to pick.
    #[n(2)]
    pub choices: Vec<OfferedChoice>,
    /// Card.
    #[n(3)]
    pub card: Option<RenderedCard>,
    /// Pictures and files.
    #[n(4)]
    pub media: Vec<RenderedMedia>,
    /// BCP 47 locale of the words.
    #[n(5)]
    pub locale: String,
}

impl Outbound {
    /// Plain words of the bot.
    pub fn text(text: impl Into<String>, locale: impl Into<String>) -> Self {
        Self {
            speaker: Speaker::Bot,
            text: text.into(),
            choices: Vec::new(),
            card: None,
            media: Vec::new(),
            locale: locale.into(),
        }
    }
}
