//! The journal, read as entries in order.

use std::sync::Arc;

use crate::error::damaged;
use crate::journal::{Scan, open_body};
use crate::shared::Shared;
use crate::{JournalEntry, StoreError};

/// Entries of the journal in order.
pub(crate) struct Entries {
    /// `None` after an error.
    scan: Option<Scan>,
    shared: Arc<Shared>,
}

impl Entries {
    /// The entries that `scan` finds.
    pub(crate) fn new(scan: Scan, shared: Arc<Shared>) -> Self {
        Self {
            scan: Some(scan),
            shared,
        }
    }

    fn read(&mut self) -> Result<Option<JournalEntry>, StoreError> {
        let Some(scan) = &mut self.scan else {
            return Ok(None);
        };
        let Some(raw) = scan.next()? else {
            return Ok(None);
        };
        let bad = |detail: String| {
            damaged(
                self.shared.segments.directory(),
                raw.header.position,
                detail,
            )
        };
        if jackfield_core::Digest::of(&raw.body) != raw.header.body_digest {
            return Err(bad("the body does not match its digest".to_owned()));
        }
        let entry = open_body(&self.shared.keys, &raw.header, &raw.body).map_err(bad)?;
        Ok(Some(JournalEntry {
            header: raw.header.public(raw.hash),
            entry,
        }))
    }
}

impl Iterator for Entries {
    type Item = Result<JournalEntry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.read().transpose();
        if !matches!(item, Some(Ok(_))) {
            self.scan = None;
        }
        item
    }
}
