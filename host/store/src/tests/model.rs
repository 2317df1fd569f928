//! Random operations against the model and the real store, which is opened again and again in between.

use std::collections::HashMap;
use std::path::Path;

use jackfield_core::{
    ContactId, Content, Failure, NamedValue, Outcome, Owner, Position, SessionId, StorageWrite,
    Value,
};
use proptest::prelude::*;

use super::samples::*;
use crate::{JournalStore, MemoryStore, StorageRead, Store, StoreError};

#[derive(Debug, Clone)]
enum Op {
    Say { contact: u8, message: u8 },
    Fire { session: u8, timer: u8 },
    Answer { session: u8, turn: u8, index: u8 },
    Start { session: u8 },
    Turn { session: u8, plan: Plan },
    Erase { session: u8 },
    Flush,
    Reopen { lose: Lose },
}

/// What a turn does.
#[derive(Debug, Clone)]
struct Plan {
    handle: u8,
    /// Not the next turn, or a handled event again.
    stale: bool,
    close: bool,
    owner: u8,
    timers: Vec<(u8, u8)>,
    outbox: u8,
    sets: Vec<(u8, Option<u16>)>,
    add: Option<i8>,
    attribute: Option<(u8, i8)>,
    stale_read: bool,
}

/// What is gone when the store is opened again.
#[derive(Debug, Clone, Copy)]
enum Lose {
    Nothing,
    Index,
    IndexAndSnapshots,
}

fn ops() -> impl Strategy<Value = Op> {
    let plan = (
        (
            0..4u8,
            prop::bool::weighted(0.1),
            prop::bool::weighted(0.1),
            0..6u8,
        ),
        prop::collection::vec((0..5u8, 0..20u8), 0..3),
        0..3u8,
        prop::collection::vec((0..4u8, prop::option::of(0..40_000u16)), 0..3),
        prop::option::of(any::<i8>()),
        prop::option::of((0..3u8, any::<i8>())),
        prop::bool::weighted(0.1),
    )
        .prop_map(
            |((handle, stale, close, owner), timers, outbox, sets, add, attribute, stale_read)| {
                Plan {
                    handle,
                    stale,
                    close,
                    owner,
                    timers,
                    outbox,
                    sets,
                    add,
                    attribute,
                    stale_read,
                }
            },
        );
    let lose = prop_oneof![
        Just(Lose::Nothing),
        Just(Lose::Index),
        Just(Lose::IndexAndSnapshots)
    ];
    prop_oneof![
        6 => (0..4u8, 0..40u8).prop_map(|(contact, message)| Op::Say { contact, message }),
        2 => (0..6u8, 0..5u8).prop_map(|(session, timer)| Op::Fire { session, timer }),
        2 => (0..6u8, 1..5u8, 0..3u8).prop_map(|(session, turn, index)| Op::Answer { session, turn, index }),
        1 => (0..6u8).prop_map(|session| Op::Start { session }),
        8 => (0..6u8, plan).prop_map(|(session, plan)| Op::Turn { session, plan }),
        1 => (0..6u8).prop_map(|session| Op::Erase { session }),
        1 => Just(Op::Flush),
        1 => lose.prop_map(|lose| Op::Reopen { lose }),
    ]
}

/// Both stores, and how the ids of one map to those of the other.
struct Pair {
    model: MemoryStore,
    real: Option<JournalStore>,
    sessions: Vec<(SessionId, SessionId)>,
    contacts: HashMap<ContactId, ContactId>,
    positions: HashMap<Position, Position>,
    next_message: u32,
}

impl Pair {
    fn open(directory: &Path) -> JournalStore {
        let options = crate::Options {
            snapshot_bytes: 20_000,
            cache_bytes: 4_000,
            ..options(directory)
        };
        JournalStore::open(options).unwrap()
    }

    fn real(&self) -> &JournalStore {
        self.real.as_ref().unwrap()
    }

