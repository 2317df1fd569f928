//! The thread that writes changes to the index, behind the journal, and takes snapshots.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use jackfield_core::Digest;

use crate::StoreError;
use crate::error::failed;
use crate::image::{Image, Key, kind};
use crate::index::{Applied, Index};
use crate::keys::Keyring;
use crate::overlay::Changes;
use crate::shared::Shared;

/// How often changes are written to the index.
const EVERY: Duration = Duration::from_secs(1);
/// How often the index is synced. A power loss costs at most this much replay.
const SYNC_EVERY: Duration = Duration::from_secs(30);
/// After so many changes …
const FEW: usize = 16;
/// … the thread rests for as long as they took, so many times: a checkpoint is to be no burst of work beside turns.
const REST: u32 = 2;
/// How long an event is remembered for its duplicates, milliseconds: seven days and a bit.
const REMEMBERED_MS: u64 = 8 * 24 * 60 * 60 * 1000;
/// Marks looked at after each checkpoint, in search of old ones.
const SWEPT: usize = 256;

/// The checkpointing thread.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    shared: Arc<Shared>,
    synced: Instant,
    /// Something was written since.
    unsynced: bool,
    /// The index holds the journal up to here.
    applied: u64,
    /// The newest snapshot is of this position.
    snapshot: u64,
    /// Where the search for old marks goes on.
    sweep: Vec<u8>,
}

impl Checkpointer {
    pub(crate) fn new(shared: Arc<Shared>, applied: u64, snapshot: u64) -> Self {
        Self {
            shared,
            synced: Instant::now(),
            unsynced: false,
            applied,
            snapshot,
            sweep: vec![kind::MARK],
        }
    }

    /// Runs until it is told to stop or something fails.
    pub(crate) fn run(mut self) {
        // Dropped last, also by a panic inside sled: nobody must wait for a thread that is gone.
        let end = Stopped(self.shared.clone());
        // What waits here grows.
        jackfield_core::priority::behind_others();
        loop {
            let (asked, stop) = self.wait();
            self.shared.measure_space();
            if stop {
                break;
            }
            if let Err(error) = self.step(asked.is_some()) {
                self.shared.fail(error);
                break;
            }
            if let Some(asked) = asked {
                let mut request = self.shared.checkpoints.request.lock();
                request.done = asked;
                self.shared.checkpoints.changed.notify_all();
            }
        }
        drop(end);
    }

    /// Waits for the next round: the number of a flush that was asked for, and whether to stop.
    fn wait(&self) -> (Option<u64>, bool) {
        let checkpoints = &self.shared.checkpoints;
        let mut request = checkpoints.request.lock();
        if !request.stop && !request.hurry && request.asked == request.done {
            checkpoints.changed.wait_for(&mut request, EVERY);
        }
        request.hurry = false;
        (
            (request.asked > request.done).then_some(request.asked),
            request.stop,
        )
    }

    fn step(&mut self, asked: bool) -> Result<(), StoreError> {
        self.unsynced |= self.write()?;
        if asked || (self.unsynced && self.synced.elapsed() >= SYNC_EVERY) {
            self.shared.index.sync()?;
            self.shared.checkpoints.durable.store(self.applied, Relaxed);
            (self.synced, self.unsynced) = (Instant::now(), false);
            self.measure();
        }
        Ok(())
    }

    /// Writes the changes so far; false when there were none.
    fn write(&mut self) -> Result<bool, StoreError> {
        let shared = &*self.shared;
        let as_many = {
            let mut state = shared.state.lock();
            if state.next == self.applied {
                state.overlay.rest();
                return Ok(false);
            }
            state.overlay.len()
        };
        let next = Changes::with_capacity(as_many);
        let (changes, target, last, clock) = {
            let mut state = shared.state.lock();
            let changes = state.overlay.begin(next);
            (changes, state.next, state.last, state.clock)
        };
        // The index must never know what the journal could lose.
        shared.ticket(target).wait()?;
        let applied = applied(shared, target, last)?;
        note_taken(&shared.keys)?;
        put(&shared.index, &shared.keys, &changes, &applied, |took| {
            if !shared.checkpoints.is_urgent() {
                std::thread::sleep(REST * took);
            }
        })?;
        drop(changes);
        let flushed = shared.state.lock().overlay.end();
        drop(flushed);
        self.applied = target;
        self.sweep(clock, &applied)?;
        self.snapshot(&applied)?;
        Ok(true)
    }

