//! What the store counts.

use std::time::Duration;

/// How long group commits took to become durable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncTimes {
    /// Half took at most this long.
    pub p50: Duration,
    /// 99 of 100 took at most this long.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

/// Counts and times since the store was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Records written to the journal.
    pub records: u64,
    /// Groups they were written in; each cost one sync.
    pub batches: u64,
    /// Syncs of journal and keys.
    pub syncs: u64,
    /// Bytes written to the journal.
    pub journal_written: u64,
    /// Times of the journal's syncs, to within a factor of two.
    pub sync_times: SyncTimes,
    /// Bytes of the journal on disk.
    pub journal_bytes: u64,
    /// Bytes of the index on disk.
    pub index_bytes: u64,
    /// Bytes of the newest snapshot.
    pub snapshot_bytes: u64,
    /// Files in the index's `blobs` directory; they are not durable, so there must be none.
    pub blob_files: u64,
    /// The journal position up to which the index is durable.
    pub checkpoint: u64,
    /// How long it took to open.
    pub recovery: Duration,
    /// Records read again while opening.
    pub replayed: u64,
    /// Accepted events that were duplicates.
    pub duplicates: u64,
}
