//! What goes into a store and what comes out.

use std::collections::BTreeMap;
use std::sync::Arc;

use jackfield_core::{
    Accepted, Address, ApiKey, ContactId, Digest, Inbound, KeyEvent, KeyId, OutboxEntry,
    PackChange, PackEntry, PackId, Position, SessionId, Taught, TenantId, Timer, TurnRecord,
};
use minicbor::{Decode, Encode};

use crate::Ticket;

/// An accepted inbound event.
#[derive(Debug)]
pub struct Acceptance {
    /// Where the event stands in the journal.
    pub position: Position,
    /// The session it went to.
    pub session: SessionId,
    /// The session's contact.
    pub contact: ContactId,
    /// Whether the same event had been accepted before; position, session and ticket are then the original's.
    pub duplicate: bool,
    /// Resolves when the event is durable.
    pub ticket: Ticket,
}

/// A committed turn.
#[derive(Debug)]
pub struct Committed {
    /// Where the turn stands in the journal.
    pub position: Position,
    /// Resolves when the turn is durable.
    pub ticket: Ticket,
}

/// What a turn read of a contact's storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageRead {
    /// The pack whose storage was read.
    pub pack: PackId,
    /// [`StorageSnapshot::version`] of what was read.
    pub version: u64,
}

/// What a pack stored for a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StorageSnapshot {
    /// Changes whenever a value changes; 0 before the first.
    pub version: u64,
    /// The values by key.
    pub values: Arc<BTreeMap<String, String>>,
    /// Bytes of all keys and values.
    pub bytes: usize,
    /// The pack's counters, common to all contacts. They do not change the version.
    pub counters: Arc<BTreeMap<String, i64>>,
}

/// A timer that has come due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTimer {
    /// The tenant.
    pub tenant: TenantId,
    /// The session that the timer belongs to.
    pub session: SessionId,
    /// The session's address.
    pub address: Address,
    /// The timer.
    pub timer: Timer,
}

/// A request that waits to be sent or answered.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxItem {
    /// The tenant.
    pub tenant: TenantId,
    /// The session that made it.
    pub session: SessionId,
    /// The session's contact.
    pub contact: ContactId,
    /// The session's address.
    pub address: Address,
    /// The request.
    pub entry: OutboxEntry,
}

/// An accepted event that no committed turn has handled.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// The tenant.
    pub tenant: TenantId,
    /// The event.
    pub accepted: Accepted,
    /// How many turns were started for it.
    pub started: u32,
}

/// A committed turn, read back.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTurn {
    /// Where it stands in the journal.
    pub position: Position,
    /// The turn.
    pub record: TurnRecord,
}

/// What kind of record stands in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum RecordKind {
    /// An inbound event was accepted.
    Accepted = 1,
    /// A turn was started for events that were found pending.
    Started = 2,
    /// A turn was committed.
    Committed = 3,
    /// Something an operator did.
    Admin = 5,
}

/// What stands before a record's body, in clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHeader {
    /// Where the record starts.
    pub position: Position,
    /// Bytes of the sealed body.
    pub body_bytes: u32,
    /// Kind.
    pub kind: RecordKind,
    /// The tenant.
    pub tenant: TenantId,
    /// The session; all zeros when it concerns none.
    pub session: SessionId,
    /// The contact.
    pub contact: ContactId,
    /// The number of the turn; 0 when it is none.
    pub turn: u64,
    /// When it was made, milliseconds since 1970; 0 when that is not known.
    pub at: u64,
    /// The session's committed turn before this one.
    pub previous_turn: Option<Position>,
    /// SHA-256 of the sealed body.
    pub body_digest: Digest,
    /// Hash of the header before this one in the journal.
    pub previous_hash: Digest,
    /// Hash of this header.
    pub hash: Digest,
}

/// A record of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// The header.
    pub header: RecordHeader,
    /// The body.
    pub entry: Entry,
}

/// The body of a record.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Entry {
    /// An inbound event was accepted.
    Accepted(Box<Inbound>),
    /// A turn was started for these pending events, with the count of starts of each.
    Started(Vec<(Position, u32)>),
    /// A turn was committed.
    Committed(Box<TurnRecord>),
    /// Something an operator did.
    Admin(Admin),
    /// The contact was erased, so the body cannot be read.
    Erased,
}

/// Something an operator did.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[non_exhaustive]
pub enum Admin {
    /// The contact in the header was erased.
    #[n(0)]
    ContactErased {
        /// The tenant's counters at that moment, because additions in the erased records can no longer be read.
        #[n(0)]
        counters: Vec<(PackId, BTreeMap<String, i64>)>,
    },
    /// Something about a pack of the tenant was decided.
    #[n(1)]
    PackChanged {
        /// Which pack.
        #[n(0)]
        pack: PackId,
        /// Who decided: a person's name, or `host`.
        #[n(1)]
        by: String,
        /// What.
        #[n(2)]
        change: PackChange,
        /// All about the pack, from now on.
        #[n(3)]
        after: Box<PackEntry>,
    },
    /// An API key of the tenant was made or revoked.
    #[n(2)]
    KeyChanged {
        /// Who decided.
        #[n(0)]
        by: String,
        /// What.
        #[n(1)]
        event: KeyEvent,
        /// The key, from now on.
        #[n(2)]
        after: Box<ApiKey>,
        /// A key that counted no more, and is not kept any longer.
        #[n(3)]
        forgotten: Option<KeyId>,
    },
    /// A version of what staff taught the bot was published, or an earlier one put back. What it teaches is kept elsewhere.
    #[n(3)]
    Taught {
        /// Who decided.
        #[n(0)]
        by: String,
        /// What was published.
        #[n(1)]
        published: Taught,
    },
}

/// Some of the decisions that stand in the journal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decisions {
    /// Their records, oldest first.
    pub records: Vec<JournalEntry>,
    /// How far the journal was looked through, when it goes on: more decisions may follow after this record.
    pub more_after: Option<Position>,
}

/// A record of the journal, named so that nobody can put another in its place: with it, all records before it are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalHead {
    /// Where the record starts.
    pub position: Position,
    /// Hash of its header, which contains the body's and that of the header before.
    pub hash: Digest,
}

impl std::fmt::Display for JournalHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.position, self.hash)
    }
}

impl std::str::FromStr for JournalHead {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let head = text.split_once(':').and_then(|(position, hash)| {
            Some(Self {
                position: Position(position.parse().ok()?),
                hash: hash.parse().ok()?,
            })
        });
        head.ok_or("write the head as `jackfield audit verify` printed it: POSITION:HASH")
    }
}

/// What a walk through a whole journal found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    /// Records.
    pub records: u64,
    /// How many of them are decisions: what operators and the host did.
    pub decisions: u64,
    /// The last record.
    pub head: Option<JournalHead>,
}
