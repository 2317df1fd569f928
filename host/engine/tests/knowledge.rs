//! Which articles a conversation is given, when, and in which words.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::sync::Arc;

use jackfield_core::{Content, Inbound, TenantId, TurnRecord};
use jackfield_engine::{Engine, now_ms};
use jackfield_language::knowledge::{Asker, Scope, Validity};
use jackfield_language::{ANSWER_THRESHOLD, Article, Model, Training};
use jackfield_sandbox::guests;

use support::{Setup, engine_with, said, turns};

const DAY: u64 = 86_400_000;

fn article(id: &str, question: &str, answer: &str) -> Article {
    Article {
        id: id.into(),
        locale: "en-US".into(),
        questions: vec![question.into()],
        answer: answer.into(),
        ..Article::default()
    }
}

fn taught(articles: Vec<Article>) -> Training {
    Training {
        articles,
        ..Setup::default().training
    }
}

/// An engine whose flow `test` waits for ever once it was started.
fn shop(training: Training) -> Engine {
    let setup = Setup {
        manifest: Setup::default().manifest.replace("\"asked\"", "\"floor\""),
        training,
        ..Setup::default()
    };
    engine_with(&guests::floor_component(), Arc::default(), setup)
}

/// Somebody who talks on a channel.
struct Contact<'e> {
    engine: &'e Engine,
    channel: &'static str,
    sent: usize,
}

impl<'e> Contact<'e> {
    fn new(engine: &'e Engine, channel: &'static str) -> Self {
        Self {
            engine,
            channel,
            sent: 0,
        }
    }

    async fn sends(&mut self, content: Content) -> TurnRecord {
        self.sent += 1;
        let mut inbound = Inbound {
            content,
            ..said(&self.sent.to_string(), "")
        };
        inbound.address.channel = self.channel.into();
        let tenant = TenantId::default();
        let accepted = self.engine.accept(&tenant, None, inbound).await;
        let session = accepted.unwrap().session;
        let turns = turns(self.engine, session, self.sent).await;
        turns.into_iter().last().unwrap().record
    }

