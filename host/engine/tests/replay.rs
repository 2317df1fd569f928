//! Turns that were made live run again from their records alone.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::sync::Arc;

use jackfield_core::{Address, Inbound, Limits, TenantId};
use jackfield_engine::replay::{Group, Outcome, Replay, Report, Sessions, Taken};
use jackfield_engine::{Engine, Options};
use jackfield_sandbox::guests;
use jackfield_store::MemoryStore;

use support::{CALLABLE, MANIFEST, Setup, catalog, engine_with, hostile, said, talk, turns};

/// What contacts say: flows are begun, left and called off, the host answers itself and hands over.
const TALKS: [&[&str]; 6] = [
    &["hello", "run the test flow", "thank you", "cancel"],
    &["run the test flow", "test flow please", "start over"],
    &["qwertz uiop", "asdf", "yxcv", "hello?"],
    &[
        "talk to a human",
        "are you there?",
        "back",
        "run the test flow",
    ],
    &["what can you do?", "please do the test now", "no", "yes"],
    &["start the test", "it is 5 past 3", "help", "bye"],
];

fn replying() -> Setup {
    Setup {
        manifest: MANIFEST.replace("asked", "floor"),
        ..Setup::default()
    }
}

async fn held(component: &[u8], setup: Setup) -> (Engine, Arc<MemoryStore>) {
    let store: Arc<MemoryStore> = Arc::default();
    let engine = engine_with(component, store.clone(), setup);
    let tenant = TenantId::default();
    for (number, texts) in TALKS.iter().enumerate() {
        let mut session = None;
        for (at, text) in texts.iter().enumerate() {
            let inbound = Inbound {
                address: Address {
                    channel: "web".into(),
                    contact: format!("contact {number}"),
                },
                ..said(&format!("{number}.{at}"), text)
            };
            session = Some(engine.accept(&tenant, None, inbound).await.unwrap().session);
        }
        turns(&engine, session.unwrap(), texts.len()).await;
    }
    (engine, store)
}

/// Replays everything in the store with this pack.
async fn again(store: &MemoryStore, component: &[u8], setup: Setup) -> Report {
    let limits = setup.limits.clone();
    let options = Options {
        limits,
        ..Options::default()
    };
    let replay = Replay::new(catalog(component, setup), options, None).unwrap();
    let mut sessions = Sessions::default();
    let mut report = Report::default();
    for entry in jackfield_store::Store::journal(store, jackfield_core::Position(0)).unwrap() {
        match sessions.take(entry.unwrap(), &|_| None) {
            Taken::Turn(turn) => report.add(replay.turn(&turn).await),
            other => report.skipped(&other),
        }
    }
    report
}

/// Another archive with the same code.
fn rebuilt(mut component: Vec<u8>) -> Vec<u8> {
    component.extend([0, 3, 2, 1, b'x']);
    component
}

