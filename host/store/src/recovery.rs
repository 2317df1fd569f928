//! Opening a store: the index, or a snapshot, or nothing, and the journal behind it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::Receiver;
use std::time::Instant;

use jackfield_core::{Address, Content, Inbound};
use parking_lot::Mutex;

use crate::checkpoint::{Checkpointer, NO_HASH, note_taken, put};
use crate::disk::{Disk, Open, read_exact};
use crate::error::{damaged, failed};
use crate::image::{Image, Key, kind};
use crate::index::{Applied, Index};
use crate::journal::{Queue, Raw, Scan, Segments, Writer, open_body};
use crate::keys::Keyring;
use crate::overlay::{Changes, Fetched, Interrupt};
use crate::shared::{Checkpoints, Shared};
use crate::snapshot::Snapshots;
use crate::state::{Place, State};
use crate::stats::Counters;
use crate::ticket::Progress;
use crate::{Admin, Entry, Options, RecordKind, StoreError};

/// The format of the data directory that this version writes.
const FORMAT: u32 = 1;
/// Changes weighing this much are put into the index while the journal is replayed.
const ENOUGH: usize = 32 * 1024 * 1024;

/// An open store, and its threads that are yet to run.
pub(crate) struct Opened {
    pub(crate) shared: Arc<Shared>,
    pub(crate) writer: Writer,
    /// Up to where the writer wants room.
    pub(crate) wanted: Receiver<u64>,
    pub(crate) checkpointer: Checkpointer,
    /// Locked while the store is open.
    pub(crate) lock: std::fs::File,
}

/// Opens the store.
pub(crate) fn open(options: Options, disk: Arc<dyn Disk>) -> Result<Opened, StoreError> {
    let began = Instant::now();
    let directory = options.directory.clone();
    let lock = lock(&directory)?;
    disk.create_dir(&directory)
        .map_err(failed("make the data directory"))?;
    check_format(&*disk, &directory)?;
    let keys = Arc::new(Keyring::open(
        &*disk,
        &directory.join("keys"),
        options.master_key.as_deref(),
    )?);
    let segments = Arc::new(Segments::open(
        disk.clone(),
        directory.join("journal"),
        options.segment_bytes,
    )?);
    let snapshots = Snapshots::open(disk.clone(), directory.join("snapshots"))?;
    disk.sync_dir(&directory)
        .map_err(failed("sync the data directory"))?;

    let (index, applied) = find_index(&options, &segments, &snapshots)?;
    let mut replay = Replay {
        state: State::new(options.cache_bytes),
        keys: &keys,
        index: &index,
        segments: &segments,
        last: applied.last,
        records: 0,
        applied: applied.position,
    };
    replay.state.overlay.replaying = true;
    replay.restore(&[
        kind::PENDING,
        kind::OUTBOX,
        kind::COUNTERS,
        kind::REGISTERED,
        kind::API_KEY,
    ])?;
    let end = replay.run(applied.position)?;
    replay.restore_timers()?;
    let Replay {
        mut state,
        last,
        records,
        applied,
        ..
    } = replay;
    state.overlay.replaying = false;
    state.next = end;
    state.last = last.map(|(last, _)| last);

    let progress = Arc::new(Progress::default());
    progress.advance(end);
    let (queue, counters) = (Arc::new(Queue::default()), Arc::new(Counters::default()));
    let snapshot = snapshots.list()?.first().copied().unwrap_or_default();
    let snapshot_bytes = snapshots.newest_bytes()?;
    let recovery = began.elapsed();
    metrics::gauge!("jackfield_recovery_seconds").set(recovery.as_secs_f64());
    metrics::counter!("jackfield_replayed_records_total").increment(records);
    let (ahead, wanted) = std::sync::mpsc::sync_channel(1);
    let writer = Writer {
        segments: segments.clone(),
        keys: keys.clone(),
        queue: queue.clone(),
        progress: progress.clone(),
        counters: counters.clone(),
        ahead,
        half: options.segment_bytes / 2,
        chain: last.map_or(NO_HASH, |(_, hash)| hash),
        end,
    };
    let shared = Arc::new(Shared {
        options,
        disk,
        keys,
        segments,
        index,
        snapshots,
        queue,
        progress,
        counters,
        state: Mutex::new(state),
        checkpoints: Checkpoints::default(),
        full: AtomicBool::new(false),
        snapshot_bytes: AtomicU64::new(snapshot_bytes),
        recovery,
        replayed: records,
    });
    shared.measure_space();
    let checkpointer = Checkpointer::new(shared.clone(), applied, snapshot);
    Ok(Opened {
        shared,
        writer,
        wanted,
        checkpointer,
        lock,
    })
}

fn lock(directory: &Path) -> Result<std::fs::File, StoreError> {
    let locking = failed("lock the data directory");
    std::fs::create_dir_all(directory).map_err(&locking)?;
    let path = directory.join("lock");
    let file = std::fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(&locking)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::Locked(directory.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(locking(error)),
    }
}

