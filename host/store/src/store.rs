//! The real store: journal, index, keys.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::JoinHandle;

use jackfield_core::{
    Accepted, Address, ApiKey, ContactId, Decided, Inbound, KeyChange, KeyId, NamedValue,
    PackChange, PackEntry, PackId, Position, Session, SessionId, Taught, TenantId, TurnRecord,
};

use crate::accept::{Event, Found};
use crate::disk::{Disk, RealDisk};
use crate::entries::Entries;
use crate::error::{damaged, failed};
use crate::image::{Key, StoredSession, cbor};
use crate::journal::{Draft, Header, Scan, make_room, open_body, seal_body};
use crate::overlay::{Fetched, Interrupt};
use crate::recovery::{self, Opened};
use crate::shared::Shared;
use crate::state::{Place, State};
use crate::{
    Acceptance, Admin, Committed, Decisions, DueTimer, Entry, JournalEntries, Options, OutboxItem,
    Pending, RecordKind, StorageRead, StorageSnapshot, Store, StoreError, StoreStats, StoredTurn,
    Ticket,
};

/// The store of one machine: an append-only journal is the truth; sled is the index behind it.
///
/// Dropping it writes the journal to its end and leaves the index as it is; the next start catches up. Call
/// [`flush`](Store::flush) before for a faster one.
#[derive(Debug)]
pub struct JournalStore {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    /// Unlocks the directory when it is dropped, last.
    _lock: std::fs::File,
}

impl JournalStore {
    /// Opens the store in a data directory; makes it when there is none. A lost or damaged index is made again.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::TooNew`], [`StoreError::Damaged`], [`StoreError::Failed`].
    pub fn open(options: Options) -> Result<Self, StoreError> {
        Self::open_on(options, Arc::new(RealDisk))
    }

    /// Opens the store on another disk.
    pub(crate) fn open_on(options: Options, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let Opened {
            shared,
            writer,
            wanted,
            checkpointer,
            lock,
        } = recovery::open(options, disk)?;
        let mut store = Self {
            shared,
            threads: Vec::new(),
            _lock: lock,
        };
        let (segments, keys) = (store.shared.segments.clone(), store.shared.keys.clone());
        store.spawn("store-journal", move || writer.run())?;
        store.spawn("store-room", move || make_room(&segments, &keys, &wanted))?;
        store.spawn("store-index", move || checkpointer.run())?;
        let shared = store.shared.clone();
        store.spawn("store-keys", move || shared.learn_keys())?;
        Ok(store)
    }

    fn spawn(&mut self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
        let thread = std::thread::Builder::new().name(name.to_owned());
        self.threads
            .push(thread.spawn(run).map_err(failed("start a thread"))?);
        Ok(())
    }

    /// The session that a turn continues, when it may be committed.
    fn check_turn(
        &self,
        state: &mut State,
        fetched: &Fetched,
        record: &TurnRecord,
        reads: &[StorageRead],
    ) -> Result<Arc<StoredSession>, Interrupt> {
        let after = &record.session;
        let before = state.session(&self.shared.keys, &after.tenant, after.id, fetched)?;
        let before = before.filter(|before| before.session.contact == after.contact);
        let before = before.ok_or(StoreError::UnknownSession)?;
        if Some(after.turn) != before.session.turn.checked_add(1) {
            return Err(StoreError::Stale("another turn was committed first").into());
        }
        if !state.are_pending(after.id, &record.handled) {
            return Err(StoreError::Stale("the event is not pending").into());
        }
        for StorageRead { pack, version } in reads {
            let now = state.storage(&Key::storage(&after.tenant, after.contact, pack), fetched)?;
            if now.map_or(0, |now| now.version) != *version {
                return Err(StoreError::Conflict(pack.clone()).into());
            }
        }
        Ok(before)
    }

    /// Waits until the journal is durable up to `end`.
    fn wait_for(&self, end: u64) -> Result<(), StoreError> {
        self.shared.ticket(end).wait()
    }

    fn stored(
        &self,
        tenant: &TenantId,
        session: SessionId,
    ) -> Result<Option<Arc<StoredSession>>, StoreError> {
        self.shared.check()?;
        self.shared
            .transact(|state, fetched| state.session(&self.shared.keys, tenant, session, fetched))
    }

    fn read_pending(&self, position: Position) -> Result<Option<Box<Inbound>>, StoreError> {
        let raw = self.shared.segments.record(position.0)?;
        let bad = |detail| damaged(self.shared.segments.directory(), position.0, detail);
        Ok(
            match open_body(&self.shared.keys, &raw.header, &raw.body).map_err(bad)? {
                Entry::Accepted(inbound) => Some(inbound),
                _ => None,
            },
        )
    }

