//! A session: one contact's conversation, and the stack of flows in it.

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::{
    Address, ContactId, Digest, EntryId, Expectation, FlowId, NamedValue, OfferedChoice, Outbound,
    SessionId, TenantId, Verification,
};

/// Who speaks for the enterprise in a session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The bot.
    #[default]
    #[n(0)]
    Bot,
    /// Nobody yet: the contact waits in this queue. The bot is silent.
    #[n(1)]
    Queue(#[n(0)] String),
    /// A human, by name. The bot is silent.
    #[n(2)]
    Agent(#[n(0)] String),
}

/// One flow on the stack.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Frame {
    /// Id of the frame, unique in its session.
    #[n(0)]
    pub id: u32,
    /// The flow.
    #[n(1)]
    pub flow: FlowId,
    /// The pack it runs on, until it is migrated.
    #[n(2)]
    pub pack: Digest,
    /// Private state, JSON text; `None` before the first reply.
    #[n(3)]
    pub state: Option<String>,
    /// The `state-version` that `state` was written with.
    #[n(4)]
    pub state_version: u32,
    /// Host-visible slots.
    #[n(5)]
    pub slots: Vec<NamedValue>,
    /// What the flow waits for.
    #[n(6)]
    pub expects: Expectation,
    /// Where the flow is: the label of its last reply.
    #[n(7)]
    pub step: String,
    /// The last message the flow asked with, for a re-prompt.
    #[n(8)]
    pub prompt: Option<Outbound>,
    /// The pack's ids of the choices in `prompt`, in the same order as its tokens.
    #[n(9)]
    pub choice_ids: Vec<String>,
    /// Whether the frame below called this one and waits for `returned`.
    #[n(10)]
    pub called: bool,
    /// How often the contact was led away from it and another flow ended, since they answered it last.
    #[n(11)]
    #[cbor(default)]
    pub returns: u32,
    /// Whether the contact cancelled it while another system was at work for it. It has no part in the conversation until
    /// there is news of that.
    #[n(12)]
    #[cbor(default)]
    pub background: bool,
    /// The last list it offered, kept while it asks yes or no about something: `no, the third` is about that list.
    #[n(13)]
    #[cbor(default)]
    pub listed: Vec<Listed>,
}

/// A choice of a list that a flow offered before.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Listed {
    /// The pack's id of it.
    #[n(0)]
    pub id: String,
    /// What the contact read.
    #[n(1)]
    pub label: String,
}

/// A timer of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Timer {
    /// Id, unique in its session and never used again.
    #[n(0)]
    pub id: u64,
    /// The frame it belongs to.
    #[n(1)]
    pub frame: u32,
    /// The flow's name for it.
    #[n(2)]
    pub name: String,
    /// When it comes due, milliseconds since 1970.
    #[n(3)]
    pub due: u64,
    /// What it is for.
    #[n(4)]
    pub purpose: TimerPurpose,
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum TimerPurpose {
    /// The flow set it: `fired`.
    #[n(0)]
    Flow,
    /// A callback's deadline: `expired`.
    #[n(1)]
    Deadline,
    /// The contact's time to answer: `silent`.
    #[n(2)]
    Silence,
}

/// A request that a flow waits for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Awaiting {
    /// The outbox entry.
    #[n(0)]
    pub entry: EntryId,
    /// The frame that waits.
    #[n(1)]
    pub frame: u32,
    /// The flow's name for the request.
    #[n(2)]
    pub name: String,
}

/// A question the host itself asked, and waits to have answered.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asking {
    /// Which of these was meant; the choices offered, in order.
    #[n(0)]
    Clarify {
        /// What each choice stands for.
        #[n(0)]
        options: Vec<ClarifyOption>,
        /// The choices as offered.
        #[n(1)]
        offered: Vec<OfferedChoice>,
    },
    /// The one-time code.
    #[n(1)]
    Code {
        /// The level that the right code gives.
        #[n(0)]
        level: Verification,
        /// Keyed digest of the code; never the code.
        #[n(1)]
        digest: Digest,
        /// When the code stops being valid, milliseconds since 1970.
        #[n(2)]
        expires: u64,
        /// Wrong codes that may still be given.
        #[n(3)]
        tries_left: u32,
        /// The frame that asked for it.
        #[n(4)]
        frame: u32,
        /// The request that sends it, when a gateway does.
        #[n(5)]
        entry: Option<EntryId>,
    },
}

