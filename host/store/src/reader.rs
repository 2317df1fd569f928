//! Reads the journal of a data directory that a host may be writing: nothing is locked, made or changed.

mod records;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use jackfield_core::{Digest, Position, SessionId, TenantId};

use crate::checkpoint::NO_HASH;
use crate::disk::{Disk, ReadOnlyDisk};
use crate::error::{damaged, failed};
use crate::journal::{Header, Raw, Scan, Segments, open_body};
use crate::keys::Keyring;
use crate::recovery::check_format;
use crate::{
    Entry, JournalEntry, JournalHead, Options, RecordKind, StoreError, StoredTurn, Verified,
};

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
        let journal = options.directory.join("journal");
        if !journal.is_dir() {
            return Err(StoreError::NoData(journal));
        }
        there(options.directory.join("format"))?;
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
            Ok(())
        })?;
        self.entries(last)
    }

    /// All that operators and the host decided, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Failed`].
    pub fn decisions(&self) -> Result<Vec<JournalEntry>, StoreError> {
        let mut decisions = Vec::new();
        self.scan(|raw| {
            if raw.header.kind == RecordKind::Admin {
                decisions.push(raw);
            }
            Ok(())
        })?;
        self.entries(decisions)
    }

    /// Walks the whole journal: every record has the checksum and the body that its header says, and continues the chain,
    /// from the very first record on. With `kept`, that record must be among them, so that an end that was cut off and a
    /// journal that was written anew are noticed too. It takes no keys.
    ///
    /// A record that was cut short at the very end is not counted, for it looks like one that is just being written.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first place where something does not fit, [`StoreError::Failed`].
    pub fn verify(&self, kept: Option<JournalHead>) -> Result<Verified, StoreError> {
        let mut found = Verified::default();
        let mut contained = false;
        self.scan(|raw| {
            let chain = found.head.map_or(NO_HASH, |head| head.hash);
            if raw.header.previous_hash != chain {
                return Err("the record does not continue the chain".to_owned());
            }
            if Digest::of(&raw.body) != raw.header.body_digest {
                return Err("the body does not match its digest".to_owned());
            }
            let head = JournalHead {
                position: Position(raw.header.position),
                hash: raw.hash,
            };
            if kept.is_some_and(|kept| kept.position == head.position) {
                contained = kept == Some(head);
                if !contained {
                    return Err("another record stands here than the one that was kept".to_owned());
                }
            }
            found.records += 1;
            found.decisions += u64::from(raw.header.kind == RecordKind::Admin);
            found.head = Some(head);
            Ok(())
        })?;
        match kept {
            Some(kept) if !contained => {
                let end = found.head.map_or("nothing".to_owned(), |head| {
                    format!("the record at {}", head.position)
                });
                let detail = format!(
                    "the record that was kept is not in the journal, which ends with {end}"
                );
                Err(damaged(&self.directory(), kept.position.0, detail))
            }
            _ => Ok(found),
        }
    }

    fn entries(
        &self,
        records: impl IntoIterator<Item = Raw>,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        let keys = self.keys()?;
        let entries = records.into_iter().map(|raw| {
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
            Ok(())
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

    /// Passes every record, until one is refused.
    fn scan(&self, mut pass: impl FnMut(Raw) -> Result<(), String>) -> Result<(), StoreError> {
        let segments = self.segments()?;
        let mut looks = 0;
        let mut scan = Scan::new(segments.clone(), segments.start(), u64::MAX);
        loop {
            match scan.next() {
                Ok(Some(raw)) => {
                    looks = 0;
                    let position = raw.header.position;
                    pass(raw).map_err(|detail| segments.damaged(position, &detail))?;
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

    /// The journal's files. Whoever opens those of a host makes the first, and a reader may not.
    fn segments(&self) -> Result<Arc<Segments>, StoreError> {
        let directory = self.directory();
        let names = self
            .disk
            .list(&directory)
            .map_err(failed("open the journal"))?;
        if !names.iter().any(|name| name.ends_with(".jnl")) {
            return Err(StoreError::NoData(directory.join("*.jnl")));
        }
        let bytes = self.options.segment_bytes;
        Segments::open(self.disk.clone(), directory, bytes).map(Arc::new)
    }

    /// The keys of all contacts that have records by now: they are read after the records.
    fn keys(&self) -> Result<Keyring, StoreError> {
        let directory = self.options.directory.join("keys");
        if self.options.master_key.is_none() {
            there(directory.join("master.key"))?;
        }
        there(directory.join("contacts.keys"))?;
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

/// Sees that a file is there and has something in it: a host makes those that are missing, and a reader may not.
fn there(file: PathBuf) -> Result<(), StoreError> {
    match std::fs::metadata(&file) {
        Ok(found) if found.len() > 0 => Ok(()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::Failed(
            format!("cannot read {}: {error}", file.display()).into(),
        )),
        _ => Err(StoreError::NoData(file)),
    }
}
