//! What the host tells a flow: events, and the turn that carries them to a plug-in.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::{Failure, NamedValue, Response, Value};

/// A named piece of JSON that this version of the contract does not know.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Extension {
    /// Name.
    #[n(0)]
    pub name: String,
    /// JSON text.
    #[n(1)]
    pub json: String,
}

/// How sure the host is of who it is talking to. Ordered; only the host raises it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Encode,
    Decode,
    Serialize,
    Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// Nothing is known but the address of the channel.
    #[default]
    #[n(0)]
    Anonymous,
    /// The channel vouches for the address.
    #[n(1)]
    Identified,
    /// A one-time code was confirmed in this session.
    #[n(2)]
    Verified,
}

impl std::fmt::Display for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "anonymous",
            Self::Identified => "identified",
            Self::Verified => "verified",
        })
    }
}

impl std::str::FromStr for Verification {
    type Err = crate::InvalidId;

    fn from_str(text: &str) -> Result<Self, crate::InvalidId> {
        let all = [Self::Anonymous, Self::Identified, Self::Verified];
        let found = all.into_iter().find(|level| level.to_string() == text);
        found.ok_or_else(|| crate::InvalidId {
            kind: "verification level",
            text: text.to_owned(),
            rule: "it must be anonymous, identified or verified",
        })
    }
}

/// Something recognised in an utterance.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Entity {
    /// `phone`, `amount`, `date`, `data-volume`, `yes-no` or another kind of the host's (the language crate lists them), or a
    /// kind of a pack's own.
    #[n(0)]
    pub kind: String,
    /// Role by context, when one was recognised: `from`, `to`, `not`, and for times `until` and `after`.
    #[n(1)]
    pub role: Option<String>,
    /// Normal form.
    #[n(2)]
    pub value: Value,
    /// The words it was read from.
    #[n(3)]
    pub heard: String,
    /// Start of the span: UTF-8 byte offset in the normalised text.
    #[n(4)]
    pub start: u32,
    /// End of the span, exclusive.
    #[n(5)]
    pub end: u32,
}

/// Another reading of an utterance.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Candidate {
    /// The intent.
    #[n(0)]
    pub intent: String,
    /// Calibrated confidence, 0 to 1.
    #[n(1)]
    pub confidence: f32,
}

/// What a contact said, understood.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode, Serialize, Deserialize)]
pub struct Utterance {
    /// The text after normalisation.
    #[n(0)]
    pub text: String,
    /// The text exactly as it was received or recognised.
    #[n(1)]
    pub original: String,
    /// The recognised intent, `None` when nothing was confident enough.
    #[n(2)]
    pub intent: Option<String>,
    /// Calibrated confidence of `intent`, 0 to 1.
    #[n(3)]
    pub confidence: f32,
    /// Entities in order of their spans.
    #[n(4)]
    pub entities: Vec<Entity>,
    /// Other readings, best first.
    #[n(5)]
    pub alternatives: Vec<Candidate>,
}

/// A file that a contact sent; the bytes stay with the host.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Attachment {
    /// Reference to the stored bytes.
    #[n(0)]
    pub blob: String,
    /// Media type.
    #[n(1)]
    pub media_type: String,
    /// Size in bytes.
    #[n(2)]
    pub bytes: u64,
    /// File name, when the channel gave one.
    #[n(3)]
    pub name: Option<String>,
}

/// A place that a contact shared.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Place {
    /// Degrees north.
    #[n(0)]
    pub latitude: f64,
    /// Degrees east.
    #[n(1)]
    pub longitude: f64,
    /// Name of the place.
    #[n(2)]
    pub label: Option<String>,
}