/// What a choice of a clarification stands for.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClarifyOption {
    /// Start the flow of this intent.
    #[n(0)]
    Flow(#[n(0)] FlowId),
    /// Give the knowledge article with this id, of this pack; of none when it is the enterprise's own.
    #[n(1)]
    Article(#[n(0)] String, #[n(1)] Option<String>),
    /// Talk to a person.
    #[n(2)]
    Person,
    /// Go on with what was being done.
    #[n(3)]
    Continue,
}

/// What the contact said they want besides, in one sentence with what is being done: a flow that starts when no other is left.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct LaterWish {
    /// The flow to start.
    #[n(0)]
    pub flow: FlowId,
    /// What the words of this wish give it to start with.
    #[n(1)]
    pub arguments: Vec<NamedValue>,
}

/// Everything that is remembered of a conversation between turns.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Session {
    /// Id.
    #[n(0)]
    pub id: SessionId,
    /// Tenant.
    #[n(1)]
    pub tenant: TenantId,
    /// Contact.
    #[n(2)]
    pub contact: ContactId,
    /// Where the contact is.
    #[n(3)]
    pub address: Address,
    /// Who speaks for the enterprise.
    #[n(4)]
    pub owner: Owner,
    /// BCP 47 locale.
    #[n(5)]
    pub locale: String,
    /// IANA time zone.
    #[n(6)]
    pub time_zone: String,
    /// Number of the last committed turn; 0 before the first.
    #[n(7)]
    pub turn: u64,
    /// Stack of flows; the last one is active.
    #[n(8)]
    pub frames: Vec<Frame>,
    /// Timers.
    #[n(9)]
    pub timers: Vec<Timer>,
    /// The host's own open question.
    #[n(10)]
    pub asking: Option<Asking>,
    /// How often in a row nothing was understood.
    #[n(11)]
    pub misunderstood: u32,
    /// How often in a row a plug-in failed.
    #[n(12)]
    pub failed: u32,
    /// How sure the host is of who this is.
    #[n(13)]
    pub verification: Verification,
    /// The next frame or timer id.
    #[n(14)]
    pub next_id: u32,
    /// Start of the first turn, milliseconds since 1970.
    #[n(15)]
    pub opened_at: u64,
    /// Start of the last turn, milliseconds since 1970.
    #[n(16)]
    pub last_at: u64,
    /// Ended: the next message of this address opens a new session.
    #[n(17)]
    pub closed: bool,
    /// Requests of flows that are not answered yet.
    #[n(18)]
    pub awaiting: Vec<Awaiting>,
    /// When one-time codes were sent within the last hour, milliseconds since 1970.
    #[n(19)]
    pub codes_sent: Vec<u64>,
    /// Number of the last turn that the bot took by itself: a timer rang, or another system answered; 0 when there is none.
    #[n(20)]
    #[cbor(default)]
    pub unasked: u64,
    /// What else the contact wants, in the order said.
    #[n(21)]
    #[cbor(default)]
    pub later: Vec<LaterWish>,
    /// How often in a row the contact was annoyed, with nothing understood between.
    #[n(22)]
    #[cbor(default)]
    pub annoyed: u32,
}

impl Session {
    /// A session in which nothing has happened.
    pub fn new(id: SessionId, tenant: TenantId, contact: ContactId, address: Address) -> Self {
        Self {
            id,
            tenant,
            contact,
            address,
            owner: Owner::Bot,
            locale: "zh-CN".to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            turn: 0,
            frames: Vec::new(),
            timers: Vec::new(),
            asking: None,
            misunderstood: 0,
            failed: 0,
            verification: Verification::Anonymous,
            next_id: 1,
            opened_at: 0,
            last_at: 0,
            closed: false,
            awaiting: Vec::new(),
            codes_sent: Vec::new(),
            unasked: 0,
            later: Vec::new(),
            annoyed: 0,
        }
    }

    /// An id for a frame or timer that was never used in this session.
    pub fn fresh_id(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_an_earlier_version_is_read() {
        let address = Address {
            channel: "web".into(),
            contact: "ann".into(),
        };
        let now = Session::new(
            SessionId::new(),
            TenantId::default(),
            ContactId::new(),
            address,
        );
        let mut bytes = minicbor::to_vec(&now).unwrap();
        // Without the last two entries of the map: what else is wanted, and how annoyed the contact is.
        bytes[0] -= 2;
        let rest = bytes.len() - 4;
        assert_eq!(bytes.split_off(rest), [21, 0x80, 22, 0]);
        assert_eq!(minicbor::decode::<Session>(&bytes).unwrap(), now);
    }
}
