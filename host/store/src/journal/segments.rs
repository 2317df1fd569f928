//! Segment files: `<position of the first byte, 20 digits>.jnl`, together one logical file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;

use super::header::{self, HEADER, Header};
use crate::StoreError;
use crate::disk::{Disk, File, Open};
use crate::error::{damaged, failed};

/// The files of a journal.
#[derive(Debug)]
pub(crate) struct Segments {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
    list: RwLock<Vec<Segment>>,
}

#[derive(Debug, Clone)]
struct Segment {
    base: u64,
    /// Open only while it is the last; others are opened when they are read.
    file: Option<Arc<dyn File>>,
    /// Length, of all but the last.
    bytes: u64,
}

/// A segment to read from.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Position of its first byte.
    pub(crate) base: u64,
    pub(crate) file: Arc<dyn File>,
    /// Its length; `None` while it is the last, and may grow.
    pub(crate) bytes: Option<u64>,
}

impl Segments {
    /// Finds the segments in `directory`; makes the first where there is none.
    pub(crate) fn open(disk: Arc<dyn Disk>, directory: PathBuf) -> Result<Self, StoreError> {
        let opening = failed("open the journal");
        disk.create_dir(&directory).map_err(&opening)?;
        let names = disk.list(&directory).map_err(&opening)?;
        let base = |name: &String| name.strip_suffix(".jnl")?.parse::<u64>().ok();
        let mut bases: Vec<u64> = names.iter().filter_map(base).collect();
        bases.sort_unstable();
        let segments = Self {
            disk,
            directory,
            list: RwLock::default(),
        };
        for (index, base) in bases.iter().enumerate() {
            let path = segments.path(*base);
            let file = segments
                .disk
                .open(&path, Open::Existing)
                .map_err(&opening)?;
            let bytes = file.len().map_err(&opening)?;
            let next = bases.get(index + 1);
            if next.is_some_and(|next| base.checked_add(bytes) != Some(*next)) {
                return Err(damaged(
                    &path,
                    bytes,
                    "the segment ends early or its successor is missing".into(),
                ));
            }
            let file = next.is_none().then_some(file);
            segments.list.write().push(Segment {
                base: *base,
                file,
                bytes,
            });
        }
        if bases.is_empty() {
            segments.add(0).map_err(&opening)?;
        }
        Ok(segments)
    }

    /// The file of the segment that starts at `base`.
    pub(crate) fn path(&self, base: u64) -> PathBuf {
        self.directory.join(format!("{base:020}.jnl"))
    }

    /// Begins a new last segment, durably.
    pub(crate) fn add(&self, base: u64) -> std::io::Result<Arc<dyn File>> {
        let file = self.disk.open(&self.path(base), Open::OrCreate)?;
        self.disk.sync_dir(&self.directory)?;
        let mut list = self.list.write();
        if let Some(last) = list.last_mut() {
            last.bytes = base - last.base;
            last.file = None;
        }
        list.push(Segment {
            base,
            file: Some(file.clone()),
            bytes: 0,
        });
        Ok(file)
    }

    /// Base and file of the last segment.
    pub(crate) fn last(&self) -> Option<(u64, Arc<dyn File>)> {
        let list = self.list.read();
        let last = list.last()?;
        Some((last.base, last.file.clone()?))
    }

    /// The first position.
    pub(crate) fn start(&self) -> u64 {
        self.list.read().first().map_or(0, |first| first.base)
    }

    /// The segment that holds `position`.
    pub(crate) fn at(&self, position: u64) -> Result<Place, StoreError> {
        let list = self.list.read();
        let after = list.partition_point(|segment| segment.base <= position);
        let found = after.checked_sub(1).and_then(|index| list.get(index));
        let Some(Segment { base, file, bytes }) = found.cloned() else {
            return Err(damaged(
                &self.directory,
                position,
                "the journal does not reach back so far".into(),
            ));
        };
        drop(list);
        match file {
            Some(file) => Ok(Place {
                base,
                file,
                bytes: None,
            }),
            None => {
                let opened = self.disk.open(&self.path(base), Open::Existing);
                let file = opened.map_err(failed("open a segment of the journal"))?;
                Ok(Place {
                    base,
                    file,
                    bytes: Some(bytes),
                })
            }
        }
    }

    /// Reads the header at `position`, unchecked.
    pub(crate) fn header(&self, position: u64) -> Result<Header, StoreError> {
        let Place { base, file, .. } = self.at(position)?;
        let bytes = self.read_header(&*file, base, position)?;
        self.check(base, position, &bytes)
    }

    /// Reads the record at `position`: its header, the header's hash and the sealed body.
    pub(crate) fn record(&self, position: u64) -> Result<super::Raw, StoreError> {
        let Place { base, file, .. } = self.at(position)?;
        let bytes = self.read_header(&*file, base, position)?;
        let header = self.check(base, position, &bytes)?;
        let offset = position - base;
        let body =
            crate::disk::read_exact(&*file, offset + HEADER as u64, header.body_bytes as usize)
                .map_err(|error| damaged(&self.path(base), offset, error.to_string()))?;
        if !header::verify(&bytes, &body) {
            return Err(damaged(
                &self.path(base),
                offset,
                "the record does not match its checksum".into(),
            ));
        }
        Ok(super::Raw {
            hash: header::hash(&bytes),
            header,
            body,
        })
    }

    fn read_header(
        &self,
        file: &dyn File,
        base: u64,
        position: u64,
    ) -> Result<[u8; HEADER], StoreError> {
        let mut bytes = [0; HEADER];
        match file.read_at(&mut bytes, position - base) {
            Ok(HEADER) => Ok(bytes),
            Ok(_) => Err(damaged(
                &self.path(base),
                position - base,
                "the record is cut off".into(),
            )),
            Err(error) => Err(failed("read the journal")(error)),
        }
    }

    fn check(&self, base: u64, position: u64, bytes: &[u8; HEADER]) -> Result<Header, StoreError> {
        let bad = |detail: String| damaged(&self.path(base), position - base, detail);
        let header = Header::decode(bytes).map_err(|error| bad(error.to_string()))?;
        if header.position == position {
            Ok(header)
        } else {
            Err(bad("the record belongs elsewhere".into()))
        }
    }

    /// The directory of the segments.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}