/// What happened, as a flow is told.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The frame starts, with arguments.
    #[n(0)]
    Started(#[n(0)] Vec<NamedValue>),
    /// The contact said something that no repair pattern took.
    #[n(1)]
    Said(#[n(0)] Utterance),
    /// The expected slot was given.
    #[n(2)]
    Filled(#[n(0)] NamedValue),
    /// A slot that was filled before was corrected.
    #[n(3)]
    Corrected {
        /// The slot.
        #[n(0)]
        slot: String,
        /// Its value before.
        #[n(1)]
        old: Option<Value>,
        /// Its value now.
        #[n(2)]
        new: Value,
    },
    /// The answer to a yes/no question.
    #[n(4)]
    Confirmed(#[n(0)] bool),
    /// A choice was made; the pack's own choice id.
    #[n(5)]
    Chose(#[n(0)] String),
    /// Telephone keys.
    #[n(6)]
    Pressed(#[n(0)] String),
    /// Files came.
    #[n(7)]
    Attached(#[n(0)] Vec<Attachment>),
    /// A place was shared.
    #[n(8)]
    Located(#[n(0)] Place),
    /// Nothing was heard in time; how often in a row.
    #[n(9)]
    Silent(#[n(0)] u32),
    /// The contact spoke over a message; what had been played.
    #[n(10)]
    Interrupted(#[n(0)] String),
    /// The contact is back from a digression.
    #[n(11)]
    Resumed,
    /// A called flow ended.
    #[n(12)]
    Returned {
        /// The flow that was called.
        #[n(0)]
        flow: String,
        /// Its results.
        #[n(1)]
        results: Vec<NamedValue>,
    },
    /// A `request` effect was answered.
    #[n(13)]
    Answered {
        /// The name the effect gave it.
        #[n(0)]
        name: String,
        /// The response, or why there is none.
        #[n(1)]
        outcome: Outcome,
    },
    /// Another system called back.
    #[n(14)]
    Received {
        /// Name of the awaited callback.
        #[n(0)]
        name: String,
        /// Correlation id of the other system.
        #[n(1)]
        correlation: String,
        /// JSON text.
        #[n(2)]
        payload: String,
    },
    /// The contact's level after a `verify`.
    #[n(15)]
    Verified(#[n(0)] Verification),
    /// A timer came due; its name.
    #[n(16)]
    Fired(#[n(0)] String),
    /// A human handed the session back; a summary.
    #[n(17)]
    HandedBack(#[n(0)] String),
    /// The frame is being ended from outside; why.
    #[n(18)]
    Cancelled(#[n(0)] String),
    /// A deadline passed; its name.
    #[n(19)]
    Expired(#[n(0)] String),
    /// Something a later contract added.
    #[n(20)]
    Other(#[n(0)] Extension),
}

impl Event {
    /// The event's name in the contract, for labels and logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Started(_) => "started",
            Self::Said(_) => "said",
            Self::Filled(_) => "filled",
            Self::Corrected { .. } => "corrected",
            Self::Confirmed(_) => "confirmed",
            Self::Chose(_) => "chose",
            Self::Pressed(_) => "pressed",
            Self::Attached(_) => "attached",
            Self::Located(_) => "located",
            Self::Silent(_) => "silent",
            Self::Interrupted(_) => "interrupted",
            Self::Resumed => "resumed",
            Self::Returned { .. } => "returned",
            Self::Answered { .. } => "answered",
            Self::Received { .. } => "received",
            Self::Verified(_) => "verified",
            Self::Fired(_) => "fired",
            Self::HandedBack(_) => "handed-back",
            Self::Cancelled(_) => "cancelled",
            Self::Expired(_) => "expired",
            Self::Other(_) => "other",
        }
    }
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The other system answered.
    #[n(0)]
    Response(#[n(0)] Response),
    /// It did not.
    #[n(1)]
    Failure(#[n(0)] Failure),
}

/// The kind of way a contact is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ChannelKind {
    #[n(0)]
    Web,
    #[n(1)]
    Messenger,
    #[n(2)]
    Sms,
    #[n(3)]
    Voice,
    #[n(4)]
    Email,
    #[n(5)]
    Other,
}

/// The way a contact is reached now, and what it can show.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Channel {
    /// Kind.
    #[n(0)]
    pub kind: ChannelKind,
    /// The operator's name for the channel account.
    #[n(1)]
    pub name: String,
    /// Can show choices as buttons.
    #[n(2)]
    pub choices: bool,
    /// Can show cards and media.
    #[n(3)]
    pub media: bool,
    /// Longest text of one message in characters.
    #[n(4)]
    pub longest_text: Option<u32>,
}

/// The customer, as a pack may see them.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactView {
    /// Stable id.
    pub id: String,
    /// Verification level.
    pub verification: Verification,
    /// The attributes this pack was granted to read.
    pub attributes: Vec<NamedValue>,
}

/// One call of a plug-in: everything it knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Session id.
    pub session: String,
    /// Number of the turn in its session, from 1.
    pub turn: u64,
    /// Number of the step in its turn, from 1.
    pub step: u32,
    /// Start of the turn, milliseconds since 1970-01-01T00:00:00Z.
    pub now: u64,
    /// IANA time zone of the contact.
    pub time_zone: String,
    /// The only randomness there is.
    pub seed: u64,
    /// BCP 47 locale.
    pub locale: String,
    /// Channel.
    pub channel: Channel,
    /// Contact.
    pub contact: ContactView,
    /// The flow's name in its pack.
    pub flow: String,
    /// Id of the frame on the session's stack.
    pub frame: String,
    /// The private state that the previous reply of this frame returned.
    pub state: Option<String>,
    /// The `state-version` that `state` was written with.
    pub state_version: u32,
    /// The frame's slots.
    pub slots: Vec<NamedValue>,
    /// What happened, oldest first.
    pub events: Vec<Event>,
}
