//! The one thread that writes the journal: a group of records, one sync, then their tickets.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

use jackfield_core::{ContactId, Digest};
use parking_lot::{Condvar, Mutex};

use super::header::Header;
use super::segments::Segments;
use crate::StoreError;
use crate::error::failed;
use crate::keys::Keyring;
use crate::stats::Counters;
use crate::ticket::Progress;

/// A group holds at most this many records …
const GROUP_RECORDS: usize = 256;
/// … and about this many bytes.
const GROUP_BYTES: usize = 1024 * 1024;
/// Syncs begin at least so far apart: each costs a tenth of a millisecond of processor time, whatever is in it. Who
/// talks alone does not wait.
const PACE: Duration = Duration::from_micros(500);
/// The same on a busy journal: a turn gains more from the processor time that is saved than it waits.
const BUSY_PACE: Duration = Duration::from_millis(3);
/// Records a second that make a journal busy: some 3,000 turns. This lies well below what a host can do: one that is
/// slowed down must not be slowed down more by syncing more often.
const BUSY: f64 = 6_000.0;
/// Records a second below which it is busy no longer.
const CALM: f64 = 5_000.0;
/// How far back the rate of records looks.
const MEMORY: Duration = Duration::from_millis(100);

/// A record that has its place and waits to be written.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) header: Header,
    /// The sealed body.
    pub(crate) body: Vec<u8>,
    /// A contact whose key is destroyed once this record is durable, before its ticket resolves.
    pub(crate) erases: Option<ContactId>,
}

/// Records on their way to the writer, in the order of their positions.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    inner: Mutex<Waiting>,
    filled: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    drafts: VecDeque<Draft>,
    closed: bool,
}

impl Queue {
    /// Appends a record. The caller holds the lock that gives out positions.
    pub(crate) fn push(&self, draft: Draft) {
        let mut inner = self.inner.lock();
        let was_empty = inner.drafts.is_empty();
        inner.drafts.push_back(draft);
        drop(inner);
        if was_empty {
            self.filled.notify_one();
        }
    }

    /// No more records follow.
    pub(crate) fn close(&self) {
        self.inner.lock().closed = true;
        self.filled.notify_one();
    }

    /// Waits for records, and takes a group of what is there. False at the end.
    fn take(&self, group: &mut Vec<Draft>) -> bool {
        let mut inner = self.inner.lock();
        while inner.drafts.is_empty() && !inner.closed {
            self.filled.wait(&mut inner);
        }
        inner.fill(group);
        !group.is_empty()
    }

    /// Adds what has come since.
    fn fill(&self, group: &mut Vec<Draft>) {
        self.inner.lock().fill(group);
    }
}

impl Waiting {
    fn fill(&mut self, group: &mut Vec<Draft>) {
        let mut bytes: usize = group.iter().map(|draft| draft.body.len()).sum();
        while bytes < GROUP_BYTES
            && group.len() < GROUP_RECORDS
            && let Some(draft) = self.drafts.pop_front()
        {
            bytes += draft.body.len();
            group.push(draft);
        }
    }
}

/// How far apart syncs begin. It follows the rate of records and not the size of groups: what piled up behind one slow
/// sync must not make the next ones wait.
#[derive(Debug)]
struct Pace {
    /// Records a second, lately.
    rate: f64,
    busy: bool,
}

impl Pace {
    const fn new() -> Self {
        Self {
            rate: 0.0,
            busy: false,
        }
    }

    /// Notes a group that came in so much time.
    fn note(&mut self, records: usize, time: Duration) {
        let time = time.max(Duration::from_micros(1));
        let new = 1.0 - (-time.div_duration_f64(MEMORY)).exp();
        self.rate += (records as f64 / time.as_secs_f64() - self.rate) * new;
        self.busy = self.rate >= if self.busy { CALM } else { BUSY };
    }

    const fn apart(&self) -> Duration {
        if self.busy { BUSY_PACE } else { PACE }
    }
}

/// What the writing thread works with.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) segments: Arc<Segments>,
    pub(crate) keys: Arc<Keyring>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) counters: Arc<Counters>,
    /// Positions up to which there should soon be room, for the thread that makes it.
    pub(crate) ahead: SyncSender<u64>,
    /// There should be room for so many more bytes, half a segment.
    pub(crate) half: u64,
    /// Hash of the last record's header.
    pub(crate) chain: Digest,
    /// Where the next record goes.
    pub(crate) end: u64,
}

