//! Opening a conversation and posting messages.

use http::StatusCode;
use jackfield_core::ErrorCode;
use serde_json::json;

use crate::client::{limited, options, request, start};
use crate::fake::FakeHost;

#[tokio::test]
async fn a_message_is_accepted_with_its_place_in_the_session() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, session) = server.contact().await;
    let first = server.say(&token, "m1", "hello").await;
    let second = server.say(&token, "m2", "again").await;
    assert_eq!(first["session"], session);
    assert_eq!(first["duplicate"], false);
    assert!(first["position"].as_u64() < second["position"].as_u64());
}

#[tokio::test]
async fn the_same_message_sent_again_is_handled_once() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, session) = server.contact().await;
    let first = server.say(&token, "m1", "hello").await;
    let again = server.say(&token, "m1", "hello").await;
    assert_eq!(again["position"], first["position"]);
    assert_eq!(again["duplicate"], true);
    assert_eq!(
        server.host.turns(session.parse().unwrap()),
        2,
        "the greeting and one answer"
    );

    let (other, _) = server.contact().await;
    let others = server.say(&other, "m1", "hello").await;
    assert_eq!(
        others["duplicate"], false,
        "ids of two contacts are not the same id"
    );
}

#[tokio::test]
async fn a_known_contact_keeps_address_and_session() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, session) = server.contact().await;
    let renewed = server.post("/chat/api/sessions", Some(&token), "").await;
    assert_eq!(renewed.json()["session"], session);
    assert_eq!(
        server.host.turns(session.parse().unwrap()),
        1,
        "greeted once"
    );

    server.say(&token, "m1", "bye").await;
    let next = server.post("/chat/api/sessions", Some(&token), "").await;
    assert_ne!(
        next.json()["session"],
        session,
        "an ended session is followed by a new one"
    );
    let contact = |token: &str| token.split('.').next().unwrap().to_owned();
    assert_eq!(
        contact(next.json()["token"].as_str().unwrap()),
        contact(&token)
    );
}

#[tokio::test]
async fn no_token_or_a_wrong_one_is_refused() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, _) = server.contact().await;
    let body = json!({"id": "a", "text": "x"}).to_string();
    for wrong in [None, Some("x"), Some(&token[1..])] {
        let answered = server.post("/chat/api/messages", wrong, body.clone()).await;
        assert_eq!(
            (answered.status, answered.code().as_str()),
            (StatusCode::UNAUTHORIZED, "JF-SRV-002")
        );
        assert!(
            !answered.json()["error"]["help"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    let events = server.get("/chat/api/events?token=x").await;
    assert_eq!(events.code(), "JF-SRV-002");
    assert_eq!(server.get("/chat/api/events").await.code(), "JF-SRV-002");
}

#[tokio::test]
async fn a_body_that_is_no_message_is_refused_with_the_reason() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, _) = server.contact().await;
    for (body, reason) in [
        ("{".to_owned(), "JSON"),
        (json!({"id": "a", "text": " "}).to_string(), "empty"),
        (
            json!({"id": "a", "text": "x".repeat(4_001)}).to_string(),
            "4,000",
        ),
        (json!({"id": "a", "choice": "one"}).to_string(), "choice"),
    ] {
        let answered = server.post("/chat/api/messages", Some(&token), body).await;
        assert_eq!(
            (answered.status, answered.code().as_str()),
            (StatusCode::BAD_REQUEST, "JF-SRV-001")
        );
        assert!(
            answered.json()["error"]["message"]
                .as_str()
                .unwrap()
                .contains(reason)
        );
    }
}

#[tokio::test]
async fn the_hosts_refusals_reach_the_client_with_their_wait() {
    let server = start(FakeHost::echo(), options()).await;
    let (token, _) = server.contact().await;
    let body = json!({"id": "a", "text": "x"}).to_string();
    for (code, status) in [
        (ErrorCode::MailboxFull, StatusCode::TOO_MANY_REQUESTS),
        (ErrorCode::StoreFull, StatusCode::SERVICE_UNAVAILABLE),
        (ErrorCode::Draining, StatusCode::SERVICE_UNAVAILABLE),
    ] {
        *server.host.refuses.lock() = Some(code);
        let answered = server
            .post("/chat/api/messages", Some(&token), body.clone())
            .await;
        assert_eq!(
            (answered.status, answered.code().as_str()),
            (status, code.as_str())
        );
        assert_eq!(answered.headers["retry-after"], "3");
        assert!(
            !answered.json().to_string().contains("told to"),
            "no inside of the host"
        );
    }
    *server.host.refuses.lock() = None;
    assert_eq!(
        server.say(&token, "a", "x").await["duplicate"],
        false,
        "a refused message was not taken"
    );
}

#[tokio::test]
async fn a_body_over_the_bound_is_refused_whether_or_not_it_says_its_length() {
    let server = limited(FakeHost::echo(), |limits| limits.body = 1_000).await;
    let (token, _) = server.contact().await;
    let answered = server
        .post("/chat/api/messages", Some(&token), "x".repeat(1_001))
        .await;
    assert_eq!(
        (answered.status, answered.code().as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "JF-SRV-003")
    );

    let mut chunked = request(
        "POST",
        "/chat/api/messages",
        Some(&token),
        "x".repeat(1_001).into(),
    );
    chunked
        .headers_mut()
        .insert("transfer-encoding", "chunked".parse().unwrap());
    assert_eq!(server.ask(chunked).await.code(), "JF-SRV-003");
}
