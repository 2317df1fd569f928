//! The record of a turn: what was committed, and what a replay needs.

use std::borrow::Cow;

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::{
    Address, ContactId, Content, Digest, EntryId, ErrorCode, Event, Fault, FlowId, NamedValue,
    Outbound, Reply, Request, Session, Utterance,
};

/// A place in the journal: the logical byte offset of a record's first byte.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode, Serialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Position(#[n(0)] pub u64);

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A call from a plug-in to the host, with what a replay needs to answer it again.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
pub struct HostCall {
    /// `interface.function`, for example `tables.query`.
    #[n(0)]
    pub function: Cow<'static, str>,
    /// First 16 bytes of the SHA-256 of the encoded arguments.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub arguments: [u8; 16],
    /// The encoded answer; absent for calls that answer nothing.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub answer: Option<Vec<u8>>,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// The flow replied.
    #[n(0)]
    Replied(#[n(0)] Box<Reply>),
    /// The flow reported a fault.
    #[n(1)]
    Faulted(#[n(0)] Fault),
    /// The sandbox ended the step.
    #[n(2)]
    Stopped {
        /// Which limit or rule.
        #[n(0)]
        code: ErrorCode,
        /// In words, with the guest's trap where there is one.
        #[n(1)]
        detail: String,
    },
}

/// One call of a plug-in within a turn.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct StepRecord {
    /// The flow.
    #[n(0)]
    pub flow: FlowId,
    /// The frame.
    #[n(1)]
    pub frame: u32,
    /// The pack it ran on.
    #[n(2)]
    pub pack: Digest,
    /// What the flow was told.
    #[n(3)]
    pub events: Vec<Event>,
    /// How it ended.
    #[n(4)]
    pub outcome: StepOutcome,
    /// Host calls, in order.
    #[n(5)]
    pub calls: Vec<HostCall>,
    /// Fuel used.
    #[n(6)]
    pub fuel: u64,
    /// Time spent in the guest and its host calls, microseconds.
    #[n(7)]
    pub micros: u64,
}

/// A write to a contact's storage for a pack.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StorageWrite {
    /// A key of this contact; `None` removes it.
    #[n(0)]
    Set {
        /// The key.
        #[n(0)]
        key: String,
        /// The value.
        #[n(1)]
        value: Option<String>,
    },
    /// An addition to a counter of the pack.
    #[n(1)]
    Add {
        /// The counter.
        #[n(0)]
        counter: String,
        /// What is added.
        #[n(1)]
        amount: i64,
    },
}

/// Who wants a request to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestPurpose {
    /// A flow, which waits for the answer.
    #[n(0)]
    Flow,
    /// The host: a one-time code is to reach the contact. It is put into the body when it is sent.
    #[n(1)]
    Code,
}

/// A request that the outbox sends after the commit.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct OutboxEntry {
    /// Id, unique in its session.
    #[n(0)]
    pub id: EntryId,
    /// The frame that waits for the answer.
    #[n(1)]
    pub frame: u32,
    /// The pack, for its grants.
    #[n(2)]
    pub flow: FlowId,
    /// The flow's name for the request.
    #[n(3)]
    pub name: String,
    /// What to send.
    #[n(4)]
    pub request: Request,
    /// When the turn that made it started, milliseconds since 1970.
    #[n(5)]
    pub made_at: u64,
    /// Who wants it.
    #[n(6)]
    pub purpose: RequestPurpose,
    /// The version of the pack that made it: its grants are the ones that count.
    #[n(7)]
    #[cbor(default)]
    pub pack: Option<Digest>,
}

/// Why the turn went the way it did, for people who read the journal.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Decision {
    /// What was decided: `continue`, `start`, `digress`, `answer`, `clarify`, `fallback`, `cancel`, …
    #[n(0)]
    pub action: String,
    /// Why, in words.
    #[n(1)]
    pub reason: String,
    /// What was understood, when the contact said something.
    #[n(2)]
    pub utterance: Option<Utterance>,
}

impl Decision {
    /// How the reason begins when the contact was not understood.
    pub const NOT_UNDERSTOOD: &str = "not understood";

    /// Whether the contact was told that the bot did not understand, or was handed to a person because of it.
    pub fn was_not_understood(&self) -> bool {
        self.reason.starts_with(Self::NOT_UNDERSTOOD)
    }
}

