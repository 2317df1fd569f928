//! The operator's token: it opens everything, also where no API key was made yet.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The operator's token. It is compared in a time that says nothing about it.
#[derive(Clone)]
pub struct OperatorToken(Hmac<Sha256>);

impl OperatorToken {
    /// The token with this text; `None` when it is too short to be secret.
    pub fn new(text: &str) -> Option<Self> {
        (text.len() >= SHORTEST).then(|| Self(digest(text)))
    }

    /// Whether this is it.
    pub(crate) fn is(&self, given: &str) -> bool {
        let given = digest(given).finalize().into_bytes();
        self.0.clone().verify(&given).is_ok()
    }
}

/// Characters of a token at least.
const SHORTEST: usize = 16;

/// Digests have one length, and are compared in one time.
fn digest(text: &str) -> Hmac<Sha256> {
    match Hmac::<Sha256>::new_from_slice(b"jackfield operator token") {
        Ok(mac) => mac.chain_update(text.as_bytes()),
        Err(_) => unreachable!("HMAC takes keys of every length"),
    }
}

impl fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorToken(…)")
    }
}
