//! Addresses at which other systems call back: made when a request is sent, kept nowhere.
//!
//! A flow writes `{callback:NAME}` where the other system expects an address. The address that stands there when the
//! request leaves holds a MAC of everything that it leads to, so nobody else can make one or change one.

use hmac::{Hmac, KeyInit, Mac};
use jackfield_core::{Content, Failure, Header, Inbound, Request, SessionId, TenantId};
use jackfield_store::{OutboxItem, StoreError};
use sha2::Sha256;
use url::Url;

use crate::accept::Receipt;
use crate::clock::now_ms;
use crate::engine::Engine;
use crate::error::EngineError;

/// First segment of the path of every such address.
const PATH: &str = "callbacks";
const PLACEHOLDER: &str = "{callback:";

/// Where a callback leads.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target<'a> {
    session: SessionId,
    frame: u32,
    name: &'a str,
}

impl<'a> Target<'a> {
    /// The part of the address that nobody can guess.
    fn token(&self, secret: &[u8; 32], tenant: &TenantId) -> String {
        let mac = self.mac(secret, tenant).finalize().into_bytes();
        let half = mac
            .first_chunk()
            .map_or(0, |half| u128::from_be_bytes(*half));
        format!("{}.{}.{half:032x}", self.session, self.frame)
    }

    /// What a token made by us leads to.
    fn read(token: &str, name: &'a str, secret: &[u8; 32], tenant: &TenantId) -> Option<Self> {
        let (session, rest) = token.split_once('.')?;
        let (frame, half) = rest.split_once('.')?;
        let target = Self {
            session: session.parse().ok()?,
            frame: frame.parse().ok()?,
            name,
        };
        let half = u128::from_str_radix(half, 16).ok()?.to_be_bytes();
        let mac = target.mac(secret, tenant);
        mac.verify_truncated_left(&half).ok()?;
        Some(target)
    }

    fn mac(&self, secret: &[u8; 32], tenant: &TenantId) -> Hmac<Sha256> {
        let mac = match Hmac::<Sha256>::new_from_slice(secret) {
            Ok(mac) => mac,
            Err(_) => unreachable!("HMAC takes keys of every length"),
        };
        let words = ["jackfield callback 1", tenant.as_str(), self.name].join("\n");
        mac.chain_update(self.session.as_bytes())
            .chain_update(self.frame.to_be_bytes())
            .chain_update(words)
    }
}

/// The request of an entry as it is sent: with an address for each `{callback:NAME}` in its body and headers.
pub(crate) fn filled_in(
    item: &OutboxItem,
    secret: &[u8; 32],
    public: Option<&Url>,
) -> Result<Request, Failure> {
    let address = |name: &str| {
        let target = Target {
            session: item.session,
            frame: item.entry.frame,
            name,
        };
        let public = public.ok_or_else(|| {
            Failure::Denied(
                "other systems cannot call back: this host does not know its own address; set `public-url` under [server]"
                    .to_owned(),
            )
        })?;
        let mut url = public.clone();
        match url.path_segments_mut() {
            Ok(mut path) => {
                path.pop_if_empty()
                    .extend([PATH, &target.token(secret, &item.tenant), name])
            }
            Err(()) => unreachable!("an address of HTTP has a path"),
        };
        Ok(String::from(url))
    };
    let fill = |text: &str| fill(text, address);
    let request = &item.entry.request;
    let headers = request.headers.iter().map(|Header { name, value }| {
        Ok(Header {
            name: name.clone(),
            value: fill(value)?,
        })
    });
    Ok(Request {
        headers: headers.collect::<Result<_, Failure>>()?,
        body: request.body.as_deref().map(fill).transpose()?,
        ..request.clone()
    })
}

/// Puts an address in the place of each placeholder.
fn fill(text: &str, address: impl Fn(&str) -> Result<String, Failure>) -> Result<String, Failure> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(PLACEHOLDER) {
        let Some((name, behind)) = after.split_once('}') else {
            return Err(Failure::Invalid(
                "a callback address is written {callback:NAME}".to_owned(),
            ));
        };
        filled.push_str(before);
        filled.push_str(&address(name)?);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// What another system said at a callback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Its own id of this call; the same again is a duplicate.
    pub correlation: String,
    /// JSON text.
    pub payload: String,
}

impl Engine {
    /// Where this host is reached from outside, so that other systems can call back. Only the first call counts.
    pub fn reached_at(&self, public: Url) {
        // A second address would not fit to the requests that went out with the first.
        let _ = self.0.public.set(public);
    }

    /// Takes what another system said at a callback address, `name` being the address's last segment. Resolves when it is
    /// durable; none when no such address was ever given out.
    ///
    /// # Errors
    /// [`EngineError`], with nothing accepted.
    pub async fn call_back(
        &self,
        tenant: &TenantId,
        token: &str,
        name: &str,
        callback: Callback,
    ) -> Result<Option<Receipt>, EngineError> {
        let Some(target) = Target::read(token, name, &self.0.secret, tenant) else {
            return Ok(None);
        };
        // The session's own door is never closed; this one is, for the other system can come again.
        if self.is_draining() {
            return Err(EngineError::Draining);
        }
        if self.0.mailboxes.is_full(target.session) {
            return Err(EngineError::MailboxFull);
        }
        let Some(session) = self.0.store.load(tenant, target.session)? else {
            return Err(StoreError::UnknownSession.into());
        };
        let Callback {
            correlation,
            payload,
        } = callback;
        let inbound = Inbound {
            address: session.address.clone(),
            message_id: format!("callback:{token}:{name}:{correlation}"),
            received_at: now_ms(),
            sent_at: None,
            locale: None,
            content: Content::CallbackReceived {
                frame: target.frame,
                name: name.to_owned(),
                correlation,
                payload,
            },
        };
        let receipt = self.accept(tenant, Some(target.session), inbound).await?;
        Ok(Some(receipt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    #[test]
    fn only_our_own_addresses_lead_anywhere() {
        let tenant = TenantId::default();
        let target = Target {
            session: SessionId::new(),
            frame: 3,
            name: "paid",
        };
        let token = target.token(&SECRET, &tenant);
        let read = |token: &str, name: &'static str| Target::read(token, name, &SECRET, &tenant);
        assert_eq!(read(&token, "paid"), Some(target));
        assert_eq!(read(&token, "refunded"), None);
        assert_eq!(read(&token.replace(".3.", ".4."), "paid"), None);
        assert_eq!(Target::read(&token, "paid", &[8; 32], &tenant), None);
        let other = TenantId::new("other").unwrap();
        assert_eq!(Target::read(&token, "paid", &SECRET, &other), None);
        for broken in [
            "",
            ".",
            "..",
            &token[..token.len() - 1],
            &format!("{token}00"),
        ] {
            assert_eq!(read(broken, "paid"), None, "{broken}");
        }
    }

    #[test]
    fn each_placeholder_becomes_an_address() {
        let address = |name: &str| Ok(format!("<{name}>"));
        let filled = |text: &str| fill(text, address);
        assert_eq!(
            filled(r#"{"ok":"{callback:paid}","no":"{callback:not}"}"#).unwrap(),
            r#"{"ok":"<paid>","no":"<not>"}"#
        );
        assert_eq!(
            filled("{config:x} {callback").unwrap(),
            "{config:x} {callback"
        );
        assert!(filled("{callback:paid").is_err());
    }
}
