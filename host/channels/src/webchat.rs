//! The web chat: our own page and widget, and whoever speaks the same JSON.

use jackfield_core::{
    Address, ChoiceToken, Content, Inbound, OfferedChoice, Outbound, Owner, RenderedCard,
    RenderedMedia, Said, Speaker,
};
use serde::{Deserialize, Serialize};

use crate::{Invalid, invalid};

/// Longest id that a client may give a message, bytes.
pub const LONGEST_ID: usize = 64;

/// A message that a client posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    /// The client's id of the message; the same id is handled once.
    pub id: String,
    /// BCP 47 locale of the client.
    pub locale: Option<String>,
    /// What was said or tapped.
    pub content: Content,
}

#[derive(Deserialize)]
struct PostedWire {
    /// What is missing is empty, which the check names.
    #[serde(default)]
    id: String,
    text: Option<String>,
    choice: Option<String>,
    locale: Option<String>,
}

/// Reads the body of a posted message: `{"id", "text"}` or `{"id", "choice"}`, with `"locale"` if the client has one.
///
/// # Errors
/// [`Invalid`] with the field and the rule it breaks.
pub fn posted(body: &[u8]) -> Result<Posted, Invalid> {
    let wire: PostedWire = serde_json::from_slice(body)?;
    if wire.id.is_empty()
        || wire.id.len() > LONGEST_ID
        || !wire.id.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err(Invalid::field(
            "id",
            "must be 1 to 64 visible ASCII characters",
        ));
    }
    let content = match (wire.text, wire.choice) {
        (Some(text), None) => Content::Text(invalid::text("text", &text)?),
        (None, Some(token)) => {
            let token: ChoiceToken = token
                .parse()
                .map_err(|_| Invalid::field("choice", "must be the token of an offered choice"))?;
            Content::Choice(token)
        }
        _ => {
            return Err(Invalid::field(
                "text",
                "or `choice` must be there, and only one of them",
            ));
        }
    };
    Ok(Posted {
        id: wire.id,
        locale: wire.locale.map(invalid::locale).transpose()?,
        content,
    })
}

/// Reads the body of a request to open a conversation: empty, or `{"locale"}`. Answers the locale.
///
/// # Errors
/// [`Invalid`] when it is neither.
pub fn opened(body: &[u8]) -> Result<Option<String>, Invalid> {
    #[derive(Deserialize)]
    struct Wire {
        locale: Option<String>,
    }
    if body.is_empty() {
        return Ok(None);
    }
    let wire: Wire = serde_json::from_slice(body)?;
    wire.locale.map(invalid::locale).transpose()
}

impl Posted {
    /// The inbound event of this message.
    ///
    /// Clients choose their ids freely, but an inbound id is unique for the whole channel account. So the contact
    /// stands before it: one contact can never make the message of another look like a duplicate.
    pub fn into_inbound(self, address: Address, received_at: u64) -> Inbound {
        let message_id = format!("{}/{}", address.contact, self.id);
        Inbound {
            address,
            message_id,
            received_at,
            sent_at: None,
            locale: self.locale,
            content: self.content,
        }
    }
}

/// The id a client gave the message, from the id of its inbound event.
fn client_id(message_id: &str) -> &str {
    message_id.split_once('/').map_or(message_id, |(_, id)| id)
}

/// A committed turn, for the event stream.
#[derive(Debug, Clone, Copy)]
pub struct TurnEvent<'a> {
    /// Number of the turn in its session.
    pub turn: u64,
    /// Start of the turn, milliseconds since 1970.
    pub at: u64,
    /// What the contact said in it.
    pub said: &'a [Said],
    /// What the contact was told.
    pub messages: &'a [Outbound],
    /// Who speaks for the enterprise after it.
    pub owner: &'a Owner,
    /// Whether it ended the session.
    pub closed: bool,
}

impl TurnEvent<'_> {
    /// Appends the event's JSON, in one line, to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (owner, agent) = match self.owner {
            Owner::Bot => ("bot", None),
            Owner::Queue(_) => ("queue", None),
            Owner::Agent(name) => ("agent", Some(name.as_str())),
        };
        let wire = TurnWire {
            turn: self.turn,
            at: self.at,
            said: List(self.said, |said| SaidWire {
                id: client_id(&said.message_id),
                text: &said.text,
            }),
            messages: List(self.messages, MessageWire::new),
            owner,
            agent,
            closed: self.closed,
        };
        // Strings, numbers and lists into memory: there is nothing here that can fail.
        let written = serde_json::to_writer(&mut *out, &wire);
        debug_assert!(written.is_ok(), "a turn is always JSON");
    }
}

/// Serialises a slice through a view of each item, without an intermediate list.
struct List<'a, T, V>(&'a [T], fn(&'a T) -> V);

impl<T, V: Serialize> Serialize for List<'_, T, V> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

#[derive(Serialize)]
struct TurnWire<'a> {
    turn: u64,
    at: u64,
    said: List<'a, Said, SaidWire<'a>>,
    messages: List<'a, Outbound, MessageWire<'a>>,
    owner: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a str>,
    closed: bool,
}

#[derive(Serialize)]
struct SaidWire<'a> {
    id: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct MessageWire<'a> {
    from: Speaker,
    text: &'a str,
    locale: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<List<'a, OfferedChoice, ChoiceWire<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<CardWire<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<List<'a, RenderedMedia, MediaWire<'a>>>,
}

