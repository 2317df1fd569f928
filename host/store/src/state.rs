//! What the store keeps in memory, and how records change it. The same functions serve live calls and replay.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jackfield_core::{
    ContactId, Content, EntryId, Inbound, Owner, PackId, Position, Session, SessionId,
    StorageWrite, TenantId, TurnRecord,
};

use crate::StoreError;
use crate::image::{
    Attributes, Directory, Image, Key, Mark, PackCounters, PendingMark, Storage, StoredItem,
    StoredSession, Timers,
};
use crate::keys::Keyring;
use crate::overlay::{Fetched, Interrupt, Overlay};

/// When a timer is due, its session, its id.
type TimerKey = (u64, SessionId, u64);

/// Everything behind the one lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) overlay: Overlay,
    /// Where the next record goes.
    pub(crate) next: u64,
    /// Where the last record starts.
    pub(crate) last: Option<u64>,
    /// The latest time an event was received, milliseconds since 1970.
    pub(crate) clock: u64,
    pending: BTreeMap<Position, Arc<PendingMark>>,
    /// Timers that came due and were not handled yet.
    fired: HashSet<(SessionId, u64)>,
    outbox: BTreeMap<(Position, EntryId), Arc<StoredItem>>,
    open: HashMap<(SessionId, EntryId), Position>,
    timers: BTreeMap<TimerKey, (ContactId, u32)>,
    /// Tenants by the number that `timers` has for them.
    tenants: Vec<TenantId>,
    counters: BTreeMap<(TenantId, PackId), Arc<PackCounters>>,
}

/// Where a record stands, for what it changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) session: SessionId,
    pub(crate) contact: ContactId,
    pub(crate) position: Position,
    pub(crate) end: u64,
}

impl State {
    pub(crate) fn new(cache_bytes: usize) -> Self {
        Self {
            overlay: Overlay::new(cache_bytes),
            next: 0,
            last: None,
            clock: 0,
            pending: BTreeMap::new(),
            fired: HashSet::new(),
            outbox: BTreeMap::new(),
            open: HashMap::new(),
            timers: BTreeMap::new(),
            tenants: Vec::new(),
            counters: BTreeMap::new(),
        }
    }

    /// A session of a contact that was not erased.
    pub(crate) fn session(
        &mut self,
        keys: &Keyring,
        tenant: &TenantId,
        session: SessionId,
        fetched: &Fetched,
    ) -> Result<Option<Arc<StoredSession>>, Interrupt> {
        match self.overlay.look(&Key::session(tenant, session), fetched)? {
            Some(Image::Session(stored)) if keys.is_erased(stored.session.contact) => {
                Err(StoreError::Erased.into())
            }
            Some(Image::Session(stored)) => Ok(Some(stored)),
            _ => Ok(None),
        }
    }

    /// What a pack stored for a contact.
    pub(crate) fn storage(
        &mut self,
        key: &Key,
        fetched: &Fetched,
    ) -> Result<Option<Arc<Storage>>, Interrupt> {
        Ok(match self.overlay.look(key, fetched)? {
            Some(Image::Storage(storage)) => Some(storage),
            _ => None,
        })
    }

    /// Attributes of a contact.
    pub(crate) fn attributes(
        &mut self,
        key: &Key,
        fetched: &Fetched,
    ) -> Result<Option<Arc<Attributes>>, Interrupt> {
        Ok(match self.overlay.look(key, fetched)? {
            Some(Image::Attributes(attributes)) => Some(attributes),
            _ => None,
        })
    }

    /// Counters of a pack.
    pub(crate) fn counters(&self, tenant: &TenantId, pack: &PackId) -> Arc<BTreeMap<String, i64>> {
        let found = self.counters.get(&(tenant.clone(), pack.clone()));
        found
            .map(|counters| counters.values.clone())
            .unwrap_or_default()
    }

    /// Counters of all packs of a tenant.
    pub(crate) fn all_counters(&self, tenant: &TenantId) -> Vec<(PackId, BTreeMap<String, i64>)> {
        let of_tenant = self
            .counters
            .values()
            .filter(|counters| counters.tenant == *tenant);
        of_tenant
            .map(|counters| (counters.pack.clone(), (*counters.values).clone()))
            .collect()
    }

    /// Whether each event is pending in the session.
    pub(crate) fn are_pending(&self, session: SessionId, handled: &[Position]) -> bool {
        handled.iter().all(|position| {
            self.pending
                .get(position)
                .is_some_and(|mark| mark.session == session)
        })
    }

