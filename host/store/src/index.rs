//! sled, as an index that is written behind. One thread writes; everybody may read. Nothing here is the truth.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jackfield_core::{Digest, priority};
use minicbor::{Decode, Encode};
use parking_lot::RwLock;

use crate::StoreError;
use crate::error::failed;
use crate::filter::Filter;

/// sled writes pieces of this length: a kernel that is not preempted keeps a processor for as long as it copies one.
const SEGMENT: usize = 512 * 1024;
/// A value of this length or more is cut into pieces: sled puts pages of more than a quarter of a segment into files
/// that it never syncs, and up to 17 values share a page. With what sled adds, a piece fills 6 KiB of memory.
const PIECE: usize = 6 * 1024 - 64;
/// First byte of a value: the whole follows.
const WHOLE: u8 = 0;
/// First byte of a value: the number of further pieces follows, then the first piece.
const PIECES: u8 = 1;
/// Prefix of the keys of further pieces.
const PIECE_KEY: u8 = b'z';
const APPLIED: &[u8] = b"m/applied";

/// How much of the journal is in the index.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Applied {
    /// Every record before this position.
    #[n(0)]
    pub(crate) position: u64,
    /// Where the last of them starts, and the hash of its header: the journal must have the same there.
    #[n(1)]
    pub(crate) last: Option<(u64, Digest)>,
}

/// The index.
#[derive(Debug)]
pub(crate) struct Index {
    db: sled::Db,
    directory: PathBuf,
    /// Keys whose values are in pieces, and in how many further ones.
    pieces: RwLock<HashMap<Vec<u8>, u16>>,
    filter: Filter,
}

const USING: &str = "use the index";
const WRITING: &str = "write the index";

impl Index {
    /// Opens the index in `directory`, or makes it there.
    ///
    /// # Errors
    /// When sled cannot read what is there.
    pub(crate) fn open(directory: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        quarantine_half_snapshots(directory).map_err(failed("tidy up the index"))?;
        let config = sled::Config::new()
            .path(directory)
            .mode(sled::Mode::HighThroughput)
            .cache_capacity(cache_bytes)
            .segment_size(SEGMENT)
            // sled's flusher would sync the file twice a second, and tidy up for a quarter of a second each time, while
            // the journal waits for the same disk. Each write tidies up a little, and the checkpoints sync.
            .flush_every_ms(None)
            .use_compression(false);
        // In a thread of its own: the threads that sled starts inherit how far it stands back, and sled panics on some
        // kinds of damage.
        let open = || {
            priority::behind_others();
            let db = config.open()?;
            // The pool for its writes is made with the first of them.
            db.flush()?;
            let mut pieces = HashMap::new();
            for key in db.scan_prefix([PIECE_KEY]).keys() {
                if let Some((_, [rest @ .., _, _])) = key?.split_first() {
                    *pieces.entry(rest.to_vec()).or_insert(0) += 1;
                }
            }
            Ok::<_, sled::Error>((db, pieces))
        };
        let panicked = |_| StoreError::Failed("sled panicked while it opened the index".into());
        let (db, pieces) = std::thread::scope(|scope| scope.spawn(open).join())
            .map_err(panicked)?
            .map_err(failed("open the index"))?;
        let filter = Filter::new(db.size_on_disk().unwrap_or_default());
        Ok(Self {
            db,
            directory: directory.to_owned(),
            pieces: RwLock::new(pieces),
            filter,
        })
    }

    /// Looks through all keys once, so that most questions are answered without sled afterwards; until then sled is
    /// asked. Ends early when `stop` says so.
    pub(crate) fn learn_keys(&self, stop: impl Fn() -> bool) -> Result<(), StoreError> {
        for (number, key) in self.db.iter().keys().enumerate() {
            self.filter.add(&key.map_err(failed(USING))?);
            if number % 1024 == 0 && stop() {
                return Ok(());
            }
        }
        self.filter.has_all();
        Ok(())
    }

    /// How much of the journal is in it; `None` in a fresh index.
    pub(crate) fn applied(&self) -> Result<Option<Applied>, StoreError> {
        let found = self.db.get(APPLIED).map_err(failed(USING))?;
        found
            .map(|bytes| minicbor::decode(&bytes))
            .transpose()
            .map_err(failed(USING))
    }

