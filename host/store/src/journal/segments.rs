//! Segment files: `<position of the first byte, 20 digits>.jnl`, together one logical file.
//!
//! A segment is filled with zeros and made durable before it gets its name, so that a sync of the journal writes
//! data only: a sync that changes a file's length must wait for whatever else the file system has to commit. A
//! record may begin in one segment and end in the next. Behind the last record there are zeros.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Mutex, RwLock};

use super::header::{self, HEADER, Header};
use crate::StoreError;
use crate::disk::{Disk, File, Open, PIECE, write_gently};
use crate::error::{damaged, failed};

/// So many segments at the end are kept open: the one that is written, and its successor.
const KEPT_OPEN: usize = 2;
/// Name of a segment in the making.
const UNFINISHED: &str = "next.unfinished";

/// The files of a journal.
#[derive(Debug)]
pub(crate) struct Segments {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
    /// Length of a new segment, bytes.
    bytes: u64,
    list: RwLock<Vec<Segment>>,
    /// Held while a segment is made.
    making: Mutex<()>,
    /// Somebody waits for a segment.
    urgent: AtomicBool,
}

#[derive(Debug, Clone)]
struct Segment {
    base: u64,
    /// Length.
    bytes: u64,
    /// Others than the last are opened when they are read.
    file: Option<Arc<dyn File>>,
}

/// Part of the journal that stands in one segment.
struct Piece {
    file: Arc<dyn File>,
    /// Where in the file.
    offset: u64,
    /// Bytes up to the end of the segment.
    bytes: u64,
}

