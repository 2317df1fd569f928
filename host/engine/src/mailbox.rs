//! Mailboxes: what was accepted for a session waits here, in the order of acceptance, and one turn at a
//! time takes it out. A mailbox exists only while something waits or runs.

use std::collections::VecDeque;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use jackfield_core::{Accepted, SessionId, TenantId};

/// Messages that may wait for one session.
pub(crate) const CAPACITY: usize = 64;

/// Something accepted, waiting for its turn.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) tenant: TenantId,
    pub(crate) accepted: Accepted,
    /// How often a turn was started for it in earlier lives of the process; `None` for what this one accepted.
    pub(crate) started_before: Option<u32>,
}

/// All mailboxes.
#[derive(Debug, Default)]
pub(crate) struct Mailboxes(DashMap<SessionId, VecDeque<Waiting>>);

impl Mailboxes {
    /// Whether a session's mailbox takes no more.
    pub(crate) fn is_full(&self, session: SessionId) -> bool {
        self.0
            .get(&session)
            .is_some_and(|queue| queue.len() >= CAPACITY)
    }

    /// Adds to a session's mailbox. True when nobody serves it yet: the caller must then do so.
    pub(crate) fn push(&self, waiting: Waiting) -> bool {
        match self.0.entry(waiting.accepted.session) {
            Entry::Occupied(mut queue) => {
                queue.get_mut().push_back(waiting);
                false
            }
            Entry::Vacant(slot) => {
                slot.insert(VecDeque::from([waiting]));
                true
            }
        }
    }

    /// Takes the next one of a mailbox that the caller serves; `None` closes the mailbox.
    pub(crate) fn pop(&self, session: SessionId) -> Option<Waiting> {
        match self.0.entry(session) {
            Entry::Occupied(mut queue) => {
                let next = queue.get_mut().pop_front();
                if next.is_none() {
                    queue.remove();
                }
                next
            }
            Entry::Vacant(_) => None,
        }
    }

    /// Sessions that have something waiting or running.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
