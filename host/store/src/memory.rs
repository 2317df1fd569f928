//! The model: everything in plain maps, durable at once, gone with the process.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jackfield_core::{
    Accepted, Address, ApiKey, ContactId, Content, Decided, Digest, EntryId, Inbound, KeyChange,
    KeyId, NamedValue, Owner, PackChange, PackEntry, PackId, Position, Session, SessionId,
    StorageWrite, Taught, TenantId, TurnRecord,
};
use parking_lot::Mutex;

use crate::ticket::Progress;
use crate::{
    Acceptance, Admin, Committed, Decisions, DueTimer, Entry, JournalEntries, JournalEntry,
    OutboxItem, Pending, RecordHeader, RecordKind, StorageRead, StorageSnapshot, Store, StoreError,
    StoreStats, StoredTurn, Ticket,
};

/// A store without a disk, for tests and as the model that the real one is compared with.
#[derive(Debug, Default)]
pub struct MemoryStore {
    model: Mutex<Model>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on commits are not durable before [`release`](HeldCommits::release): for tests of who waits for it.
    pub fn hold_commits(&self) -> HeldCommits {
        let progress = Arc::new(Progress::default());
        self.model.lock().held = Some(progress.clone());
        HeldCommits(progress)
    }
}

/// Commits of a [`MemoryStore`] that are not durable yet.
#[derive(Debug)]
pub struct HeldCommits(Arc<Progress>);

impl HeldCommits {
    /// Makes them durable, and those that follow.
    pub fn release(self) {
        self.0.advance(1);
    }
}

type Key<T> = (TenantId, T);
/// Values, and the version of the last write.
type Versioned = (u64, BTreeMap<String, String>);

#[derive(Debug, Default)]
struct Model {
    journal: Vec<JournalEntry>,
    sessions: HashMap<Key<SessionId>, Arc<Session>>,
    addresses: HashMap<Key<Address>, (ContactId, SessionId)>,
    contacts: HashSet<Key<ContactId>>,
    erased: HashSet<ContactId>,
    seen: HashMap<(TenantId, String, String), (Position, SessionId, ContactId)>,
    pending: BTreeMap<Position, Pending>,
    outbox: BTreeMap<(Position, EntryId), OutboxItem>,
    storage: HashMap<(TenantId, PackId, ContactId), Versioned>,
    packs: BTreeMap<(TenantId, PackId), Arc<PackEntry>>,
    api_keys: HashMap<TenantId, BTreeMap<KeyId, Arc<ApiKey>>>,
    counters: HashMap<Key<PackId>, BTreeMap<String, i64>>,
    attributes: HashMap<Key<ContactId>, BTreeMap<String, NamedValue>>,
    duplicates: u64,
    /// What the tickets of commits wait for.
    held: Option<Arc<Progress>>,
}

impl Model {
    /// Appends an entry; positions count entries.
    fn append(
        &mut self,
        tenant: &TenantId,
        ids: (SessionId, ContactId),
        turn: u64,
        at: u64,
        entry: Entry,
    ) -> Position {
        let position = Position(self.journal.len() as u64);
        let kind = match &entry {
            Entry::Accepted(_) => RecordKind::Accepted,
            Entry::Started(_) => RecordKind::Started,
            Entry::Committed(_) => RecordKind::Committed,
            Entry::Admin(_) | Entry::Erased => RecordKind::Admin,
        };
        let previous_turn = (kind == RecordKind::Committed)
            .then(|| {
                self.committed(tenant, ids.0)
                    .last()
                    .map(|turn| turn.position)
            })
            .flatten();
        let header = RecordHeader {
            position,
            body_bytes: 0,
            kind,
            tenant: tenant.clone(),
            session: ids.0,
            contact: ids.1,
            turn,
            at,
            previous_turn,
            body_digest: Digest([0; 32]),
            previous_hash: self
                .journal
                .last()
                .map_or(Digest([0; 32]), |entry| entry.header.hash),
            hash: Digest::of(&position.0.to_be_bytes()),
        };
        self.journal.push(JournalEntry { header, entry });
        position
    }

    fn committed(&self, tenant: &TenantId, session: SessionId) -> impl Iterator<Item = StoredTurn> {
        self.journal
            .iter()
            .filter_map(move |JournalEntry { header, entry }| match entry {
                Entry::Committed(record)
                    if header.session == session && header.tenant == *tenant =>
                {
                    Some(StoredTurn {
                        position: header.position,
                        record: (**record).clone(),
                    })
                }
                _ => None,
            })
    }

