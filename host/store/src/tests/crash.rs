//! The power goes at random moments, under load from several threads. What a ticket promised must be there.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jackfield_core::{Position, SessionId};
use parking_lot::{Condvar, Mutex};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::samples::*;
use crate::disk::ForgetfulDisk;
use crate::{JournalStore, Store, StoreError};

/// What was promised, by session.
#[derive(Default)]
struct Promises {
    /// Events whose ticket resolved, and where they stand.
    accepted: HashMap<String, (Position, SessionId)>,
    /// Turns whose ticket resolved, with the events they handled.
    turns: HashMap<SessionId, Vec<(u64, Vec<Position>)>>,
}

fn open(directory: &Path, disk: &ForgetfulDisk) -> Result<JournalStore, StoreError> {
    let _ = std::fs::remove_dir_all(directory.join("sled"));
    let options = crate::Options {
        segment_bytes: 8 * 1024,
        snapshot_bytes: 64 * 1024,
        ..options(directory)
    };
    JournalStore::open_on(options, Arc::new(disk.boot()))
}

/// Messages that are acknowledged in a life before the power goes, at most; then it goes at any moment.
const PROMISED: usize = 12;
/// A life that comes to nothing ends, too.
const LONGEST_LIFE: Duration = Duration::from_secs(5);

/// One life of the store: contacts talk, turns are committed, until the power goes.
fn live(
    store: &JournalStore,
    disk: &ForgetfulDisk,
    seed: u64,
    messages: &AtomicU64,
    promises: &Mutex<Promises>,
) {
    let over = AtomicBool::new(false);
    let one_more = Condvar::new();
    std::thread::scope(|scope| {
        for contact in 0..3 {
            let (over, one_more) = (&over, &one_more);
            scope.spawn(move || {
                let mut name = format!("contact {contact}");
                let mut tickets = Vec::new();
                while !over.load(Ordering::SeqCst) {
                    let number = messages.fetch_add(1, Ordering::SeqCst);
                    let id = number.to_string();
                    // The first stays, the others come and go.
                    if contact > 0 && number.is_multiple_of(4) {
                        name = format!("newcomer {number}");
                    }
                    let Ok(accepted) = store.accept(&tenant(), None, text(&name, &id)) else {
                        return;
                    };
                    let (position, session) = (accepted.position, accepted.session);
                    tickets.push((accepted.ticket, Err((id, position, session))));
                    if tickets.len() % 3 == 0 {
                        let Ok(pending) = store.pending() else { return };
                        let mine = pending
                            .iter()
                            .filter(|pending| pending.accepted.session == session);
                        let handled: Vec<_> =
                            mine.map(|pending| pending.accepted.position).collect();
                        let Ok(Some(before)) = store.load(&tenant(), session) else {
                            return;
                        };
                        let record = turn_after(&before, &handled);
                        let number = record.session.turn;
                        let Ok(committed) = store.commit(record, &[]) else {
                            return;
                        };
                        tickets.push((committed.ticket, Ok((session, number, handled))));
                    }
                    if tickets.len() >= 4 {
                        for (ticket, promise) in tickets.drain(..) {
                            if ticket.wait().is_err() {
                                return;
                            }
                            let mut promises = promises.lock();
                            match promise {
                                Err((id, position, session)) => {
                                    promises.accepted.insert(id, (position, session));
                                    one_more.notify_one();
                                }
                                Ok((session, number, handled)) => {
                                    promises
                                        .turns
                                        .entry(session)
                                        .or_default()
                                        .push((number, handled));
                                }
                            }
                        }
                    }
                }
            });
        }
        let mut random = StdRng::seed_from_u64(seed);
        // By what was promised, not by the clock alone: a busy machine promises little in a few milliseconds.
        let mut made = promises.lock();
        let enough = made.accepted.len() + random.random_range(0..=PROMISED);
        one_more.wait_while_for(&mut made, |made| made.accepted.len() < enough, LONGEST_LIFE);
        drop(made);
        std::thread::sleep(Duration::from_micros(random.random_range(0..4_000)));
        disk.crash(seed);
        over.store(true, Ordering::SeqCst);
    });
}

