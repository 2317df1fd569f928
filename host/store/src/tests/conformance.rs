//! What every store must do, run against each of them.

use std::sync::Arc;

use jackfield_core::{
    ContactId, Content, Digest, EntryId, Failure, ImpossibleChange, NamedValue, Outcome, Owner,
    PackChange, PackId, PackVersion, Position, SessionId, StorageWrite, Taught, TenantId,
};

use super::samples::*;
use crate::{Admin, Entry, JournalStore, MemoryStore, RecordKind, StorageRead, Store, StoreError};

macro_rules! conformance {
    ($($name:ident)*) => {
        mod memory {
            $(#[test] fn $name() { super::$name(&super::MemoryStore::new()); })*
        }
        mod journal {
            $(#[test] fn $name() {
                let directory = tempfile::tempdir().unwrap();
                super::$name(&super::JournalStore::open(super::options(directory.path())).unwrap());
            })*
        }
    };
}

conformance! {
    an_address_keeps_its_session_until_it_is_closed
    a_duplicate_changes_nothing
    a_session_without_a_turn_is_as_new
    turns_of_a_session_are_committed_one_after_the_other
    an_event_is_handled_once
    what_is_not_handled_stays_pending_with_its_starts
    timers_come_due_in_order_and_once
    timers_are_held_while_a_human_owns_the_session
    a_request_is_answered_once
    storage_is_checked_and_counters_add
    attributes_are_kept_by_name
    turns_are_read_back_in_order
    tenants_do_not_see_each_other
    an_erased_contact_is_unreadable
    the_journal_tells_everything_in_order
    large_values_come_back_whole
    decisions_about_packs_follow_each_other
    decisions_about_keys_follow_each_other
    what_was_taught_stands_among_the_decisions
}

fn an_address_keeps_its_session_until_it_is_closed(store: &dyn Store) {
    let first = say(store, "ann", "1");
    let second = say(store, "ann", "2");
    let other = say(store, "bob", "3");
    assert_eq!(first.session, second.session);
    assert_ne!(first.session, other.session);
    assert_ne!(first.contact, other.contact);
    assert_eq!(
        store.resolve(&tenant(), &address("ann")),
        Some(first.session)
    );
    assert_eq!(store.resolve(&tenant(), &address("cat")), None);

    let mut last = turn(store, first.session, &[first.position, second.position]);
    last.session.closed = true;
    store.commit(last, &[]).unwrap().ticket.wait().unwrap();
    assert_eq!(store.resolve(&tenant(), &address("ann")), None);
    let again = say(store, "ann", "4");
    assert_ne!(again.session, first.session);
    assert_eq!(again.contact, first.contact);
    assert_eq!(
        store.resolve(&tenant(), &address("ann")),
        Some(again.session)
    );
    // A late event for the old session still goes there.
    let late = store
        .accept(&tenant(), Some(first.session), text("ann", "5"))
        .unwrap();
    assert_eq!(late.session, first.session);
    assert_eq!(
        store.resolve(&tenant(), &address("ann")),
        Some(again.session)
    );
    let unknown = store.accept(&tenant(), Some(SessionId::new()), text("ann", "6"));
    assert_eq!(unknown.unwrap_err(), StoreError::UnknownSession);
}

fn a_duplicate_changes_nothing(store: &dyn Store) {
    let first = say(store, "ann", "1");
    let again = say(store, "ann", "1");
    assert!(!first.duplicate && again.duplicate);
    assert_eq!(
        (again.position, again.session, again.contact),
        (first.position, first.session, first.contact)
    );
    first.ticket.wait().unwrap();
    again.ticket.wait().unwrap();
    assert_eq!(store.pending().unwrap().len(), 1);
    let handled = turn(store, first.session, &[first.position]);
    store.commit(handled, &[]).unwrap();
    store.flush().unwrap();
    assert!(say(store, "ann", "1").duplicate);
    assert_eq!(store.pending().unwrap(), []);
    assert_eq!(store.stats().duplicates, 2);
    // The same id on another channel account is another event.
    let mut elsewhere = text("ann", "1");
    elsewhere.address.channel = "rest".into();
    assert!(!store.accept(&tenant(), None, elsewhere).unwrap().duplicate);
}