    fn session(&self, number: u8) -> Option<(SessionId, SessionId)> {
        let count = self.sessions.len().max(1);
        self.sessions.get(usize::from(number) % count).copied()
    }

    fn accept(
        &mut self,
        session: Option<(SessionId, SessionId)>,
        inbound: jackfield_core::Inbound,
    ) {
        let model = self
            .model
            .accept(&tenant(), session.map(|pair| pair.0), inbound.clone());
        let real = self
            .real()
            .accept(&tenant(), session.map(|pair| pair.1), inbound);
        match (model, real) {
            (Ok(model), Ok(real)) => {
                assert_eq!(model.duplicate, real.duplicate);
                real.ticket.wait().unwrap();
                if !model.duplicate {
                    self.positions.insert(model.position, real.position);
                }
                assert_eq!(self.positions[&model.position], real.position);
                if !self.sessions.contains(&(model.session, real.session)) {
                    self.sessions.push((model.session, real.session));
                }
                assert_eq!(
                    *self.contacts.entry(model.contact).or_insert(real.contact),
                    real.contact
                );
            }
            (model, real) => assert_eq!(model.map(|_| ()), real.map(|_| ())),
        }
    }

    fn turn(&mut self, number: u8, plan: &Plan) {
        let Some((model_id, real_id)) = self.session(number) else {
            return;
        };
        let Ok(Some(before)) = self.model.load(&tenant(), model_id) else {
            return;
        };
        let pending = self.model.pending().unwrap();
        let mine = pending
            .iter()
            .filter(|pending| pending.accepted.session == model_id);
        let mut handled: Vec<_> = mine
            .map(|pending| pending.accepted.position)
            .take(plan.handle.into())
            .collect();
        if plan.stale {
            handled.extend(self.positions.keys().min());
        }
        let fill = |store: &dyn Store, id, handled: &[Position]| {
            let mut record = turn(store, id, handled);
            let turn = record.session.turn;
            record.session.closed = plan.close;
            record.session.owner = match plan.owner {
                0 => Owner::Queue("q".into()),
                1 => Owner::Agent("a".into()),
                _ => Owner::Bot,
            };
            for (timer_number, due) in &plan.timers {
                let timer_id = turn * 10 + u64::from(*timer_number);
                if record
                    .session
                    .timers
                    .iter()
                    .all(|known| known.id != timer_id)
                {
                    record.session.timers.push(timer(timer_id, u64::from(*due)));
                }
            }
            if plan.timers.is_empty() && plan.handle > 1 && !record.session.timers.is_empty() {
                record.session.timers.remove(0);
            }
            record.outbox = (0..u32::from(plan.outbox))
                .map(|index| request(turn, index))
                .collect();
            let mut writes: Vec<_> = plan
                .sets
                .iter()
                .map(|(key, size)| StorageWrite::Set {
                    key: format!("key {key}"),
                    value: size.map(|size| "v".repeat(size.into())),
                })
                .collect();
            writes.extend(plan.add.map(|amount| StorageWrite::Add {
                counter: "n".into(),
                amount: amount.into(),
            }));
            record.storage = vec![(pack().to_string(), writes)];
            let attribute = plan.attribute.map(|(name, value)| NamedValue {
                name: format!("attribute {name}"),
                value: Value::Integer(value.into()),
            });
            record.attributes = attribute.into_iter().collect();
            let version = store
                .storage(&tenant(), &pack(), record.session.contact)
                .unwrap()
                .version;
            let version = if plan.stale_read {
                version + 1
            } else {
                version
            };
            (
                record,
                [StorageRead {
                    pack: pack(),
                    version,
                }],
            )
        };
        let translated: Vec<_> = handled
            .iter()
            .map(|position| self.positions[position])
            .collect();
        let (record, reads) = fill(&self.model, model_id, &handled);
        let model = self.model.commit(record, &reads);
        let (record, reads) = fill(self.real(), real_id, &translated);
        assert_eq!(record.session.turn, before.turn + 1);
        let real = self.real().commit(record, &reads);
        match (model, real) {
            (Ok(model), Ok(real)) => {
                real.ticket.wait().unwrap();
                self.positions.insert(model.position, real.position);
            }
            (model, real) => assert_eq!(model.map(|_| ()), real.map(|_| ())),
        }
    }

