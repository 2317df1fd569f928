//! What the store counts.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
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

/// Times in classes: each is twice as long as the one before.
const CLASSES: usize = 32;

/// Counts as they grow.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    records: AtomicU64,
    batches: AtomicU64,
    syncs: AtomicU64,
    written: AtomicU64,
    /// Syncs by `log2` of their microseconds.
    classes: [AtomicU64; CLASSES],
    longest_micros: AtomicU64,
    duplicates: AtomicU64,
}

impl Counters {
    /// A group became durable.
    pub(crate) fn wrote(&self, records: usize, bytes: usize, sync: Duration) {
        let micros = u64::try_from(sync.as_micros()).unwrap_or(u64::MAX);
        let class = (micros.max(1).ilog2() as usize).min(CLASSES - 1);
        self.records.fetch_add(records as u64, Relaxed);
        self.batches.fetch_add(1, Relaxed);
        self.syncs.fetch_add(1, Relaxed);
        self.written.fetch_add(bytes as u64, Relaxed);
        if let Some(class) = self.classes.get(class) {
            class.fetch_add(1, Relaxed);
        }
        self.longest_micros.fetch_max(micros, Relaxed);
        metrics::histogram!("jackfield_store_fsync_seconds").record(sync);
        metrics::histogram!("jackfield_commit_batch_size").record(records as f64);
        metrics::counter!("jackfield_journal_written_bytes_total").increment(bytes as u64);
    }

    /// Keys of new contacts became durable.
    pub(crate) fn synced_keys(&self) {
        self.syncs.fetch_add(1, Relaxed);
    }

    /// An event had been accepted before.
    pub(crate) fn duplicate(&self) {
        self.duplicates.fetch_add(1, Relaxed);
        metrics::counter!("jackfield_dedupe_hits_total").increment(1);
    }

    /// The counts so far.
    pub(crate) fn read(&self) -> StoreStats {
        let classes: Vec<u64> = self
            .classes
            .iter()
            .map(|class| class.load(Relaxed))
            .collect();
        let all: u64 = classes.iter().sum();
        let longest = Duration::from_micros(self.longest_micros.load(Relaxed));
        let quantile = |per_cent: u64| {
            let mut seen = 0;
            let reached = classes.iter().position(|count| {
                seen += count;
                seen * 100 >= all * per_cent
            });
            reached
                .map_or(longest, |class| Duration::from_micros(2 << class))
                .min(longest)
        };
        StoreStats {
            records: self.records.load(Relaxed),
            batches: self.batches.load(Relaxed),
            syncs: self.syncs.load(Relaxed),
            journal_written: self.written.load(Relaxed),
            sync_times: SyncTimes {
                p50: quantile(50),
                p99: quantile(99),
                max: longest,
            },
            duplicates: self.duplicates.load(Relaxed),
            ..StoreStats::default()
        }
    }
}
