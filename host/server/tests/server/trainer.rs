//! The trainer's API: who may use it, what reaches the trainer, how its answers come back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use jackfield_core::ErrorCode;
use jackfield_server::{
    LabelRequest, Meaning, OperatorToken, Rate, Signed, TrainerRequest, TypedSentence,
};
use serde_json::json;

use crate::client::{Answered, Running, options, request, start};
use crate::fake::FakeHost;
use crate::operators::{Fake, TOKEN};

async fn server(fake: Fake) -> (Running, Arc<Fake>) {
    let fake = Arc::new(fake);
    let mut options = fake.served();
    options.limits.request_time = Duration::from_millis(100);
    (start(FakeHost::echo(), options).await, fake)
}

async fn ask(
    server: &Running,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> Answered {
    let body = Bytes::copy_from_slice(body.as_bytes());
    server
        .ask(request(
            method,
            &format!("/api/v1/trainer/{path}"),
            token,
            body,
        ))
        .await
}

/// Every address with a body that is right for it.
const ALL: [(&str, &str, &str); 12] = [
    ("GET", "entries", ""),
    ("GET", "entries/0123456789abcdef", ""),
    ("GET", "groups?limit=3", ""),
    ("GET", "meanings", ""),
    (
        "POST",
        "labels",
        r#"{"entries":["0123456789abcdef"],"meaning":"out-of-scope"}"#,
    ),
    ("GET", "draft", ""),
    ("DELETE", "draft", ""),
    ("GET", "effect", ""),
    ("GET", "versions", ""),
    ("POST", "versions", r#"{"who":"anna","note":"lost cards"}"#),
    ("GET", "versions/3", ""),
    ("POST", "versions/3/rollback", r#"{"who":"anna"}"#),
];

#[tokio::test]
async fn what_no_handler_sees_is_refused_in_json_too() {
    let (server, trainer) = server(Fake::default()).await;
    for (method, path, status, words) in [
        ("GET", "entries?limit=abc", 400, "limit"),
        ("GET", "entries?limits=3", 400, "limits"),
        ("DELETE", "entries", 405, "this address takes no DELETE"),
        ("GET", "labels", 405, "this address takes no GET"),
        ("GET", "entries/%ff", 400, "UTF-8"),
    ] {
        let answer = ask(&server, method, path, Some(TOKEN), "").await;
        let shown = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status.as_u16(), status, "{shown}");
        assert_eq!(answer.code(), "JF-SRV-001", "{method} {path}: {shown}");
        let message = answer.json()["error"]["message"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(message.contains(words), "{message}");
        assert_eq!(answer.headers.contains_key("allow"), status == 405);
    }
    assert!(trainer.trained.lock().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn without_a_trainer_there_is_nothing() {
    let server = start(FakeHost::echo(), options()).await;
    for (method, path, body) in ALL {
        let answer = ask(&server, method, path, Some(TOKEN), body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_asked_reaches_the_trainer() {
    let (server, trainer) = server(Fake::default()).await;
    for (method, path, body) in ALL {
        let answer = ask(&server, method, path, Some(TOKEN), body).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{method} {path} {:?}",
            answer.body
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    let typed =
        r#"{"typed":[{"text":"lost my SIM","locale":"en-US"}],"meaning":{"intent":"lost-card"}}"#;
    let answer = ask(&server, "POST", "labels", Some(TOKEN), typed).await;
    assert_eq!(answer.json(), json!({ "done": ALL.len() + 1 }));
    ask(&server, "GET", "entries?limit=7&all=true", Some(TOKEN), "").await;
    let id = "0123456789abcdef".to_owned();
    let signed = |note: &str| Signed {
        who: "anna (operator token)".to_owned(),
        note: note.to_owned(),
    };
    let label = |entries, typed, meaning| {
        TrainerRequest::Label(LabelRequest {
            entries,
            typed,
            meaning: Some(meaning),
        })
    };
    let sentence = TypedSentence {
        text: "lost my SIM".to_owned(),
        locale: Some("en-US".to_owned()),
    };
    assert_eq!(
        *trainer.trained.lock(),
        [
            TrainerRequest::List {
                limit: 50,
                all: false
            },
            TrainerRequest::Entry(id.clone()),
            TrainerRequest::Groups { limit: 3 },
            TrainerRequest::Meanings,
            label(vec![id], Vec::new(), Meaning::OutOfScope),
            TrainerRequest::Draft,
            TrainerRequest::DropDraft,
            TrainerRequest::Effect,
            TrainerRequest::History,
            TrainerRequest::Publish(signed("lost cards")),
            TrainerRequest::Version(3),
            TrainerRequest::Rollback(3, signed("")),
            label(
                Vec::new(),
                vec![sentence],
                Meaning::Intent("lost-card".to_owned())
            ),
            TrainerRequest::List {
                limit: 7,
                all: true
            },
        ]
    );
}

#[tokio::test]
async fn what_is_not_valid_is_refused_with_what_is_wrong() {
    let (server, trainer) = server(Fake::default()).await;
    let long = format!(
        r#"{{"typed":[{{"text":"{}","locale":"en"}}],"meaning":null}}"#,
        "x".repeat(501)
    );
    for (method, path, body) in [
        ("POST", "labels", "{"),
        ("POST", "labels", r#"{"meaning":"dismissed"}"#),
        (
            "POST",
            "labels",
            r#"{"entries":["a"],"meaning":"nonsense"}"#,
        ),
        (
            "POST",
            "labels",
            r#"{"entries":["a"],"meaning":null,"more":1}"#,
        ),
        ("POST", "labels", long.as_str()),
        ("POST", "versions", r#"{"note":"nobody"}"#),
        ("POST", "versions", r#"{"who":" "}"#),
        ("GET", "versions/latest", ""),
        ("POST", "versions/-1/rollback", r#"{"who":"anna"}"#),
    ] {
        let answer = ask(&server, method, path, Some(TOKEN), body).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{method} {path} {body}"
        );
        assert_eq!(answer.code(), "JF-SRV-001");
    }
    assert!(trainer.trained.lock().is_empty());
}

#[tokio::test]
async fn what_the_trainer_refuses_is_told_to_the_operator() {
    let (server, trainer) = server(Fake::default()).await;
    for (code, status) in [
        (ErrorCode::NotOnTheList, StatusCode::NOT_FOUND),
        (ErrorCode::UnknownVersion, StatusCode::NOT_FOUND),
        (ErrorCode::UnknownMeaning, StatusCode::UNPROCESSABLE_ENTITY),
        (ErrorCode::UnknownLocale, StatusCode::UNPROCESSABLE_ENTITY),
        (ErrorCode::NothingToPublish, StatusCode::CONFLICT),
        (
            ErrorCode::CorrectionsDamaged,
            StatusCode::INTERNAL_SERVER_ERROR,
        ),
    ] {
        *trainer.refuses.lock() = Some(code);
        let answer = ask(&server, "GET", "draft", Some(TOKEN), "").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code.as_str())
        );
        assert_eq!(answer.json()["error"]["message"], "told to");
    }
}

#[tokio::test]
async fn learning_may_take_longer_than_other_requests() {
    let thinks = Duration::from_millis(400);
    let (server, _) = server(Fake {
        thinks,
        ..Fake::default()
    })
    .await;
    let signed = r#"{"who":"anna"}"#;
    let published = ask(&server, "POST", "versions", Some(TOKEN), signed).await;
    assert_eq!(published.status, StatusCode::OK);
    let listed = ask(&server, "GET", "entries", Some(TOKEN), "").await;
    assert_eq!(listed.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn guessing_tokens_is_limited_like_everything_else() {
    let mut options = Arc::new(Fake::default()).served();
    options.limits.limit_loopback = true;
    options.limits.rate = Rate {
        per_second: 1,
        burst: 3,
    };
    assert!(OperatorToken::new("too short").is_none());
    let server = start(FakeHost::echo(), options).await;
    let mut last = StatusCode::OK;
    for guess in 0..4 {
        let guess = format!("guess number {guess} of many");
        last = ask(&server, "GET", "entries", Some(&guess), "")
            .await
            .status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
