//! Addresses at which other systems call back.
//!
//! A flow writes `{callback:NAME:SEED}` where the other system expects an address, with the turn's seed: a customer, whose
//! words may stand in the same request, does not know it. The address that is put there holds a MAC of everything that it leads
//! to, so nobody else can make one or change one. Nothing is kept for it.

use hmac::{Hmac, KeyInit, Mac};
use jackfield_core::{Content, Header, Inbound, Request, SessionId, TenantId, TimerPurpose};
use jackfield_store::StoreError;
use sha2::Sha256;
use url::Url;

use crate::accept::Receipt;
use crate::clock::now_ms;
use crate::engine::Engine;
use crate::error::EngineError;

/// First segment of the path of every such address.
pub(crate) const PATH: &str = "callbacks";
pub(crate) const PLACEHOLDER: &str = "{callback:";
const LONGEST_NAME: usize = 64;
/// Addresses in one text; each is several times as long as what stands for it.
const MOST_ADDRESSES: usize = 8;

/// Where a callback leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    pub(crate) session: SessionId,
    pub(crate) frame: u32,
    pub(crate) name: &'a str,
}

impl<'a> Target<'a> {
    /// The address that leads here, at a host that is reached at `public`.
    pub(crate) fn address(&self, public: &Url, secret: &[u8; 32], tenant: &TenantId) -> String {
        let mut url = public.clone();
        let token = self.token(secret, tenant);
        match url.path_segments_mut() {
            Ok(mut path) => path.pop_if_empty().extend([PATH, &token, self.name]),
            Err(()) => unreachable!("an address of HTTP has a path"),
        };
        url.into()
    }

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
        // Numbers can be written in several ways; an address in one.
        (target.token(secret, tenant) == token).then_some(target)
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

/// The request with an address for each placeholder in its body and headers. What only looks like one is left as it is.
pub(crate) fn with_addresses(
    request: Request,
    seed: u64,
    address: impl Fn(&str) -> Option<String>,
) -> Request {
    let filled = |text: String| match text.contains(PLACEHOLDER) {
        true => fill(&text, seed, &address),
        false => text,
    };
    let headers = request.headers.into_iter();
    Request {
        headers: headers
            .map(|Header { name, value }| Header {
                name,
                value: filled(value),
            })
            .collect(),
        body: request.body.map(filled),
        ..request
    }
}

fn fill(text: &str, seed: u64, address: impl Fn(&str) -> Option<String>) -> String {
    let end = format!(":{seed:016x}}}");
    let mut filled = String::new();
    let (mut rest, mut left) = (text, MOST_ADDRESSES);
    while let Some((before, after)) = rest.split_once(PLACEHOLDER) {
        filled.push_str(before);
        // Looked for no further than a name can reach: a pack may write thousands of beginnings.
        let name = name(after).filter(|name| left > 0 && after[name.len()..].starts_with(&end));
        rest = match name.and_then(|name| Some((name, address(name)?))) {
            Some((name, address)) => {
                left -= 1;
                filled.push_str(&address);
                &after[name.len() + end.len()..]
            }
            None => {
                filled.push_str(PLACEHOLDER);
                after
            }
        };
    }
    filled.push_str(rest);
    filled
}

/// The name that a text begins with: small letters, digits and hyphens, which need no escaping, neither in JSON nor in an
/// address.
fn name(text: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let length = text
        .bytes()
        .take(LONGEST_NAME + 1)
        .take_while(|byte| plain(*byte))
        .count();
    (1..=LONGEST_NAME)
        .contains(&length)
        .then(|| &text[..length])
}

/// What another system said at a callback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Its own id of this call; the same again is a duplicate.
    pub correlation: String,
    /// JSON text.
    pub payload: String,
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// It reaches the flow that waits, or did already.
    Accepted(Receipt),
    /// The address was given out, and nobody waits there any more.
    Unawaited,
    /// No such address was given out, or its conversation is gone.
    Nowhere,
}

impl Engine {
    /// Where this host is reached from outside, so that other systems can call back. Only the first call counts.
    pub fn reached_at(&self, public: Url) {
        // A second address would not fit to the requests that went out with the first.
        let _ = self.0.public.set(public);
    }

    /// Takes what another system said at a callback address, `name` being the address's last segment. Resolves when it is
    /// durable.
    ///
    /// # Errors
    /// [`EngineError`], with nothing accepted.
    pub async fn call_back(
        &self,
        tenant: &TenantId,
        token: &str,
        name: &str,
        callback: Callback,
    ) -> Result<Called, EngineError> {
        let Some(target) = Target::read(token, name, &self.0.secret, tenant) else {
            return Ok(Called::Nowhere);
        };
        let session = match self.0.store.load(tenant, target.session) {
            Ok(Some(session)) => session,
            Ok(None) | Err(StoreError::Erased) => return Ok(Called::Nowhere),
            Err(error) => return Err(error.into()),
        };
        // The wait was committed before the address left.
        let awaited = session.timers.iter().any(|timer| {
            timer.purpose == TimerPurpose::Deadline
                && timer.frame == target.frame
                && timer.name == name
        });
        if !awaited {
            return Ok(Called::Unawaited);
        }
        // The session's own door is never closed; this one is, for the other system can come again.
        if self.is_draining() {
            return Err(EngineError::Draining);
        }
        if self.0.mailboxes.is_full(target.session) {
            return Err(EngineError::MailboxFull);
        }
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
        Ok(Called::Accepted(receipt))
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
        assert_eq!(Target::read(&token, "paid", &[8; 32], &tenant), None);
        let other = TenantId::new("other").unwrap();
        assert_eq!(Target::read(&token, "paid", &SECRET, &other), None);
        for broken in [
            "",
            ".",
            "..",
            &token[..token.len() - 1],
            &format!("{token}00"),
            &token.replace(".3.", ".4."),
            &token.replace(".3.", ".03."),
            &token.replace(".3.", ".+3."),
            &token.to_uppercase(),
        ] {
            assert_eq!(read(broken, "paid"), None, "{broken}");
        }
    }

    #[test]
    fn each_placeholder_of_the_turn_becomes_an_address_and_nothing_else_does() {
        let filled = |text: &str| fill(text, 0xab, |name| Some(format!("<{name}>")));
        let seed = "00000000000000ab";
        assert_eq!(
            filled(&format!(
                r#"{{"ok":"{{callback:paid:{seed}}}","no":"{{callback:not:{seed}}}"}}"#
            )),
            r#"{"ok":"<paid>","no":"<not>"}"#
        );
        for left in [
            "{callback:paid}",
            "{callback:paid:0000000000000000}",
            "{callback:",
            r#"{"text":"{callback:paid"}"#,
            &format!("{{callback:Paid?:{seed}}}"),
            &format!("{{callback::{seed}}}"),
        ] {
            assert_eq!(filled(left), left);
        }
        let both = format!("{{callback:x {{callback:paid:{seed}}}");
        assert_eq!(filled(&both), "{callback:x <paid>");
        assert_eq!(fill(&both, 0xab, |_| None), both, "no address is known");
        let many = format!("{{callback:paid:{seed}}}").repeat(MOST_ADDRESSES + 1);
        assert_eq!(filled(&many).matches("<paid>").count(), MOST_ADDRESSES);
        let long = format!("{{callback:{}:{seed}}}", "a".repeat(LONGEST_NAME + 1));
        assert_eq!(filled(&long), long);
    }
}
