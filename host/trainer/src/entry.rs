//! Sentences on the list, and what they are called.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jackfield_core::{Candidate, ContactId, SessionId};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::TrainerError;

/// The name of a sentence: a digest of it with the host's key, so that a name says nothing about words that are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryId([u8; 8]);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for EntryId {
    type Err = TrainerError;

    fn from_str(text: &str) -> Result<Self, TrainerError> {
        let unknown = || TrainerError::UnknownEntry(text.to_owned());
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        number.map(|n| Self(n.to_be_bytes())).ok_or_else(unknown)
    }
}

impl TryFrom<String> for EntryId {
    type Error = TrainerError;

    fn try_from(text: String) -> Result<Self, TrainerError> {
        text.parse()
    }
}

impl From<EntryId> for String {
    fn from(id: EntryId) -> Self {
        id.to_string()
    }
}

/// Names sentences.
#[derive(Clone)]
pub struct EntryKey(Hmac<Sha256>);

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntryKey(…)")
    }
}

impl EntryKey {
    /// The key that follows from the host's secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        let mut mac = match Hmac::<Sha256>::new_from_slice(secret) {
            Ok(mac) => mac,
            Err(_) => unreachable!("HMAC takes keys of every length"),
        };
        mac.update(b"jackfield trainer entry 1\n");
        Self(mac)
    }

    /// The name of a normalised sentence.
    pub(crate) fn name(&self, text: &str) -> EntryId {
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        let digest = mac.finalize().into_bytes();
        EntryId(digest.first_chunk().copied().unwrap_or_default())
    }
}

/// Why a sentence is on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The bot said that it did not understand.
    NotUnderstood,
    /// The bot asked what was meant.
    Asked,
    /// The bot went on with a reading that it was not sure of.
    Unsure,
    /// The bot did what it had read, and the customer called it off, refused it, or asked for a person at once.
    Refused,
}

/// Where a sentence was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// The turn's place in the journal.
    pub(crate) position: u64,
    pub(crate) contact: ContactId,
    pub(crate) session: SessionId,
}

/// What was said and how it was read: all that comes from the journal and is never written down again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Words {
    /// Normalised, and masked.
    pub(crate) text: String,
    pub(crate) locale: String,
    pub(crate) why: Why,
    pub(crate) readings: Vec<Candidate>,
}

/// A sentence on the list.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) words: Words,
    pub(crate) counts: Counts,
}

/// What is kept of a sentence without its words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// How often it was said.
    pub(crate) count: u64,
    /// Milliseconds since 1970.
    pub(crate) first_seen: u64,
    pub(crate) last_seen: u64,
    /// Whether some of the samples were understood, and taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) refused: bool,
    /// Where it was said by different contacts, newest last.
    pub(crate) samples: Vec<Sample>,
}
