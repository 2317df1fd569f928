//! API keys as they are kept: who has one and what for, and never the secret itself.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::Arc;

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::{Digest, KeyId, Right, Role, is_hidden};

/// Keys of a tenant that are kept at most, revoked ones included.
pub const MOST_KEYS: usize = 1_000;
/// Longest name of a key, or of somebody who decides, in characters.
pub const LONGEST_NAME: usize = 100;

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct ApiKey {
    /// Its id, which is no secret.
    #[n(0)]
    pub id: KeyId,
    /// Who or what has it.
    #[n(1)]
    pub name: String,
    /// What it may do.
    #[n(2)]
    pub roles: BTreeSet<Role>,
    /// SHA-256 of its secret. The secret is 256 random bits, which nobody finds by trying: a hash that takes long to compute is for
    /// passwords, and here it would only make requests slow and guesses a way to keep the host busy.
    #[n(3)]
    #[serde(skip)]
    pub secret: Digest,
    /// When it was made, milliseconds since 1970.
    #[n(4)]
    pub created: u64,
    /// When it stops to count, milliseconds since 1970.
    #[n(5)]
    pub expires: Option<u64>,
    /// When it was revoked, milliseconds since 1970.
    #[n(6)]
    pub revoked: Option<u64>,
}

/// What is decided about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// There is one more.
    Make(ApiKey),
    /// It does not count any more.
    Revoke(KeyId),
}

/// What became of a key, as the journal has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum KeyEvent {
    /// It was made.
    #[n(0)]
    Made,
    /// It was revoked.
    #[n(1)]
    Revoked,
}

/// A change of a key that was thought through: what is to be kept afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChanged {
    /// What happened to the key.
    pub event: KeyEvent,
    /// The key from now on.
    pub after: ApiKey,
    /// A key that counted no more and made room for it.
    pub forgotten: Option<KeyId>,
}

/// Why a change of a key makes no sense as things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImpossibleKey {
    /// There is none with this id.
    #[error("there is no such key")]
    Unknown,
    /// There is one with this id.
    #[error("there is a key with this id already")]
    Taken,
    /// All that are kept count.
    #[error("{MOST_KEYS} keys are in use")]
    TooMany,
}

impl ApiKey {
    /// Whether this is its secret. It is compared in a time that says nothing about it.
    pub fn opens_with(&self, secret: &str) -> bool {
        let (given, kept) = (Digest::of(secret.as_bytes()).0, self.secret.0);
        let difference = given.iter().zip(kept).fold(0, |all, (a, b)| all | (a ^ b));
        black_box(difference) == 0
    }

    /// Whether it counts at a moment, milliseconds since 1970.
    pub fn counts_at(&self, now: u64) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|end| now < end)
    }

    /// Whether one of its roles may do this.
    pub fn may(&self, right: Right) -> bool {
        self.roles.iter().any(|role| role.may(right))
    }

    /// It as one who decides: `Anna (key 0123456789ab)`.
    pub fn signature(&self) -> String {
        format!("{} (key {})", self.name, self.id)
    }
}

impl KeyChange {
    /// What it does to the keys of a tenant at a moment, milliseconds since 1970.
    ///
    /// # Errors
    /// [`ImpossibleKey`].
    pub fn among(
        self,
        keys: &BTreeMap<KeyId, Arc<ApiKey>>,
        now: u64,
    ) -> Result<KeyChanged, ImpossibleKey> {
        match self {
            Self::Make(key) if keys.contains_key(&key.id) => Err(ImpossibleKey::Taken),
            Self::Make(after) => {
                let forgotten = match keys.len() < MOST_KEYS {
                    true => None,
                    false => Some(oldest_that_counts_no_more(keys, now)?),
                };
                let event = KeyEvent::Made;
                Ok(KeyChanged {
                    event,
                    after,
                    forgotten,
                })
            }
            Self::Revoke(id) => {
                let mut after = (**keys.get(&id).ok_or(ImpossibleKey::Unknown)?).clone();
                after.revoked.get_or_insert(now);
                let event = KeyEvent::Revoked;
                Ok(KeyChanged {
                    event,
                    after,
                    forgotten: None,
                })
            }
        }
    }
}

