//! Clients written for Rasa.

use std::time::Duration;

use http::StatusCode;
use jackfield_core::{ChoiceToken, Content, OfferedChoice, Outbound, Owner};
use jackfield_server::RasaAccess;
use serde_json::json;

use crate::client::{limited, options, start};
use crate::fake::{Answer, FakeHost, words};

const WEBHOOK: &str = "/webhooks/rest/webhook";

#[tokio::test]
async fn a_conversation_with_buttons_goes_round() {
    let host = FakeHost::new(16, |content, turn| {
        let mut messages = vec![Outbound::text(format!("heard {}", words(content)), "en")];
        if matches!(content, Content::Text(_)) {
            let mut question = Outbound::text("Which?", "en");
            let token = ChoiceToken {
                turn,
                message: 1,
                choice: 0,
            };
            question.choices = vec![OfferedChoice {
                token,
                label: "Basic".into(),
            }];
            messages.push(question);
        }
        Answer {
            messages,
            owner: Owner::Bot,
            closed: false,
        }
    });
    let server = start(host, options()).await;
    let body = json!({"sender": "u1", "message": "plans", "metadata": {}}).to_string();
    let replies = server.post(WEBHOOK, None, body).await;
    assert_eq!(replies.status, StatusCode::OK);
    let replies = replies.json();
    assert_eq!(
        replies[0],
        json!({"recipient_id": "u1", "text": "heard plans"})
    );
    assert_eq!(replies[1]["buttons"][0]["title"], "Basic");

    let payload = replies[1]["buttons"][0]["payload"].clone();
    let body = json!({"sender": "u1", "message": payload}).to_string();
    let replies = server.post(WEBHOOK, None, body).await.json();
    assert_eq!(replies[0]["text"], "heard choice 1.1.0");
    assert_eq!(
        replies.as_array().unwrap().len(),
        1,
        "only the replies to this message"
    );
}

#[tokio::test]
async fn the_response_waits_for_the_turn_of_its_own_message() {
    let host = FakeHost::echo().gated();
    let server = start(host, options()).await;
    let ask = async |text: &str| {
        let body = json!({"sender": "u1", "message": text}).to_string();
        server.post(WEBHOOK, None, body).await.json()
    };
    let (one, two, ()) = tokio::join!(ask("one"), ask("two"), async {
        server.host.gate.add_permits(2)
    });
    assert_eq!(one, json!([{"recipient_id": "u1", "text": "echo one"}]));
    assert_eq!(two, json!([{"recipient_id": "u1", "text": "echo two"}]));
}

#[tokio::test]
async fn what_the_bot_said_by_itself_comes_with_the_next_reply_once() {
    let server = start(FakeHost::echo(), options()).await;
    let ask = async |text: &str| {
        let body = json!({"sender": "u1", "message": text}).to_string();
        let replies = server.post(WEBHOOK, None, body).await.json();
        let replies = replies.as_array().unwrap().iter();
        replies
            .map(|reply| reply["text"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ask("one").await, ["echo one"]);
    let session = server.host.only_session();
    server.host.speak(session, "It is done.");
    server.host.speak(session, "It is paid.");
    assert_eq!(ask("two").await, ["It is done.", "It is paid.", "echo two"]);
    assert_eq!(ask("three").await, ["echo three"]);
}

#[tokio::test]
async fn a_turn_that_takes_too_long_leaves_an_empty_list() {
    let host = FakeHost::echo().gated();
    let server = limited(host, |limits| limits.rasa_wait = Duration::from_millis(100)).await;
    let answered = server
        .post(WEBHOOK, None, r#"{"sender":"u1","message":"x"}"#)
        .await;
    assert_eq!(
        (answered.status, answered.json()),
        (StatusCode::OK, json!([]))
    );
}

#[tokio::test]
async fn the_channel_is_closed_to_those_who_may_not_use_it() {
    let mut with_secret = options();
    with_secret.rasa = RasaAccess::Bearer("s3cret".into());
    assert!(!format!("{with_secret:?}").contains("s3cret"));
    let server = start(FakeHost::echo(), with_secret).await;
    let body = r#"{"sender":"u1","message":"x"}"#;
    assert_eq!(server.post(WEBHOOK, None, body).await.code(), "JF-SRV-002");
    assert_eq!(
        server.post(WEBHOOK, Some("s3cre"), body).await.code(),
        "JF-SRV-002"
    );
    assert_eq!(
        server.post(WEBHOOK, Some("s3cret"), body).await.status,
        StatusCode::OK
    );

    let mut off = options();
    off.rasa = RasaAccess::Off;
    let server = start(FakeHost::echo(), off).await;
    assert_eq!(
        server.post(WEBHOOK, None, body).await.status,
        StatusCode::NOT_FOUND
    );
}