    /// Positions of a session's turns above `after_turn`, newest first, at most `limit`.
    fn walk(
        &self,
        mut next: Option<Position>,
        after_turn: u64,
        limit: usize,
    ) -> Result<Vec<Position>, StoreError> {
        let mut positions = Vec::new();
        while let Some(position) = next.filter(|_| positions.len() < limit) {
            let header = self.shared.segments.header(position.0)?;
            if header.turn <= after_turn {
                break;
            }
            positions.push(position);
            next = header.previous_turn.filter(|previous| *previous < position);
        }
        Ok(positions)
    }
}

impl Store for JournalStore {
    fn accept(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> Result<Acceptance, StoreError> {
        let Shared { keys, .. } = &*self.shared;
        self.shared.check()?;
        if self.shared.full.load(Relaxed) {
            return Err(StoreError::Full);
        }
        let Address { channel, contact } = &inbound.address;
        let event = Event {
            plain: &cbor(&inbound)?,
            mark: &keys.name([tenant.as_str(), channel, &inbound.message_id]),
            address: &keys.name([tenant.as_str(), channel, contact]),
            inbound: &inbound,
        };
        self.shared.transact(|state, fetched| {
            let acceptance = self
                .shared
                .accept_in(state, fetched, tenant, session, &event)?;
            self.shared.hurry(state.overlay.weight());
            Ok(acceptance)
        })
    }

    fn load(
        &self,
        tenant: &TenantId,
        session: SessionId,
    ) -> Result<Option<Arc<Session>>, StoreError> {
        Ok(self
            .stored(tenant, session)?
            .map(|stored| stored.session.clone()))
    }

    fn started(
        &self,
        tenant: &TenantId,
        session: SessionId,
        handled: &[Position],
    ) -> Result<Ticket, StoreError> {
        self.shared.check()?;
        let keys = &self.shared.keys;
        self.shared.transact(|state, fetched| {
            let known = state
                .session(keys, tenant, session, fetched)?
                .ok_or(StoreError::UnknownSession)?;
            if !state.are_pending(session, handled) {
                return Err(StoreError::Stale("the event is not pending").into());
            }
            let counts = state.count_starts(handled);
            let mut header =
                Header::new(RecordKind::Started, tenant, session, known.session.contact);
            let body = seal_body(
                &mut header,
                &keys.get(known.session.contact)?,
                &cbor(&counts)?,
            )?;
            let (_, end) = self.shared.append(state, Shared::draft(header, body));
            state.started(&counts);
            Ok(self.shared.ticket(end))
        })
    }

    fn commit(&self, record: TurnRecord, reads: &[StorageRead]) -> Result<Committed, StoreError> {
        self.shared.check()?;
        let after = &record.session;
        let (tenant, session, contact) = (&after.tenant, after.id, after.contact);
        // Once before the work of sealing, and once more when the turn gets its place.
        self.shared
            .transact(|state, fetched| self.check_turn(state, fetched, &record, reads))?;
        let mut header = Header::new(RecordKind::Committed, tenant, session, contact);
        (header.turn, header.at) = (after.turn, record.at);
        let body = seal_body(
            &mut header,
            &self.shared.keys.get(contact)?,
            &cbor(&record)?,
        )?;
        let mut sealed = Some((header, body));
        self.shared.transact(|state, fetched| {
            let before = self.check_turn(state, fetched, &record, reads)?;
            // The place is known before the record has it, so that everything that may be missing is looked at first.
            let position = Position(state.next);
            let place = Place {
                tenant,
                session,
                contact,
                position,
                end: 0,
            };
            state.committed(place, &record, Some(&before.session), fetched)?;
            let Some((mut header, body)) = sealed.take() else {
                return Err(StoreError::Stale("committed twice").into());
            };
            header.previous_turn = before.last;
            let (position, end) = self.shared.append(state, Shared::draft(header, body));
            self.shared.hurry(state.overlay.weight());
            Ok(Committed {
                position,
                ticket: self.shared.ticket(end),
            })
        })
    }

    fn due(&self, now_ms: u64, limit: usize) -> Vec<DueTimer> {
        let picked = self.shared.state.lock().due(now_ms, limit);
        let due = picked.into_iter().filter_map(|(tenant, (_, id, timer))| {
            let session = self.load(&tenant, id).ok()??;
            let timer = session
                .timers
                .iter()
                .find(|known| known.id == timer)?
                .clone();
            Some(DueTimer {
                tenant,
                session: id,
                address: session.address.clone(),
                timer,
            })
        });
        due.collect()
    }

    fn next_due(&self) -> Option<u64> {
        self.shared.state.lock().next_due()
    }

    fn outbox(&self, limit: usize) -> Vec<OutboxItem> {
        let durable = self.shared.progress.durable();
        let items = self.shared.state.lock().outbox(durable, limit);
        items.iter().map(|item| item.public()).collect()
    }

    fn pending(&self) -> Result<Vec<Pending>, StoreError> {
        self.shared.check()?;
        let (marks, end) = {
            let state = self.shared.state.lock();
            (state.pending(), state.next)
        };
        self.wait_for(end)?;
        let mut pending = Vec::with_capacity(marks.len());
        for mark in marks {
            let Some(inbound) = self.read_pending(mark.position)? else {
                continue;
            };
            let Inbound {
                address,
                message_id,
                received_at,
                sent_at: _,
                locale,
                content,
            } = *inbound;
            let (position, session, contact) = (mark.position, mark.session, mark.contact);
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
            pending.push(Pending {
                tenant: mark.tenant.clone(),
                accepted,
                started: mark.started,
            });
        }
        Ok(pending)
    }

    fn storage(
        &self,
        tenant: &TenantId,
        pack: &PackId,
        contact: ContactId,
    ) -> Result<StorageSnapshot, StoreError> {
        self.shared.check()?;
        if self.shared.keys.is_erased(contact) {
            return Err(StoreError::Erased);
        }
        let key = Key::storage(tenant, contact, pack);
        self.shared.transact(|state, fetched| {
            let counters = state.counters(tenant, pack);
            let found = state.storage(&key, fetched)?;
            let (version, values) = found
                .map(|found| (found.version, found.values.clone()))
                .unwrap_or_default();
            let bytes = values
                .iter()
                .map(|(key, value)| key.len() + value.len())
                .sum();
            Ok(StorageSnapshot {
                version,
                values,
                bytes,
                counters,
            })
        })
    }

    fn attributes(
        &self,
        tenant: &TenantId,
        contact: ContactId,
    ) -> Result<Vec<NamedValue>, StoreError> {
        self.shared.check()?;
        if self.shared.keys.is_erased(contact) {
            return Err(StoreError::Erased);
        }
        let key = Key::attributes(tenant, contact);
        let found = self
            .shared
            .transact(|state, fetched| state.attributes(&key, fetched))?;
        Ok(found
            .map(|found| found.values.values().cloned().collect())
            .unwrap_or_default())
    }

    fn turns(
        &self,
        tenant: &TenantId,
        session: SessionId,
        after_turn: u64,
        limit: usize,
    ) -> Result<Vec<StoredTurn>, StoreError> {
        let Some(stored) = self.stored(tenant, session)? else {
            return Ok(Vec::new());
        };
        let Some(last) = stored.last else {
            return Ok(Vec::new());
        };
        // Durable up to the last turn's first byte and one more means that its whole group is.
        self.wait_for(last.0 + 1)?;
        let positions = self.walk(Some(last), after_turn, limit)?;
        let mut turns = Vec::new();
        for position in positions.into_iter().rev() {
            let raw = self.shared.segments.record(position.0)?;
            let bad = |detail| damaged(self.shared.segments.directory(), position.0, detail);
            match open_body(&self.shared.keys, &raw.header, &raw.body).map_err(bad)? {
                Entry::Committed(record) => turns.push(StoredTurn {
                    position,
                    record: *record,
                }),
                Entry::Erased => return Err(StoreError::Erased),
                _ => return Err(bad("the record is not a turn".to_owned())),
            }
        }
        Ok(turns)
    }

    fn resolve(&self, tenant: &TenantId, address: &Address) -> Option<SessionId> {
        let name = self
            .shared
            .keys
            .name([tenant.as_str(), &address.channel, &address.contact]);
        match self
            .shared
            .transact(|state, fetched| self.shared.find(state, fetched, tenant, &name))
        {
            Ok(Found::Open(stored)) => Some(stored.session.id),
            _ => None,
        }
    }

    fn erase(&self, tenant: &TenantId, contact: ContactId) -> Result<Ticket, StoreError> {
        self.shared.check()?;
        let keys = &self.shared.keys;
        self.shared.transact(|state, _| {
            if !keys.is_live(tenant, contact) {
                return Err(StoreError::Erased.into());
            }
            let counters = state.all_counters(tenant);
            let admin = Admin::ContactErased {
                counters: counters.clone(),
            };
            let mut header = Header::new(
                RecordKind::Admin,
                tenant,
                SessionId::from_bytes([0; 16]),
                contact,
            );
            header.at = state.clock;
            let body = seal_body(&mut header, keys.host(), &cbor(&admin)?)?;
            let session = header.session;
            let (position, end) = self.shared.append(
                state,
                Draft {
                    header,
                    body,
                    erases: Some(contact),
                },
            );
            keys.forget(contact);
            state.erased(
                Place {
                    tenant,
                    session,
                    contact,
                    position,
                    end,
                },
                &counters,
            );
            Ok(self.shared.ticket(end))
        })
    }

    fn packs(&self, tenant: &TenantId) -> BTreeMap<PackId, Arc<PackEntry>> {
        self.shared.state.lock().packs(tenant)
    }

    fn change_pack(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        pack: &PackId,
        change: PackChange,
    ) -> Result<Ticket, StoreError> {
        self.shared.check()?;
        let decided = Decided {
            by: by.to_owned(),
            at,
        };
        self.shared.transact(|state, _| {
            let before = state.packs(tenant).remove(pack).unwrap_or_default();
            let after = before
                .after(&change, &decided)
                .map_err(StoreError::Impossible)?;
            let admin = Admin::PackChanged {
                pack: pack.clone(),
                by: by.to_owned(),
                change: change.clone(),
                after: Box::new(after.clone()),
            };
            let ticket = self.shared.decide(state, tenant, at, &admin)?;
            state.registered(tenant, pack, after);
            Ok(ticket)
        })
    }

    fn api_keys(&self, tenant: &TenantId) -> Vec<Arc<ApiKey>> {
        let state = self.shared.state.lock();
        let keys = state.api_keys(tenant);
        keys.map_or_else(Vec::new, |keys| keys.values().cloned().collect())
    }

    fn api_key(&self, tenant: &TenantId, id: &KeyId) -> Option<Arc<ApiKey>> {
        let state = self.shared.state.lock();
        state.api_keys(tenant)?.get(id).cloned()
    }

    fn change_api_key(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        change: KeyChange,
    ) -> Result<(Arc<ApiKey>, Ticket), StoreError> {
        self.shared.change_api_key(tenant, at, by, change)
    }

    fn note_taught(
        &self,
        tenant: &TenantId,
        at: u64,
        by: &str,
        published: Taught,
    ) -> Result<Ticket, StoreError> {
        self.shared.note_taught(tenant, at, by, published)
    }

    fn decisions(
        &self,
        tenant: &TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Decisions, StoreError> {
        self.shared.decisions(tenant, after, limit)
    }

    fn journal(&self, from: Position) -> Result<JournalEntries, StoreError> {
        self.shared.check()?;
        let end = self.shared.progress.durable();
        let scan = Scan::new(
            self.shared.segments.clone(),
            from.0.max(self.shared.segments.start()),
            end,
        );
        Ok(Box::new(Entries::new(scan, self.shared.clone())))
    }

    fn stats(&self) -> StoreStats {
        let shared = &self.shared;
        StoreStats {
            journal_bytes: shared
                .progress
                .durable()
                .saturating_sub(shared.segments.start()),
            index_bytes: shared.index.bytes(),
            snapshot_bytes: shared.snapshot_bytes.load(Relaxed),
            blob_files: shared.index.blob_files(),
            checkpoint: shared.checkpoints.durable.load(Relaxed),
            recovery: shared.recovery,
            replayed: shared.replayed,
            ..shared.counters.read()
        }
    }

    fn is_healthy(&self) -> bool {
        self.shared.check().is_ok()
    }

    fn flush(&self) -> Result<(), StoreError> {
        let checkpoints = &self.shared.checkpoints;
        let mut request = checkpoints.request.lock();
        request.asked += 1;
        let mine = request.asked;
        checkpoints.changed.notify_all();
        while request.done < mine && !request.stopped {
            checkpoints.changed.wait(&mut request);
        }
        drop(request);
        self.shared.check()
    }
}

impl Drop for JournalStore {
    fn drop(&mut self) {
        self.shared.checkpoints.request.lock().stop = true;
        self.shared.checkpoints.changed.notify_all();
        self.shared.queue.close();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store panicked");
            }
        }
    }
}