fn a_session_without_a_turn_is_as_new(store: &dyn Store) {
    let first = say(store, "ann", "1");
    let session = store.load(&tenant(), first.session).unwrap().unwrap();
    assert_eq!(
        (session.turn, session.contact, &session.address),
        (0, first.contact, &address("ann"))
    );
    assert_eq!(store.turns(&tenant(), first.session, 0, 10).unwrap(), []);
    assert_eq!(store.load(&tenant(), SessionId::new()).unwrap(), None);
    assert_eq!(store.turns(&tenant(), SessionId::new(), 0, 10).unwrap(), []);
}

fn turns_of_a_session_are_committed_one_after_the_other(store: &dyn Store) {
    let first = say(store, "ann", "1");
    let one = turn(store, first.session, &[first.position]);
    let rival = turn(store, first.session, &[]);
    store.commit(one.clone(), &[]).unwrap();
    assert_eq!(
        store.load(&tenant(), first.session).unwrap().as_deref(),
        Some(&one.session)
    );
    assert!(matches!(
        store.commit(rival, &[]),
        Err(StoreError::Stale(_))
    ));
    let mut skipping = turn(store, first.session, &[]);
    skipping.session.turn += 1;
    assert!(matches!(
        store.commit(skipping, &[]),
        Err(StoreError::Stale(_))
    ));
    store.commit(turn(store, first.session, &[]), &[]).unwrap();
    assert_eq!(
        store.load(&tenant(), first.session).unwrap().unwrap().turn,
        2
    );
    let mut unknown = turn(store, first.session, &[]);
    unknown.session.id = SessionId::new();
    assert_eq!(
        store.commit(unknown, &[]).unwrap_err(),
        StoreError::UnknownSession
    );
}

fn an_event_is_handled_once(store: &dyn Store) {
    let (ann, bob) = (say(store, "ann", "1"), say(store, "bob", "2"));
    assert!(matches!(
        store.commit(turn(store, ann.session, &[bob.position]), &[]),
        Err(StoreError::Stale(_))
    ));
    store
        .commit(turn(store, ann.session, &[ann.position]), &[])
        .unwrap();
    assert!(matches!(
        store.commit(turn(store, ann.session, &[ann.position]), &[]),
        Err(StoreError::Stale(_))
    ));
    assert!(matches!(
        store.started(&tenant(), ann.session, &[ann.position]),
        Err(StoreError::Stale(_))
    ));
}

fn what_is_not_handled_stays_pending_with_its_starts(store: &dyn Store) {
    let accepted: Vec<_> = (0..4).map(|n| say(store, "ann", &n.to_string())).collect();
    let session = accepted[0].session;
    store
        .started(&tenant(), session, &[accepted[0].position])
        .unwrap()
        .wait()
        .unwrap();
    store
        .started(&tenant(), session, &[accepted[2].position])
        .unwrap()
        .wait()
        .unwrap();
    store
        .started(&tenant(), session, &[accepted[2].position])
        .unwrap()
        .wait()
        .unwrap();
    store
        .commit(turn(store, session, &[accepted[0].position]), &[])
        .unwrap();
    let pending = store.pending().unwrap();
    let seen: Vec<_> = pending
        .iter()
        .map(|p| (p.accepted.position, p.started))
        .collect();
    assert_eq!(
        seen,
        [
            (accepted[1].position, 0),
            (accepted[2].position, 2),
            (accepted[3].position, 0)
        ]
    );
    assert_eq!(pending[0].tenant, tenant());
    assert_eq!(pending[0].accepted.message_id, "1");
    assert_eq!(
        pending[0].accepted.content,
        Content::Text("words of 1".into())
    );
    assert_eq!(pending[0].accepted.locale.as_deref(), Some("en"));
}

