//! Identifiers. Each is a newtype, so that one cannot be passed for another.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {kind}: {rule}")]
pub struct InvalidId {
    /// Which kind of identifier was expected.
    pub kind: &'static str,
    /// The text that was given.
    pub text: String,
    /// The rule it breaks.
    pub rule: &'static str,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: UUIDv7, so that ids sort by the time they were made.
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id with these 16 bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes of the id.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId {
                    kind: $what,
                    text: text.to_owned(),
                    rule: "it must be a UUID",
                })
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(self.as_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let bytes = <[u8; 16]>::try_from(d.bytes()?)
                    .map_err(|_| minicbor::decode::Error::message("an id has 16 bytes"))?;
                Ok(Self::from_bytes(bytes))
            }
        }
    };
}

uuid_id!(
    /// One contact's conversation.
    SessionId,
    "session id"
);
uuid_id!(
    /// One customer across channels.
    ContactId,
    "contact id"
);

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(
            Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
        )]
        #[cbor(transparent)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(#[n(0)] String);

        impl $name {
            /// Checks the rule of this kind of id.
            ///
            /// # Errors
            /// [`InvalidId`] with the rule that the text breaks.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let check: fn(&str) -> bool = $check;
                if check(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId { kind: $what, text, rule: $rule })
                }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

fn is_label(text: &str, longest: usize) -> bool {
    !text.is_empty()
        && text.len() <= longest
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

text_id!(
    /// One enterprise on a shared host. At most 24 bytes, because every journal header carries it.
    TenantId,
    "tenant id",
    "1 to 24 lower-case letters, digits and inner hyphens",
    |t| is_label(t, 24)
);

impl Default for TenantId {
    /// The tenant that exists from the start.
    fn default() -> Self {
        Self("default".to_owned())
    }
}

text_id!(
    /// A pack, in reverse-DNS form: `com.example.telecom`.
    PackId,
    "pack id",
    "two to eight dot-separated labels of lower-case letters, digits and inner hyphens, at most 128 bytes",
    |t| t.len() <= 128 && (2..=8).contains(&t.split('.').count()) && t.split('.').all(|l| is_label(l, 63))
);

text_id!(
    /// A flow's name inside its pack: `change-plan`.
    FlowName,
    "flow name",
    "1 to 64 lower-case letters, digits and inner hyphens",
    |t| is_label(t, 64)
);

text_id!(
    /// An API key, as it is named in lists and records: the part of the key that is no secret.
    KeyId,
    "key id",
    "12 digits and letters from a to f, as `jackfield apikey list` prints them",
    |t| t.len() == 12 && t.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
);

/// A flow of a pack, written `com.example.telecom/change-plan`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct FlowId {
    /// The pack that holds the flow.
    #[n(0)]
    pub pack: PackId,
    /// The flow in it.
    #[n(1)]
    pub flow: FlowName,
}

impl fmt::Display for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.pack, self.flow)
    }
}

impl FromStr for FlowId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (pack, flow) = text.split_once('/').ok_or_else(|| InvalidId {
            kind: "flow id",
            text: text.to_owned(),
            rule: "a pack id, a slash and a flow name",
        })?;
        Ok(Self {
            pack: pack.parse()?,
            flow: flow.parse()?,
        })
    }
}

impl TryFrom<String> for FlowId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<FlowId> for String {
    fn from(id: FlowId) -> String {
        id.to_string()
    }
}

/// SHA-256 of some bytes; identifies a pack, a component, a record body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::{Digest as _, Sha256};
        Self(Sha256::digest(bytes).into())
    }

    /// The first 12 hexadecimal characters, for people.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl FromStr for Digest {
    type Err = InvalidId;

    /// Reads 64 hexadecimal digits, with or without `sha256:` before them.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        let read = || {
            let mut bytes = [0; 32];
            let (pairs, []) = digits.as_chunks::<2>() else {
                return None;
            };
            if pairs.len() != bytes.len() {
                return None;
            }
            for (byte, pair) in bytes.iter_mut().zip(pairs) {
                let digit = |digit: u8| char::from(digit).to_digit(16);
                *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
            }
            Some(Self(bytes))
        };
        read().ok_or_else(|| InvalidId {
            kind: "digest",
            text: text.to_owned(),
            rule: "it must be the 64 hexadecimal digits of a SHA-256",
        })
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<C> Encode<C> for Digest {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Digest {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        <[u8; 32]>::try_from(d.bytes()?)
            .map(Self)
            .map_err(|_| minicbor::decode::Error::message("a digest has 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_ids_fit_the_journal_header() {
        assert!(TenantId::new("a".repeat(24)).is_ok());
        assert!(TenantId::new("a".repeat(25)).is_err());
        assert!(TenantId::new("Upper").is_err());
        assert!(TenantId::new("").is_err());
    }

    #[test]
    fn flow_ids_read_back_what_they_print() {
        let id: FlowId = "com.example.telecom/change-plan".parse().unwrap();
        assert_eq!(id.to_string().parse::<FlowId>().unwrap(), id);
        assert!("change-plan".parse::<FlowId>().is_err());
        assert!("telecom/change-plan".parse::<FlowId>().is_err());
    }

    #[test]
    fn ids_survive_cbor() {
        let session = SessionId::new();
        let bytes = minicbor::to_vec(session).unwrap();
        assert_eq!(minicbor::decode::<SessionId>(&bytes).unwrap(), session);
    }
}
