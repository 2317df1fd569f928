//! Timers: which are set, and which are due.

use std::sync::Arc;

use jackfield_core::{ContactId, Owner, Session, SessionId, TenantId};

use super::{Place, State, TimerKey};
use crate::image::{Image, Key, Timers};

impl State {
    /// Whether a timer of the session may come due.
    pub(crate) fn is_armed(&self, session: &Session, timer: u64) -> bool {
        let mut timers = session.timers.iter().filter(|known| known.id == timer);
        timers.any(|known| self.timers.contains_key(&(known.due, session.id, timer)))
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

    /// Takes the timer that an accepted event names out of the timers.
    pub(crate) fn disarm(&mut self, session: &Session, timer: u64) {
        for known in session.timers.iter().filter(|known| known.id == timer) {
            self.timers.remove(&(known.due, session.id, timer));
        }
    }

    /// Sets the timers of a session as the turn left them.
    pub(super) fn rearm(
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

    pub(super) fn arm(
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
}
