//! Reads the journal of a data directory that a host may be writing: nothing is locked, made or changed.

mod records;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use jackfield_core::{Position, SessionId, TenantId};

use crate::disk::{Disk, ReadOnlyDisk};
use crate::error::damaged;
use crate::journal::{Header, Raw, Scan, Segments, open_body};
use crate::keys::Keyring;
use crate::recovery::check_format;
use crate::{Entry, JournalEntry, Options, RecordKind, StoreError, StoredTurn};

pub use records::{Opener, Records, Sealed};

/// A broken record where somebody writes is read so many times anew before it counts as broken.
const LOOKS: u32 = 5;

/// A journal, beside the host that writes it. The last of its records may not be durable yet.
#[derive(Debug)]
pub struct JournalReader {
    disk: Arc<dyn Disk>,
    options: Options,
}

impl JournalReader {
    /// Finds the journal of a data directory.
    ///
    /// # Errors
    /// [`StoreError::NoData`] when there is none, [`StoreError::Failed`], [`StoreError::TooNew`], [`StoreError::Damaged`].
    pub fn open(options: Options) -> Result<Self, StoreError> {
        if !options.directory.join("journal").is_dir() {
            return Err(StoreError::NoData(options.directory));
        }
        let disk = Arc::new(ReadOnlyDisk);
        check_format(&*disk, &options.directory)?;
        Ok(Self { disk, options })
    }

    /// The newest `count` records, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Failed`].
    pub fn last(&self, count: usize) -> Result<Vec<JournalEntry>, StoreError> {
        let mut last = VecDeque::new();
        self.scan(|raw| {
            last.push_back(raw);
            if last.len() > count {
                last.pop_front();
            }
        })?;
        let keys = self.keys()?;
        let entries = last.into_iter().map(|raw| {
            let entry = self.body(&keys, &raw)?;
            let header = raw.header.public(raw.hash);
            Ok(JournalEntry { header, entry })
        });
        entries.collect()
    }

    /// All turns of a session, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Erased`], [`StoreError::Damaged`], [`StoreError::Failed`].
    pub fn turns(
        &self,
        tenant: &TenantId,
        session: SessionId,
    ) -> Result<Vec<StoredTurn>, StoreError> {
        let wanted = |header: &Header| {
            header.kind == RecordKind::Committed
                && header.session == session
                && header.tenant == *tenant
        };
        let mut records = Vec::new();
        self.scan(|raw| {
            if wanted(&raw.header) {
                records.push(raw);
            }
        })?;
        let keys = self.keys()?;
        let turns = records
            .into_iter()
            .filter_map(|raw| match self.body(&keys, &raw) {
                Ok(Entry::Committed(record)) => Some(Ok(StoredTurn {
                    position: Position(raw.header.position),
                    record: *record,
                })),
                Ok(Entry::Erased) => Some(Err(StoreError::Erased)),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            });
        turns.collect()
    }

    /// Passes every record.
    fn scan(&self, mut pass: impl FnMut(Raw)) -> Result<(), StoreError> {
        let segments = Segments::open(
            self.disk.clone(),
            self.directory(),
            self.options.segment_bytes,
        )?;
        let segments = Arc::new(segments);
        let mut looks = 0;
        let mut scan = Scan::new(segments.clone(), segments.start(), u64::MAX);
        loop {
            match scan.next() {
                Ok(Some(raw)) => {
                    looks = 0;
                    pass(raw);
                }
                Ok(None) => return Ok(()),
                // What was read while it was written looks broken beside what was written since.
                Err(StoreError::Damaged { .. }) if looks < LOOKS => {
                    looks += 1;
                    scan = Scan::new(segments.clone(), scan.position(), u64::MAX);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The keys of all contacts that have records by now: they are read after the records.
    fn keys(&self) -> Result<Keyring, StoreError> {
        let directory = self.options.directory.join("keys");
        Keyring::open(&*self.disk, &directory, self.options.master_key.as_deref())
    }

    fn body(&self, keys: &Keyring, raw: &Raw) -> Result<Entry, StoreError> {
        let Header {
            tenant, contact, ..
        } = &raw.header;
        keys.was_taken(tenant, *contact);
        open_body(keys, &raw.header, &raw.body)
            .map_err(|detail| damaged(&self.directory(), raw.header.position, detail))
    }

    fn directory(&self) -> PathBuf {
        self.options.directory.join("journal")
    }
}
