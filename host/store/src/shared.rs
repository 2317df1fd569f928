//! What the callers' threads, the writer and the checkpoints share.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jackfield_core::Position;
use parking_lot::{Condvar, Mutex};

use crate::disk::Disk;
use crate::image::{Image, Key};
use crate::index::Index;
use crate::journal::{Draft, Header, Queue, Segments};
use crate::keys::Keyring;
use crate::overlay::{Fetched, Interrupt};
use crate::snapshot::Snapshots;
use crate::state::State;
use crate::stats::Counters;
use crate::ticket::{Progress, Ticket};
use crate::{Options, StoreError};

/// What all threads of a store share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) keys: Arc<Keyring>,
    pub(crate) segments: Arc<Segments>,
    pub(crate) index: Index,
    pub(crate) snapshots: Snapshots,
    pub(crate) queue: Arc<Queue>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) state: Mutex<State>,
    pub(crate) checkpoints: Checkpoints,
    /// Whether the disk has less free space than the reserve.
    pub(crate) full: AtomicBool,
    /// Bytes of the newest snapshot.
    pub(crate) snapshot_bytes: AtomicU64,
    pub(crate) recovery: Duration,
    pub(crate) replayed: u64,
}

/// How callers and the checkpointing thread talk.
#[derive(Debug, Default)]
pub(crate) struct Checkpoints {
    pub(crate) request: Mutex<Request>,
    pub(crate) changed: Condvar,
    /// The journal up to here is in the index, synced.
    pub(crate) durable: AtomicU64,
}

/// What is asked of the checkpointing thread.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// Number of full checkpoints asked for, and done.
    pub(crate) asked: u64,
    pub(crate) done: u64,
    /// There are so many changes that one should begin early.
    pub(crate) hurry: bool,
    pub(crate) stop: bool,
    pub(crate) stopped: bool,
}

impl Checkpoints {
    /// Whether somebody waits for the checkpoint that is under way, or for the next one.
    pub(crate) fn is_urgent(&self) -> bool {
        let request = self.request.lock();
        request.hurry || request.stop || request.asked > request.done
    }
}

/// Changes weighing this much, in bytes, are written down at once.
const HURRY: usize = 8 * 1024 * 1024;

impl Shared {
    /// Runs `step` under the lock. What it misses is read from the index outside the lock, and it is run again: so
    /// it must not change anything before it has looked at everything.
    pub(crate) fn transact<T>(
        &self,
        mut step: impl FnMut(&mut State, &Fetched) -> Result<T, Interrupt>,
    ) -> Result<T, StoreError> {
        let mut fetched = Fetched::default();
        loop {
            let (missing, epoch) = {
                let mut state = self.state.lock();
                match step(&mut state, &fetched) {
                    Ok(value) => return Ok(value),
                    Err(Interrupt::Store(error)) => return Err(error),
                    Err(Interrupt::Missing(key)) => (key, state.overlay.epoch()),
                }
            };
            let image = self.fetch(&missing)?;
            fetched.add(epoch, missing, image);
        }
    }

    fn fetch(&self, key: &Key) -> Result<Option<Image>, StoreError> {
        match self.index.get(key.as_bytes()) {
            Ok(Some(bytes)) => match Image::decode(&self.keys, key, &bytes) {
                Err(error @ StoreError::Failed(_)) => Err(self.fail(error)),
                decoded => decoded.map(Some),
            },
            Ok(None) => Ok(None),
            Err(error) => Err(self.fail(error)),
        }
    }

    /// Makes the index know its keys, while it is used already.
    pub(crate) fn learn_keys(&self) {
        jackfield_core::priority::only_when_idle();
        if let Err(error) = self
            .index
            .learn_keys(|| self.checkpoints.request.lock().stop)
        {
            self.fail(error);
        }
    }

    /// Ends everything: after an I/O error nothing is certain any more.
    pub(crate) fn fail(&self, error: StoreError) -> StoreError {
        tracing::error!(%error, "the store stops");
        self.progress.fail(error.clone());
        error
    }

    /// Whether everything still works.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match self.progress.failure() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Gives a sealed record its place and sends it to the writer. Gives back where it starts and ends.
    pub(crate) fn append(&self, state: &mut State, draft: Draft) -> (Position, u64) {
        let mut draft = draft;
        let start = state.next;
        draft.header.position = start;
        state.next += draft.header.record_bytes();
        state.last = Some(start);
        self.queue.push(draft);
        (Position(start), state.next)
    }

    /// A record without special orders.
    pub(crate) fn draft(header: Header, body: Vec<u8>) -> Draft {
        Draft {
            header,
            body,
            erases: None,
        }
    }

    /// A ticket for everything before `end`.
    pub(crate) fn ticket(&self, end: u64) -> Ticket {
        Ticket::until(self.progress.clone(), end)
    }

    /// Begins a checkpoint early when there are many changes.
    pub(crate) fn hurry(&self, weight: usize) {
        if weight < HURRY {
            return;
        }
        let mut request = self.checkpoints.request.lock();
        if !request.hurry {
            request.hurry = true;
            self.checkpoints.changed.notify_all();
        }
    }

    /// Looks how much space is left.
    pub(crate) fn measure_space(&self) {
        let directory: &PathBuf = &self.options.directory;
        let full = match self.disk.space(directory) {
            Ok((free, _)) => free < self.options.reserve_bytes,
            Err(error) => {
                tracing::warn!(%error, "cannot tell how much space is left");
                false
            }
        };
        if self.full.swap(full, Ordering::Relaxed) != full {
            tracing::warn!(
                full,
                "the disk is nearly full, or no longer; while it is, nothing is accepted"
            );
        }
    }
}