impl<'a> MessageWire<'a> {
    fn new(message: &'a Outbound) -> Self {
        Self {
            from: message.speaker,
            text: &message.text,
            locale: &message.locale,
            choices: (!message.choices.is_empty())
                .then_some(List(&message.choices, ChoiceWire::new)),
            card: message.card.as_ref().map(CardWire::new),
            media: (!message.media.is_empty()).then_some(List(&message.media, MediaWire::new)),
        }
    }
}

#[derive(Serialize)]
struct ChoiceWire<'a> {
    token: String,
    label: &'a str,
}

impl<'a> ChoiceWire<'a> {
    fn new(choice: &'a OfferedChoice) -> Self {
        Self {
            token: choice.token.to_string(),
            label: &choice.label,
        }
    }
}

#[derive(Serialize)]
struct CardWire<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    facts: &'a [(String, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

impl<'a> CardWire<'a> {
    fn new(card: &'a RenderedCard) -> Self {
        Self {
            title: &card.title,
            text: card.text.as_deref(),
            facts: &card.facts,
            link: card.link.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct MediaWire<'a> {
    source: &'a str,
    #[serde(rename = "type")]
    media_type: &'a str,
    description: &'a str,
}

impl<'a> MediaWire<'a> {
    fn new(media: &'a RenderedMedia) -> Self {
        Self {
            source: &media.source,
            media_type: &media.media_type,
            description: &media.description,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn rule(body: &str) -> String {
        posted(body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_text_is_trimmed_and_kept() {
        let read = posted("{\"id\":\"a-1\",\"text\":\"  你好 \",\"locale\":\"zh-CN\"}".as_bytes())
            .unwrap();
        let expected = Posted {
            id: "a-1".into(),
            locale: Some("zh-CN".into()),
            content: Content::Text("你好".into()),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn a_tap_comes_back_as_the_token_that_was_offered() {
        let read = posted(br#"{"id":"a","choice":"3.0.1"}"#).unwrap();
        assert_eq!(
            read.content,
            Content::Choice(ChoiceToken {
                turn: 3,
                message: 0,
                choice: 1
            })
        );
    }

    #[test]
    fn limits_count_characters_not_bytes() {
        let body = |n| json!({"id": "a", "text": "号".repeat(n)}).to_string();
        assert!(posted(body(4_000).as_bytes()).is_ok());
        assert!(rule(&body(4_001)).contains("at most 4,000"));
    }

    #[test]
    fn each_broken_rule_is_named() {
        assert!(rule("{").contains("line 1"));
        assert!(rule("7").contains("JSON object"));
        assert!(rule("{}").starts_with("`id`"));
        assert!(rule(r#"{"id":"","text":"x"}"#).starts_with("`id`"));
        assert!(rule(&json!({"id": "x".repeat(65), "text": "x"}).to_string()).starts_with("`id`"));
        assert!(rule(r#"{"id":"a b","text":"x"}"#).starts_with("`id`"));
        assert!(rule(r#"{"id":"a","text":" \n "}"#).contains("empty"));
        assert!(rule(r#"{"id":"a"}"#).contains("only one"));
        assert!(rule(r#"{"id":"a","text":"x","choice":"1.0.0"}"#).contains("only one"));
        assert!(rule(r#"{"id":"a","choice":"1.0"}"#).starts_with("`choice`"));
        assert!(rule(r#"{"id":"a","text":"x","locale":"../etc"}"#).starts_with("`locale`"));
        assert!(posted(&[0xff, 0xfe]).is_err());
    }

    #[test]
    fn ids_of_two_contacts_never_meet_and_clients_get_their_own_back() {
        let inbound = |contact: &str| {
            let address = Address {
                channel: "web".into(),
                contact: contact.into(),
            };
            posted(br#"{"id":"m/1","text":"x"}"#)
                .unwrap()
                .into_inbound(address, 5)
        };
        assert_ne!(inbound("a").message_id, inbound("b").message_id);
        assert_eq!(client_id(&inbound("a").message_id), "m/1");
    }

    #[test]
    fn opening_needs_no_body() {
        assert_eq!(opened(b"").unwrap(), None);
        assert_eq!(
            opened(br#"{"locale":"en"}"#).unwrap().as_deref(),
            Some("en")
        );
        assert!(opened(b"[1]").is_err());
    }

    #[test]
    fn a_turn_is_one_line_of_json() {
        let mut message = Outbound::text("Which\nplan?", "en");
        message.choices = vec![OfferedChoice {
            token: ChoiceToken {
                turn: 2,
                message: 0,
                choice: 0,
            },
            label: "Basic".into(),
        }];
        message.card = Some(RenderedCard {
            title: "Basic".into(),
            text: None,
            facts: vec![("Data".into(), "10 GB".into())],
            link: None,
        });
        let event = TurnEvent {
            turn: 2,
            at: 7,
            said: &[Said {
                message_id: "contact/m1".into(),
                text: "plans".into(),
            }],
            messages: &[message],
            owner: &Owner::Agent("Lin".into()),
            closed: false,
        };
        let mut bytes = Vec::new();
        event.write(&mut bytes);
        assert!(!bytes.contains(&b'\n'));
        let read: Value = serde_json::from_slice(&bytes).unwrap();
        let expected = json!({
            "turn": 2, "at": 7, "owner": "agent", "agent": "Lin", "closed": false,
            "said": [{"id": "m1", "text": "plans"}],
            "messages": [{
                "from": "bot", "text": "Which\nplan?", "locale": "en",
                "choices": [{"token": "2.0.0", "label": "Basic"}],
                "card": {"title": "Basic", "facts": [["Data", "10 GB"]]},
            }],
        });
        assert_eq!(read, expected);
    }
}
