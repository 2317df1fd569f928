//! The store: where accepted events, committed turns and everything that follows from them live.
//!
//! [`Store`] speaks the engine's language. [`JournalStore`] is the real one: an append-only journal is the
//! truth, and sled is an index that is written behind and can be rebuilt at any time. [`MemoryStore`] is the
//! model: small enough to be read, forgets everything, and passes the same conformance suite.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod accept;
mod checkpoint;
mod decisions;
mod disk;
mod entries;
mod error;
mod filter;
mod image;
mod index;
mod journal;
mod keys;
mod memory;
mod options;
mod overlay;
mod reader;
mod recovery;
mod seal;
mod shared;
mod snapshot;
mod state;
mod stats;
mod store;
mod ticket;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;

use jackfield_core::{
    Address, ApiKey, ContactId, Inbound, KeyChange, KeyId, NamedValue, PackChange, PackEntry,
    PackId, Position, Session, SessionId, Taught, TenantId, TurnRecord,
};

pub use error::StoreError;
pub use memory::{HeldCommits, MemoryStore};
pub use options::Options;
pub use reader::{JournalReader, Opener, Records, Sealed};
pub use stats::{StoreStats, SyncTimes};
pub use store::JournalStore;
pub use ticket::Ticket;
pub use types::{
    Acceptance, Admin, Committed, Decisions, DueTimer, Entry, JournalEntry, JournalHead,
    OutboxItem, Pending, RecordHeader, RecordKind, StorageRead, StorageSnapshot, StoredTurn,
    Verified,
};

/// Entries of the journal, oldest first. Ends after the first error.
pub type JournalEntries = Box<dyn Iterator<Item = Result<JournalEntry, StoreError>> + Send>;

