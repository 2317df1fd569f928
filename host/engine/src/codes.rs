//! One-time codes: how they are made, and how they reach a contact.

use jackfield_core::{
    Digest, Failure, Frame, Header, Method, Outcome, Request, Session, SessionId, Value,
};
use url::Url;

use crate::egress::{Destinations, Secret};

/// The secret that the gateway's requests carry.
const BEARER: &str = "code-gateway";

/// How one-time codes reach a contact.
#[derive(Debug, Clone)]
pub enum CodeDelivery {
    /// There is no way; who needs verification is handed to a person.
    None,
    /// Shown in the conversation itself. Proves nothing: for demonstrations and tests only.
    Shown,
    /// The operator's own system sends them: by text message, mail or whatever it knows of the contact.
    Gateway(CodeGateway),
}

/// The operator's system that sends one-time codes.
#[derive(Debug, Clone)]
pub struct CodeGateway {
    url: Url,
    destinations: Destinations,
}

impl CodeGateway {
    /// A gateway at an address, which gets `bearer` as its bearer token.
    ///
    /// # Errors
    /// When the address is not one.
    pub fn new(url: &str, bearer: Option<String>) -> Result<Self, url::ParseError> {
        let url = Url::parse(url)?;
        let secrets = bearer.map(|value| {
            let origin = url.clone();
            (BEARER.to_owned(), Secret { value, origin })
        });
        let destinations = Destinations {
            allowed: vec![url.clone()],
            secrets: secrets.into_iter().collect(),
            // The operator names the address, not a pack.
            private: true,
            ..Destinations::default()
        };
        Ok(Self { url, destinations })
    }

    pub(crate) fn destinations(&self) -> &Destinations {
        &self.destinations
    }

    /// What is posted, without the code: [`with_code`] puts it in when it is sent, so that no record holds it.
    pub(crate) fn request(&self, session: &Session, frame: &Frame, valid_minutes: u64) -> Request {
        let slots = frame.slots.iter().map(|slot| {
            let value = match &slot.value {
                Value::Integer(number) => (*number).into(),
                other => serde_json::Value::from(other.to_string()),
            };
            (slot.name.clone(), value)
        });
        let slots: serde_json::Map<_, _> = slots.collect();
        let body = serde_json::json!({
            "session": session.id.to_string(),
            "channel": session.address.channel,
            "contact": session.address.contact,
            "locale": session.locale,
            "flow": frame.flow.to_string(),
            "slots": slots,
            "valid-minutes": valid_minutes,
        });
        let mut headers = vec![Header {
            name: "content-type".to_owned(),
            value: "application/json".to_owned(),
        }];
        if !self.destinations.secrets.is_empty() {
            headers.push(Header {
                name: "authorization".to_owned(),
                value: format!("Bearer {{secret:{BEARER}}}"),
            });
        }
        Request {
            method: Method::Post,
            url: self.url.to_string(),
            headers,
            body: Some(body.to_string()),
            timeout_ms: None,
        }
    }
}

/// The request as it is sent.
pub(crate) fn with_code(request: &Request, code: &str) -> Result<Request, Failure> {
    let bad = |error: serde_json::Error| Failure::Invalid(error.to_string());
    let mut body: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(request.body.as_deref().unwrap_or("{}")).map_err(bad)?;
    body.insert("code".to_owned(), code.into());
    Ok(Request {
        body: Some(serde_json::Value::from(body).to_string()),
        ..request.clone()
    })
}

/// Whether the gateway took the code.
pub(crate) fn was_sent(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Response(response) if (200..300).contains(&response.status))
}

/// The code of a turn. It follows from the host's secret and is kept nowhere.
pub(crate) fn code(secret: &[u8; 32], session: SessionId, turn: u64) -> String {
    let Digest(digest) = Digest::of(&keyed(secret, b"code", session, &turn.to_be_bytes()));
    let number = digest
        .first_chunk::<8>()
        .map_or(0, |first| u64::from_be_bytes(*first));
    format!("{:06}", number % 1_000_000)
}

/// What is kept of a code in the session.
pub(crate) fn digest(secret: &[u8; 32], session: SessionId, code: &str) -> Digest {
    Digest::of(&keyed(secret, b"seen", session, code.as_bytes()))
}

fn keyed(secret: &[u8; 32], purpose: &[u8; 4], session: SessionId, rest: &[u8]) -> Vec<u8> {
    [secret.as_slice(), purpose, session.as_bytes(), rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_by_secret_session_and_turn_and_have_six_digits() {
        let (a, b) = (SessionId::new(), SessionId::new());
        let first = code(&[1; 32], a, 7);
        assert!(first.len() == 6 && first.bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(first, code(&[1; 32], a, 7));
        let others = [
            code(&[2; 32], a, 7),
            code(&[1; 32], b, 7),
            code(&[1; 32], a, 8),
        ];
        assert!(others.iter().filter(|other| **other == first).count() <= 1);
    }
}
