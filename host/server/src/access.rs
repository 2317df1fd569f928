//! Who asks: an API key or the operator's token, found out in one place before any handler of the operators' API runs.

use std::fmt;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use jackfield_core::{ApiKey, Digest, ErrorCode, KeyId, Right, TenantId, is_name, roles_in_words};

use crate::body::bearer;
use crate::error::Refusal;
use crate::state::now_ms;
use crate::{Administration, OperatorToken, PackAccess, Trainer};

/// What operators can ask for, and who lets them in.
#[derive(Clone)]
pub struct OperatorAccess {
    /// Opens everything.
    pub token: OperatorToken,
    /// Who keeps API keys, and what was decided.
    pub administration: Arc<dyn Administration>,
    /// The trainer.
    pub trainer: Arc<dyn Trainer>,
    /// Who installs packs; without, nobody does.
    pub packs: Option<PackAccess>,
}

impl fmt::Debug for OperatorAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorAccess(…)")
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Whoever has the operator's token.
    Operator,
    /// Who has this key.
    Key(Arc<ApiKey>),
}

impl Caller {
    /// Refuses what the caller may not do.
    fn check(&self, right: Right) -> Result<(), Refusal> {
        match self {
            Self::Key(key) if !key.may(right) => Err(Refusal::because(
                ErrorCode::RoleMayNot,
                format!(
                    "{}; {} has the role {}",
                    needed(right),
                    key.signature(),
                    roles_in_words(&key.roles)
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The caller as a record has it. Who has the operator's token is who they say they are, in `word`; a key has a name, and
    /// what its holder says beside it does not count.
    pub(crate) fn signs(&self, word: &str) -> Result<String, Refusal> {
        match self {
            Self::Key(key) => Ok(key.signature()),
            Self::Operator if is_name(word) => Ok(format!("{word} (operator token)")),
            Self::Operator => Err(Refusal::because(
                ErrorCode::BadRequest,
                "with the operator's token, `by` (`who` at the trainer) is to be a name of 1 to 100 characters that can be seen, without brackets",
            )),
        }
    }
}

/// The roles that something takes. Who hands a pack in mostly wants to install it, which takes more.
fn needed(right: Right) -> String {
    let needs = |right: Right| format!("{} needs the role {}", right.doing(), right.needs());
    match right {
        Right::HandIn => format!("{}, and {}", needs(right), needs(Right::Operate)),
        _ => needs(right),
    }
}

/// The door of the operators' API.
#[derive(Clone)]
pub(crate) struct Gate {
    tenant: TenantId,
    token: OperatorToken,
    administration: Arc<dyn Administration>,
}

impl Gate {
    pub(crate) fn new(tenant: TenantId, access: &OperatorAccess) -> Self {
        Self {
            tenant,
            token: access.token.clone(),
            administration: Arc::clone(&access.administration),
        }
    }

    /// Lets a request pass whose sender has the right, and tells the handler who it is.
    pub(crate) async fn pass(self, right: Right, mut request: Request, next: Next) -> Response {
        let caller = self.caller(request.headers());
        match caller.and_then(|caller| caller.check(right).map(|()| caller)) {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                next.run(request).await
            }
            Err(refusal) => refusal.into_response(),
        }
    }

    fn caller(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let unknown = || Refusal::new(ErrorCode::BadOperatorToken);
        let given = bearer(headers).ok_or_else(unknown)?;
        if self.token.is(given) {
            return Ok(Caller::Operator);
        }
        let (id, secret) = parts(given).ok_or_else(unknown)?;
        let key = self.administration.key(&self.tenant, &id);
        let key = key
            .filter(|key| key.opens_with(secret))
            .ok_or_else(unknown)?;
        match key.counts_at(now_ms()) {
            true => Ok(Caller::Key(key)),
            false => Err(Refusal::new(ErrorCode::KeyOver)),
        }
    }
}

/// What every key begins with, so that scanners for secrets find one where it should not be.
const PREFIX: &str = "jfk_";

/// The id and the secret of a key, which is written `jfk_ID_SECRET`.
fn parts(text: &str) -> Option<(KeyId, &str)> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    Some((KeyId::new(id).ok()?, secret))
}

/// A new id, and 256 random bits of secret: the key as its holder gets it, and what is kept of the secret.
pub(crate) fn new_key() -> (KeyId, String, Digest) {
    let secret = format!(
        "{:032x}{:032x}",
        rand::random::<u128>(),
        rand::random::<u128>()
    );
    let id = format!("{:012x}", rand::random::<u64>() >> 16);
    let id = match KeyId::new(id) {
        Ok(id) => id,
        Err(_) => unreachable!("48 bits have 12 digits"),
    };
    let kept = Digest::of(secret.as_bytes());
    let text = format!("{PREFIX}{id}_{secret}");
    (id, text, kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_is_read_as_what_is_kept_of_it() {
        let (id, text, kept) = new_key();
        assert_eq!(text.len(), 4 + 12 + 1 + 64);
        let (read, secret) = parts(&text).unwrap();
        assert_eq!((read, Digest::of(secret.as_bytes())), (id.clone(), kept));
        assert_ne!(new_key().1, text);
        for broken in [
            "",
            "jfk_",
            "jfk_0123456789ab",
            "jfk_0123456789AB_x",
            "key_0123456789ab_x",
        ] {
            assert!(parts(broken).is_none(), "{broken}");
        }
    }
}