    fn session(
        &self,
        tenant: &TenantId,
        id: SessionId,
    ) -> Result<Option<&Arc<Session>>, StoreError> {
        match self.sessions.get(&(tenant.clone(), id)) {
            Some(session) if self.erased.contains(&session.contact) => Err(StoreError::Erased),
            found => Ok(found),
        }
    }

    /// The contact of an address that was not erased, and its session.
    fn address(&self, tenant: &TenantId, address: &Address) -> Option<(ContactId, &Arc<Session>)> {
        let (contact, session) = self.addresses.get(&(tenant.clone(), address.clone()))?;
        let session = self.session(tenant, *session).ok()??;
        Some((*contact, session))
    }

    fn accept(
        &mut self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> Result<Acceptance, StoreError> {
        let seen = (
            tenant.clone(),
            inbound.address.channel.clone(),
            inbound.message_id.clone(),
        );
        if let Some(&(position, session, contact)) = self.seen.get(&seen) {
            self.duplicates += 1;
            return Ok(Acceptance {
                position,
                session,
                contact,
                duplicate: true,
                ticket: Ticket::ready(),
            });
        }
        let session = match session {
            Some(id) => self
                .session(tenant, id)?
                .ok_or(StoreError::UnknownSession)?
                .clone(),
            None => {
                let known = self.address(tenant, &inbound.address);
                match known {
                    Some((_, session)) if !session.closed => session.clone(),
                    _ => {
                        let contact = known.map(|(contact, _)| contact).unwrap_or_default();
                        Arc::new(Session::new(
                            SessionId::new(),
                            tenant.clone(),
                            contact,
                            inbound.address.clone(),
                        ))
                    }
                }
            }
        };
        match &inbound.content {
            Content::TimerDue { timer } if !self.armed(&session).contains(timer) => {
                return Err(StoreError::Stale("the timer is not set"));
            }
            Content::RequestAnswered { entry, .. } => {
                let open = self
                    .outbox
                    .iter()
                    .find(|((_, id), item)| id == entry && item.session == session.id);
                let key = open
                    .map(|(key, _)| *key)
                    .ok_or(StoreError::Stale("the request is not open"))?;
                self.outbox.remove(&key);
            }
            _ => {}
        }
        if !self.sessions.contains_key(&(tenant.clone(), session.id)) {
            self.contacts.insert((tenant.clone(), session.contact));
            self.addresses.insert(
                (tenant.clone(), inbound.address.clone()),
                (session.contact, session.id),
            );
            self.sessions
                .insert((tenant.clone(), session.id), session.clone());
        }
        let ids = (session.id, session.contact);
        let entry = Entry::Accepted(Box::new(inbound.clone()));
        let position = self.append(tenant, ids, 0, inbound.received_at, entry);
        self.seen
            .insert(seen, (position, session.id, session.contact));
        let Inbound {
            address,
            message_id,
            received_at,
            locale,
            content,
            sent_at: _,
        } = inbound;
        let (session, contact) = ids;
        let accepted = Accepted {
            position,
            session,
            contact,
            address,
            message_id,
            received_at,
            locale,
            content,
        };
        self.pending.insert(
            position,
            Pending {
                tenant: tenant.clone(),
                accepted,
                started: 0,
            },
        );
        Ok(Acceptance {
            position,
            session,
            contact,
            duplicate: false,
            ticket: Ticket::ready(),
        })
    }

    /// Timers of a session that may come due: the bot owns it, and they have not come due already.
    fn armed(&self, session: &Session) -> BTreeSet<u64> {
        if session.owner != Owner::Bot || session.closed || self.erased.contains(&session.contact) {
            return BTreeSet::new();
        }
        let came_due = |id: u64| {
            let fired = Content::TimerDue { timer: id };
            self.pending
                .values()
                .any(|p| p.accepted.session == session.id && p.accepted.content == fired)
        };
        session
            .timers
            .iter()
            .map(|timer| timer.id)
            .filter(|id| !came_due(*id))
            .collect()
    }

    fn all_due(&self) -> Vec<DueTimer> {
        let mut due: Vec<_> = self
            .sessions
            .values()
            .flat_map(|session| {
                let armed = self.armed(session);
                session
                    .timers
                    .iter()
                    .filter(move |timer| armed.contains(&timer.id))
                    .map(|timer| DueTimer {
                        tenant: session.tenant.clone(),
                        session: session.id,
                        address: session.address.clone(),
                        timer: timer.clone(),
                    })
            })
            .collect();
        due.sort_by_key(|due| (due.timer.due, due.session, due.timer.id));
        due
    }

    fn check_pending(&self, session: SessionId, handled: &[Position]) -> Result<(), StoreError> {
        let pending = |position| {
            self.pending
                .get(position)
                .is_some_and(|p| p.accepted.session == session)
        };
        if handled.iter().all(pending) {
            Ok(())
        } else {
            Err(StoreError::Stale("the event is not pending"))
        }
    }

    fn commit(
        &mut self,
        record: TurnRecord,
        reads: &[StorageRead],
    ) -> Result<Committed, StoreError> {
        let after = &record.session;
        let tenant = after.tenant.clone();
        let before = self
            .session(&tenant, after.id)?
            .ok_or(StoreError::UnknownSession)?;
        if after.turn != before.turn + 1 {
            return Err(StoreError::Stale("another turn was committed first"));
        }
        self.check_pending(after.id, &record.handled)?;
        for StorageRead { pack, version } in reads {
            let now = self
                .storage
                .get(&(tenant.clone(), pack.clone(), after.contact))
                .map_or(0, |(version, _)| *version);
            if now != *version {
                return Err(StoreError::Conflict(pack.clone()));
            }
        }
        let ids = (after.id, after.contact);
        let entry = Entry::Committed(Box::new(record.clone()));
        let position = self.append(&tenant, ids, after.turn, record.at, entry);
        for position in &record.handled {
            self.pending.remove(position);
        }
        for entry in &record.outbox {
            let item = OutboxItem {
                tenant: tenant.clone(),
                session: ids.0,
                contact: ids.1,
                address: after.address.clone(),
                entry: entry.clone(),
            };
            self.outbox.insert((position, entry.id), item);
        }
        for (pack, writes) in &record.storage {
            let Ok(pack) = PackId::new(pack.as_str()) else {
                continue;
            };
            for write in writes {
                match write {
                    StorageWrite::Set { key, value } => {
                        let (version, values) = self
                            .storage
                            .entry((tenant.clone(), pack.clone(), ids.1))
                            .or_default();
                        *version = position.0 + 1;
                        match value {
                            Some(value) => values.insert(key.clone(), value.clone()),
                            None => values.remove(key),
                        };
                    }
                    StorageWrite::Add { counter, amount } => {
                        let counters = self
                            .counters
                            .entry((tenant.clone(), pack.clone()))
                            .or_default();
                        let value = counters.entry(counter.clone()).or_default();
                        *value = value.saturating_add(*amount);
                    }
                }
            }
        }
        for attribute in &record.attributes {
            let attributes = self.attributes.entry((tenant.clone(), ids.1)).or_default();
            attributes.insert(attribute.name.clone(), attribute.clone());
        }
        self.sessions
            .insert((tenant, ids.0), Arc::new(record.session));
        Ok(Committed {
            position,
            ticket: match &self.held {
                Some(progress) => Ticket::until(progress.clone(), 1),
                None => Ticket::ready(),
            },
        })
    }

    fn change_pack(
        &mut self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        pack: &PackId,
        change: PackChange,
    ) -> Result<Ticket, StoreError> {
        let key = (tenant.clone(), pack.clone());
        let before = self.packs.get(&key).cloned().unwrap_or_default();
        let decided = Decided {
            by: by.to_owned(),
            at,
        };
        let after = before
            .after(&change, &decided)
            .map_err(StoreError::Impossible)?;
        let nobody = (
            SessionId::from_bytes([0; 16]),
            ContactId::from_bytes([0; 16]),
        );
        let entry = Entry::Admin(Admin::PackChanged {
            pack: pack.clone(),
            by: by.to_owned(),
            change,
            after: Box::new(after.clone()),
        });
        self.append(tenant, nobody, 0, at, entry);
        self.packs.insert(key, Arc::new(after));
        Ok(Ticket::ready())
    }

    fn change_api_key(
        &mut self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        change: KeyChange,
    ) -> Result<(Arc<ApiKey>, Ticket), StoreError> {
        let keys = self.api_keys.entry(tenant.clone()).or_default();
        let done = change.among(keys, at).map_err(StoreError::ImpossibleKey)?;
        if let Some(forgotten) = &done.forgotten {
            keys.remove(forgotten);
        }
        let key = Arc::new(done.after.clone());
        keys.insert(key.id.clone(), Arc::clone(&key));
        let nobody = (
            SessionId::from_bytes([0; 16]),
            ContactId::from_bytes([0; 16]),
        );
        let entry = Entry::Admin(Admin::KeyChanged {
            by: by.to_owned(),
            event: done.event,
            after: Box::new(done.after),
            forgotten: done.forgotten,
        });
        self.append(tenant, nobody, 0, at, entry);
        Ok((key, Ticket::ready()))
    }

    fn erase(&mut self, tenant: &TenantId, contact: ContactId) -> Result<Ticket, StoreError> {
        if !self.contacts.contains(&(tenant.clone(), contact)) || !self.erased.insert(contact) {
            return Err(StoreError::Erased);
        }
        self.pending
            .retain(|_, pending| pending.accepted.contact != contact);
        self.outbox.retain(|_, item| item.contact != contact);
        for entry in self
            .journal
            .iter_mut()
            .filter(|entry| entry.header.contact == contact)
        {
            entry.entry = Entry::Erased;
        }
        let counters = self.counters.iter().filter(|((of, _), _)| of == tenant);
        let mut counters: Vec<_> = counters
            .map(|((_, pack), values)| (pack.clone(), values.clone()))
            .collect();
        counters.sort();
        let entry = Entry::Admin(Admin::ContactErased { counters });
        self.append(
            tenant,
            (SessionId::from_bytes([0; 16]), contact),
            0,
            0,
            entry,
        );
        Ok(Ticket::ready())
    }
}

impl Store for MemoryStore {
    fn packs(&self, tenant: &TenantId) -> BTreeMap<PackId, Arc<PackEntry>> {
        let model = self.model.lock();
        let of_tenant = model.packs.iter().filter(|((of, _), _)| of == tenant);
        of_tenant
            .map(|((_, pack), entry)| (pack.clone(), Arc::clone(entry)))
            .collect()
    }

