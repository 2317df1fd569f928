//! What the store keeps in memory, and how records change it. The same functions serve live calls and replay.

mod api_keys;
mod timers;
mod values;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jackfield_core::{
    ApiKey, ContactId, Content, EntryId, Inbound, KeyId, PackEntry, PackId, Position, Session,
    SessionId, TenantId, TurnRecord,
};

use crate::StoreError;
use crate::image::{
    Directory, Image, Key, Mark, PackCounters, PendingMark, Registered, StoredItem, StoredSession,
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
    registry: BTreeMap<(TenantId, PackId), Arc<PackEntry>>,
    api_keys: BTreeMap<TenantId, BTreeMap<KeyId, Arc<ApiKey>>>,
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
            registry: BTreeMap::new(),
            api_keys: BTreeMap::new(),
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

    /// Whether the outbox entry is open.
    pub(crate) fn is_open(&self, session: SessionId, entry: EntryId) -> bool {
        self.open.contains_key(&(session, entry))
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

    /// What operators decided about the packs of a tenant.
    pub(crate) fn packs(&self, tenant: &TenantId) -> BTreeMap<PackId, Arc<PackEntry>> {
        let of_tenant = self.registry.iter().filter(|((of, _), _)| of == tenant);
        of_tenant
            .map(|((_, pack), entry)| (pack.clone(), Arc::clone(entry)))
            .collect()
    }

    /// Something was decided about a pack.
    pub(crate) fn registered(&mut self, tenant: &TenantId, pack: &PackId, entry: PackEntry) {
        let entry = Arc::new(entry);
        let image = Registered {
            tenant: tenant.clone(),
            pack: pack.clone(),
            entry: Arc::clone(&entry),
        };
        self.overlay.put(
            Key::registered(tenant, pack),
            Image::Registered(Arc::new(image)),
        );
        self.registry.insert((tenant.clone(), pack.clone()), entry);
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
            Image::Registered(registered) => {
                let key = (registered.tenant.clone(), registered.pack.clone());
                self.registry.insert(key, Arc::clone(&registered.entry));
            }
            Image::ApiKey(kept) => self.keep_key(&kept.tenant, Arc::clone(&kept.key)),
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