    fn run(&mut self, op: &Op, directory: &Path) {
        match op {
            Op::Say { contact, message } => {
                let id = if *message < 8 {
                    format!("m{message}")
                } else {
                    self.fresh()
                };
                self.accept(None, text(&format!("contact {contact}"), &id));
            }
            Op::Fire { session, timer } => {
                let Some(pair) = self.session(*session) else {
                    return;
                };
                let id = self.fresh();
                let now = self.model.load(&tenant(), pair.0).ok().flatten();
                let known =
                    now.and_then(|now| now.timers.get(usize::from(*timer)).map(|timer| timer.id));
                self.accept(
                    Some(pair),
                    inbound(
                        "any",
                        &id,
                        Content::TimerDue {
                            timer: known.unwrap_or(999),
                        },
                    ),
                );
            }
            Op::Answer {
                session,
                turn,
                index,
            } => {
                let Some(pair) = self.session(*session) else {
                    return;
                };
                let id = self.fresh();
                let entry = request((*turn).into(), (*index).into()).id;
                let content = Content::RequestAnswered {
                    entry,
                    outcome: Outcome::Failure(Failure::TimedOut),
                };
                self.accept(Some(pair), inbound("any", &id, content));
            }
            Op::Start { session } => {
                let Some((model_id, real_id)) = self.session(*session) else {
                    return;
                };
                let pending = self.model.pending().unwrap();
                let mine = pending
                    .iter()
                    .filter(|pending| pending.accepted.session == model_id);
                let handled: Vec<_> = mine
                    .map(|pending| pending.accepted.position)
                    .take(2)
                    .collect();
                let translated: Vec<_> = handled
                    .iter()
                    .map(|position| self.positions[position])
                    .collect();
                let model = self.model.started(&tenant(), model_id, &handled);
                let real = self.real().started(&tenant(), real_id, &translated);
                assert_eq!(model.and_then(|t| t.wait()), real.and_then(|t| t.wait()));
            }
            Op::Turn { session, plan } => self.turn(*session, plan),
            Op::Erase { session } => {
                let Some((model_id, _)) = self.session(*session) else {
                    return;
                };
                let Ok(Some(session)) = self.model.load(&tenant(), model_id) else {
                    return;
                };
                let contact = session.contact;
                let model = self.model.erase(&tenant(), contact);
                let real = self.real().erase(&tenant(), self.contacts[&contact]);
                assert_eq!(model.and_then(|t| t.wait()), real.and_then(|t| t.wait()));
            }
            Op::Flush => self.real().flush().unwrap(),
            Op::Reopen { lose } => {
                drop(self.real.take());
                if !matches!(lose, Lose::Nothing) {
                    std::fs::remove_dir_all(directory.join("sled")).unwrap();
                }
                if matches!(lose, Lose::IndexAndSnapshots) {
                    std::fs::remove_dir_all(directory.join("snapshots")).unwrap();
                }
                self.real = Some(Self::open(directory));
            }
        }
    }

    fn fresh(&mut self) -> String {
        self.next_message += 1;
        format!("fresh {}", self.next_message)
    }

