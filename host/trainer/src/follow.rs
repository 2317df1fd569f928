//! Follows the journal. It is in no hurry: turns come first.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jackfield_core::Position;
use jackfield_store::{Admin, Entry, JournalEntry, RecordKind, Store, StoreError};
use parking_lot::{Condvar, Mutex};

use crate::entry::{Counts, Sample, Words};
use crate::heard::heard;
use crate::list::{List, Saved};
use crate::refused::{Recent, acted_on};
use crate::{Trainer, file};

/// How often one looks for new records.
const LOOK: Duration = Duration::from_secs(1);
/// After so long a spell of reading …
const SPELL: Duration = Duration::from_millis(2);
/// … so many times as long a rest is taken: reading takes a twentieth of a processor at most.
const REST: u32 = 19;
/// How often the list is written down; what came since is read again after a crash.
const SAVE: Duration = Duration::from_secs(30);

/// The journal is followed as long as this lives; with it the list is written down.
#[derive(Debug)]
pub struct Following {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

impl Following {
    pub(crate) fn start(trainer: Arc<Trainer>, store: Arc<dyn Store>) -> std::io::Result<Self> {
        let stop = Arc::new(Stop::default());
        let follower = Follower {
            trainer,
            store,
            stop: Arc::clone(&stop),
            recent: Mutex::default(),
        };
        let thread = std::thread::Builder::new()
            .name("trainer".to_owned())
            .spawn(move || follower.run())?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        *self.stop.stopped.lock() = true;
        self.stop.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[derive(Debug, Default)]
struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    /// Waits; true when it is time to stop.
    fn wait(&self, time: Duration) -> bool {
        let mut stopped = self.stopped.lock();
        if !*stopped {
            self.changed.wait_for(&mut stopped, time);
        }
        *stopped
    }
}

struct Follower {
    trainer: Arc<Trainer>,
    store: Arc<dyn Store>,
    stop: Arc<Stop>,
    recent: Mutex<Recent>,
}

/// Why reading ended before the end of the journal.
enum Ended {
    Stopped,
    Failed(StoreError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl Follower {
    fn run(self) {
        let path = self.trainer.list_file();
        let mut anew = false;
        let mut saved = Instant::now();
        let mut ended = self.restore(&path);
        if matches!(ended, Err(Ended::Stopped)) {
            // What was taken up so far is less than what is written down.
            return;
        }
        loop {
            match ended {
                Ok(()) => {}
                Err(Ended::Stopped) => break,
                // What was written down may belong to another journal, one from before a backup was put back.
                Err(Ended::Failed(StoreError::Damaged { .. })) if !anew => {
                    tracing::warn!("the trainer's list does not fit the journal and is made anew");
                    *self.trainer.list.lock() = List::default();
                    anew = true;
                }
                Err(Ended::Failed(error)) => {
                    tracing::error!("the trainer does not follow the journal any more: {error}");
                    return;
                }
            }
            if saved.elapsed() >= SAVE {
                self.save(&path);
                saved = Instant::now();
            }
            if self.stop.wait(LOOK) {
                break;
            }
            ended = self.catch_up();
        }
        self.save(&path);
    }

    /// Reads to the end of the journal.
    fn catch_up(&self) -> Result<(), Ended> {
        let after = self.trainer.list.lock().after();
        let mut spell = Instant::now();
        for entry in self.store.journal(Position(after.unwrap_or(0)))? {
            let entry = entry?;
            if after != Some(entry.header.position.0) {
                self.take(&entry);
            }
            self.pace(&mut spell)?;
        }
        Ok(())
    }

    fn take(&self, JournalEntry { header, entry }: &JournalEntry) {
        let trainer = &self.trainer;
        let mut list = trainer.list.lock();
        list.read_to(header.position.0);
        if header.tenant != trainer.options.tenant {
            return;
        }
        match entry {
            Entry::Committed(record) => {
                let sample = Sample {
                    position: header.position.0,
                    contact: header.contact,
                    session: header.session,
                };
                let key = &trainer.options.key;
                if let Some((words, sample)) = self.recent.lock().take(record, sample) {
                    list.add(key, words, record.at, sample);
                }
                if let Some(words) = heard(record) {
                    list.add(key, words, record.at, sample);
                }
            }
            Entry::Admin(Admin::ContactErased { .. }) => {
                list.erase(header.contact);
                self.recent.lock().erase(header.contact);
            }
            _ => {}
        }
    }

    /// Rests after a spell of reading.
    fn pace(&self, spell: &mut Instant) -> Result<(), Ended> {
        let worked = spell.elapsed();
        if worked >= SPELL {
            if self.stop.wait(worked * REST) {
                return Err(Ended::Stopped);
            }
            *spell = Instant::now();
        }
        Ok(())
    }

    /// Takes up the list where it was written down last, with the words from the journal.
    fn restore(&self, path: &Path) -> Result<(), Ended> {
        let saved: Saved = file::read(path)
            .unwrap_or_else(|error| {
                tracing::warn!(code = %error.code(), "{error}; the trainer's list is made anew from the journal");
                None
            })
            .unwrap_or_default();
        let mut spell = Instant::now();
        let newest = |counts: &Counts| counts.samples.last().map(|sample| sample.position);
        let mut entries: Vec<Counts> = saved.entries.into_values().collect();
        // Forwards through the journal.
        entries.sort_by_key(newest);
        for mut counts in entries {
            if let Some(words) = self.words(&mut counts)? {
                let mut list = self.trainer.list.lock();
                list.restore(self.trainer.options.key.name(&words.text), words, counts);
            }
            self.pace(&mut spell)?;
        }
        if let Some(after) = saved.after {
            self.trainer.list.lock().read_to(after);
        }
        Ok(())
    }

    /// The words of the newest sample that can be read. Samples of erased contacts are dropped.
    fn words(&self, counts: &mut Counts) -> Result<Option<Words>, StoreError> {
        let Counts {
            refused, samples, ..
        } = counts;
        while let Some(sample) = samples.last() {
            let mut entries = self.store.journal(Position(sample.position))?;
            let entry = entries.next().transpose()?;
            let fits = |entry: &JournalEntry| {
                entry.header.kind == RecordKind::Committed && entry.header.contact == sample.contact
            };
            let words = entry.filter(fits).and_then(|entry| match entry.entry {
                Entry::Committed(record) => heard(&record)
                    // The turn that took it back is another one; that there was one is written down.
                    .or_else(|| refused.then(|| acted_on(&record)).flatten()),
                _ => None,
            });
            if words.is_some() {
                return Ok(words);
            }
            samples.pop();
        }
        Ok(None)
    }

    fn save(&self, path: &Path) {
        let saved = self.trainer.list.lock().saved();
        // Without the file the list is read from the journal again.
        if let Err(error) = file::write(path, &saved) {
            tracing::warn!(code = %error.code(), "the trainer's list was not written down: {error}");
        }
    }
}
