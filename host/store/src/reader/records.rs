//! Every record of the journal, in one pass. Records are passed on sealed, so that others may open them at the same time.

use std::sync::Arc;

use jackfield_core::Position;
use parking_lot::RwLock;

use super::{JournalReader, LOOKS};
use crate::journal::{Raw, Scan, Segments};
use crate::keys::Keyring;
use crate::{JournalEntry, RecordHeader, StoreError};

/// A record whose body is still sealed.
#[derive(Debug)]
pub struct Sealed {
    raw: Raw,
}

impl Sealed {
    /// What stands before the body.
    pub fn header(&self) -> RecordHeader {
        self.raw.header.public(self.raw.hash)
    }
}

/// Records of a journal in order.
#[derive(Debug)]
pub struct Records {
    segments: Arc<Segments>,
    scan: Scan,
}

/// Opens records. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Opener {
    reader: Arc<JournalReader>,
    segments: Arc<Segments>,
    keys: Arc<RwLock<Arc<Keyring>>>,
}

impl JournalReader {
    /// Every record from the first on, and what opens them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Failed`].
    pub fn records(self: Arc<Self>) -> Result<(Records, Opener), StoreError> {
        let segments = self.segments()?;
        let scan = Scan::new(Arc::clone(&segments), segments.start(), u64::MAX);
        let opener = Opener {
            keys: Arc::new(RwLock::new(Arc::new(self.keys()?))),
            segments: Arc::clone(&segments),
            reader: self,
        };
        Ok((Records { segments, scan }, opener))
    }
}

impl Iterator for Records {
    type Item = Result<Sealed, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut looks = 0;
        loop {
            match self.scan.next() {
                Ok(raw) => return raw.map(|raw| Ok(Sealed { raw })),
                // What was read while it was written looks broken beside what was written since.
                Err(StoreError::Damaged { .. }) if looks < LOOKS => {
                    looks += 1;
                    let position = self.scan.position();
                    self.scan = Scan::new(Arc::clone(&self.segments), position, u64::MAX);
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Opener {
    /// Opens a record.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Failed`].
    pub fn open(&self, record: &Sealed) -> Result<JournalEntry, StoreError> {
        let raw = &record.raw;
        let keys = Arc::clone(&self.keys.read());
        let entry = match self.reader.body(&keys, raw) {
            Ok(entry) => entry,
            // A contact that is newer than the keys as they were read.
            Err(_) => {
                let keys = Arc::new(self.reader.keys()?);
                *self.keys.write() = Arc::clone(&keys);
                self.reader.body(&keys, raw)?
            }
        };
        let header = record.header();
        Ok(JournalEntry { header, entry })
    }

    /// Reads the record at a position and opens it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when no record starts there any more, [`StoreError::Failed`].
    pub fn at(&self, position: Position) -> Result<JournalEntry, StoreError> {
        let Position(position) = position;
        let raw = self.segments.record(position)?;
        self.open(&Sealed { raw })
    }
}