pub(crate) fn check_format(disk: &dyn Disk, directory: &Path) -> Result<(), StoreError> {
    let checking = failed("read or write the format of the data directory");
    let path = directory.join("format");
    let file = disk.open(&path, Open::OrCreate).map_err(&checking)?;
    let length = file.len().map_err(&checking)?.min(64) as usize;
    let bytes = read_exact(&*file, 0, length).map_err(&checking)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_matches(['\0', '\n', ' ']);
    if text.is_empty() {
        let text = format!("jackfield-store {FORMAT}\n");
        file.write_at(text.as_bytes(), 0)
            .and_then(|()| file.sync())
            .map_err(&checking)?;
        return disk.sync_dir(directory).map_err(checking);
    }
    let found = text
        .strip_prefix("jackfield-store ")
        .and_then(|number| number.parse().ok());
    match found {
        Some(found) if found > FORMAT => Err(StoreError::TooNew {
            found,
            known: FORMAT,
        }),
        Some(_) => Ok(()),
        None => Err(damaged(
            &path,
            0,
            "it does not name the format of a store".to_owned(),
        )),
    }
}

/// An index that fits the journal, and how much of the journal it holds.
fn find_index(
    options: &Options,
    segments: &Segments,
    snapshots: &Snapshots,
) -> Result<(Index, Applied), StoreError> {
    let nothing = Applied {
        position: segments.start(),
        last: None,
    };
    let directory = options.directory.join("sled");
    let is_new = !directory.exists();
    let problem = match Index::open(&directory, options.index_cache_bytes) {
        Ok(index) => match usable(&index, segments) {
            Ok(applied) => return Ok((index, applied)),
            // An empty index with no snapshot to fill it from needs no other one.
            Err(_) if index.is_empty() && snapshots.list()?.is_empty() => {
                return Ok((index, nothing));
            }
            Err(problem) => problem,
        },
        Err(error) => error.to_string(),
    };
    if is_new {
        tracing::warn!("the index is missing; it is made again");
    } else {
        tracing::warn!(%problem, "the index is not usable; it is moved aside and made again");
    }
    set_aside(&directory).map_err(failed("move the index aside"))?;
    let index = Index::open(&directory, options.index_cache_bytes)?;
    for position in snapshots.list()? {
        let loaded = snapshots.read(position).and_then(|snapshot| {
            let applied = snapshot.applied().clone();
            fits(&applied, segments)?;
            Ok((snapshot, applied))
        });
        match loaded {
            Ok((snapshot, applied)) => {
                snapshot.load(index.change())?;
                return Ok((index, applied));
            }
            Err(problem) => {
                tracing::warn!(%problem, position, directory = %snapshots.directory().display(), "a snapshot is not usable");
                snapshots.set_aside(position);
            }
        }
    }
    Ok((index, nothing))
}

fn usable(index: &Index, segments: &Segments) -> Result<Applied, String> {
    let applied = index
        .applied()
        .map_err(|error| error.to_string())?
        .ok_or("it is empty")?;
    fits(&applied, segments).map(|()| applied)
}

/// Whether the journal has, where `applied` ends, the record that was there when it was written.
fn fits(applied: &Applied, segments: &Segments) -> Result<(), String> {
    let Some((last, hash)) = applied.last else {
        return if applied.position == segments.start() {
            Ok(())
        } else {
            Err("it does not name a record".to_owned())
        };
    };
    let raw = segments
        .record(last)
        .map_err(|error| format!("the journal does not reach as far: {error}"))?;
    let fits = raw.hash == hash && last + raw.header.record_bytes() == applied.position;
    if fits {
        Ok(())
    } else {
        Err("it belongs to another journal".to_owned())
    }
}

/// Moves an unusable index aside; one that was moved before goes.
fn set_aside(directory: &Path) -> std::io::Result<()> {
    let aside: PathBuf = directory.with_extension("unusable");
    if aside.exists() {
        std::fs::remove_dir_all(&aside)?;
    }
    if directory.exists() {
        std::fs::rename(directory, aside)
    } else {
        Ok(())
    }
}

/// Applies the journal behind the index.
struct Replay<'a> {
    state: State,
    keys: &'a Arc<Keyring>,
    index: &'a Index,
    segments: &'a Arc<Segments>,
    /// The last record, and its hash.
    last: Option<(u64, jackfield_core::Digest)>,
    records: u64,
    /// The index holds the journal up to here. The rest stays in memory: the first checkpoint writes it.
    applied: u64,
}