    /// Forgets marks that no duplicate can meet any more, a few at a time.
    fn sweep(&mut self, clock: u64, applied: &Applied) -> Result<(), StoreError> {
        let shared = &*self.shared;
        let change = shared.index.change();
        let mut seen = 0;
        let mut last = None;
        for entry in shared
            .index
            .entries_from(&self.sweep, kind::MARK)
            .take(SWEPT)
        {
            let (key, bytes) = entry?;
            seen += 1;
            if let Image::Mark(mark) = Image::decode(&shared.keys, &Key::from_bytes(&key), &bytes)?
                && mark.at.saturating_add(REMEMBERED_MS) < clock
            {
                change.remove(&key)?;
            }
            last = Some(key);
        }
        self.sweep = match last {
            Some(mut key) if seen == SWEPT => {
                key.push(0);
                key
            }
            _ => vec![kind::MARK],
        };
        change.finish(applied)
    }

    fn snapshot(&mut self, applied: &Applied) -> Result<(), StoreError> {
        let grown = applied.position.saturating_sub(self.snapshot);
        let last = self.shared.snapshot_bytes.load(Relaxed);
        if grown < self.shared.options.snapshot_bytes.max(2 * last) {
            return Ok(());
        }
        let bytes = self.shared.snapshots.write(&self.shared.index, applied)?;
        self.snapshot = applied.position;
        self.shared.snapshot_bytes.store(bytes, Relaxed);
        tracing::info!(position = applied.position, bytes, "wrote a snapshot");
        Ok(())
    }

    fn measure(&self) {
        let shared = &self.shared;
        let bytes = |kind: &'static str, bytes: u64| {
            metrics::gauge!("jackfield_store_bytes", "kind" => kind).set(bytes as f64);
        };
        bytes(
            "journal",
            shared
                .progress
                .durable()
                .saturating_sub(shared.segments.start()),
        );
        bytes("index", shared.index.bytes());
        bytes("snapshot", shared.snapshot_bytes.load(Relaxed));
        metrics::gauge!("jackfield_store_blob_files").set(shared.index.blob_files() as f64);
    }
}

/// What identifies the journal up to `position`.
pub(crate) fn applied(
    shared: &Shared,
    position: u64,
    last: Option<u64>,
) -> Result<Applied, StoreError> {
    let last = last
        .map(|last| Ok((last, shared.segments.record(last)?.hash)))
        .transpose()?;
    Ok(Applied { position, last })
}

/// Notes who took a key that was made ahead. The journal behind the index says that too, and what the index holds is
/// not behind it any more.
pub(crate) fn note_taken(keys: &Keyring) -> Result<(), StoreError> {
    keys.note_taken()
        .map_err(failed("note whose the contacts' keys are"))
}

/// Puts changes into the index. After every few `rest` is told how long they took.
pub(crate) fn put(
    index: &Index,
    keys: &Keyring,
    changes: &Changes,
    applied: &Applied,
    rest: impl Fn(Duration),
) -> Result<(), StoreError> {
    // In the order of keys neighbours share pages of the index.
    let mut sorted: Vec<_> = changes.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    let change = index.change();
    for some in sorted.chunks(FEW) {
        let began = Instant::now();
        for (key, changed) in some {
            match &changed.image {
                Some(image) => change.put(key.as_bytes(), &image.encode(keys, key)?)?,
                None => change.remove(key.as_bytes())?,
            }
        }
        rest(began.elapsed());
    }
    change.finish(applied)
}

/// Says at the end, however it came, that this thread does nothing any more.
struct Stopped(Arc<Shared>);

impl Drop for Stopped {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail(StoreError::Failed(
                "the thread that writes the index panicked".into(),
            ));
        }
        self.0.checkpoints.request.lock().stopped = true;
        self.0.checkpoints.changed.notify_all();
    }
}

/// The digest of nothing: where a chain begins.
pub(crate) const NO_HASH: Digest = Digest([0; 32]);
