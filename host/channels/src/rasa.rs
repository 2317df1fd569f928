//! Rasa's REST channel, so that clients written for Rasa work unchanged.

use jackfield_core::{Address, ChoiceToken, Content, Inbound, Outbound, RenderedCard};
use serde::{Deserialize, Serialize};

use crate::{Invalid, invalid};

/// Longest sender id, bytes.
pub const LONGEST_SENDER: usize = 128;

/// A message that a client posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    /// Who says it: the client's own id of the contact.
    pub sender: String,
    /// What was said or tapped.
    pub content: Content,
}

/// Some clients send numbers where Rasa's documentation shows text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Text(String),
    Number(serde_json::Number),
}

impl Words {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// What is missing is empty, which the checks name.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PostedWire {
    sender: Words,
    message: Words,
}

/// Reads the body of a post: `{"sender", "message"}`. Rasa's `metadata` and `input_channel` are not used.
///
/// `message` is a text, the payload of a button that we offered, or `/session_start`, which opens the conversation.
///
/// # Errors
/// [`Invalid`] with the field and the rule it breaks.
pub fn posted(body: &[u8]) -> Result<Posted, Invalid> {
    let wire: PostedWire = serde_json::from_slice(body)?;
    let sender = wire.sender.into_text();
    if sender.is_empty() || sender.len() > LONGEST_SENDER || sender.chars().any(char::is_control) {
        return Err(Invalid::field(
            "sender",
            "must be 1 to 128 bytes of text without control characters",
        ));
    }
    let message = invalid::text("message", &wire.message.into_text())?;
    let content = match choice(&message) {
        Some(token) => Content::Choice(token),
        None if message == "/session_start" => Content::Opened,
        None => Content::Text(message),
    };
    Ok(Posted { sender, content })
}

impl Posted {
    /// The inbound event of this message. The wire has no message id, so the caller gives one.
    pub fn into_inbound(self, channel: &str, message_id: String, received_at: u64) -> Inbound {
        Inbound {
            address: Address {
                channel: channel.to_owned(),
                contact: self.sender,
            },
            message_id,
            received_at,
            sent_at: None,
            locale: None,
            content: self.content,
        }
    }
}

#[derive(Deserialize)]
struct ChoicePayload {
    token: String,
}

/// Rasa's short form of an intent with entities: what a button sends back is again a message.
fn payload(token: ChoiceToken) -> String {
    format!("/choice{{\"token\":\"{token}\"}}")
}

fn choice(message: &str) -> Option<ChoiceToken> {
    let payload: ChoicePayload = serde_json::from_str(message.strip_prefix("/choice")?).ok()?;
    payload.token.parse().ok()
}

/// One reply, as Rasa's clients read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply<'a> {
    recipient_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<Button<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<&'a str>,
}

/// A button of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Button<'a> {
    title: &'a str,
    payload: String,
}

/// The replies for `recipient`, in order. Of one message: its media, its words, its card as text; the buttons stand
/// on the last of them, below what they are about.
pub fn replies<'a>(recipient: &'a str, messages: &'a [Outbound]) -> Vec<Reply<'a>> {
    let empty = Reply {
        recipient_id: recipient,
        text: None,
        buttons: Vec::new(),
        image: None,
        attachment: None,
    };
    let mut replies = Vec::with_capacity(messages.len());
    for message in messages {
        let card = message.card.as_ref().map(card_text);
        let mut texts: Vec<String> = [Some(message.text.clone()), card]
            .into_iter()
            .flatten()
            .collect();
        texts.retain(|text| !text.is_empty());
        for media in &message.media {
            let reply = if media.media_type.starts_with("image/") {
                Reply {
                    image: Some(&media.source),
                    ..empty.clone()
                }
            } else {
                Reply {
                    attachment: Some(&media.source),
                    ..empty.clone()
                }
            };
            replies.push(reply);
        }
        let buttons: Vec<_> = message
            .choices
            .iter()
            .map(|c| Button {
                title: &c.label,
                payload: payload(c.token),
            })
            .collect();
        let last = texts.pop();
        replies.extend(texts.into_iter().map(|text| Reply {
            text: Some(text),
            ..empty.clone()
        }));
        if last.is_some() || !buttons.is_empty() {
            replies.push(Reply {
                text: Some(last.unwrap_or_default()),
                buttons,
                ..empty.clone()
            });
        }
    }
    replies
}