    fn change_pack(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        pack: &PackId,
        change: PackChange,
    ) -> Result<Ticket, StoreError> {
        self.model.lock().change_pack(tenant, at, by, pack, change)
    }

    fn api_keys(&self, tenant: &TenantId) -> Vec<Arc<ApiKey>> {
        let model = self.model.lock();
        let keys = model.api_keys.get(tenant);
        keys.map_or_else(Vec::new, |keys| keys.values().cloned().collect())
    }

    fn api_key(&self, tenant: &TenantId, id: &KeyId) -> Option<Arc<ApiKey>> {
        self.model.lock().api_keys.get(tenant)?.get(id).cloned()
    }

    fn change_api_key(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        change: KeyChange,
    ) -> Result<(Arc<ApiKey>, Ticket), StoreError> {
        self.model.lock().change_api_key(tenant, at, by, change)
    }

    fn note_taught(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        published: Taught,
    ) -> Result<Ticket, StoreError> {
        let nobody = (
            SessionId::from_bytes([0; 16]),
            ContactId::from_bytes([0; 16]),
        );
        let by = by.to_owned();
        let entry = Entry::Admin(Admin::Taught { by, published });
        self.model.lock().append(tenant, nobody, 0, at, entry);
        Ok(Ticket::ready())
    }

