//! What enters a session, through its one door.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::{Attachment, Outcome, Place};

/// Where a contact is on a channel. One address has at most one open session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
pub struct Address {
    /// The channel account, by the operator's name: `web`, `rest`.
    #[n(0)]
    pub channel: String,
    /// The contact's address there.
    #[n(1)]
    pub contact: String,
}

/// What came in.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The contact opened the conversation and said nothing yet.
    #[n(0)]
    Opened,
    /// The contact wrote or said something.
    #[n(1)]
    Text(#[n(0)] String),
    /// The contact tapped a choice.
    #[n(2)]
    Choice(#[n(0)] ChoiceToken),
    /// Telephone keys.
    #[n(3)]
    Digits(#[n(0)] String),
    /// Files.
    #[n(4)]
    Files(#[n(0)] Vec<Attachment>),
    /// A place.
    #[n(5)]
    Place(#[n(0)] Place),
    /// A timer of the session came due.
    #[n(6)]
    TimerDue {
        /// The timer's id in its session.
        #[n(0)]
        timer: u64,
    },
    /// A `request` effect was answered or given up.
    #[n(7)]
    RequestAnswered {
        /// The outbox entry it answers.
        #[n(0)]
        entry: EntryId,
        /// How it ended.
        #[n(1)]
        outcome: Outcome,
    },
    /// Another system called back.
    #[n(8)]
    CallbackReceived {
        /// The frame that waits.
        #[n(0)]
        frame: u32,
        /// Name of the callback.
        #[n(1)]
        name: String,
        /// Correlation id of the other system.
        #[n(2)]
        correlation: String,
        /// JSON text.
        #[n(3)]
        payload: String,
    },
    /// A human handed the session back.
    #[n(9)]
    HandedBack {
        /// What was agreed.
        #[n(0)]
        summary: String,
    },
}

impl Content {
    /// Whether this comes from the host or another system rather than from the contact.
    pub const fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::TimerDue { .. }
                | Self::RequestAnswered { .. }
                | Self::CallbackReceived { .. }
                | Self::HandedBack { .. }
        )
    }
}

/// An inbound event, before it is accepted.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Inbound {
    /// Where it came from.
    #[n(0)]
    pub address: Address,
    /// The provider's id of this event, unique for the channel account: the same id is handled once.
    #[n(1)]
    pub message_id: String,
    /// When the host received it, milliseconds since 1970.
    #[n(2)]
    pub received_at: u64,
    /// When the provider says it was sent.
    #[n(3)]
    pub sent_at: Option<u64>,
    /// BCP 47 locale that the channel knows for the contact.
    #[n(4)]
    pub locale: Option<String>,
    /// What came in.
    #[n(5)]
    pub content: Content,
}

/// A choice button's token: recognises a stale tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
pub struct ChoiceToken {
    /// Turn that offered the choice.
    #[n(0)]
    pub turn: u64,
    /// Message in that turn.
    #[n(1)]
    pub message: u32,
    /// Choice in that message.
    #[n(2)]
    pub choice: u32,
}

impl std::fmt::Display for ChoiceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.turn, self.message, self.choice)
    }
}

impl std::str::FromStr for ChoiceToken {
    type Err = crate::InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || crate::InvalidId {
            kind: "choice token",
            text: text.to_owned(),
            rule: "three numbers with dots between",
        };
        let mut parts = text.split('.').map(str::parse::<u64>);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(turn)), Some(Ok(message)), Some(Ok(choice)), None) => Ok(Self {
                turn,
                message: u32::try_from(message).map_err(|_| invalid())?,
                choice: u32::try_from(choice).map_err(|_| invalid())?,
            }),
            _ => Err(invalid()),
        }
    }
}

/// Names an outbox entry: unique in its session, stable through retries and restarts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize,
)]
pub struct EntryId {
    /// The turn that made it.
    #[n(0)]
    pub turn: u64,
    /// The step in that turn.
    #[n(1)]
    pub step: u32,
    /// The effect in that step.
    #[n(2)]
    pub index: u32,
}