    /// The decision, and the first message of the answer.
    async fn says(&mut self, text: &str) -> (String, String) {
        let record = self.sends(Content::Text(text.into())).await;
        let first = record.messages.first().map(|message| message.text.clone());
        (record.decision.action, first.unwrap_or_default())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_given_within_its_time_only() {
    let now = now_ms();
    let sale = |id: &str, question: &str, from, until| Article {
        validity: Validity {
            from_ms: Some(from),
            until_ms: Some(until),
        },
        ..article(id, question, &format!("Yes, the {id} sale."))
    };
    let engine = shop(taught(vec![
        sale("spring", "is there a spring sale", now - 2 * DAY, now - DAY),
        sale("summer", "is there a summer sale", now - DAY, now + DAY),
        sale("winter", "is there a winter sale", now + DAY, now + 2 * DAY),
    ]));
    let mut contact = Contact::new(&engine, "web");
    let (action, text) = contact.says("is there a summer sale").await;
    assert_eq!((&*action, &*text), ("answer", "Yes, the summer sale."));
    for over in ["is there a spring sale", "is there a winter sale"] {
        let (_, text) = Contact::new(&engine, "rest").says(over).await;
        assert!(
            !text.contains("spring") && !text.contains("winter"),
            "{over}: {text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_gives_no_article_whose_time_has_ended() {
    let mut training = taught(vec![article(
        "sale",
        "is there a summer sale for new customers in the shops",
        "Yes, until Sunday.",
    )]);
    let model = Model::train(&training).unwrap();
    let near = [
        "new shops",
        "customers in shops",
        "a sale somewhere",
        "summer",
        "something about the sale",
        "tell me of the summer sale you had",
        "new customers",
    ];
    let near = near.into_iter().find(|text| {
        let found = model.search(text, &Asker::new("en-US"), 1);
        let range = ANSWER_THRESHOLD * 0.75..ANSWER_THRESHOLD * 0.98;
        found
            .first()
            .is_some_and(|best| range.contains(&best.score))
    });
    let engine = shop(training.clone());
    let mut contact = Contact::new(&engine, "web");
    let near = near.expect("a sentence near the question");
    let offered = |turn: &TurnRecord| {
        let mut choices = turn.messages.iter().flat_map(|message| &message.choices);
        let article = choices.find(|choice| choice.label.contains("summer sale"));
        Content::Choice(article.unwrap().token)
    };
    let late = offered(&contact.sends(Content::Text(near.into())).await);

    let mut early = Contact::new(&engine, "rest");
    let tapped = offered(&early.sends(Content::Text(near.into())).await);
    let given = early.sends(tapped).await;
    assert_eq!(given.messages[0].text, "Yes, until Sunday.");

    training.articles[0].validity.until_ms = Some(now_ms() - 1);
    let ended = Arc::new(Model::train(&training).unwrap());
    engine.install(engine.catalog().with_model(ended));
    let late = contact.sends(late).await;
    assert_eq!(late.decision.action, "stale-choice");
    assert_eq!(late.messages.len(), 1, "the bot is never silent");
    assert!(!late.messages[0].text.contains("Sunday"), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_worded_for_the_channel() {
    let engine = shop(taught(vec![
        Article {
            spoken: Some("We open at nine in the morning.".into()),
            short: Some("9:00".into()),
            ..article("hours", "when do you open", "We open at 9:00.")
        },
        article("place", "where is your office", "In Main Street."),
    ]));
    for (channel, expected) in [
        ("voice", "We open at nine in the morning."),
        ("sms", "9:00"),
        ("web", "We open at 9:00."),
        ("rest", "We open at 9:00."),
    ] {
        let mut contact = Contact::new(&engine, channel);
        assert_eq!(contact.says("when do you open").await.1, expected);
        let place = contact.says("where is your office").await.1;
        assert_eq!(place, "In Main Street.", "{channel}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_of_a_pack_are_given_in_its_conversations_only() {
    let of = |id: &str, scope: Scope, question: &str| Article {
        scope,
        ..article(id, question, &format!("The {id} answer."))
    };
    let engine = shop(taught(vec![
        of(
            "own",
            Scope::Pack("com.example.test".into()),
            "which colours are there",
        ),
        of(
            "other",
            Scope::Pack("com.example.bank".into()),
            "what does an account cost",
        ),
        of(
            "north",
            Scope::Province("Guangdong".into()),
            "who delivers to the north",
        ),
        of(
            "loans",
            Scope::Department("loans".into()),
            "may I see my contract",
        ),
    ]));
    let mut contact = Contact::new(&engine, "web");
    let (action, text) = contact.says("which colours are there").await;
    assert_ne!(
        (&*action, &*text),
        ("answer", "The own answer."),
        "no flow runs"
    );
    contact.says("please do the test now").await;
    let (action, text) = contact.says("which colours are there").await;
    assert_eq!((&*action, &*text), ("answer", "The own answer."));
    for asked in [
        "what does an account cost",
        "who delivers to the north",
        "may I see my contract",
    ] {
        let (_, text) = contact.says(asked).await;
        assert!(!text.ends_with("answer."), "{asked}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_finds_articles_of_its_own_pack() {
    let of = |id: &str, pack: &str| Article {
        scope: Scope::Pack(pack.into()),
        spoken: Some(format!("Spoken {id}.")),
        ..article(id, "k-key", &format!("Written {id}."))
    };
    let setup = Setup {
        manifest: Setup::default().manifest.replace("\"asked\"", "\"floor\""),
        training: taught(vec![
            of("own", "com.example.test"),
            of("other", "com.example.bank"),
        ]),
        ..Setup::default()
    };
    let engine = engine_with(&guests::busy_component(), Arc::default(), setup);
    let turn = Contact::new(&engine, "voice")
        .sends(Content::Text("please do the test now".into()))
        .await;
    let calls = turn.steps.iter().flat_map(|step| &step.calls);
    let mut answers = calls.filter(|call| call.function == "knowledge.search");
    let answer = answers.next().unwrap().answer.clone().unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.contains("Spoken own.") && !answer.contains("other"),
        "{answer}"
    );
}