/// What the engine needs of a store. Calls fix an order at once and hand out a [`Ticket`] that resolves when
/// the change is durable; nothing may leave the host before that.
pub trait Store: Send + Sync + 'static {
    /// Accepts an inbound event.
    ///
    /// Without `session`, the event goes to the open session of its address. Where there is none, a session is
    /// made: with a new contact when the address is new, else with the contact that the address had.
    /// An event whose message id the channel account sent before, within at least seven days, is a duplicate: it
    /// changes nothing, and the ticket is that of the original.
    /// `TimerDue` takes the timer out of [`due`](Self::due), `RequestAnswered` closes the outbox entry.
    ///
    /// # Errors
    /// [`StoreError::Stale`] for a timer or outbox entry that is not open (any more),
    /// [`StoreError::UnknownSession`], [`StoreError::Full`], [`StoreError::Erased`], [`StoreError::Failed`].
    fn accept(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> Result<Acceptance, StoreError>;

    /// The session after its last committed turn, durable or not yet; as new when it has none. `None` when
    /// nothing was ever accepted for it.
    ///
    /// # Errors
    /// [`StoreError::Erased`], [`StoreError::Failed`].
    fn load(
        &self,
        tenant: &TenantId,
        session: SessionId,
    ) -> Result<Option<Arc<Session>>, StoreError>;

    /// Notes that a turn for these events begins. Needed only for events found [`pending`](Self::pending) at
    /// start, so that a turn that kills the process is noticed.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when one of them is not pending in this session, [`StoreError::Failed`].
    fn started(
        &self,
        tenant: &TenantId,
        session: SessionId,
        handled: &[Position],
    ) -> Result<Ticket, StoreError>;

    /// Commits a turn, whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the turn is not the session's next one, or handles events that are not pending
    /// in the session; [`StoreError::Conflict`] when storage that the turn read has changed since: run the turn
    /// again. [`StoreError::UnknownSession`], [`StoreError::Erased`], [`StoreError::Failed`].
    fn commit(&self, record: TurnRecord, reads: &[StorageRead]) -> Result<Committed, StoreError>;

    /// Timers due at `now_ms` (milliseconds since 1970), earliest first. Timers of a session that a human owns
    /// are held back until the bot owns it again.
    fn due(&self, now_ms: u64, limit: usize) -> Vec<DueTimer>;

    /// When the next timer comes due, milliseconds since 1970.
    fn next_due(&self) -> Option<u64>;

    /// Open outbox entries whose commit is durable, oldest first.
    fn outbox(&self, limit: usize) -> Vec<OutboxItem>;

    /// Events that were accepted and not handled by a committed turn, in the order of their acceptance.
    ///
    /// # Errors
    /// [`StoreError::Failed`], [`StoreError::Damaged`].
    fn pending(&self) -> Result<Vec<Pending>, StoreError>;

    /// What a pack stored for a contact, and the pack's counters.
    ///
    /// # Errors
    /// [`StoreError::Erased`], [`StoreError::Failed`].
    fn storage(
        &self,
        tenant: &TenantId,
        pack: &PackId,
        contact: ContactId,
    ) -> Result<StorageSnapshot, StoreError>;

    /// The contact's attributes, by name.
    ///
    /// # Errors
    /// [`StoreError::Erased`], [`StoreError::Failed`].
    fn attributes(
        &self,
        tenant: &TenantId,
        contact: ContactId,
    ) -> Result<Vec<NamedValue>, StoreError>;

    /// Durable turns of a session with a number above `after_turn`: the newest `limit` of them, ascending. Waits until
    /// the session's last turn is durable.
    ///
    /// # Errors
    /// [`StoreError::Erased`], [`StoreError::Damaged`], [`StoreError::Failed`].
    fn turns(
        &self,
        tenant: &TenantId,
        session: SessionId,
        after_turn: u64,
        limit: usize,
    ) -> Result<Vec<StoredTurn>, StoreError>;

    /// The open session of an address.
    fn resolve(&self, tenant: &TenantId, address: &Address) -> Option<SessionId>;

    /// Destroys the contact's key. Everything about the contact becomes unreadable, in every copy; the
    /// journal's chain still verifies.
    ///
    /// # Errors
    /// [`StoreError::Erased`] when it was erased before or never existed, [`StoreError::Failed`].
    fn erase(&self, tenant: &TenantId, contact: ContactId) -> Result<Ticket, StoreError>;

    /// What operators decided about the packs of a tenant, as it stands.
    fn packs(&self, tenant: &TenantId) -> BTreeMap<PackId, Arc<PackEntry>>;

    /// Notes what somebody decided about a pack, at a time in milliseconds since 1970.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] when it makes no sense as things stand, [`StoreError::Failed`].
    fn change_pack(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        pack: &PackId,
        change: PackChange,
    ) -> Result<Ticket, StoreError>;

    /// The API keys of a tenant.
    fn api_keys(&self, tenant: &TenantId) -> Vec<Arc<ApiKey>>;

    /// The API key of a tenant with this id.
    fn api_key(&self, tenant: &TenantId, id: &KeyId) -> Option<Arc<ApiKey>>;

    /// Notes what somebody decided about an API key, at a time in milliseconds since 1970; the key as it is then.
    ///
    /// # Errors
    /// [`StoreError::ImpossibleKey`] when it makes no sense as things stand, [`StoreError::Failed`].
    fn change_api_key(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        change: KeyChange,
    ) -> Result<(Arc<ApiKey>, Ticket), StoreError>;

    /// Notes that somebody published what the bot was taught, at a time in milliseconds since 1970.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn note_taught(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        published: Taught,
    ) -> Result<Ticket, StoreError>;

    /// What was decided in a tenant, in durable records after a position (that of a record), or from the first record on: `limit` of
    /// them at most, and those of a stretch of the journal that is read in an instant.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when no record starts there, [`StoreError::Failed`].
    fn decisions(
        &self,
        tenant: &TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Decisions, StoreError>;

    /// Durable entries of the journal from a position on. The position must be that of a record (0 is the first).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when no record starts there, [`StoreError::Failed`].
    fn journal(&self, from: Position) -> Result<JournalEntries, StoreError>;

    /// Counts and times since the store was opened.
    fn stats(&self) -> StoreStats;

    /// Whether the store still takes changes. Once a write has failed it never does again in this process.
    fn is_healthy(&self) -> bool;

    /// Writes everything down, so that the next start has nothing to catch up on. For a graceful shutdown.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn flush(&self) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests;