fn card_text(card: &RenderedCard) -> String {
    let mut lines = vec![card.title.clone()];
    lines.extend(card.text.clone());
    lines.extend(
        card.facts
            .iter()
            .map(|(label, value)| format!("{label}: {value}")),
    );
    lines.extend(card.link.clone());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jackfield_core::{OfferedChoice, RenderedMedia};
    use serde_json::json;

    fn content(body: serde_json::Value) -> Content {
        posted(body.to_string().as_bytes()).unwrap().content
    }

    #[test]
    fn reads_what_rasa_clients_send() {
        let body = json!({"sender": "u1", "message": " hi ", "input_channel": "rest", "metadata": {"a": 1}});
        assert_eq!(content(body), Content::Text("hi".into()));
        assert_eq!(
            content(json!({"sender": 7, "message": 2})),
            Content::Text("2".into())
        );
        assert_eq!(
            content(json!({"sender": "u", "message": "/session_start"})),
            Content::Opened
        );
        assert_eq!(
            content(json!({"sender": "u", "message": "/choice{}"})),
            Content::Text("/choice{}".into())
        );
    }

    #[test]
    fn each_broken_rule_is_named() {
        let rule =
            |body: serde_json::Value| posted(body.to_string().as_bytes()).unwrap_err().to_string();
        assert!(rule(json!(7)).contains("JSON object"));
        assert!(rule(json!({"message": "x"})).starts_with("`sender`"));
        assert!(rule(json!({"sender": "u"})).starts_with("`message`"));
        assert!(rule(json!({"sender": "", "message": "x"})).starts_with("`sender`"));
        assert!(rule(json!({"sender": "u".repeat(129), "message": "x"})).starts_with("`sender`"));
        assert!(rule(json!({"sender": "u", "message": ""})).starts_with("`message`"));
        assert!(
            rule(json!({"sender": "u", "message": "x".repeat(4_001)})).starts_with("`message`")
        );
    }

    #[test]
    fn a_button_that_is_sent_back_is_the_choice_it_stood_for() {
        let token = ChoiceToken {
            turn: 3,
            message: 0,
            choice: 1,
        };
        let mut message = Outbound::text("Which?", "en");
        message.choices = vec![OfferedChoice {
            token,
            label: "Basic".into(),
        }];
        let replies = serde_json::to_value(replies("u1", &[message])).unwrap();
        let expected = json!([{
            "recipient_id": "u1", "text": "Which?",
            "buttons": [{"title": "Basic", "payload": "/choice{\"token\":\"3.0.1\"}"}],
        }]);
        assert_eq!(replies, expected);
        let sent_back = replies[0]["buttons"][0]["payload"].clone();
        assert_eq!(
            content(json!({"sender": "u1", "message": sent_back})),
            Content::Choice(token)
        );
    }

    #[test]
    fn cards_become_text_and_images_stay_images() {
        let mut message = Outbound::text("Your plan", "en");
        message.card = Some(RenderedCard {
            title: "Basic".into(),
            text: Some("Good".into()),
            facts: vec![("Data".into(), "10 GB".into())],
            link: Some("https://example.com/".into()),
        });
        let media = |kind: &str| RenderedMedia {
            source: format!("https://example.com/{kind}"),
            media_type: kind.into(),
            description: "d".into(),
        };
        message.media = vec![media("image/png"), media("application/pdf")];
        let expected = json!([
            {"recipient_id": "u", "image": "https://example.com/image/png"},
            {"recipient_id": "u", "attachment": "https://example.com/application/pdf"},
            {"recipient_id": "u", "text": "Your plan"},
            {"recipient_id": "u", "text": "Basic\nGood\nData: 10 GB\nhttps://example.com/"},
        ]);
        assert_eq!(
            serde_json::to_value(replies("u", &[message])).unwrap(),
            expected
        );
    }
}
