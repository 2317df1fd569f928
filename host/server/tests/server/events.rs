//! The event stream: order, resumption, no gap and no repetition.

use std::sync::Arc;
use std::time::Duration;

use jackfield_core::{Outbound, Owner, SessionId};

use tokio::sync::Barrier;

use crate::client::{limited, options, start};
use crate::fake::{Answer, FakeHost, words};

#[tokio::test]
async fn a_page_sees_the_greeting_then_what_is_said() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, session) = server.contact().await;
    let mut events = server.events(&token, None).await;
    assert_eq!(events.message().await, "echo Opened");
    let current = events.named("current").await;
    assert_eq!(
        (&current.data["session"], &current.data["turn"]),
        (&session.into(), &1.into())
    );

    server.say(&token, "m1", "hello").await;
    let turn = events.turn().await;
    assert_eq!(turn.data["turn"], 2);
    assert_eq!(turn.data["said"][0]["id"], "m1", "the client's own id");
    assert_eq!(turn.data["messages"][0]["text"], "echo hello");
    assert_eq!(turn.data["owner"], "bot");
}

#[tokio::test]
async fn a_stream_goes_on_after_the_last_event_it_had() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, _) = server.contact().await;
    let mut events = server.events(&token, None).await;
    let greeting = events.turn().await;
    drop(events);
    server.say(&token, "m1", "one").await;
    server.say(&token, "m2", "two").await;

    let mut events = server.events(&token, Some(&greeting.id)).await;
    assert_eq!(events.message().await, "echo one");
    assert_eq!(events.message().await, "echo two");
    let mut bare = server.events(&token, Some("2")).await;
    assert_eq!(
        bare.message().await,
        "echo two",
        "a turn alone means the open session"
    );
}

#[tokio::test]
async fn a_stream_without_a_session_waits_for_one_and_follows_to_the_next() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, first) = server.contact().await;
    server.say(&token, "m1", "bye").await;
    // The session is closed: the address has none now.
    let mut events = server.events(&token, None).await;
    let accepted = server.say(&token, "m2", "back").await;
    assert_ne!(accepted["session"], first);
    let turn = events.turn().await;
    assert_eq!(
        (&turn.data["turn"], &turn.data["messages"][0]["text"]),
        (&1.into(), &"echo back".into())
    );

    server.say(&token, "m3", "bye").await;
    server.say(&token, "m4", "again").await;
    assert_eq!(events.message().await, "echo bye");
    let turn = events.turn().await;
    assert_eq!(
        (&turn.data["turn"], &turn.data["messages"][0]["text"]),
        (&1.into(), &"echo again".into())
    );

    // An event id of the session before must not make the stream skip turns of this one.
    let old = format!("1@{first}");
    let mut resumed = server.events(&token, Some(&old)).await;
    assert_eq!(resumed.message().await, "echo again");
}

#[tokio::test]
async fn nobody_sees_the_conversation_of_another() {
    let server = start(FakeHost::echo(), options()).await;
    let (one, session) = server.contact().await;
    let (two, _) = server.contact().await;
    server.say(&one, "m1", "secret").await;
    server.say(&two, "m1", "public").await;
    let mut events = server.events(&two, Some(&format!("1@{session}"))).await;
    assert_eq!(events.message().await, "echo Opened");
    assert_eq!(events.message().await, "echo public");
}

/// Turns are published all the time while streams come, break off at any point, and come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn turns_are_neither_lost_nor_repeated_while_streams_come_and_go() {
    const TURNS: u64 = 2_000;
    // Room for few events, so that slow streams fall behind and have to read again.
    let host = FakeHost::new(8, |content, turn| Answer {
        messages: vec![Outbound::text(format!("{turn} {}", words(content)), "en")],
        owner: Owner::Bot,
        closed: false,
    });
    let server = start(host, options()).await;
    let (token, session) = server.contact().await;
    let session: SessionId = session.parse().unwrap();
    // A page that knows nothing is shown the newest turns only; so each reader has the first one in hand.
    let ready = Arc::new(Barrier::new(5));
    let speaker = {
        let (host, ready) = (server.host.clone(), ready.clone());
        tokio::spawn(async move {
            ready.wait().await;
            for n in 1..TURNS {
                host.speak(session, &n.to_string());
                if n % 16 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        })
    };
    let reader = async |stays_for: u64| {
        let mut events = server.events(&token, None).await;
        let mut last = events.turn().await.id;
        let mut seen = 1;
        ready.wait().await;
        loop {
            for _ in 0..stays_for {
                if seen == TURNS {
                    return;
                }
                let turn = events.turn().await;
                seen += 1;
                assert_eq!(turn.data["turn"], seen, "in order, each once");
                last = turn.id;
            }
            events = server.events(&token, Some(&last)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), async {
        tokio::join!(reader(TURNS), reader(150), reader(31), reader(101));
    })
    .await
    .unwrap();
    speaker.await.unwrap();
}

#[tokio::test]
async fn a_turn_between_the_transcript_and_the_live_part_is_sent_once() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, session) = server.contact().await;
    *server.host.interjects.lock() = Some("between".into());
    let mut events = server.events(&token, None).await;
    assert_eq!(events.message().await, "echo Opened");
    assert_eq!(events.message().await, "between");
    server.host.speak(session.parse().unwrap(), "after");
    assert_eq!(events.message().await, "after");
}

#[tokio::test]
async fn a_page_that_knows_nothing_gets_the_newest_turns_only() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, session) = server.contact().await;
    for n in 2..=250 {
        server.host.speak(session.parse().unwrap(), &n.to_string());
    }
    let mut events = server.events(&token, None).await;
    assert_eq!(events.turn().await.data["turn"], 51);
    let current = events.named("current").await;
    assert_eq!(current.data["turn"], 250);
}

#[tokio::test]
async fn typing_shows_only_for_turns_that_take_a_while() {
    let slow = FakeHost::echo().thinking(Duration::from_millis(400));
    let server = start(slow, options()).await;
    let (token, _) = server.contact().await;
    let mut events = server.events(&token, None).await;
    assert_eq!(events.message().await, "echo Opened");
    server.say(&token, "m1", "hello").await;
    let typing = events.next().await.unwrap();
    assert_eq!(
        (typing.name.as_str(), &typing.data["on"]),
        ("typing", &true.into())
    );
    assert_eq!(events.next().await.unwrap().name, "turn");

    let quick = FakeHost::echo().thinking(Duration::from_millis(1));
    let server = start(quick, options()).await;
    let (token, _) = server.contact().await;
    let mut events = server.events(&token, None).await;
    events.named("current").await;
    server.say(&token, "m1", "hello").await;
    loop {
        let event = events.next().await.unwrap();
        assert_ne!(event.name, "typing", "a quick turn flickers");
        if event.data["messages"][0]["text"] == "echo hello" {
            break;
        }
    }
}

#[tokio::test]
async fn shutting_down_ends_streams_and_finishes_requests() {
    let server = limited(FakeHost::echo(), |_| {}).await;
    let (token, _) = server.contact().await;
    let mut events = server.events(&token, None).await;
    events.named("current").await;
    let began = std::time::Instant::now();
    server.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "open streams do not hold the shutdown up"
    );
    assert_eq!(events.next().await, None);
}