    /// How often turns were started for these events, once more counted.
    pub(crate) fn count_starts(&self, handled: &[Position]) -> Vec<(Position, u32)> {
        let count = |position: &Position| {
            Some((
                *position,
                self.pending.get(position)?.started.saturating_add(1),
            ))
        };
        handled.iter().filter_map(count).collect()
    }

    /// All pending events, in order.
    pub(crate) fn pending(&self) -> Vec<Arc<PendingMark>> {
        self.pending.values().cloned().collect()
    }

    /// Whether a timer of the session may come due.
    pub(crate) fn is_armed(&self, session: &Session, timer: u64) -> bool {
        let mut timers = session.timers.iter().filter(|known| known.id == timer);
        timers.any(|known| self.timers.contains_key(&(known.due, session.id, timer)))
    }

    /// Whether the outbox entry is open.
    pub(crate) fn is_open(&self, session: SessionId, entry: EntryId) -> bool {
        self.open.contains_key(&(session, entry))
    }

    /// Timers due at `now`, earliest first.
    pub(crate) fn due(&self, now: u64, limit: usize) -> Vec<(TenantId, TimerKey)> {
        let all = self
            .timers
            .iter()
            .take_while(|((due, ..), _)| *due <= now)
            .take(limit);
        all.filter_map(|(key, (_, tenant))| {
            Some((self.tenants.get(*tenant as usize)?.clone(), *key))
        })
        .collect()
    }