    /// Everything that can be seen is the same.
    fn compare(&self) {
        let (model, real) = (&self.model, self.real());
        let session = |id: SessionId| {
            self.sessions
                .iter()
                .find(|pair| pair.0 == id)
                .map(|pair| pair.1)
                .unwrap()
        };
        for (model_id, real_id) in &self.sessions {
            let (a, b) = (
                model.load(&tenant(), *model_id),
                real.load(&tenant(), *real_id),
            );
            let contact = a.as_ref().ok().and_then(|a| a.as_ref()).map(|a| a.contact);
            let same = |session: &jackfield_core::Session| jackfield_core::Session {
                id: *real_id,
                contact: self.contacts[&session.contact],
                ..session.clone()
            };
            assert_eq!(
                a.map(|a| a.map(|a| same(&a))),
                b.map(|b| b.map(|b| (*b).clone()))
            );
            let numbers = |store: &dyn Store, id| {
                let turns = store.turns(&tenant(), id, 0, 1000)?;
                Ok::<_, StoreError>(
                    turns
                        .into_iter()
                        .map(|t| (t.record.session.turn, t.record.outbox, t.record.storage))
                        .collect::<Vec<_>>(),
                )
            };
            assert_eq!(numbers(model, *model_id), numbers(real, *real_id));
            if let Some(contact) = contact {
                let other = self.contacts[&contact];
                let (a, b) = (
                    model.storage(&tenant(), &pack(), contact),
                    real.storage(&tenant(), &pack(), other),
                );
                let (a, b) = (a.unwrap(), b.unwrap());
                assert_eq!(
                    (a.values, a.bytes, a.counters, a.version == 0),
                    (b.values, b.bytes, b.counters, b.version == 0)
                );
                assert_eq!(
                    model.attributes(&tenant(), contact),
                    real.attributes(&tenant(), other)
                );
            }
        }
        for contact in 0..4 {
            let address = address(&format!("contact {contact}"));
            let expected = model.resolve(&tenant(), &address).map(session);
            assert_eq!(expected, real.resolve(&tenant(), &address));
        }
        let due = |store: &dyn Store| {
            let mut due: Vec<_> = store
                .due(15, 1000)
                .into_iter()
                .map(|d| (d.timer.due, d.timer, d.session))
                .collect();
            due.sort_by_key(|due| (due.0, due.1.id, due.2));
            due
        };
        let mut expected: Vec<_> = due(model)
            .into_iter()
            .map(|d| (d.0, d.1, session(d.2)))
            .collect();
        expected.sort_by_key(|due| (due.0, due.1.id, due.2));
        assert_eq!(expected, due(real));
        assert_eq!(model.next_due(), real.next_due());
        let expected: Vec<_> = model
            .outbox(1000)
            .into_iter()
            .map(|item| (session(item.session), item.entry))
            .collect();
        assert_eq!(
            expected,
            real.outbox(1000)
                .into_iter()
                .map(|item| (item.session, item.entry))
                .collect::<Vec<_>>()
        );
        let pending = model.pending().unwrap().into_iter();
        let expected: Vec<_> = pending
            .map(|p| {
                (
                    self.positions[&p.accepted.position],
                    session(p.accepted.session),
                    p.accepted.content,
                    p.started,
                )
            })
            .collect();
        let pending = real.pending().unwrap().into_iter();
        let seen: Vec<_> = pending
            .map(|p| {
                (
                    p.accepted.position,
                    p.accepted.session,
                    p.accepted.content,
                    p.started,
                )
            })
            .collect();
        assert_eq!(expected, seen);
        let kinds = |store: &dyn Store| {
            let entries = store.journal(Position(0)).unwrap().map(Result::unwrap);
            entries
                .map(|entry| {
                    (
                        entry.header.kind,
                        entry.header.turn,
                        entry.entry == crate::Entry::Erased,
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(kinds(model), kinds(real));
        assert_eq!(real.stats().blob_files, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_real_store_does_what_the_model_does(ops in prop::collection::vec(ops(), 1..60)) {
        let directory = fast_directory();
        let mut pair = Pair {
            model: MemoryStore::new(),
            real: Some(Pair::open(directory.path())),
            sessions: Vec::new(),
            contacts: HashMap::new(),
            positions: HashMap::new(),
            next_message: 0,
        };
        for op in &ops {
            pair.run(op, directory.path());
            if matches!(op, Op::Reopen { .. } | Op::Flush) {
                pair.compare();
            }
        }
        pair.compare();
        pair.run(&Op::Reopen { lose: Lose::Nothing }, directory.path());
        pair.compare();
    }
}