fn timers_come_due_in_order_and_once(store: &dyn Store) {
    let ann = say(store, "ann", "1");
    let mut set = turn(store, ann.session, &[ann.position]);
    set.session.timers = vec![timer(1, 300), timer(2, 100), timer(3, 200)];
    store.commit(set, &[]).unwrap();
    assert_eq!(store.next_due(), Some(100));
    let ids = |now| {
        store
            .due(now, 10)
            .iter()
            .map(|due| due.timer.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(99), []);
    assert_eq!(ids(250), [2, 3]);
    assert_eq!(store.due(1000, 1).len(), 1);
    let due = store.due(100, 1).remove(0);
    assert_eq!(
        (due.session, due.address, due.timer),
        (ann.session, address("ann"), timer(2, 100))
    );

    let fire = |id| {
        store.accept(
            &tenant(),
            Some(ann.session),
            inbound("ann", &format!("t{id}"), Content::TimerDue { timer: id }),
        )
    };
    let fired = fire(2).unwrap();
    assert_eq!(ids(1000), [3, 1]);
    let twice = inbound("ann", "other id", Content::TimerDue { timer: 2 });
    assert!(matches!(
        store.accept(&tenant(), Some(ann.session), twice),
        Err(StoreError::Stale(_))
    ));
    assert!(fire(2).unwrap().duplicate);
    assert!(matches!(fire(9), Err(StoreError::Stale(_))));
    // A turn that knows nothing of it yet does not bring it back.
    store.commit(turn(store, ann.session, &[]), &[]).unwrap();
    assert_eq!(ids(1000), [3, 1]);
    let mut handle = turn(store, ann.session, &[fired.position]);
    handle.session.timers.retain(|timer| timer.id == 1);
    store.commit(handle, &[]).unwrap();
    assert_eq!(ids(1000), [1]);
    let mut end = turn(store, ann.session, &[]);
    end.session.closed = true;
    store.commit(end, &[]).unwrap();
    assert_eq!((ids(1000), store.next_due()), (vec![], None));
}

fn timers_are_held_while_a_human_owns_the_session(store: &dyn Store) {
    let ann = say(store, "ann", "1");
    let mut set = turn(store, ann.session, &[ann.position]);
    set.session.timers = vec![timer(1, 100)];
    set.session.owner = Owner::Queue("sales".into());
    store.commit(set, &[]).unwrap();
    assert_eq!((store.due(1000, 10), store.next_due()), (vec![], None));
    let held = inbound("ann", "t1", Content::TimerDue { timer: 1 });
    assert!(matches!(
        store.accept(&tenant(), Some(ann.session), held.clone()),
        Err(StoreError::Stale(_))
    ));
    let mut agent = turn(store, ann.session, &[]);
    agent.session.owner = Owner::Agent("eve".into());
    store.commit(agent, &[]).unwrap();
    assert_eq!(store.next_due(), None);
    let mut back = turn(store, ann.session, &[]);
    back.session.owner = Owner::Bot;
    store.commit(back, &[]).unwrap();
    assert_eq!(store.due(1000, 10).len(), 1);
    store.accept(&tenant(), Some(ann.session), held).unwrap();
}

fn a_request_is_answered_once(store: &dyn Store) {
    let ann = say(store, "ann", "1");
    let mut ask = turn(store, ann.session, &[ann.position]);
    ask.outbox = vec![request(1, 0), request(1, 1)];
    store.commit(ask, &[]).unwrap().ticket.wait().unwrap();
    let open: Vec<_> = store
        .outbox(10)
        .into_iter()
        .map(|item| (item.session, item.contact, item.entry))
        .collect();
    assert_eq!(
        open,
        [
            (ann.session, ann.contact, request(1, 0)),
            (ann.session, ann.contact, request(1, 1))
        ]
    );
    assert_eq!(store.outbox(1).len(), 1);
    let answer = |id: &str, entry: EntryId| {
        let outcome = Outcome::Failure(Failure::TimedOut);
        store.accept(
            &tenant(),
            Some(ann.session),
            inbound("ann", id, Content::RequestAnswered { entry, outcome }),
        )
    };
    answer("a", request(1, 0).id).unwrap();
    assert!(matches!(
        answer("b", request(1, 0).id),
        Err(StoreError::Stale(_))
    ));
    assert!(answer("a", request(1, 0).id).unwrap().duplicate);
    assert!(matches!(
        answer("c", request(2, 0).id),
        Err(StoreError::Stale(_))
    ));
    assert_eq!(
        store
            .outbox(10)
            .iter()
            .map(|item| item.entry.id)
            .collect::<Vec<_>>(),
        [request(1, 1).id]
    );
}

fn storage_is_checked_and_counters_add(store: &dyn Store) {
    let ann = say(store, "ann", "1");
    let set = |key: &str, value: Option<&str>| StorageWrite::Set {
        key: key.into(),
        value: value.map(str::to_owned),
    };
    let add = |amount| StorageWrite::Add {
        counter: "sales".into(),
        amount,
    };
    let empty = store.storage(&tenant(), &pack(), ann.contact).unwrap();
    assert_eq!((empty.version, empty.values.len(), empty.bytes), (0, 0, 0));
    let mut one = turn(store, ann.session, &[ann.position]);
    one.storage = vec![(
        pack().to_string(),
        vec![set("a", Some("1")), set("b", Some("22")), add(2)],
    )];
    store
        .commit(
            one,
            &[StorageRead {
                pack: pack(),
                version: 0,
            }],
        )
        .unwrap();
    let now = store.storage(&tenant(), &pack(), ann.contact).unwrap();
    assert_ne!(now.version, 0);
    assert_eq!(
        (
            now.values["a"].as_str(),
            now.values["b"].as_str(),
            now.bytes
        ),
        ("1", "22", 5)
    );
    let stale = StorageRead {
        pack: pack(),
        version: 0,
    };
    assert_eq!(
        store
            .commit(turn(store, ann.session, &[]), &[stale])
            .unwrap_err(),
        StoreError::Conflict(pack())
    );
    let mut two = turn(store, ann.session, &[]);
    two.storage = vec![(pack().to_string(), vec![set("a", None), add(3)])];
    store
        .commit(
            two,
            &[StorageRead {
                pack: pack(),
                version: now.version,
            }],
        )
        .unwrap();
    let mut only_counts = turn(store, ann.session, &[]);
    only_counts.storage = vec![(pack().to_string(), vec![add(-1)])];
    let before = store.storage(&tenant(), &pack(), ann.contact).unwrap();
    store.commit(only_counts, &[]).unwrap();
    let after = store.storage(&tenant(), &pack(), ann.contact).unwrap();
    assert_eq!(before.version, after.version);
    assert_eq!(after.counters["sales"], 4);
    assert!(!after.values.contains_key("a"));
    // What was read before stays as it was.
    assert_eq!(now.values["a"], "1");
    let other = store.storage(&tenant(), &pack(), ContactId::new()).unwrap();
    assert_eq!(
        (other.version, other.values.len(), other.counters["sales"]),
        (0, 0, 4)
    );
}

fn attributes_are_kept_by_name(store: &dyn Store) {
    let ann = say(store, "ann", "1");
    let mut one = turn(store, ann.session, &[ann.position]);
    one.attributes = vec![
        NamedValue::new("tier", "gold"),
        NamedValue::new("city", "Aachen"),
    ];
    store.commit(one, &[]).unwrap();
    let mut two = turn(store, ann.session, &[]);
    two.attributes = vec![NamedValue::new("tier", "silver")];
    store.commit(two, &[]).unwrap();
    let expected = [
        NamedValue::new("city", "Aachen"),
        NamedValue::new("tier", "silver"),
    ];
    assert_eq!(store.attributes(&tenant(), ann.contact).unwrap(), expected);
    assert_eq!(store.attributes(&tenant(), ContactId::new()).unwrap(), []);
}

fn turns_are_read_back_in_order(store: &dyn Store) {
    let (ann, bob) = (say(store, "ann", "1"), say(store, "bob", "2"));
    let mut committed = Vec::new();
    for _ in 0..7 {
        let record = turn(store, ann.session, &[]);
        let position = store.commit(record.clone(), &[]).unwrap().position;
        committed.push((position, record));
        store.commit(turn(store, bob.session, &[]), &[]).unwrap();
    }
    let read = |after, limit| {
        let turns = store.turns(&tenant(), ann.session, after, limit).unwrap();
        turns
            .into_iter()
            .map(|turn| (turn.position, turn.record))
            .collect::<Vec<_>>()
    };
    assert_eq!(read(0, 100), committed);
    assert_eq!(read(2, 3), committed[4..], "the newest");
    assert_eq!(read(7, 3), []);
}

fn tenants_do_not_see_each_other(store: &dyn Store) {
    let other = TenantId::new("other").unwrap();
    let ann = say(store, "ann", "1");
    let mut record = turn(store, ann.session, &[ann.position]);
    record.storage = vec![(
        pack().to_string(),
        vec![StorageWrite::Add {
            counter: "n".into(),
            amount: 1,
        }],
    )];
    store.commit(record, &[]).unwrap();
    assert_eq!(store.load(&other, ann.session).unwrap(), None);
    assert_eq!(store.turns(&other, ann.session, 0, 10).unwrap(), []);
    assert_eq!(store.resolve(&other, &address("ann")), None);
    assert!(
        store
            .storage(&other, &pack(), ann.contact)
            .unwrap()
            .counters
            .is_empty()
    );
    assert_eq!(
        store.erase(&other, ann.contact).unwrap_err(),
        StoreError::Erased
    );
    let theirs = store.accept(&other, None, text("ann", "1")).unwrap();
    assert!(!theirs.duplicate);
    assert_ne!((theirs.session, theirs.contact), (ann.session, ann.contact));
    let stray = store.accept(&other, Some(ann.session), text("ann", "2"));
    assert_eq!(stray.unwrap_err(), StoreError::UnknownSession);
}

fn an_erased_contact_is_unreadable(store: &dyn Store) {
    let (ann, bob) = (say(store, "ann", "1"), say(store, "bob", "2"));
    let mut record = turn(store, ann.session, &[]);
    record.session.timers = vec![timer(1, 100)];
    record.outbox = vec![request(1, 0)];
    record.storage = vec![(
        pack().to_string(),
        vec![StorageWrite::Add {
            counter: "n".into(),
            amount: 5,
        }],
    )];
    store.commit(record, &[]).unwrap();
    let next = turn(store, ann.session, &[]);
    store.erase(&tenant(), ann.contact).unwrap().wait().unwrap();
    assert_eq!(
        store.erase(&tenant(), ann.contact).unwrap_err(),
        StoreError::Erased
    );
    assert_eq!(
        store.load(&tenant(), ann.session).unwrap_err(),
        StoreError::Erased
    );
    assert_eq!(
        store.turns(&tenant(), ann.session, 0, 10).unwrap_err(),
        StoreError::Erased
    );
    assert_eq!(
        store.storage(&tenant(), &pack(), ann.contact).unwrap_err(),
        StoreError::Erased
    );
    assert_eq!(
        store.attributes(&tenant(), ann.contact).unwrap_err(),
        StoreError::Erased
    );
    assert_eq!(store.commit(next, &[]).unwrap_err(), StoreError::Erased);
    assert_eq!(
        (store.due(1000, 10), store.next_due(), store.outbox(10)),
        (vec![], None, vec![])
    );
    assert_eq!(store.pending().unwrap().len(), 1);
    assert_eq!(store.resolve(&tenant(), &address("ann")), None);
    assert_eq!(
        store
            .storage(&tenant(), &pack(), bob.contact)
            .unwrap()
            .counters["n"],
        5
    );
    // The address starts over, with another contact.
    let again = say(store, "ann", "3");
    assert_ne!((again.session, again.contact), (ann.session, ann.contact));
    let kinds: Vec<_> = store
        .journal(Position(0))
        .unwrap()
        .map(|entry| entry.unwrap().entry)
        .collect();
    assert!(
        kinds
            .iter()
            .filter(|entry| **entry == Entry::Erased)
            .count()
            >= 2
    );
}

fn the_journal_tells_everything_in_order(store: &dyn Store) {
    let ann = say(store, "ann", "1");
    let started = store
        .started(&tenant(), ann.session, &[ann.position])
        .unwrap();
    let record = turn(store, ann.session, &[ann.position]);
    let committed = store.commit(record.clone(), &[]).unwrap();
    started.wait().unwrap();
    committed.ticket.wait().unwrap();
    let entries: Vec<_> = store
        .journal(Position(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let kinds: Vec<_> = entries.iter().map(|entry| entry.header.kind).collect();
    assert_eq!(
        kinds,
        [
            RecordKind::Accepted,
            RecordKind::Started,
            RecordKind::Committed
        ]
    );
    assert_eq!(
        entries[0].entry,
        Entry::Accepted(Box::new(text("ann", "1")))
    );
    assert_eq!(entries[1].entry, Entry::Started(vec![(ann.position, 1)]));
    assert_eq!(entries[2].entry, Entry::Committed(Box::new(record)));
    assert!(
        entries
            .windows(2)
            .all(|pair| pair[1].header.previous_hash == pair[0].header.hash)
    );
    assert!(entries.iter().all(|entry| entry.header.session == ann.session && entry.header.contact == ann.contact));
    let from: Vec<_> = store
        .journal(committed.position)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(from, entries[2..]);
}

fn large_values_come_back_whole(store: &dyn Store) {
    let ann = say(store, "ann", "1");
    for size in [300_000, 10, 60_000, 24_576] {
        let value = "x".repeat(size);
        let mut record = turn(store, ann.session, &[]);
        let write = StorageWrite::Set {
            key: "k".into(),
            value: Some(value.clone()),
        };
        record.storage = vec![(pack().to_string(), vec![write])];
        store.commit(record, &[]).unwrap();
        store.flush().unwrap();
        assert_eq!(
            store
                .storage(&tenant(), &pack(), ann.contact)
                .unwrap()
                .values["k"],
            value
        );
    }
    assert_eq!(store.stats().blob_files, 0);
    let _: Arc<_> = store.load(&tenant(), ann.session).unwrap().unwrap();
}

fn version(number: u8) -> PackVersion {
    PackVersion {
        digest: Digest::of(&[number]),
        version: format!("1.{number}.0"),
        at: 1,
        signers: vec!["A".to_owned()],
    }
}

fn decisions_about_keys_follow_each_other(store: &dyn Store) {
    super::api_keys::follow_each_other(store);
}

fn what_was_taught_stands_among_the_decisions(store: &dyn Store) {
    let published = Taught {
        version: 2,
        restores: Some(1),
        note: "too dear".to_owned(),
    };
    let noted = store.note_taught(&tenant(), 7, "ann", published.clone());
    noted.unwrap().wait().unwrap();
    store.flush().unwrap();
    let found = store.decisions(&tenant(), None, 10).unwrap();
    let [record] = &found.records[..] else {
        panic!("{found:?}");
    };
    let by = "ann".to_owned();
    assert_eq!(record.entry, Entry::Admin(Admin::Taught { by, published }));
    assert_eq!(record.header.at, 7);
}

fn decisions_about_packs_follow_each_other(store: &dyn Store) {
    let pack = PackId::new("com.example.shop").unwrap();
    let decide = |tenant: &TenantId, change| store.change_pack(tenant, 7, "ann", &pack, change);
    let install = |number| PackChange::Install {
        version: version(number),
    };
    assert!(store.packs(&tenant()).is_empty());
    decide(&tenant(), install(1)).unwrap();
    decide(&tenant(), install(2)).unwrap();
    let refused = decide(&tenant(), PackChange::Promote).unwrap_err();
    assert_eq!(refused, StoreError::Impossible(ImpossibleChange::NoCanary));
    let packs = store.packs(&tenant());
    assert_eq!(packs[&pack].current, Some(version(2)));
    assert_eq!(packs[&pack].earlier[0].version, version(1));
    // Another tenant has packs of its own.
    let other = TenantId::new("other").unwrap();
    assert!(store.packs(&other).is_empty());
    decide(&other, install(3)).unwrap();
    assert_eq!(store.packs(&other)[&pack].current, Some(version(3)));
    assert_eq!(store.packs(&tenant())[&pack].current, Some(version(2)));
    // What was decided stands in the journal, with who decided.
    store.flush().unwrap();
    let entries = store.journal(Position(0)).unwrap();
    let told: Vec<_> = entries
        .filter_map(|entry| match entry.unwrap().entry {
            Entry::Admin(Admin::PackChanged { by, change, .. }) => Some((by, change)),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 3);
    assert_eq!(told[1], ("ann".to_owned(), install(2)));
}