/// What is missing, as text; empty when every promise was kept.
fn missing(store: &JournalStore, promises: &Promises) -> Result<Vec<String>, StoreError> {
    let mut missing = Vec::new();
    let entries = store.journal(Position(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut accepted = HashMap::new();
    let mut handled = HashSet::new();
    let mut turns: HashMap<SessionId, Vec<(u64, Vec<Position>)>> = HashMap::new();
    let mut contacts = HashMap::new();
    for entry in entries {
        let (position, session) = (entry.header.position, entry.header.session);
        match entry.entry {
            crate::Entry::Accepted(inbound) => {
                let who = inbound.address.contact.clone();
                let known = contacts
                    .entry(entry.header.contact)
                    .or_insert_with(|| who.clone());
                if *known != who {
                    missing.push(format!("{known} and {who} are one contact"));
                }
                let id = inbound.message_id.clone();
                if accepted.insert(id, (position, session)).is_some() {
                    missing.push(format!("message {} was accepted twice", inbound.message_id));
                }
            }
            crate::Entry::Committed(record) => {
                for position in &record.handled {
                    if !handled.insert(*position) {
                        missing.push(format!("{position} was handled twice"));
                    }
                }
                turns
                    .entry(session)
                    .or_default()
                    .push((record.session.turn, record.handled));
            }
            _ => {}
        }
    }
    for (id, place) in &promises.accepted {
        if accepted.get(id) != Some(place) {
            missing.push(format!("message {id} is lost"));
        }
    }
    for (session, promised) in &promises.turns {
        let found = turns.get(session).cloned().unwrap_or_default();
        if !found.iter().map(|turn| turn.0).eq(1..=found.len() as u64) {
            missing.push(format!("turns of {session} are out of order"));
        }
        missing.extend(
            promised
                .iter()
                .filter(|turn| !found.contains(turn))
                .map(|turn| format!("turn {} is lost", turn.0)),
        );
        if store.load(&tenant(), *session)?.map(|session| session.turn)
            != found.last().map(|turn| turn.0)
        {
            missing.push(format!(
                "the state of {session} is not that of its last turn"
            ));
        }
        let read = store.turns(&tenant(), *session, 0, usize::MAX)?;
        if !read
            .iter()
            .map(|turn| (turn.record.session.turn, turn.record.handled.clone()))
            .eq(found)
        {
            missing.push(format!(
                "the turns of {session} read otherwise than in the journal"
            ));
        }
    }
    let pending: HashSet<_> = store
        .pending()?
        .into_iter()
        .map(|pending| pending.accepted.position)
        .collect();
    let open: HashSet<_> = accepted
        .values()
        .map(|place| place.0)
        .filter(|place| !handled.contains(place))
        .collect();
    if pending != open {
        missing.push("pending events are not those without a turn".to_owned());
    }
    Ok(missing)
}

/// The power goes while the store is being opened, or just after.
fn crash_while_opening(directory: &Path, disk: &ForgetfulDisk, seed: u64) {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let micros = StdRng::seed_from_u64(seed).random_range(0..20_000);
            std::thread::sleep(Duration::from_micros(micros));
            disk.crash(seed + 7);
        });
        // It may fail now; what counts is that the next one does not.
        let _ = open(directory, disk);
    });
}

/// Crashes this often; gives back the first problem.
fn crash_often(times: u64, seed: u64, disk: &ForgetfulDisk) -> Result<usize, String> {
    let directory = fast_directory();
    let (messages, promises) = (AtomicU64::new(0), Mutex::new(Promises::default()));
    for life in 0..times {
        let seed = seed + life;
        let problem = |problem: String| format!("life {life}, seed {seed}: {problem}");
        if life % 4 == 0 {
            crash_while_opening(directory.path(), disk, seed);
        }
        let store = open(directory.path(), disk).map_err(|error| problem(error.to_string()))?;
        let missing =
            missing(&store, &promises.lock()).map_err(|error| problem(error.to_string()))?;
        if !missing.is_empty() {
            return Err(problem(missing.join("; ")));
        }
        live(&store, disk, seed, &messages, &promises);
    }
    let promises = promises.into_inner();
    Ok(promises.accepted.len() + promises.turns.values().map(Vec::len).sum::<usize>())
}

/// A number from the environment: `tests/kill.sh` sets them.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn nothing_promised_is_lost_when_the_power_goes() {
    // Several short histories: the journal is read as a whole after each crash.
    let (seed, histories) = (setting("CRASH_SEED", 0), setting("CRASH_HISTORIES", 10));
    let promised: usize = (0..histories)
        .map(|history| crash_often(30, seed + history * 1000, &ForgetfulDisk::default()).unwrap())
        .sum();
    println!(
        "seed {seed}: {} crashes, {promised} promises kept",
        histories * 30
    );
    assert!(
        promised as u64 > 100 * histories,
        "the test did too little: {promised} promises"
    );
}

#[test]
fn without_syncs_the_same_test_finds_losses() {
    let disk = ForgetfulDisk::default();
    disk.take_syncs_out();
    let problem = crash_often(30, setting("CRASH_SEED", 1), &disk).unwrap_err();
    println!("without syncs: {problem}");
    assert!(!problem.is_empty());
}

#[test]
fn after_a_failed_sync_nothing_is_promised_any_more() {
    let directory = fast_directory();
    let disk = ForgetfulDisk::default();
    let store = open(directory.path(), &disk).unwrap();
    say(&store, "ann", "1").ticket.wait().unwrap();
    disk.fail_syncs();
    let second = say(&store, "ann", "2");
    assert!(matches!(second.ticket.wait(), Err(StoreError::Failed(_))));
    assert!(!store.is_healthy());
    assert!(matches!(
        store.accept(&tenant(), None, text("ann", "3")),
        Err(StoreError::Failed(_))
    ));
    assert!(matches!(
        store.load(&tenant(), second.session),
        Err(StoreError::Failed(_))
    ));
    assert!(matches!(store.flush(), Err(StoreError::Failed(_))));
}
