//! Other systems that call back.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use jackfield_core::{Content, Owner, SessionId};
use serde_json::json;
use tokio::sync::mpsc;

use crate::client::{Answered, Running, options, start};
use crate::fake::{Answer, CALLBACK_TOKEN, FakeHost, UNAWAITED_TOKEN};

/// A server, and the callbacks that its host was told: name, correlation, payload.
async fn server() -> (Running, mpsc::UnboundedReceiver<[String; 3]>) {
    let (told, heard) = mpsc::unbounded_channel();
    let host = FakeHost::new(16, move |content, _| {
        if let Content::CallbackReceived {
            name,
            correlation,
            payload,
            ..
        } = content
        {
            let _ = told.send([name, correlation, payload].map(String::clone));
        }
        Answer {
            messages: Vec::new(),
            owner: Owner::Bot,
            closed: false,
        }
    });
    (start(host, options()).await, heard)
}

async fn call(server: &Running, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
    let mut request = Request::post(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Full::new(Bytes::copy_from_slice(body.as_bytes()));
    server.ask(request.body(body).unwrap()).await
}

#[tokio::test]
async fn what_another_system_says_reaches_the_host_once() {
    let (server, mut heard) = server().await;
    let path = format!("/callbacks/{CALLBACK_TOKEN}/order%20paid");
    let id = [("idempotency-key", "call-1")];
    for _ in 0..2 {
        let answer = call(&server, &path, &id, r#"{"status":"paid"}"#).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json(), json!({"status": "accepted"}));
    }
    let told = heard.recv().await.unwrap();
    assert_eq!(told, ["order paid", "call-1", r#"{"status":"paid"}"#]);
    // Without an id the same words are the same call.
    for body in ["1", "1", "2"] {
        let answer = call(&server, &path, &[], body).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert_eq!(heard.recv().await.unwrap()[2], "1");
    assert_eq!(heard.recv().await.unwrap()[2], "2");
    assert!(heard.try_recv().is_err());
}

#[tokio::test]
async fn forms_and_texts_become_json() {
    let (server, mut heard) = server().await;
    let path = format!("/callbacks/{CALLBACK_TOKEN}/paid");
    for (kind, body, payload) in [
        (
            "application/x-www-form-urlencoded; charset=utf-8",
            "out_trade_no=7&subject=%E5%A5%97%E9%A4%90",
            r#"{"out_trade_no":"7","subject":"套餐"}"#,
        ),
        ("text/xml", "<xml/>", r#""<xml/>""#),
        ("application/cloudevents+json", "{ }", "{ }"),
    ] {
        let answer = call(&server, &path, &[("content-type", kind)], body).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}");
        assert_eq!(heard.recv().await.unwrap()[2], payload, "{kind}");
    }
}

#[tokio::test]
async fn what_leads_nowhere_or_is_not_valid_is_refused() {
    let (server, mut heard) = server().await;
    let guessed = format!("/callbacks/{}/paid", SessionId::new());
    let answer = call(&server, &guessed, &[], "{}").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.code(), "JF-SRV-006");
    // Who comes too late need not come again.
    let late = format!("/callbacks/{UNAWAITED_TOKEN}/paid");
    let answer = call(&server, &late, &[], "{}").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({"status": "ignored"}));
    let path = format!("/callbacks/{CALLBACK_TOKEN}/paid");
    let answer = call(&server, &path, &[], "{paid").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.code(), "JF-SRV-001");
    assert!(heard.try_recv().is_err());
}