/// Everything one turn changes: one record, committed whole or not at all.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct TurnRecord {
    /// Start of the turn, milliseconds since 1970.
    #[n(0)]
    pub at: u64,
    /// Seed of the turn's randomness.
    #[n(1)]
    pub seed: u64,
    /// The accepted records that this turn handled.
    #[n(2)]
    pub handled: Vec<Position>,
    /// What was decided, and why.
    #[n(3)]
    pub decision: Decision,
    /// Calls of plug-ins, in order.
    #[n(4)]
    pub steps: Vec<StepRecord>,
    /// Messages to the contact, in order.
    #[n(5)]
    pub messages: Vec<Outbound>,
    /// The session after the turn.
    #[n(6)]
    pub session: Session,
    /// Requests for the outbox.
    #[n(7)]
    pub outbox: Vec<OutboxEntry>,
    /// Storage writes of each pack.
    #[n(8)]
    pub storage: Vec<(String, Vec<StorageWrite>)>,
    /// Ids of timers that this turn set; they stand in `session.timers`.
    #[n(9)]
    pub timers_set: Vec<u64>,
    /// Timers that this turn ended, with the times they were due.
    #[n(10)]
    pub timers_ended: Vec<(u64, u64)>,
    /// Contact attributes that this turn wrote.
    #[n(11)]
    pub attributes: Vec<NamedValue>,
    /// Cases opened: category, title, fields.
    #[n(12)]
    pub cases: Vec<CaseOpened>,
    /// Outcome codes recorded.
    #[n(13)]
    pub outcomes: Vec<String>,
    /// Version of the language model that understood this turn.
    #[n(14)]
    pub model: String,
    /// Microseconds from the start of the turn to its commit.
    #[n(15)]
    pub micros: u64,
    /// What the contact said or did in this turn, as the transcript shows it.
    #[n(16)]
    pub said: Vec<Said>,
    /// What cut the turn short by the clock: the same turn at another moment might have gone otherwise, so no replay says
    /// anything about it.
    #[n(17)]
    #[cbor(default)]
    pub by_clock: Option<ErrorCode>,
}

impl TurnRecord {
    /// What makes the turn depend on the clock of the wall, or on what other turns had done just before. Steps that were
    /// stopped and reasons tell it of records that do not say it themselves.
    pub fn depends_on_clock(&self) -> Option<ErrorCode> {
        let stopped = self.steps.iter().filter_map(|step| match &step.outcome {
            StepOutcome::Stopped { code, .. } => Some(*code),
            StepOutcome::Replied(_) | StepOutcome::Faulted(_) => None,
        });
        let mut stopped = stopped.filter(|code| BY_CLOCK.contains(code));
        let reason = &self.decision.reason;
        let said = || {
            let is_fault = self.decision.action == "fault";
            let codes = BY_CLOCK.into_iter().filter(|_| is_fault);
            codes
                .into_iter()
                .find(|code| reason.starts_with(code.as_str()))
        };
        self.by_clock.or_else(|| stopped.next()).or_else(said)
    }
}

/// Ends of steps and turns that no replay can repeat.
const BY_CLOCK: [ErrorCode; 4] = [
    ErrorCode::OutOfTime,
    ErrorCode::TurnOutOfTime,
    ErrorCode::BreakerOpen,
    ErrorCode::KilledHost,
];

/// A line of the contact in the transcript; sensitive answers are masked.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Said {
    /// The provider's id of the message, so that a client can match it with what it shows already.
    #[n(0)]
    pub message_id: String,
    /// The words, or the label of the choice.
    #[n(1)]
    pub text: String,
}

/// A case that a turn opened.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
pub struct CaseOpened {
    /// Category.
    #[n(0)]
    pub category: String,
    /// Title.
    #[n(1)]
    pub title: String,
    /// Fields.
    #[n(2)]
    pub fields: Vec<NamedValue>,
}

/// An accepted inbound event: durable, and waiting for its turn or handled.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// Where it stands in the journal; its order in the session.
    pub position: Position,
    /// The session it belongs to.
    pub session: crate::SessionId,
    /// The contact.
    pub contact: ContactId,
    /// Where it came from.
    pub address: Address,
    /// The provider's id of the event.
    pub message_id: String,
    /// When the host received it.
    pub received_at: u64,
    /// BCP 47 locale that the channel knows for the contact.
    pub locale: Option<String>,
    /// What came in.
    pub content: Content,
}