impl Replay<'_> {
    /// Takes in what is kept in memory as a whole.
    fn restore(&mut self, kinds: &[u8]) -> Result<(), StoreError> {
        for kind in kinds {
            for entry in self.index.entries(*kind) {
                let (key, bytes) = entry?;
                match Image::decode(self.keys, &Key::from_bytes(&key), &bytes) {
                    Ok(Image::Pending(mark)) if self.keys.is_erased(mark.contact) => {}
                    Ok(image) => self.state.restore(image),
                    Err(StoreError::Erased) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Applies all records from `position` on. Gives back where the journal ends; a torn end is cut off.
    fn run(&mut self, position: u64) -> Result<u64, StoreError> {
        let mut scan = Scan::new(self.segments.clone(), position, u64::MAX);
        while let Some(raw) = scan.next()? {
            self.apply(&raw)?;
            self.last = Some((raw.header.position, raw.hash));
            self.records += 1;
            if self.state.overlay.weight() >= ENOUGH {
                self.flush(scan.position())?;
            }
        }
        let end = scan.position();
        if let Some(torn) = self.segments.wipe(end)? {
            tracing::warn!(
                bytes = torn - end,
                position = end,
                "cut off the torn end of the journal"
            );
        }
        Ok(end)
    }

    fn apply(&mut self, raw: &Raw) -> Result<(), StoreError> {
        let header = &raw.header;
        let bad = |detail: String| damaged(self.segments.directory(), header.position, detail);
        if header.opened {
            self.keys.was_taken(&header.tenant, header.contact);
        }
        let entry = open_body(self.keys, header, &raw.body).map_err(bad)?;
        let place = Place {
            tenant: &header.tenant,
            session: header.session,
            contact: header.contact,
            position: jackfield_core::Position(header.position),
            end: header.position + header.record_bytes(),
        };
        match entry {
            Entry::Accepted(inbound) => {
                self.state
                    .accepted(self.keys, place, header.opened, &header.mark, &inbound);
            }
            Entry::Started(counts) => self.state.started(&counts),
            Entry::Committed(record) => {
                let mut fetched = Fetched::default();
                loop {
                    match self.state.committed(place, &record, None, &fetched) {
                        Ok(()) => break,
                        Err(Interrupt::Store(error)) => return Err(error),
                        Err(Interrupt::Missing(key)) => {
                            let bytes = self.index.get(key.as_bytes())?;
                            let image = bytes
                                .map(|bytes| Image::decode(self.keys, &key, &bytes))
                                .transpose()?;
                            fetched.add(self.state.overlay.epoch(), key, image);
                        }
                    }
                }
            }
            Entry::Admin(Admin::ContactErased { counters }) => {
                self.keys
                    .destroy(header.contact)
                    .map_err(failed("destroy a key"))?;
                self.state.erased(place, &counters);
            }
            Entry::Admin(Admin::PackChanged { pack, after, .. }) => {
                self.state.registered(place.tenant, &pack, *after);
            }
            Entry::Admin(Admin::KeyChanged {
                after, forgotten, ..
            }) => {
                let after = Arc::new(*after);
                self.state
                    .key_changed(place.tenant, after, forgotten.as_ref());
            }
            // The trainer keeps what it taught; the record is for the audit.
            Entry::Admin(Admin::Taught { .. }) => {}
            // That there was an event, and a session, is remembered; what it was cannot be.
            Entry::Erased if header.kind == RecordKind::Accepted => {
                let inbound = Inbound {
                    address: Address {
                        channel: String::new(),
                        contact: header.session.to_string(),
                    },
                    message_id: String::new(),
                    received_at: header.at,
                    sent_at: None,
                    locale: None,
                    content: Content::Opened,
                };
                self.state
                    .accepted(self.keys, place, header.opened, &header.mark, &inbound);
            }
            Entry::Erased => {}
        }
        Ok(())
    }

    /// Sets all timers: those in the index, unless the replay has changed them, and those.
    fn restore_timers(&mut self) -> Result<(), StoreError> {
        let changed = self.state.overlay.changed(kind::TIMERS);
        for entry in self.index.entries(kind::TIMERS) {
            let (key, bytes) = entry?;
            let key = Key::from_bytes(&key);
            if !changed.contains_key(&key) {
                let image = Image::decode(self.keys, &key, &bytes)?;
                self.set(image);
            }
        }
        let images = changed.into_values().filter_map(|change| change.image);
        images.for_each(|image| self.set(image));
        Ok(())
    }

    fn set(&mut self, image: Image) {
        let erased = matches!(&image, Image::Timers(timers) if self.keys.is_erased(timers.contact));
        if !erased {
            self.state.restore(image);
        }
    }

    fn flush(&mut self, end: u64) -> Result<(), StoreError> {
        let changes = self.state.overlay.begin(Changes::new());
        let applied = Applied {
            position: end,
            last: self.last,
        };
        note_taken(self.keys)?;
        put(self.index, self.keys, &changes, &applied, |_| ())?;
        drop(changes);
        drop(self.state.overlay.end());
        self.applied = end;
        Ok(())
    }
}