impl Writer {
    /// Writes until the queue is closed and empty, or until something fails: then nothing is written any more.
    pub(crate) fn run(mut self) {
        let mut group = Vec::new();
        let mut buffer = Vec::new();
        let (mut began, mut pace) = (Instant::now(), Pace::new());
        while self.queue.take(&mut group) {
            if group.len() < GROUP_RECORDS
                && let Some(early) = pace.apart().checked_sub(began.elapsed())
            {
                std::thread::sleep(early);
                self.queue.fill(&mut group);
            }
            let before = std::mem::replace(&mut began, Instant::now());
            pace.note(group.len(), began - before);
            if let Err(error) = self.write(&mut group, &mut buffer) {
                tracing::error!(%error, "the store stops: writing the journal failed");
                self.progress.fail(error);
                return;
            }
            group.clear();
            buffer.clear();
            // A single huge record must not be paid for ever after.
            buffer.shrink_to(4 * GROUP_BYTES);
        }
    }

    fn write(&mut self, group: &mut Vec<Draft>, buffer: &mut Vec<u8>) -> Result<(), StoreError> {
        if self
            .keys
            .write()
            .map_err(failed("write the contacts' keys"))?
        {
            self.counters.synced_keys();
        }
        let records = group.len();
        let durable = self.end;
        let mut erases = Vec::new();
        let mut position = durable;
        for Draft {
            mut header,
            body,
            erases: contact,
        } in group.drain(..)
        {
            header.previous_hash = self.chain;
            header.durable = durable;
            position += header.record_bytes();
            self.chain = header.encode(&body, buffer);
            buffer.extend_from_slice(&body);
            erases.extend(contact);
        }
        self.segments.reach(position)?;
        self.segments.write(durable, buffer)?;
        let before = Instant::now();
        self.segments.sync(durable, position)?;
        self.counters.wrote(records, buffer.len(), before.elapsed());
        for contact in erases {
            self.keys
                .destroy(contact)
                .map_err(failed("destroy a key"))?;
        }
        self.end = position;
        self.progress.advance(position);
        // Making room takes longer than writing a group: it begins when half of it is used.
        let wanted = position + self.half;
        if self.segments.room() < wanted || self.keys.is_short() {
            let _ = self.ahead.try_send(wanted);
        }
        Ok(())
    }
}

/// Makes room in the journal, and keys, before they are needed, until the writer is gone.
pub(crate) fn make_room(segments: &Segments, keys: &Keyring, wanted: &Receiver<u64>) {
    while let Ok(end) = wanted.recv() {
        // The writer will meet the same errors, and then they matter. Keys come first: they take less long.
        if let Err(error) = keys.make_ahead() {
            tracing::warn!(%error, "cannot make contacts' keys ahead of their use");
        }
        if let Err(error) = segments.prepare(end) {
            tracing::warn!(%error, "cannot make the next segment of the journal ahead of its use");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups that come at a steady rate, one for each sync.
    fn steady(pace: &mut Pace, records_a_second: f64, time: Duration) {
        let mut passed = Duration::ZERO;
        while passed < time {
            let apart = pace.apart();
            let records = (records_a_second * apart.as_secs_f64()).round() as usize;
            pace.note(records, apart);
            passed += apart;
        }
    }

    #[test]
    fn who_talks_alone_hardly_waits_and_a_busy_journal_syncs_seldom() {
        let second = Duration::from_secs(1);
        let mut pace = Pace::new();
        steady(&mut pace, 4_000.0, second);
        assert_eq!(pace.apart(), PACE);
        steady(&mut pace, 8_000.0, second);
        assert_eq!(pace.apart(), BUSY_PACE);
        steady(&mut pace, 4_000.0, second);
        assert_eq!(pace.apart(), PACE);
    }

    #[test]
    fn what_piled_up_behind_a_slow_sync_does_not_slow_down_the_next() {
        let mut pace = Pace::new();
        steady(&mut pace, 4_000.0, Duration::from_secs(1));
        pace.note(40, Duration::from_millis(10));
        assert_eq!(pace.apart(), PACE);
    }
}
