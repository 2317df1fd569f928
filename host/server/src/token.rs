//! Tokens of web chat contacts: `contact.expiry.signature`. Nothing is stored for them.

use hmac::{Hmac, KeyInit, Mac};
use jackfield_core::TenantId;
use sha2::Sha256;

use crate::TokenKey;

/// Makes and checks tokens.
pub(crate) struct Tokens {
    /// A MAC that has taken in the key, the purpose and the tenant.
    prepared: Hmac<Sha256>,
    life: u64,
}

impl Tokens {
    pub(crate) fn new(key: &TokenKey, tenant: &TenantId, life: std::time::Duration) -> Self {
        let mut prepared = match Hmac::<Sha256>::new_from_slice(key.bytes()) {
            Ok(mac) => mac,
            Err(_) => unreachable!("HMAC takes keys of every length"),
        };
        prepared.update(b"jackfield web chat token 1\n");
        prepared.update(tenant.as_str().as_bytes());
        prepared.update(b"\n");
        Self {
            prepared,
            life: life.as_secs(),
        }
    }

    /// An address that nobody had before: 128 random bits.
    pub(crate) fn new_contact() -> String {
        format!("{:032x}", rand::random::<u128>())
    }

    /// A token for the contact, good from `now` (seconds since 1970) for the life of tokens.
    pub(crate) fn issue(&self, contact: &str, now: u64) -> String {
        let signed = format!("{contact}.{}", now.saturating_add(self.life));
        let mut mac = self.prepared.clone();
        mac.update(signed.as_bytes());
        let mut token = signed;
        token.push('.');
        for byte in mac.finalize().into_bytes() {
            token.push_str(&format!("{byte:02x}"));
        }
        token
    }

    /// The contact of a token that we made and that has not expired at `now` (seconds since 1970).
    pub(crate) fn contact<'a>(&self, token: &'a str, now: u64) -> Option<&'a str> {
        let (signed, signature) = token.rsplit_once('.')?;
        let mut mac = self.prepared.clone();
        mac.update(signed.as_bytes());
        mac.verify_slice(&unhex(signature)?).ok()?;
        let (contact, expiry) = signed.split_once('.')?;
        (now < expiry.parse().ok()?).then_some(contact)
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digits = std::str::from_utf8(digits)
            .ok()
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn tokens(key: u8, tenant: &str) -> Tokens {
        Tokens::new(
            &TokenKey::new([key; 32]),
            &TenantId::new(tenant).unwrap(),
            Duration::from_secs(60),
        )
    }

    #[test]
    fn a_token_names_its_contact_until_it_expires() {
        let tokens = tokens(1, "default");
        let token = tokens.issue("abc", 1_000);
        assert_eq!(tokens.contact(&token, 1_059), Some("abc"));
        assert_eq!(tokens.contact(&token, 1_060), None);
    }

    #[test]
    fn nothing_but_our_own_token_passes() {
        let ours = tokens(1, "default");
        let token = ours.issue("abc", 1_000);
        assert_eq!(tokens(2, "default").contact(&token, 1_000), None);
        assert_eq!(tokens(1, "other").contact(&token, 1_000), None);
        assert_eq!(ours.contact(&token.replace("abc", "abd"), 1_000), None);
        assert_eq!(ours.contact(&token.replace("1060", "9060"), 1_000), None);
        for broken in [
            "",
            ".",
            "a.b.c",
            "abc.9999999999.",
            &token[..token.len() - 1],
            &format!("{token}0"),
        ] {
            assert_eq!(ours.contact(broken, 1_000), None, "{broken}");
        }
        let plus = format!("{}+f", &token[..token.len() - 2]);
        assert_eq!(ours.contact(&plus, 1_000), None);
    }
}