    /// When the next timer is due.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.timers.first_key_value().map(|((due, ..), _)| *due)
    }

    /// Open outbox entries committed before `durable`, oldest first.
    pub(crate) fn outbox(&self, durable: u64, limit: usize) -> Vec<Arc<StoredItem>> {
        let durable = self
            .outbox
            .iter()
            .take_while(|((position, _), _)| position.0 < durable);
        durable.take(limit).map(|(_, item)| item.clone()).collect()
    }

    /// An event was accepted.
    pub(crate) fn accepted(
        &mut self,
        keys: &Keyring,
        place: Place<'_>,
        opened: bool,
        mark: &[u8; 16],
        inbound: &Inbound,
    ) {
        let Place {
            tenant,
            session,
            contact,
            position,
            end,
        } = place;
        let at = inbound.received_at;
        self.clock = self.clock.max(at);
        self.overlay.put_fresh(
            Key::mark(tenant, mark),
            Image::Mark(Mark {
                position,
                session,
                contact,
                at,
                end,
            }),
        );
        if opened {
            let address = keys.name([
                tenant.as_str(),
                &inbound.address.channel,
                &inbound.address.contact,
            ]);
            self.overlay.put(
                Key::directory(tenant, &address),
                Image::Directory(Directory { contact, session }),
            );
            let new = Session::new(session, tenant.clone(), contact, inbound.address.clone());
            let stored = StoredSession {
                session: Arc::new(new),
                last: None,
            };
            self.overlay.put(
                Key::session(tenant, session),
                Image::Session(Arc::new(stored)),
            );
        }
        let timer = match &inbound.content {
            Content::TimerDue { timer } => Some(*timer),
            Content::RequestAnswered { entry, .. } => {
                self.close(tenant, session, *entry);
                None
            }
            _ => None,
        };
        let mark = PendingMark {
            tenant: tenant.clone(),
            session,
            contact,
            position,
            timer,
            started: 0,
        };
        self.overlay.put_fresh(
            Key::pending(tenant, position),
            Image::Pending(Arc::new(mark.clone())),
        );
        self.wait(mark);
    }

    /// Takes the timer that an accepted event names out of the timers.
    pub(crate) fn disarm(&mut self, session: &Session, timer: u64) {
        for known in session.timers.iter().filter(|known| known.id == timer) {
            self.timers.remove(&(known.due, session.id, timer));
        }
    }

    fn wait(&mut self, mark: PendingMark) {
        self.fired
            .extend(mark.timer.map(|timer| (mark.session, timer)));
        self.pending.insert(mark.position, Arc::new(mark));
    }

    fn close(&mut self, tenant: &TenantId, session: SessionId, entry: EntryId) {
        if let Some(position) = self.open.remove(&(session, entry)) {
            self.outbox.remove(&(position, entry));
        }
        self.overlay.remove(Key::outbox(tenant, session, entry));
    }

    fn handled(&mut self, tenant: &TenantId, position: Position) {
        if let Some(mark) = self.pending.remove(&position)
            && let Some(timer) = mark.timer
        {
            self.fired.remove(&(mark.session, timer));
        }
        self.overlay.remove(Key::pending(tenant, position));
    }

    /// A turn was started for pending events.
    pub(crate) fn started(&mut self, counts: &[(Position, u32)]) {
        for (position, started) in counts {
            if let Some(mark) = self.pending.get_mut(position) {
                let mark = Arc::make_mut(mark);
                mark.started = *started;
                let key = Key::pending(&mark.tenant, *position);
                self.overlay
                    .put(key, Image::Pending(Arc::new(mark.clone())));
            }
        }
    }

    /// A turn was committed. `before` is the session before it; in a replay it is not known and timers are
    /// gathered at the end.
    pub(crate) fn committed(
        &mut self,
        place: Place<'_>,
        record: &TurnRecord,
        before: Option<&Session>,
        fetched: &Fetched,
    ) -> Result<(), Interrupt> {
        let Place {
            tenant,
            session,
            contact,
            position,
            ..
        } = place;
        // What may be missing comes first: nothing is changed before everything is there.
        let storage = self.written(place, record, fetched)?;
        let attributes = self.attributed(place, record, fetched)?;
        for position in &record.handled {
            self.handled(tenant, *position);
        }
        let after = Arc::new(record.session.clone());
        self.rearm(place, before, &after);
        let stored = StoredSession {
            session: after,
            last: Some(position),
        };
        self.overlay.put(
            Key::session(tenant, session),
            Image::Session(Arc::new(stored)),
        );
        for entry in &record.outbox {
            let address = record.session.address.clone();
            let item = StoredItem {
                position,
                tenant: tenant.clone(),
                session,
                contact,
                address,
                entry: entry.clone(),
            };
            self.overlay.put_fresh(
                Key::outbox(tenant, session, entry.id),
                Image::Outbox(Arc::new(item.clone())),
            );
            self.send(item);
        }
        for (key, image) in storage {
            self.overlay.put(key, image);
        }
        if let Some((key, image)) = attributes {
            self.overlay.put(key, image);
        }
        self.add(place, record);
        Ok(())
    }

    fn send(&mut self, item: StoredItem) {
        self.open
            .insert((item.session, item.entry.id), item.position);
        self.outbox
            .insert((item.position, item.entry.id), Arc::new(item));
    }

    fn rearm(
        &mut self,
        Place {
            tenant, contact, ..
        }: Place<'_>,
        before: Option<&Session>,
        after: &Session,
    ) {
        let armed = after.owner == Owner::Bot && !after.closed;
        let timers: Vec<_> = after
            .timers
            .iter()
            .filter(|_| armed)
            .map(|timer| (timer.due, timer.id))
            .collect();
        if let Some(before) = before {
            for timer in &before.timers {
                self.timers.remove(&(timer.due, before.id, timer.id));
            }
            if before.timers.is_empty() && timers.is_empty() {
                return;
            }
            self.arm(tenant, after.id, contact, &timers);
        }
        let key = Key::timers(tenant, after.id);
        if timers.is_empty() {
            self.overlay.remove(key);
        } else {
            let image = Timers {
                tenant: tenant.clone(),
                session: after.id,
                contact,
                timers,
            };
            self.overlay.put(key, Image::Timers(Arc::new(image)));
        }
    }

    fn arm(
        &mut self,
        tenant: &TenantId,
        session: SessionId,
        contact: ContactId,
        timers: &[(u64, u64)],
    ) {
        let known = self.tenants.iter().position(|known| known == tenant);
        let number = known.unwrap_or_else(|| {
            self.tenants.push(tenant.clone());
            self.tenants.len() - 1
        });
        for (due, id) in timers {
            if !self.fired.contains(&(session, *id)) {
                self.timers
                    .insert((*due, session, *id), (contact, number as u32));
            }
        }
    }

    /// Storage after the turn, of each pack that wrote.
    fn written(
        &mut self,
        Place {
            tenant,
            contact,
            position,
            ..
        }: Place<'_>,
        record: &TurnRecord,
        fetched: &Fetched,
    ) -> Result<Vec<(Key, Image)>, Interrupt> {
        let mut images: BTreeMap<Key, Storage> = BTreeMap::new();
        for (pack, writes) in &record.storage {
            let Ok(pack) = PackId::new(pack.as_str()) else {
                continue;
            };
            let mut sets = writes
                .iter()
                .filter_map(|write| match write {
                    StorageWrite::Set { key, value } => Some((key, value)),
                    StorageWrite::Add { .. } => None,
                })
                .peekable();
            if sets.peek().is_none() {
                continue;
            }
            let key = Key::storage(tenant, contact, &pack);
            if !images.contains_key(&key) {
                let now = self.storage(&key, fetched)?;
                let values = now.map(|now| now.values.clone()).unwrap_or_default();
                // Position 0 is a position; version 0 means that nothing was ever written.
                images.insert(
                    key.clone(),
                    Storage {
                        contact,
                        version: position.0 + 1,
                        values,
                    },
                );
            }
            let Some(image) = images.get_mut(&key) else {
                continue;
            };
            let values = Arc::make_mut(&mut image.values);
            for (key, value) in sets {
                match value {
                    Some(value) => values.insert(key.clone(), value.clone()),
                    None => values.remove(key),
                };
            }
        }
        Ok(images
            .into_iter()
            .map(|(key, storage)| (key, Image::Storage(Arc::new(storage))))
            .collect())
    }

    fn attributed(
        &mut self,
        Place {
            tenant, contact, ..
        }: Place<'_>,
        record: &TurnRecord,
        fetched: &Fetched,
    ) -> Result<Option<(Key, Image)>, Interrupt> {
        if record.attributes.is_empty() {
            return Ok(None);
        }
        let key = Key::attributes(tenant, contact);
        let mut values = self
            .attributes(&key, fetched)?
            .map(|now| now.values.clone())
            .unwrap_or_default();
        values.extend(
            record
                .attributes
                .iter()
                .map(|attribute| (attribute.name.clone(), attribute.clone())),
        );
        Ok(Some((
            key,
            Image::Attributes(Arc::new(Attributes { contact, values })),
        )))
    }

    /// Adds to counters. A replay may meet counters that have these additions already.
    fn add(
        &mut self,
        Place {
            tenant, position, ..
        }: Place<'_>,
        record: &TurnRecord,
    ) {
        for (pack, writes) in &record.storage {
            let Ok(pack) = PackId::new(pack.as_str()) else {
                continue;
            };
            let adds = writes.iter().filter_map(|write| match write {
                StorageWrite::Add { counter, amount } => Some((counter, *amount)),
                StorageWrite::Set { .. } => None,
            });
            let adds: Vec<_> = adds.collect();
            let now = self.counters.get(&(tenant.clone(), pack.clone()));
            if adds.is_empty() || now.is_some_and(|now| now.up_to > position.0) {
                continue;
            }
            let mut values = now.map(|now| (*now.values).clone()).unwrap_or_default();
            for (counter, amount) in adds {
                let value = values.entry(counter.clone()).or_default();
                *value = value.saturating_add(amount);
            }
            self.count(PackCounters {
                tenant: tenant.clone(),
                pack,
                up_to: position.0 + 1,
                values: Arc::new(values),
            });
        }
    }

    fn count(&mut self, counters: PackCounters) {
        let counters = Arc::new(counters);
        self.overlay.put(
            Key::counters(&counters.tenant, &counters.pack),
            Image::Counters(counters.clone()),
        );
        self.counters
            .insert((counters.tenant.clone(), counters.pack.clone()), counters);
    }

    /// A contact was erased, with the counters of the tenant at that moment.
    pub(crate) fn erased(
        &mut self,
        Place {
            tenant,
            contact,
            position,
            ..
        }: Place<'_>,
        counters: &[(PackId, BTreeMap<String, i64>)],
    ) {
        let pending: Vec<_> = self
            .pending
            .values()
            .filter(|mark| mark.contact == contact)
            .map(|mark| mark.position)
            .collect();
        pending
            .iter()
            .for_each(|position| self.handled(tenant, *position));
        let open: Vec<_> = self
            .outbox
            .values()
            .filter(|item| item.contact == contact)
            .map(|item| (item.session, item.entry.id))
            .collect();
        open.iter()
            .for_each(|(session, entry)| self.close(tenant, *session, *entry));
        self.timers.retain(|_, (owner, _)| *owner != contact);
        self.overlay.erase(contact);
        for (pack, values) in counters {
            let now = self.counters.get(&(tenant.clone(), pack.clone()));
            if now.is_none_or(|now| now.up_to <= position.0) {
                let (pack, values) = (pack.clone(), Arc::new(values.clone()));
                self.count(PackCounters {
                    tenant: tenant.clone(),
                    pack,
                    up_to: position.0 + 1,
                    values,
                });
            }
        }
    }

    /// Takes in an entry of the index that is kept in memory as a whole.
    pub(crate) fn restore(&mut self, image: Image) {
        match image {
            Image::Pending(mark) => self.wait((*mark).clone()),
            Image::Outbox(item) => self.send((*item).clone()),
            Image::Counters(counters) => {
                self.counters
                    .insert((counters.tenant.clone(), counters.pack.clone()), counters);
            }
            Image::Timers(timers) => self.arm(
                &timers.tenant,
                timers.session,
                timers.contact,
                &timers.timers,
            ),
            Image::Session(_)
            | Image::Mark(_)
            | Image::Directory(_)
            | Image::Storage(_)
            | Image::Attributes(_) => {}
        }
    }
}
