//! Reads the journal and compares it with what was acknowledged.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::Ordering;

use jackfield_core::{Content, ErrorCode, Position, SessionId};
use jackfield_store::{Entry, JournalStore, Options, Store as _};

use crate::contact::{Said, Talk};

/// What stands in the journal of what contacts said.
#[derive(Default)]
struct Found {
    accepted: HashMap<Position, (SessionId, String)>,
    by_id: HashMap<(String, String), Position>,
    by_text: HashMap<String, Vec<Position>>,
    /// The place of the turn that handled an event.
    handled: HashMap<Position, u64>,
    turns: HashMap<SessionId, (u64, Position)>,
    committed: u64,
    faults: u64,
    started: u64,
    violations: Vec<String>,
}

/// The figures, and what is wrong.
pub(crate) fn audit(data: &Path, talk: &Talk) -> (String, Vec<String>) {
    let store = JournalStore::open(Options::new(data)).unwrap();
    let mut found = Found::default();
    for entry in store.journal(Position(0)).unwrap() {
        match entry {
            Ok(entry) => found.read(entry.header.position, entry.header.session, entry.entry),
            Err(error) => found
                .violations
                .push(format!("the journal cannot be read: {error}")),
        }
    }
    let pending = store.pending().unwrap().len();
    if pending > 0 {
        found
            .violations
            .push(format!("{pending} events are still pending"));
    }
    found.compare(talk);
    let acknowledged = talk.acknowledged.lock().unwrap().len();
    let summary = format!(
        "{acknowledged} acknowledged, {} turns, {} of them given up after two kills, {} starts of pending events noted\n\
         {} sent again, {} of these were there already; {} without id and answer",
        found.committed,
        found.faults,
        found.started,
        talk.retried.load(Ordering::Relaxed),
        talk.known_already.load(Ordering::Relaxed),
        talk.unknown.lock().unwrap().len(),
    );
    (summary, found.violations)
}

impl Found {
    fn read(&mut self, position: Position, session: SessionId, entry: Entry) {
        match entry {
            Entry::Accepted(inbound) => {
                let address = format!("{}:{}", inbound.address.channel, inbound.address.contact);
                if let Some(first) = self
                    .by_id
                    .insert((address, inbound.message_id.clone()), position)
                {
                    self.violations.push(format!(
                        "{} was accepted at {first} and {position}",
                        inbound.message_id
                    ));
                }
                if let Content::Text(text) = inbound.content {
                    self.by_text.entry(text).or_default().push(position);
                }
                self.accepted
                    .insert(position, (session, inbound.message_id));
            }
            Entry::Committed(turn) => {
                self.committed += 1;
                if turn
                    .decision
                    .reason
                    .starts_with(&ErrorCode::KilledHost.to_string())
                {
                    self.faults += 1;
                }
                let place = turn.session.turn;
                let (last, newest) = self.turns.get(&session).copied().unwrap_or_default();
                if place != last + 1 {
                    self.violations
                        .push(format!("{session}: turn {place} follows turn {last}"));
                }
                let mut newest = newest;
                for event in turn.handled {
                    if event < newest {
                        self.violations
                            .push(format!("{session}: {event} was handled after {newest}"));
                    }
                    newest = event;
                    if self
                        .accepted
                        .get(&event)
                        .is_none_or(|(of, _)| *of != session)
                    {
                        self.violations.push(format!(
                            "{session}: turn {place} handles {event}, which is not its own"
                        ));
                    }
                    if let Some(other) = self.handled.insert(event, place) {
                        self.violations.push(format!(
                            "{session}: {event} was handled in turns {other} and {place}"
                        ));
                    }
                }
                self.turns.insert(session, (place, newest));
            }
            Entry::Started(events) => self.started += events.len() as u64,
            _ => {}
        }
    }

    fn compare(&mut self, talk: &Talk) {
        let open: Vec<_> = self
            .accepted
            .keys()
            .filter(|event| !self.handled.contains_key(event))
            .collect();
        if !open.is_empty() {
            self.violations
                .push(format!("{} accepted events were never handled", open.len()));
        }
        // Contacts that wait for each acknowledgement before they go on are handled in the order they spoke.
        let mut last: HashMap<(u64, SessionId), (u64, Position)> = HashMap::new();
        for one in talk.acknowledged.lock().unwrap().iter() {
            let (session, position) = match &one.said {
                Said::Web {
                    id,
                    session,
                    position,
                } => {
                    let there = self.accepted.get(position);
                    if there.is_none_or(|(of, is)| of != session || !is.ends_with(id.as_str())) {
                        self.violations.push(format!(
                            "contact {} message {id} at {position} is lost",
                            one.contact
                        ));
                        continue;
                    }
                    (*session, *position)
                }
                Said::Rest { text } => match self.by_text.get(text).map(Vec::as_slice) {
                    Some([position]) => (self.accepted[position].0, *position),
                    other => {
                        self.violations.push(format!(
                            "contact {}: `{text}` stands at {other:?}",
                            one.contact
                        ));
                        continue;
                    }
                },
            };
            if !self.handled.contains_key(&position) {
                self.violations.push(format!(
                    "contact {}: {position} was never handled",
                    one.contact
                ));
            }
            let before = last
                .entry((one.contact, session))
                .or_insert((one.place, position));
            if one.place > before.0 && position <= before.1 {
                self.violations.push(format!(
                    "contact {}: {position} was said after {}",
                    one.contact, before.1
                ));
            }
            *before = (one.place, position.max(before.1));
        }
        let unknown: HashSet<_> = talk.unknown.lock().unwrap().iter().cloned().collect();
        for text in unknown {
            if self
                .by_text
                .get(&text)
                .is_some_and(|places| places.len() > 1)
            {
                self.violations
                    .push(format!("`{text}` was accepted more than once"));
            }
        }
    }
}
