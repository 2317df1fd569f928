//! What operators decide: written to the journal, and found there again.

use std::sync::Arc;

use jackfield_core::{ApiKey, ContactId, KeyChange, Position, SessionId, Taught, TenantId};

use crate::error::damaged;
use crate::image::cbor;
use crate::journal::{Header, Scan, open_body, seal_body};
use crate::overlay::Interrupt;
use crate::shared::Shared;
use crate::state::State;
use crate::{Admin, Decisions, JournalEntry, RecordKind, StoreError, Ticket};

/// Bytes of the journal that are looked through at once.
const STRETCH: u64 = 64 * 1024 * 1024;

impl Shared {
    /// Appends a decision that concerns no contact.
    pub(crate) fn decide(
        &self,
        state: &mut State,
        tenant: &TenantId,
        at: u64,
        admin: &Admin,
    ) -> Result<Ticket, StoreError> {
        let session = SessionId::from_bytes([0; 16]);
        let contact = ContactId::from_bytes([0; 16]);
        let mut header = Header::new(RecordKind::Admin, tenant, session, contact);
        header.at = at;
        let body = seal_body(&mut header, self.keys.host(), &cbor(admin)?)?;
        let (_, end) = self.append(state, Self::draft(header, body));
        Ok(self.ticket(end))
    }

    /// Makes or revokes an API key.
    pub(crate) fn change_api_key(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        change: KeyChange,
    ) -> Result<(Arc<ApiKey>, Ticket), StoreError> {
        self.check()?;
        self.transact(|state, _| {
            let none = Default::default();
            let keys = state.api_keys(tenant).unwrap_or(&none);
            let done = change.clone().among(keys, at);
            let done = done.map_err(|why| Interrupt::Store(StoreError::ImpossibleKey(why)))?;
            let admin = Admin::KeyChanged {
                by: by.to_owned(),
                event: done.event,
                after: Box::new(done.after.clone()),
                forgotten: done.forgotten.clone(),
            };
            let ticket = self.decide(state, tenant, at, &admin)?;
            let key = Arc::new(done.after);
            state.key_changed(tenant, Arc::clone(&key), done.forgotten.as_ref());
            Ok((key, ticket))
        })
    }

    /// Notes that something was taught.
    pub(crate) fn note_taught(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        published: Taught,
    ) -> Result<Ticket, StoreError> {
        self.check()?;
        let by = by.to_owned();
        let admin = Admin::Taught { by, published };
        self.transact(|state, _| Ok(self.decide(state, tenant, at, &admin)?))
    }

    /// Decisions in a tenant after a record.
    pub(crate) fn decisions(
        &self,
        tenant: &TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Decisions, StoreError> {
        self.check()?;
        let begin = after.map_or(0, |after| after.0).max(self.segments.start());
        let mut scan = Scan::new(self.segments.clone(), begin, self.progress.durable());
        let mut found = Decisions::default();
        let mut last = None;
        while found.records.len() < limit && scan.position() < begin.saturating_add(STRETCH) {
            let Some(raw) = scan.next()? else {
                return Ok(found);
            };
            let header = &raw.header;
            let position = Position(header.position);
            last = Some(position);
            if header.kind != RecordKind::Admin || header.tenant != *tenant || after == last {
                continue;
            }
            let bad = |detail| damaged(self.segments.directory(), position.0, detail);
            let entry = open_body(&self.keys, header, &raw.body).map_err(bad)?;
            let header = header.public(raw.hash);
            found.records.push(JournalEntry { header, entry });
        }
        let more = scan.position() < self.progress.durable();
        found.more_after = last.filter(|_| more);
        Ok(found)
    }
}