fn oldest_that_counts_no_more(
    keys: &BTreeMap<KeyId, Arc<ApiKey>>,
    now: u64,
) -> Result<KeyId, ImpossibleKey> {
    let over = keys.values().filter(|key| !key.counts_at(now));
    let oldest = over.min_by_key(|key| key.created);
    oldest
        .map(|key| key.id.clone())
        .ok_or(ImpossibleKey::TooMany)
}

/// Whether this can be the name of who has a key, or who decides: `Anna`. Brackets are kept for what the host itself adds to a name;
/// what moves a terminal's cursor, breaks a line or turns the direction of text would make a list show something else than it holds.
pub fn is_name(text: &str) -> bool {
    let never = |c: char| {
        c.is_control() || is_hidden(c) || matches!(c, '(' | ')' | '\u{2028}' | '\u{2029}')
    };
    !text.trim().is_empty() && text.chars().count() <= LONGEST_NAME && !text.chars().any(never)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> ApiKey {
        ApiKey {
            id: KeyId::new(format!("{number:012x}")).unwrap(),
            name: "Anna".to_owned(),
            roles: [Role::Author].into(),
            secret: Digest::of(b"the secret"),
            created: number as u64,
            expires: None,
            revoked: None,
        }
    }

    fn full() -> BTreeMap<KeyId, Arc<ApiKey>> {
        let keys = (0..MOST_KEYS).map(|number| Arc::new(key(number)));
        keys.map(|key| (key.id.clone(), key)).collect()
    }

    #[test]
    fn only_the_secret_opens_and_only_until_the_key_is_over() {
        let mut key = key(1);
        assert!(key.opens_with("the secret"));
        for wrong in ["", "the secre", "the secret ", &key.secret.to_string()] {
            assert!(!key.opens_with(wrong), "{wrong}");
        }
        assert!(key.counts_at(u64::MAX));
        key.expires = Some(10);
        assert!(key.counts_at(9) && !key.counts_at(10));
        key.expires = None;
        key.revoked = Some(5);
        assert!(!key.counts_at(1));
        assert!(key.may(Right::Teach) && !key.may(Right::Operate));
    }

    #[test]
    fn what_is_told_about_a_key_has_nothing_of_its_secret() {
        let told = serde_json::to_string(&key(1)).unwrap();
        assert!(!told.contains(&key(1).secret.to_string()), "{told}");
        assert!(told.contains("000000000001"), "{told}");
    }

    #[test]
    fn so_many_keys_are_kept_and_those_that_are_over_make_room() {
        let mut keys = full();
        let make = KeyChange::Make(key(MOST_KEYS));
        assert_eq!(make.clone().among(&keys, 5), Err(ImpossibleKey::TooMany));
        for (number, over) in [(7, 1), (3, 2)] {
            let key = Arc::make_mut(keys.get_mut(&key(number).id).unwrap());
            key.expires = Some(over);
        }
        let done = make.clone().among(&keys, 5).unwrap();
        assert_eq!(done.forgotten, Some(key(3).id));
        assert_eq!(done.after, key(MOST_KEYS));
        keys.remove(&key(500).id);
        assert_eq!(make.among(&keys, 5).unwrap().forgotten, None);
    }

    #[test]
    fn a_key_is_revoked_once_and_made_once() {
        let mut keys = full();
        keys.retain(|id, _| *id == key(1).id);
        let revoke = |keys: &_, id, now| KeyChange::Revoke(id).among(keys, now);
        let once = revoke(&keys, key(1).id, 40).unwrap();
        assert_eq!(
            (once.event, once.after.revoked),
            (KeyEvent::Revoked, Some(40))
        );
        keys.insert(key(1).id, Arc::new(once.after));
        assert_eq!(
            revoke(&keys, key(1).id, 50).unwrap().after.revoked,
            Some(40)
        );
        assert_eq!(revoke(&keys, key(2).id, 50), Err(ImpossibleKey::Unknown));
        let again = KeyChange::Make(key(1)).among(&keys, 50);
        assert_eq!(again, Err(ImpossibleKey::Taken));
    }

    #[test]
    fn names_are_short_and_cannot_pass_for_what_the_host_adds() {
        assert!(is_name("Анна 安娜") && is_name(&"名".repeat(LONGEST_NAME)));
        for bad in [
            "",
            "  ",
            "a\nb",
            "\u{1b}[2JAnna",
            "Anna\u{202e}nimda",
            "An\u{200b}na",
            "Anna\u{2028}Boris",
            "Anna (operator token)",
            &"x".repeat(LONGEST_NAME + 1),
        ] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