    /// The value under a key.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if !self.filter.may_have(key) {
            return Ok(None);
        }
        // A value in pieces may be replaced between the reading of two of them; then the count or a piece does
        // not fit, and it is read again.
        for _ in 0..100 {
            let Some(first) = self.db.get(key).map_err(failed(USING))? else {
                return Ok(None);
            };
            match self.assemble(key, &first)? {
                Some(value) => return Ok(Some(value)),
                None => std::thread::yield_now(),
            }
        }
        Err(StoreError::Failed(
            "an entry of the index has lost a piece".into(),
        ))
    }

    fn assemble(&self, key: &[u8], first: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match first {
            [WHOLE, value @ ..] => Ok(Some(value.to_vec())),
            [PIECES, low, high, checksum @ ..] => {
                let Some((checksum, value)) = checksum.split_first_chunk::<4>() else {
                    return Ok(None);
                };
                let mut value = value.to_vec();
                for number in 0..u16::from_le_bytes([*low, *high]) {
                    let Some(piece) = self.db.get(piece_key(key, number)).map_err(failed(USING))?
                    else {
                        return Ok(None);
                    };
                    value.extend_from_slice(&piece);
                }
                Ok((crc32fast::hash(&value).to_le_bytes() == *checksum).then_some(value))
            }
            _ => Err(StoreError::Failed("an entry of the index is empty".into())),
        }
    }

    /// All entries whose keys start with this byte.
    pub(crate) fn entries(
        &self,
        kind: u8,
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> {
        self.db.scan_prefix([kind]).map(|entry| {
            let (key, first) = entry.map_err(failed(USING))?;
            let value = self.assemble(&key, &first)?;
            let value = value.ok_or(StoreError::Failed(
                "an entry of the index has lost a piece".into(),
            ))?;
            Ok((key.to_vec(), value))
        })
    }

    /// Entries of a kind whose keys are at least `from`.
    pub(crate) fn entries_from(
        &self,
        from: &[u8],
        kind: u8,
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> {
        let range = self.db.range(from.to_vec()..vec![kind + 1]);
        range.map(|entry| {
            let (key, first) = entry.map_err(failed(USING))?;
            Ok((key.to_vec(), first.get(1..).unwrap_or_default().to_vec()))
        })
    }

    /// Raw entries of every kind, for a snapshot.
    pub(crate) fn raw(&self) -> impl Iterator<Item = Result<(sled::IVec, sled::IVec), StoreError>> {
        self.db.iter().map(|entry| entry.map_err(failed(USING)))
    }

    /// How many further pieces the value under a key has.
    fn pieces_of(&self, key: &[u8]) -> u16 {
        self.pieces.read().get(key).copied().unwrap_or_default()
    }

    /// Begins to change the index.
    pub(crate) fn change(&self) -> Change<'_> {
        Change { index: self }
    }

    /// Writes everything to the disk, and syncs it: sled itself does not on Linux, so the file is opened once more.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        let syncing = failed("sync the index");
        self.db.flush().map_err(failed(WRITING))?;
        std::fs::File::open(self.directory.join("db"))
            .and_then(|file| file.sync_all())
            .map_err(syncing)
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.db.is_empty()
    }

    /// Bytes on disk.
    pub(crate) fn bytes(&self) -> u64 {
        self.db.size_on_disk().unwrap_or_default()
    }

    /// Files outside the main one; there must be none.
    pub(crate) fn blob_files(&self) -> u64 {
        std::fs::read_dir(self.directory.join("blobs")).map_or(0, |files| files.count() as u64)
    }
}

/// Changes to the index. Each key is an operation of its own: while sled applies a batch nobody can read, and every
/// accepted event is looked up here for its duplicates. Only a value in pieces needs a batch. What a crash cuts off
/// is applied anew from the journal, for the position that the index names is written last.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    index: &'a Index,
}

