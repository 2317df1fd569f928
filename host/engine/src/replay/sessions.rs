//! Puts recorded turns together from the entries of a journal in order: the session before, the event, and what was committed.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jackfield_core::{Accepted, Position, Session, SessionId, TurnRecord};
use jackfield_store::{Entry, JournalEntry, RecordHeader};

/// Sessions and events kept in memory. What is not kept is read from the journal again.
const KEPT: usize = 2048;

/// Reads an entry of the journal from its place; `None` when it is gone or cannot be read.
pub type Fetch<'f> = &'f dyn Fn(Position) -> Option<JournalEntry>;

/// A committed turn with all that it was a function of.
#[derive(Debug, Clone)]
pub struct RecordedTurn {
    before: Before,
    /// The event that it handled.
    pub accepted: Accepted,
    /// What was committed.
    pub record: Arc<TurnRecord>,
}

/// The session before a turn.
#[derive(Debug, Clone)]
enum Before {
    New(Box<Session>),
    After(Arc<TurnRecord>),
}

impl RecordedTurn {
    /// The session as the turn before left it.
    pub fn base(&self) -> &Session {
        match &self.before {
            Before::New(session) => session,
            Before::After(record) => &record.session,
        }
    }
}

/// What an entry made.
#[derive(Debug)]
pub enum Taken {
    /// No turn.
    Nothing,
    /// A turn.
    Turn(Box<RecordedTurn>),
    /// A turn of a contact who was erased.
    Erased,
    /// A turn of which the event or the session before is not in the journal any more.
    Incomplete,
}

/// The sessions that the entries of a journal are about, as far as they were read. Memory is bounded.
#[derive(Debug, Default)]
pub struct Sessions {
    last: HashMap<SessionId, Arc<TurnRecord>>,
    /// In the order of their turns, to forget the oldest.
    order: VecDeque<(SessionId, u64)>,
    waiting: HashMap<Position, Accepted>,
    arrived: VecDeque<Position>,
}

impl Sessions {
    /// Takes the next entry. Entries of one session must come in their order, and none may be left out but at its beginning.
    pub fn take(&mut self, entry: JournalEntry, fetch: Fetch<'_>) -> Taken {
        let JournalEntry { header, entry } = entry;
        match entry {
            Entry::Accepted(_) => {
                let position = header.position;
                if let Some(accepted) = accepted(JournalEntry { header, entry }) {
                    self.waiting.insert(position, accepted);
                    self.arrived.push_back(position);
                    if self.arrived.len() > KEPT {
                        let oldest = self.arrived.pop_front();
                        oldest.and_then(|oldest| self.waiting.remove(&oldest));
                    }
                }
                Taken::Nothing
            }
            Entry::Committed(record) => self.turn(&header, Arc::from(record), fetch),
            Entry::Erased if header.kind == jackfield_store::RecordKind::Committed => Taken::Erased,
            _ => Taken::Nothing,
        }
    }

    fn turn(&mut self, header: &RecordHeader, record: Arc<TurnRecord>, fetch: Fetch<'_>) -> Taken {
        let session = record.session.id;
        let kept = self.last.insert(session, Arc::clone(&record));
        self.order.push_back((session, record.session.turn));
        self.forget();
        // One event is one turn; several would be a later version's.
        let [handled] = record.handled.as_slice() else {
            return Taken::Incomplete;
        };
        let accepted = self
            .waiting
            .remove(handled)
            .or_else(|| accepted(fetch(*handled)?));
        let Some(accepted) = accepted else {
            return Taken::Incomplete;
        };
        let follows = |before: &Arc<TurnRecord>| before.session.turn + 1 == record.session.turn;
        let before = match (record.session.turn, kept.filter(follows)) {
            (1, _) => Some(Before::New(Box::new(Session::new(
                session,
                header.tenant.clone(),
                header.contact,
                accepted.address.clone(),
            )))),
            (_, Some(kept)) => Some(Before::After(kept)),
            (_, None) => header
                .previous_turn
                .and_then(|previous| match fetch(previous)?.entry {
                    Entry::Committed(before) => Some(Arc::from(before)),
                    _ => None,
                })
                .filter(follows)
                .map(Before::After),
        };
        match before {
            Some(before) => Taken::Turn(Box::new(RecordedTurn {
                before,
                accepted,
                record,
            })),
            None => Taken::Incomplete,
        }
    }

    fn forget(&mut self) {
        while self.order.len() > KEPT {
            let Some((session, turn)) = self.order.pop_front() else {
                return;
            };
            if self
                .last
                .get(&session)
                .is_some_and(|last| last.session.turn == turn)
            {
                self.last.remove(&session);
            }
        }
    }
}

fn accepted(entry: JournalEntry) -> Option<Accepted> {
    let JournalEntry {
        header,
        entry: Entry::Accepted(inbound),
    } = entry
    else {
        return None;
    };
    Some(Accepted {
        position: header.position,
        session: header.session,
        contact: header.contact,
        address: inbound.address,
        message_id: inbound.message_id,
        received_at: inbound.received_at,
        locale: inbound.locale,
        content: inbound.content,
    })
}
