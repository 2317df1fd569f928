//! Turns of the engine, with small guests made for tests.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jackfield_core::{Address, Inbound, Limits, Owner, Published, StepOutcome, TenantId};
use jackfield_engine::{Destinations, Engine};
use jackfield_sandbox::guests;
use jackfield_store::{Entry, MemoryStore, Store, StoredTurn};
use tokio::sync::broadcast::error::TryRecvError;

use support::{CALLABLE, MANIFEST, Setup, engine, engine_with, hostile, said, talk, turns};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_id_is_handled_once() {
    let engine = engine(&guests::floor_component(), Arc::default());
    let tenant = TenantId::default();
    let first = engine
        .accept(&tenant, None, said("same", "hello"))
        .await
        .unwrap();
    let second = engine
        .accept(&tenant, None, said("same", "hello"))
        .await
        .unwrap();
    assert!(second.duplicate && !first.duplicate);
    assert_eq!(first.position, second.position);
    engine
        .accept(&tenant, None, said("other", "hello"))
        .await
        .unwrap();
    let turns = turns(&engine, first.session, 2).await;
    assert_eq!(turns.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_before_its_turn_is_durable() {
    let store: Arc<MemoryStore> = Arc::default();
    let engine = engine(&guests::floor_component(), store.clone());
    let tenant = TenantId::default();
    let session = engine
        .accept(&tenant, None, said("1", "hello"))
        .await
        .unwrap()
        .session;
    turns(&engine, session, 1).await;
    let held = store.hold_commits();
    let mut watcher = engine.watch(session);
    engine
        .accept(&tenant, None, said("2", "thank you"))
        .await
        .unwrap();
    // The turn is committed to the store, which has not said yet that it is durable.
    turns(&engine, session, 2).await;
    for _ in 0..1000 {
        tokio::task::yield_now().await;
        match watcher.try_recv().as_deref() {
            // A slow machine may show that the bot is typing.
            Err(TryRecvError::Empty) | Ok(Published::Typing(_)) => {}
            early => panic!("something left too early: {early:?}"),
        }
    }
    held.release();
    let turn = loop {
        if let Published::Turn(turn) = &*watcher.recv().await.unwrap() {
            break turn.clone();
        }
    };
    assert_eq!((turn.turn, turn.messages.len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_commit_in_the_order_of_acceptance() {
    let engine = engine(&guests::floor_component(), Arc::default());
    let tenant = TenantId::default();
    let session = engine
        .accept(&tenant, None, said("first", "hello"))
        .await
        .unwrap()
        .session;
    let sends = (0..50).map(|number| {
        let (engine, tenant) = (engine.clone(), tenant.clone());
        tokio::spawn(async move {
            engine
                .accept(&tenant, None, said(&number.to_string(), "hello"))
                .await
        })
    });
    let mut accepted = 1;
    for send in sends.collect::<Vec<_>>() {
        accepted += usize::from(send.await.unwrap().is_ok());
    }
    let turns = turns(&engine, session, accepted).await;
    let handled: Vec<_> = turns
        .iter()
        .flat_map(|turn| turn.record.handled.clone())
        .collect();
    assert_eq!(handled.len(), accepted, "each once");
    assert!(handled.is_sorted(), "in the order of acceptance");
    assert!(
        turns
            .iter()
            .zip(1..)
            .all(|(turn, number)| turn.record.session.turn == number)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plug_in_that_traps_is_an_apology_and_then_a_person() {
    let engine = engine(&hostile("crash"), Arc::default());
    let turns = talk(&engine, &["run the test flow", "run the test flow"]).await;
    for turn in &turns {
        assert_eq!(
            turn.record.decision.action, "fault",
            "{:?}",
            turn.record.decision
        );
        assert!(
            turn.record.session.frames.is_empty(),
            "the session is rolled back"
        );
        assert_eq!(turn.record.messages.len(), 1, "the bot is never silent");
    }
    assert_eq!(turns[0].record.session.owner, Owner::Bot);
    assert_eq!(
        turns[1].record.session.owner,
        Owner::Queue("default".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_breaker_opens_within_twenty_faults() {
    assert_breaker_opens(&engine(&hostile("crash"), Arc::default()), "JF-SBX-018").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_cannot_be_used_is_a_fault_too() {
    // Its step label is not in the manifest.
    let engine = engine(&guests::floor_component(), Arc::default());
    assert_breaker_opens(&engine, "JF-SBX-028").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_that_call_each_other_for_ever_open_the_breaker() {
    let setup = Setup {
        manifest: MANIFEST.replace("asked", "floor") + CALLABLE,
        ..Setup::default()
    };
    let engine = engine_with(&hostile("calls-itself"), Arc::default(), setup);
    assert_breaker_opens(&engine, "JF-SBX-026").await;
}

/// Thirty contacts start the flow: its code is called for at most twenty, and each of those turns ends with `code`.
async fn assert_breaker_opens(engine: &Engine, code: &str) {
    let tenant = TenantId::default();
    let mut called = BTreeSet::new();
    for number in 0..30 {
        let inbound = Inbound {
            address: Address {
                channel: "web".into(),
                contact: format!("contact {number}"),
            },
            ..said(&format!("breaker {number}"), "run the test flow")
        };
        let session = engine.accept(&tenant, None, inbound).await.unwrap().session;
        let turn = &turns(engine, session, 1).await[0].record;
        assert_eq!(turn.decision.action, "fault");
        if !turn.steps.is_empty() {
            let reason = &turn.decision.reason;
            assert!(reason.starts_with(code), "{reason}");
            called.insert(number);
        }
    }
    assert!(
        (1..=20).contains(&called.len()),
        "called {} times",
        called.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_an_answer_gets_it_without_looking_back() {
    let engine = engine(&guests::floor_component(), Arc::default());
    let tenant = TenantId::default();
    for number in 0..200 {
        let (receipt, mut live) = engine
            .accept_and_watch(&tenant, None, said(&number.to_string(), "hello"))
            .await
            .unwrap();
        let published = live.recv().await.unwrap();
        let Published::Turn(turn) = &*published else {
            panic!("{published:?}");
        };
        assert_eq!(turn.handled, [receipt.position]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_ended_the_process_twice_is_not_tried_again() {
    let store: Arc<MemoryStore> = Arc::default();
    let tenant = TenantId::default();
    let accepted = store
        .accept(&tenant, None, said("1", "run the test flow"))
        .unwrap();
    for _ in 0..2 {
        store
            .started(&tenant, accepted.session, &[accepted.position])
            .unwrap()
            .await
            .unwrap();
    }
    let engine = engine(&guests::floor_component(), store);
    engine.start().await.unwrap();
    let turn = &turns(&engine, accepted.session, 1).await[0].record;
    assert_eq!(turn.decision.action, "fault");
    assert!(
        turn.decision.reason.starts_with("JF-ENG-005"),
        "{}",
        turn.decision.reason
    );
    assert!(turn.steps.is_empty() && turn.messages.len() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_may_have_ended_the_process_are_tried_one_at_a_time() {
    let store: Arc<MemoryStore> = Arc::default();
    let tenant = TenantId::default();
    let mut sessions = Vec::new();
    for contact in ["ann", "bob"] {
        let mut inbound = said(contact, "hello");
        inbound.address.contact = contact.into();
        let accepted = store.accept(&tenant, None, inbound).unwrap();
        let under_way = [accepted.position];
        let started = store.started(&tenant, accepted.session, &under_way);
        started.unwrap().await.unwrap();
        sessions.push(accepted.session);
    }
    let starts = |store: &MemoryStore| {
        let entries = store.journal(jackfield_core::Position(0)).unwrap();
        let starts =
            entries.filter(|entry| matches!(entry.as_ref().unwrap().entry, Entry::Started(_)));
        starts.count()
    };
    let held = store.hold_commits();
    let engine = engine(&guests::floor_component(), store.clone());
    engine.start().await.unwrap();
    while starts(&store) == 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..1000 {
        tokio::task::yield_now().await;
        assert_eq!(starts(&store), 3, "the second waits for the first");
    }
    held.release();
    for session in sessions {
        let turn = &turns(&engine, session, 1).await[0].record;
        assert_ne!(turn.decision.action, "fault");
    }
    assert_eq!(starts(&store), 4);
}

/// A back end that hangs up, and how often it was asked.
async fn silent_back_end() -> (Destinations, Arc<AtomicU32>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok(connection) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            drop(connection);
        }
    });
    let destinations = Destinations {
        allowed: vec![base.parse().unwrap()],
        bases: BTreeMap::from([("base".to_owned(), base)]),
        private: true,
        ..Destinations::default()
    };
    (destinations, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_step_does_not_wait_for_another_system_twice() {
    let (destinations, asked) = silent_back_end().await;
    let setup = Setup {
        manifest: MANIFEST.replace("asked", "floor"),
        destinations,
        ..Setup::default()
    };
    let component = guests::reading_and_burning_component(400_000);
    let engine = engine_with(&component, Arc::default(), setup);
    talk(&engine, &["run the test flow"]).await;
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_end_that_never_answers_is_asked_a_few_times_only() {
    let (destinations, asked) = silent_back_end().await;
    let setup = Setup {
        destinations,
        ..Setup::default()
    };
    let component = guests::reading_component();
    let engine = engine_with(&component, Arc::default(), setup);
    let tenant = TenantId::default();
    // On a slow machine the pause may be over before the next is asked; then it takes some more.
    for contact in 0..50 {
        let before = asked.load(Ordering::Relaxed);
        let contact = format!("contact-{contact}");
        let mut inbound = said(&contact, "run the test flow");
        inbound.address.contact = contact.as_str().into();
        let accepted = engine.accept(&tenant, None, inbound).await.unwrap();
        let turn = &turns(&engine, accepted.session, 1).await[0].record;
        let answer = turn.steps[0].calls[0].answer.as_ref().unwrap();
        if String::from_utf8_lossy(answer).contains("JF-ENG-007") {
            assert!(before >= 5, "{before}");
            assert_eq!(asked.load(Ordering::Relaxed), before);
            return;
        }
    }
    panic!("it is asked again and again");
}

#[tokio::test(flavor = "multi_thread")]
async fn long_steps_end_on_a_machine_that_is_busy_with_something_else() {
    let component = guests::burning_component(400_000);
    let setup = Setup {
        manifest: MANIFEST.replace("asked", "floor"),
        limits: Limits::default(),
        ..Setup::default()
    };
    let engine = engine_with(&component, Arc::default(), setup);
    let others = Arc::new(());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for _ in 0..cores {
        let others = Arc::downgrade(&others);
        std::thread::spawn(move || while others.strong_count() > 0 {});
    }
    // The first shows that the pack is not a quick one.
    let turns = talk(&engine, &["run the test flow"; 6]).await;
    let replied = |turn: &&StoredTurn| {
        let last = turn.record.steps.last();
        last.is_some_and(|step| matches!(step.outcome, StepOutcome::Replied(_)))
    };
    assert_eq!(turns.iter().filter(replied).count(), turns.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pending_is_taken_up_at_start() {
    let store: Arc<MemoryStore> = Arc::default();
    let tenant = TenantId::default();
    let first = store.accept(&tenant, None, said("1", "hello")).unwrap();
    store.accept(&tenant, None, said("2", "thank you")).unwrap();
    let engine = engine(&guests::floor_component(), store);
    engine.start().await.unwrap();
    let turns = turns(&engine, first.session, 2).await;
    assert_eq!(turns[0].record.said[0].text, "hello");
    assert_eq!(turns[1].record.said[0].text, "thank you");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_is_silent_while_a_person_owns_the_session() {
    let engine = engine(&guests::floor_component(), Arc::default());
    let turns = talk(&engine, &["talk to a human", "are you there?"]).await;
    assert_eq!(turns[0].record.messages.len(), 1);
    assert!(matches!(turns[0].record.session.owner, Owner::Queue(_)));
    let silent = &turns[1].record;
    assert!(silent.messages.is_empty() && silent.steps.is_empty());
    assert_eq!(
        silent.said[0].text, "are you there?",
        "the person will read it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_to_wait_for_a_person_goes_on_with_the_bot() {
    let engine = engine(&guests::floor_component(), Arc::default());
    let turns = talk(&engine, &["talk to a human", "back", "run the test flow"]).await;
    let back = &turns[1].record;
    assert_eq!(back.session.owner, Owner::Bot);
    assert_eq!(back.messages.len(), 1);
    assert_eq!(turns[2].record.steps.len(), 1);
}