impl Segments {
    /// Finds the segments in `directory`; makes the first where there is none. New ones have `bytes` bytes.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        directory: PathBuf,
        bytes: u64,
    ) -> Result<Self, StoreError> {
        let opening = failed("open the journal");
        disk.create_dir(&directory).map_err(&opening)?;
        let names = disk.list(&directory).map_err(&opening)?;
        let base = |name: &String| name.strip_suffix(".jnl")?.parse::<u64>().ok();
        let mut bases: Vec<u64> = names.iter().filter_map(base).collect();
        bases.sort_unstable();
        let mut list = Vec::with_capacity(bases.len());
        for (index, base) in bases.iter().enumerate() {
            let path = directory.join(name(*base));
            let file = disk.open(&path, Open::Existing).map_err(&opening)?;
            let bytes = file.len().map_err(&opening)?;
            let next = bases.get(index + 1);
            if next.is_some_and(|next| base.checked_add(bytes) != Some(*next)) {
                let detail = "the segment ends early or its successor is missing";
                return Err(damaged(&path, bytes, detail.into()));
            }
            let file = (index + KEPT_OPEN >= bases.len()).then_some(file);
            list.push(Segment {
                base: *base,
                bytes,
                file,
            });
        }
        let segments = Self {
            disk,
            directory,
            bytes,
            list: RwLock::new(list),
            making: Mutex::default(),
            urgent: AtomicBool::new(false),
        };
        segments.reach(1)?;
        Ok(segments)
    }

    /// Makes segments until there is room for everything before `end`, at once.
    pub(crate) fn reach(&self, end: u64) -> Result<(), StoreError> {
        if self.room() >= end {
            return Ok(());
        }
        self.urgent.store(true, Ordering::Relaxed);
        let reached = self.prepare(end);
        self.urgent.store(false, Ordering::Relaxed);
        reached
    }

    /// The same, at leisure unless somebody [waits](Self::reach) for it.
    pub(crate) fn prepare(&self, end: u64) -> Result<(), StoreError> {
        while self.room() < end {
            let making = self.making.lock();
            let base = self.room();
            if base < end {
                self.make(base)
                    .map_err(failed("begin a segment of the journal"))?;
            }
            drop(making);
        }
        Ok(())
    }

    /// Where the last segment ends.
    pub(crate) fn room(&self) -> u64 {
        let list = self.list.read();
        list.last().map_or(0, |last| last.base + last.bytes)
    }

    fn make(&self, base: u64) -> std::io::Result<()> {
        let unfinished = self.directory.join(UNFINISHED);
        let file = self.disk.open(&unfinished, Open::OrCreate)?;
        file.set_len(0)?;
        let zeros = vec![0; PIECE.min(usize::try_from(self.bytes).unwrap_or(PIECE))];
        let mut written = 0;
        while written < self.bytes {
            let piece = zeros.len().min((self.bytes - written) as usize);
            let hurry = self.urgent.load(Ordering::Relaxed);
            let zeros = zeros.get(..piece).unwrap_or(&zeros);
            write_gently(&*file, zeros, written, hurry)?;
            written += piece as u64;
        }
        let path = self.directory.join(name(base));
        self.disk.rename(&unfinished, &path)?;
        self.disk.sync_dir(&self.directory)?;
        let mut list = self.list.write();
        list.push(Segment {
            base,
            bytes: self.bytes,
            file: Some(file),
        });
        let closed = list.len().saturating_sub(KEPT_OPEN);
        list.iter_mut()
            .take(closed)
            .for_each(|segment| segment.file = None);
        Ok(())
    }

    /// The first position.
    pub(crate) fn start(&self) -> u64 {
        self.list.read().first().map_or(0, |first| first.base)
    }

    /// What of the journal stands at `position` in one segment; `None` behind the last.
    fn piece(&self, position: u64) -> Result<Option<Piece>, StoreError> {
        let list = self.list.read();
        let after = list.partition_point(|segment| segment.base <= position);
        let found = after.checked_sub(1).and_then(|index| list.get(index));
        let Some(Segment { base, bytes, file }) = found.cloned() else {
            let detail = "the journal does not reach back so far";
            return Err(damaged(&self.directory, position, detail.into()));
        };
        drop(list);
        if position >= base + bytes {
            return Ok(None);
        }
        let opening = |_| {
            let path = self.directory.join(name(base));
            self.disk.open(&path, Open::Existing)
        };
        let file = file
            .ok_or(())
            .or_else(opening)
            .map_err(failed("open a segment of the journal"))?;
        let offset = position - base;
        Ok(Some(Piece {
            file,
            offset,
            bytes: bytes - offset,
        }))
    }

    /// Reads from `position` on. Gives back how many bytes there were; fewer only behind the last segment.
    pub(crate) fn read(&self, position: u64, buffer: &mut [u8]) -> Result<usize, StoreError> {
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty())
            && let Some(piece) = self.piece(position + done as u64)?
        {
            let wanted = rest
                .len()
                .min(usize::try_from(piece.bytes).unwrap_or(usize::MAX));
            let part = rest.get_mut(..wanted).unwrap_or_default();
            let read = piece.file.read_at(part, piece.offset);
            let read = read.map_err(failed("read the journal"))?;
            done += read;
            if read < wanted {
                return Err(self.damaged(position + done as u64, "the segment was cut short"));
            }
        }
        Ok(done)
    }

    /// Writes at `position`, where there must be room. It is durable after a [`sync`](Self::sync).
    pub(crate) fn write(&self, position: u64, mut bytes: &[u8]) -> Result<(), StoreError> {
        let mut position = position;
        while !bytes.is_empty() {
            let Some(piece) = self.piece(position)? else {
                return Err(self.damaged(position, "there is no room for the record"));
            };
            let fits = bytes
                .len()
                .min(usize::try_from(piece.bytes).unwrap_or(usize::MAX));
            let (part, rest) = bytes.split_at(fits);
            let written = piece.file.write_at(part, piece.offset);
            written.map_err(failed("write the journal"))?;
            position += part.len() as u64;
            bytes = rest;
        }
        Ok(())
    }

    /// Makes everything from `start` to `end` durable.
    pub(crate) fn sync(&self, start: u64, end: u64) -> Result<(), StoreError> {
        let mut position = start;
        while position < end
            && let Some(piece) = self.piece(position)?
        {
            piece.file.sync().map_err(failed("sync the journal"))?;
            position += piece.bytes;
        }
        Ok(())
    }

    /// Puts zeros where something else stands behind `end`, durably. Gives back where the last of it ended.
    pub(crate) fn wipe(&self, end: u64) -> Result<Option<u64>, StoreError> {
        let mut buffer = vec![0; PIECE];
        let zeros = vec![0; PIECE];
        let (mut position, mut wiped) = (end, None);
        loop {
            let read = self.read(position, &mut buffer)?;
            let found = buffer.get(..read).unwrap_or_default();
            if found.is_empty() {
                break;
            }
            let blank = zeros.get(..read).unwrap_or_default();
            if found != blank {
                self.write(position, blank)?;
                self.sync(position, position + read as u64)?;
                let last = found
                    .iter()
                    .rposition(|byte| *byte != 0)
                    .unwrap_or_default();
                wiped = Some(position + last as u64 + 1);
            }
            position += read as u64;
        }
        Ok(wiped)
    }

    /// Reads the header at `position`; its checksum is not checked.
    pub(crate) fn header(&self, position: u64) -> Result<Header, StoreError> {
        self.check(position, &self.read_header(position)?)
    }

    /// Reads the record at `position`: its header, the header's hash and the sealed body.
    pub(crate) fn record(&self, position: u64) -> Result<super::Raw, StoreError> {
        let bytes = self.read_header(position)?;
        let header = self.check(position, &bytes)?;
        let mut body = vec![0; header.body_bytes as usize];
        if self.read(position + HEADER as u64, &mut body)? < body.len() {
            return Err(self.damaged(position, "the record is cut off"));
        }
        if !header::verify(&bytes, &body) {
            return Err(self.damaged(position, "the record does not match its checksum"));
        }
        Ok(super::Raw {
            hash: header::hash(&bytes),
            header,
            body,
        })
    }

    fn read_header(&self, position: u64) -> Result<[u8; HEADER], StoreError> {
        let mut bytes = [0; HEADER];
        if self.read(position, &mut bytes)? < HEADER {
            return Err(self.damaged(position, "the record is cut off"));
        }
        Ok(bytes)
    }

    fn check(&self, position: u64, bytes: &[u8; HEADER]) -> Result<Header, StoreError> {
        match Header::decode(bytes) {
            Ok(header) if header.position == position => Ok(header),
            Ok(_) => Err(self.damaged(position, "the record belongs elsewhere")),
            Err(error) => Err(self.damaged(position, &error.to_string())),
        }
    }

    /// What is wrong at `position`, with file and offset.
    pub(crate) fn damaged(&self, position: u64, detail: &str) -> StoreError {
        let list = self.list.read();
        let after = list.partition_point(|segment| segment.base <= position);
        let base = after.checked_sub(1).and_then(|index| list.get(index));
        let base = base.map_or(0, |segment| segment.base);
        let path = self.directory.join(name(base));
        damaged(&path, position - base, detail.to_owned())
    }

    /// The directory of the segments.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}

fn name(base: u64) -> String {
    format!("{base:020}.jnl")
}