fn turns_in(talks: &[&[&str]]) -> u64 {
    talks.iter().map(|texts| texts.len() as u64).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_come_out_byte_for_byte_with_the_same_pack() {
    let component = guests::floor_component();
    let (_engine, store) = held(&component, replying()).await;
    let report = again(&store, &component, replying()).await;
    assert_eq!(report.groups(), Vec::<&_>::new());
    assert_eq!(
        (report.equal, report.replayed),
        (turns_in(&TALKS), turns_in(&TALKS))
    );
    assert_eq!(
        (report.other_model, report.other_code, report.incomplete),
        (0, 0, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn packs_that_fail_fail_again_in_the_same_way() {
    let called = || Setup {
        manifest: MANIFEST.replace("asked", "floor") + CALLABLE,
        ..Setup::default()
    };
    for name in [
        "crash",
        "calls-itself",
        "endless-loop",
        "endless-loop-of-slow-instructions",
        "fills-its-storage-bit-by-bit",
        "reads-its-storage-again-and-again",
        "writes-one-key-again-and-again",
        "host-call-storm",
        "http-storm",
        "log-flood",
        "memory-growth",
    ] {
        let component = hostile(name);
        let (_engine, store) = held(&component, called()).await;
        let report = again(&store, &component, called()).await;
        assert_eq!(report.groups(), Vec::<&_>::new(), "{name}");
        let outside: u64 = report.outside.values().sum();
        assert_eq!(report.equal + outside, turns_in(&TALKS), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_pack_shows_exactly_the_turns_that_it_changes() {
    let component = guests::floor_component();
    let (engine, store) = held(&component, replying()).await;
    // The same manifest and words, but its code crashes: every turn with a step goes otherwise, and no other.
    let report = again(&store, &hostile("crash"), replying()).await;
    let mut stepped = 0;
    let journal = jackfield_store::Store::journal(&*store, jackfield_core::Position(0)).unwrap();
    for entry in journal {
        if let jackfield_store::Entry::Committed(turn) = entry.unwrap().entry {
            stepped += u64::from(!turn.steps.is_empty());
        }
    }
    assert!(stepped > 0);
    assert_eq!(report.different, stepped);
    assert_eq!(report.equal + report.different, turns_in(&TALKS));
    assert!(report.other_code >= report.different);
    let kinds: Vec<_> = report.groups().iter().map(|group| group.kind).collect();
    for kind in ["decision", "messages", "steps"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    drop(engine);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_clock_ended_is_counted_apart() {
    let store: Arc<MemoryStore> = Arc::default();
    let setup = || Setup {
        limits: Limits {
            fuel: u64::MAX / 2,
            guest_time: std::time::Duration::from_millis(20),
            ..Setup::default().limits
        },
        ..Setup::default()
    };
    let component = hostile("endless-loop");
    let engine = engine_with(&component, store.clone(), setup());
    let turns = talk(&engine, &["run the test flow", "hello"]).await;
    assert_eq!(turns[0].record.decision.action, "fault");
    let report = again(&store, &component, setup()).await;
    let outside: u64 = report.outside.values().sum();
    assert_eq!((outside, report.equal, report.different), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_without_its_beginning_is_not_guessed_at() {
    let component = guests::floor_component();
    let (_engine, store) = held(&component, replying()).await;
    let replay = Replay::new(catalog(&component, replying()), Options::default(), None).unwrap();
    let entries: Vec<_> = jackfield_store::Store::journal(&*store, jackfield_core::Position(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let read = |position| {
        entries
            .iter()
            .find(|entry| entry.header.position == position)
            .cloned()
    };
    let mut sessions = Sessions::default();
    let mut report = Report::default();
    // Only the second half is passed on: with the journal at hand what came before is read, without it is missed.
    for entry in entries.iter().skip(entries.len() / 2).cloned() {
        let mut blind = Sessions::default();
        report.skipped(&blind.take(entry.clone(), &|_| None));
        if let Taken::Turn(turn) = sessions.take(entry, &read) {
            let Outcome::Replayed(compared) = replay.turn(&turn).await else {
                panic!("outside");
            };
            assert_eq!(compared.differences, []);
            report.add(Outcome::Replayed(compared));
        }
    }
    assert!(report.incomplete > 0 && report.incomplete == report.replayed);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_is_said_and_compared_all_the_same() {
    let component = guests::floor_component();
    let (_engine, store) = held(&component, replying()).await;
    let mut setup = replying();
    setup
        .training
        .examples
        .extend(support::examples("test", &["please run the test flow now"]));
    let report = again(&store, &component, setup).await;
    assert_eq!(report.other_model, turns_in(&TALKS));
    assert_eq!(report.other_code, 0);
    // How sure it is differs everywhere, and is not shown.
    assert!(report.equal > report.different, "{:#?}", report.groups());
    let sure = |group: &&Group| group.field.contains("confidence");
    assert_eq!(report.groups().into_iter().find(sure), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_of_an_earlier_state_version_are_brought_up() {
    let component = guests::floor_component();
    let (_engine, store) = held(&component, replying()).await;
    let mut other = replying();
    other.manifest = other
        .manifest
        .replace("state-version = 1", "state-version = 2");
    let report = again(&store, &rebuilt(component), other).await;
    let kinds: Vec<_> = report.groups().iter().map(|group| group.kind).collect();
    // The small guest does not know how: that is one difference, and no other follows from it.
    assert!(kinds.iter().all(|kind| *kind == "migrate"), "{kinds:?}");
    assert!(report.other_code > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_that_can_be_brought_up_go_on_as_they_did() {
    let component = guests::stateful_component("{\"v\":1}");
    let (_engine, store) = held(&component, replying()).await;
    let mut other = replying();
    other.manifest = other
        .manifest
        .replace("state-version = 1", "state-version = 2");
    let report = again(&store, &rebuilt(component), other).await;
    assert_eq!(report.groups(), Vec::<&_>::new());
    assert!(report.other_code > 0);
    assert_eq!(report.equal, turns_in(&TALKS));
}