    fn decisions(
        &self,
        tenant: &TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Decisions, StoreError> {
        let model = self.model.lock();
        let later = model
            .journal
            .iter()
            .filter(|entry| after.is_none_or(|after| entry.header.position > after));
        let mut decisions = later.filter(|entry| {
            entry.header.kind == RecordKind::Admin && entry.header.tenant == *tenant
        });
        let records: Vec<_> = decisions.by_ref().take(limit).cloned().collect();
        let last = records.last().map(|entry| entry.header.position);
        let more_after = last.filter(|_| decisions.next().is_some());
        Ok(Decisions {
            records,
            more_after,
        })
    }

    fn accept(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> Result<Acceptance, StoreError> {
        self.model.lock().accept(tenant, session, inbound)
    }

    fn load(
        &self,
        tenant: &TenantId,
        session: SessionId,
    ) -> Result<Option<Arc<Session>>, StoreError> {
        self.model
            .lock()
            .session(tenant, session)
            .map(Option::<&_>::cloned)
    }

    fn started(
        &self,
        tenant: &TenantId,
        session: SessionId,
        handled: &[Position],
    ) -> Result<Ticket, StoreError> {
        let mut model = self.model.lock();
        let contact = model
            .session(tenant, session)?
            .ok_or(StoreError::UnknownSession)?
            .contact;
        model.check_pending(session, handled)?;
        let mut counts = Vec::new();
        for position in handled {
            if let Some(pending) = model.pending.get_mut(position) {
                pending.started += 1;
                counts.push((*position, pending.started));
            }
        }
        model.append(tenant, (session, contact), 0, 0, Entry::Started(counts));
        Ok(Ticket::ready())
    }

    fn commit(&self, record: TurnRecord, reads: &[StorageRead]) -> Result<Committed, StoreError> {
        self.model.lock().commit(record, reads)
    }

    fn due(&self, now_ms: u64, limit: usize) -> Vec<DueTimer> {
        let mut due = self.model.lock().all_due();
        due.retain(|due| due.timer.due <= now_ms);
        due.truncate(limit);
        due
    }

    fn next_due(&self) -> Option<u64> {
        self.model.lock().all_due().first().map(|due| due.timer.due)
    }

    fn outbox(&self, limit: usize) -> Vec<OutboxItem> {
        self.model
            .lock()
            .outbox
            .values()
            .take(limit)
            .cloned()
            .collect()
    }

    fn pending(&self) -> Result<Vec<Pending>, StoreError> {
        Ok(self.model.lock().pending.values().cloned().collect())
    }

    fn storage(
        &self,
        tenant: &TenantId,
        pack: &PackId,
        contact: ContactId,
    ) -> Result<StorageSnapshot, StoreError> {
        let model = self.model.lock();
        if model.erased.contains(&contact) {
            return Err(StoreError::Erased);
        }
        let found = model
            .storage
            .get(&(tenant.clone(), pack.clone(), contact))
            .cloned();
        let (version, values) = found.unwrap_or_default();
        let counters = model
            .counters
            .get(&(tenant.clone(), pack.clone()))
            .cloned()
            .unwrap_or_default();
        Ok(StorageSnapshot {
            version,
            bytes: values
                .iter()
                .map(|(key, value)| key.len() + value.len())
                .sum(),
            values: Arc::new(values),
            counters: Arc::new(counters),
        })
    }

    fn attributes(
        &self,
        tenant: &TenantId,
        contact: ContactId,
    ) -> Result<Vec<NamedValue>, StoreError> {
        let model = self.model.lock();
        if model.erased.contains(&contact) {
            return Err(StoreError::Erased);
        }
        let found = model.attributes.get(&(tenant.clone(), contact));
        Ok(found
            .map(|attributes| attributes.values().cloned().collect())
            .unwrap_or_default())
    }

    fn turns(
        &self,
        tenant: &TenantId,
        session: SessionId,
        after_turn: u64,
        limit: usize,
    ) -> Result<Vec<StoredTurn>, StoreError> {
        let model = self.model.lock();
        model.session(tenant, session)?;
        let turns = model.committed(tenant, session);
        let mut turns: Vec<_> = turns
            .filter(|turn| turn.record.session.turn > after_turn)
            .collect();
        turns.drain(..turns.len().saturating_sub(limit));
        Ok(turns)
    }

    fn resolve(&self, tenant: &TenantId, address: &Address) -> Option<SessionId> {
        let model = self.model.lock();
        let (_, session) = model.address(tenant, address)?;
        (!session.closed).then_some(session.id)
    }

    fn erase(&self, tenant: &TenantId, contact: ContactId) -> Result<Ticket, StoreError> {
        self.model.lock().erase(tenant, contact)
    }

    fn journal(&self, from: Position) -> Result<JournalEntries, StoreError> {
        let entries = self.model.lock().journal.clone();
        Ok(Box::new(
            entries
                .into_iter()
                .filter(move |entry| entry.header.position >= from)
                .map(Ok),
        ))
    }

    fn stats(&self) -> StoreStats {
        let model = self.model.lock();
        StoreStats {
            records: model.journal.len() as u64,
            duplicates: model.duplicates,
            ..StoreStats::default()
        }
    }

    fn is_healthy(&self) -> bool {
        true
    }

    fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
