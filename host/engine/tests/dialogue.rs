//! What a sentence means for the conversation: several wishes, refusals, small talk.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::sync::Arc;

use jackfield_core::{Event, Owner, TurnRecord, Value};
use jackfield_engine::Engine;
use jackfield_language::{Article, Training};
use jackfield_sandbox::guests;

use support::{MANIFEST, Setup, engine_with, examples, talk};

/// Three flows that ask nothing and end never, and one article.
fn bank() -> Engine {
    let flow = |name: &str, title: &str| {
        format!(
            "\n[flows.{name}]\ntitle = {{ en-US = \"{title}\" }}\nintents = [\"{name}\"]\nsteps = [\"floor\"]\n"
        )
    };
    let header = MANIFEST.split("[flows.test]").next().unwrap();
    let manifest = [
        header,
        &flow("transfer", "Send money"),
        &flow("balance", "Your balance"),
        &flow("limit", "Card limit"),
    ]
    .concat();
    let taught = [
        (
            "transfer",
            &[
                "send money to my brother",
                "transfer 50 dollars to savings",
                "I want to send money",
                "make a transfer",
                "please transfer money",
                "wire money to my account in France",
                "transfer money",
            ],
        ),
        (
            "balance",
            &[
                "check my balance",
                "what is my balance",
                "how much do I have on my account",
                "show me the balance of my account",
                "account balance please",
                "I want to check my balance",
                "my balance",
            ],
        ),
        (
            "limit",
            &[
                "raise the limit of my card",
                "change my card limit",
                "increase the card limit to 900 dollars",
                "I need a higher limit on my card",
                "what is the limit of my card",
                "set my card limit",
                "card limit",
            ],
        ),
    ];
    let training = Training {
        examples: taught
            .iter()
            .flat_map(|(intent, texts)| examples(intent, *texts))
            .collect(),
        articles: vec![Article {
            id: "opening-hours".into(),
            locale: "en-US".into(),
            questions: vec!["when does the branch open".into()],
            answer: "At nine.".into(),
            ..Article::default()
        }],
        ..Training::default()
    };
    let setup = Setup {
        manifest,
        training,
        ..Setup::default()
    };
    engine_with(&guests::floor_component(), Arc::default(), setup)
}

async fn after(texts: &[&str]) -> TurnRecord {
    let turns = talk(&bank(), texts).await;
    TurnRecord::clone(&turns.last().unwrap().record)
}

fn open(turn: &TurnRecord) -> Vec<&str> {
    let frames = turn.session.frames.iter();
    frames.map(|frame| frame.flow.flow.as_str()).collect()
}

fn later(turn: &TurnRecord) -> Vec<&str> {
    let wishes = turn.session.later.iter();
    wishes.map(|wish| wish.flow.flow.as_str()).collect()
}