impl Change<'_> {
    /// Puts a value under a key.
    pub(crate) fn put(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let had = self.index.pieces_of(key);
        if value.len() < PIECE && had == 0 {
            return self.insert(key, &[&[WHOLE], value].concat());
        }
        self.put_pieces(key, value, had)
    }

    fn put_pieces(&self, key: &[u8], value: &[u8], had: u16) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        let mut further = 0;
        if value.len() < PIECE {
            batch.insert(key, [&[WHOLE], value].concat());
        } else {
            let (head, rest) = value.split_at(PIECE);
            for piece in rest.chunks(PIECE) {
                batch.insert(piece_key(key, further), piece);
                further += 1;
            }
            let checksum = crc32fast::hash(value).to_le_bytes();
            let [low, high] = further.to_le_bytes();
            batch.insert(key, [&[PIECES, low, high], &checksum[..], head].concat());
        }
        for number in further..had {
            batch.remove(piece_key(key, number));
        }
        self.apply(key, batch, further)
    }

    /// Removes what stands under a key.
    pub(crate) fn remove(&self, key: &[u8]) -> Result<(), StoreError> {
        let had = self.index.pieces_of(key);
        if had == 0 {
            let removed = self.index.db.remove(key);
            return removed.map(drop).map_err(failed(WRITING));
        }
        let mut batch = sled::Batch::default();
        batch.remove(key);
        for number in 0..had {
            batch.remove(piece_key(key, number));
        }
        self.apply(key, batch, 0)
    }

    /// Applies a batch after which the key has so many further pieces.
    fn apply(&self, key: &[u8], batch: sled::Batch, further: u16) -> Result<(), StoreError> {
        let mut pieces = self.index.pieces.write();
        if further > 0 {
            pieces.insert(key.to_vec(), further);
        } else {
            pieces.remove(key);
        }
        drop(pieces);
        self.index.filter.add(key);
        let applied = self.index.db.apply_batch(batch);
        applied.map_err(failed(WRITING))
    }

    /// Puts an entry as it came from [`Index::raw`].
    pub(crate) fn put_raw(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        if let Some((&PIECE_KEY, [rest @ .., _, _])) = key.split_first() {
            *self.index.pieces.write().entry(rest.to_vec()).or_insert(0) += 1;
        }
        self.insert(key, value)
    }

    /// Ends the change: from now on the index holds the journal up to there.
    pub(crate) fn finish(self, applied: &Applied) -> Result<(), StoreError> {
        let applied = minicbor::to_vec(applied).map_err(failed(USING))?;
        self.insert(APPLIED, &applied)
    }

    fn insert(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.index.filter.add(key);
        let inserted = self.index.db.insert(key, value);
        inserted.map(drop).map_err(failed(WRITING))
    }
}

fn piece_key(key: &[u8], number: u16) -> Vec<u8> {
    let mut piece = Vec::with_capacity(key.len() + 3);
    piece.push(PIECE_KEY);
    piece.extend_from_slice(key);
    piece.extend_from_slice(&number.to_be_bytes());
    piece
}

/// A crash while sled writes a snapshot leaves a half one, and sled then does not open. The one before is still
/// there, so the half one is moved aside.
fn quarantine_half_snapshots(directory: &Path) -> std::io::Result<()> {
    if !directory.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            tracing::warn!(file = %path.display(), "moved aside a snapshot of sled that was never finished");
            std::fs::rename(&path, directory.join(format!("half-written.{name}")))?;
        }
    }
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_sled_does_by_itself_stands_behind_turns() {
        let directory = tempfile::tempdir().unwrap();
        let index = Index::open(directory.path(), 1 << 20).unwrap();
        let change = index.change();
        change.put(b"key", b"value").unwrap();
        change
            .finish(&Applied {
                position: 0,
                last: None,
            })
            .unwrap();
        index.sync().unwrap();
        let threads = std::fs::read_dir("/proc/self/task").unwrap();
        let stats = threads
            .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("stat")).ok());
        let nice: Vec<String> = stats
            .filter_map(|stat| {
                let (name, fields) = stat.rsplit_once(") ")?;
                let sled = name.contains("(sled-io") || name.contains("(log flusher");
                // The nice value is the 19th field.
                sled.then(|| fields.split(' ').nth(16).map(str::to_owned))?
            })
            .collect();
        // Other tests of this process may have started more of them under load.
        let behind = nice.iter().filter(|nice| *nice == "10").count();
        assert!(behind > 2, "{nice:?}");
    }
}