fn said(turn: &TurnRecord) -> String {
    let texts = turn.messages.iter().map(|message| message.text.as_str());
    texts.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn several_wishes_are_done_one_after_the_other() {
    let three =
        "check my balance, then transfer 50 dollars to savings and also when does the branch open";
    let turn = after(&[three]).await;
    assert_eq!(said(&turn).lines().next(), Some("At nine."));
    assert!(said(&turn).contains("first “Your balance”, then “Send money”"));
    assert_eq!(
        (open(&turn), later(&turn)),
        (vec!["balance"], vec!["transfer"])
    );
    // The amount was said for the second.
    let Event::Started(arguments) = &turn.steps[0].events[0] else {
        panic!("{:?}", turn.steps[0].events);
    };
    assert_eq!(arguments, &[]);

    let turn = after(&[three, "cancel"]).await;
    assert!(said(&turn).contains("cancelled"), "{}", said(&turn));
    assert!(said(&turn).contains("other question: “Send money”"));
    assert_eq!((open(&turn), later(&turn)), (vec!["transfer"], vec![]));
    let started = turn.steps.last().unwrap().events.first().unwrap();
    let Event::Started(arguments) = started else {
        panic!("{started:?}");
    };
    assert!(matches!(arguments[0].value, Value::Money(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_to_follow_is_dropped_with_the_rest() {
    let two = "check my balance, and also change my card limit";
    assert_eq!(later(&after(&[two]).await), ["limit"]);
    for end in ["start over", "talk to a human"] {
        assert_eq!(later(&after(&[two, end]).await), [""; 0], "{end}");
    }
    // Who begins it by themselves is not led there again.
    assert_eq!(later(&after(&[two, "change my card limit"]).await), [""; 0]);
    let refused = after(&[two, "I don't want to change my card limit"]).await;
    assert_eq!((open(&refused), later(&refused)), (vec!["balance"], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wish_is_one() {
    for text in [
        "check my balance, please",
        "hello, I want to check my balance, thank you",
        "I want to check my balance. what is my balance",
    ] {
        let turn = after(&[text]).await;
        assert_eq!(
            (open(&turn), later(&turn)),
            (vec!["balance"], vec![]),
            "{text}"
        );
        assert!(turn.messages.is_empty(), "{text}: {}", said(&turn));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_not_begun() {
    let turn = after(&["I don't want to check my balance"]).await;
    assert_eq!(turn.decision.action, "decline", "{:?}", turn.decision);
    assert_eq!(open(&turn), [""; 0]);
    assert!(said(&turn).contains("“Your balance”"));

    let turn = after(&["check my balance", "don't check my balance"]).await;
    assert_eq!(turn.decision.action, "cancel");
    assert_eq!(open(&turn), [""; 0]);

    let turn = after(&["I don't want to check my balance, I want to send money"]).await;
    assert_eq!(open(&turn), ["transfer"]);
    let turn = after(&["not check my balance but change my card limit"]).await;
    assert_eq!(open(&turn), ["limit"]);
    for asks in ["why can't I check my balance", "can't I check my balance"] {
        assert_ne!(after(&[asks]).await.decision.action, "decline", "{asks}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn small_talk_is_answered_and_leads_nowhere() {
    for (text, answer) in [
        ("are you a robot?", "virtual assistant"),
        ("what's your name", "virtual assistant"),
        ("tell me a joke", "customer service"),
        ("hold on", "take your time"),
        ("haha", "good mood"),
        ("you are great, good job", "good to hear"),
    ] {
        let turn = after(&["check my balance", text]).await;
        assert_eq!(
            turn.decision.action, "chit-chat",
            "{text}: {:?}",
            turn.decision
        );
        assert!(said(&turn).contains(answer), "{text}: {}", said(&turn));
        assert_eq!(open(&turn), ["balance"]);
        assert!(turn.steps.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_complains_is_offered_a_person() {
    for text in [
        "why did you change my card limit",
        "I never asked to change my card limit!",
        "you changed my card limit without asking me",
    ] {
        let turn = after(&[text]).await;
        assert_eq!(open(&turn), [""; 0], "{text}");
        assert!(said(&turn).contains("sorry"), "{text}: {}", said(&turn));
        assert_eq!(turn.messages[0].choices.len(), 1, "{text}");
    }
    // What is being done is given up.
    let turn = after(&[
        "change my card limit",
        "I never asked to change my card limit!",
    ])
    .await;
    assert_eq!(turn.decision.action, "cancel", "{:?}", turn.decision);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shares_no_word_with_anything_taught_is_no_guess() {
    for text in ["what's the capital of Spain", "who won the match in Spain"] {
        let turn = after(&[text]).await;
        assert_eq!(
            turn.decision.action, "fallback",
            "{text}: {:?}",
            turn.decision
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_a_person_about_something_gets_one() {
    let queue = Owner::Queue("default".into());
    for text in [
        "can I speak to a human about my card limit",
        "check my balance, don't send money, then a human please",
    ] {
        assert_eq!(after(&[text]).await.session.owner, queue, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_annoyed_twice_gets_a_person() {
    let once = after(&["this is useless"]).await;
    assert_eq!(once.session.owner, Owner::Bot);
    let queue = Owner::Queue("default".into());
    for texts in [
        &["this is useless", "you are stupid"][..],
        &["this is useless", "yes"],
        &["this is useless", "lkjh qwe", "stupid bot"],
    ] {
        assert_eq!(after(texts).await.session.owner, queue, "{texts:?}");
    }
    let calmed = after(&["this is useless", "check my balance", "stupid bot"]).await;
    assert_eq!(calmed.session.owner, Owner::Bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_know_is_shown_what_there_is() {
    let turn = after(&["I don't know"]).await;
    assert_eq!(turn.decision.action, "help");
    assert_eq!(turn.session.misunderstood, 0);
    assert_eq!(turn.messages[0].choices.len(), 4);
    // The flow asked for anything: it hears it.
    let turn = after(&["check my balance", "no idea"]).await;
    assert!(matches!(turn.steps[0].events[0], Event::Said(_)));
}
