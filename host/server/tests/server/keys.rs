//! API keys and the audit: made, told once, signed with, revoked; and what is bounded.

use http::StatusCode;
use jackfield_core::{PackChange, Position, Role};
use jackfield_server::{PackRequest, TrainerRequest};
use serde_json::{Value, json};

use crate::operators::{LARGEST, TOKEN};
use crate::roles::{ask, message, server};

#[tokio::test]
async fn a_decision_is_signed_with_the_key_and_only_the_tokens_holder_is_taken_by_their_word() {
    let (server, fake) = server().await;
    let key = fake.give(1, Role::Admin, |_| {});
    let path = "/api/v1/packs/com.example.a/promote";
    for (key, body) in [
        (TOKEN, r#"{"by":"zoe"}"#),
        (&key, r#"{"by":"somebody else"}"#),
        (&key, "{}"),
    ] {
        ask(&server, "POST", path, Some(key), body).await;
    }
    ask(
        &server,
        "POST",
        "/api/v1/trainer/versions",
        Some(&key),
        r#"{"who":"x"}"#,
    )
    .await;
    ask(
        &server,
        "DELETE",
        "/api/v1/keys/0000000000ff?by=zoe",
        Some(TOKEN),
        "",
    )
    .await;
    let own = "The admin (key 000000000001)";
    let signed: Vec<(String, bool)> = fake
        .packed
        .lock()
        .iter()
        .map(|request| match request {
            PackRequest::Change { by, change, .. } => (by.clone(), *change == PackChange::Promote),
            other => panic!("{other:?}"),
        })
        .collect();
    let zoe = "zoe (operator token)";
    let expected = [zoe, own, own].map(|by| (by.to_owned(), true));
    assert_eq!(signed, expected);
    let published = fake.trained.lock().pop().unwrap();
    assert!(matches!(published, TrainerRequest::Publish(signed) if signed.who == own));
    assert_eq!(*fake.changed_by.lock(), [zoe]);

    // A nameless one, and one that would pass for a key, is not taken.
    let before = fake.asked();
    let long = json!({ "by": "x".repeat(101) }).to_string();
    for body in [
        "{}",
        r#"{"by":" "}"#,
        r#"{"by":"zoe (key 000000000001)"}"#,
        r#"{"by":"a\nb"}"#,
        &long,
    ] {
        let answer = ask(&server, "POST", path, Some(TOKEN), body).await;
        assert_eq!(answer.code(), "JF-SRV-001", "{body}");
    }
    assert_eq!(fake.asked(), before);
}

#[tokio::test]
async fn a_key_is_made_told_once_used_and_revoked() {
    let (server, fake) = server().await;
    let keys = "/api/v1/keys";
    let wish = r#"{"name":"王安娜","roles":["author","viewer"],"expires":"2999-12-31","by":"zoe"}"#;
    let made = ask(&server, "POST", keys, Some(TOKEN), wish).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let made = made.json();
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    assert_eq!(made["expires"], "2999-12-31");
    assert_eq!(made["roles"], json!(["viewer", "author"]));
    let entries = "/api/v1/trainer/entries";
    assert_eq!(
        ask(&server, "GET", entries, Some(key), "").await.status,
        StatusCode::OK
    );

    let listed = ask(&server, "GET", keys, Some(TOKEN), "").await;
    let secret = key.rsplit('_').next().unwrap();
    let text = String::from_utf8_lossy(&listed.body).into_owned();
    assert!(text.contains("王安娜") && !text.contains(secret), "{text}");

    let path = format!("{keys}/{id}?by=zoe");
    for _ in 0..2 {
        let revoked = ask(&server, "DELETE", &path, Some(TOKEN), "").await;
        assert_eq!(
            (revoked.status, &revoked.json()["revoked"]),
            (StatusCode::OK, &json!(77))
        );
    }
    assert_eq!(
        fake.changed_by.lock().len(),
        2,
        "made once and revoked once"
    );
    assert_eq!(
        ask(&server, "GET", entries, Some(key), "").await.code(),
        "JF-SRV-009"
    );
    for unknown in ["00000000000a", "x"] {
        let path = format!("{keys}/{unknown}?by=zoe");
        let answer = ask(&server, "DELETE", &path, Some(TOKEN), "").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::NOT_FOUND, "JF-SRV-011")
        );
    }
}

#[tokio::test]
async fn a_key_that_nobody_can_mean_is_not_made() {
    let (server, fake) = server().await;
    let before = fake.asked();
    for (change, words) in [
        (json!({ "name": " " }), "`name`"),
        (json!({ "name": "x".repeat(101) }), "`name`"),
        (json!({ "name": "Anna (operator token)" }), "`name`"),
        (json!({ "roles": [] }), "`roles`"),
        (json!({ "roles": ["root"] }), "root"),
        (json!({ "expires": "2001-01-01" }), "`expires`"),
        (json!({ "expires": "9999-12-31" }), "`expires`"),
        (json!({ "expires": "soon" }), "the body"),
        (json!({ "secret": "mine" }), "secret"),
    ] {
        let mut wish = json!({ "name": "Anna", "roles": ["viewer"], "by": "zoe" });
        let fields: &mut serde_json::Map<String, Value> = wish.as_object_mut().unwrap();
        fields.extend(change.as_object().unwrap().clone());
        let answer = ask(
            &server,
            "POST",
            "/api/v1/keys",
            Some(TOKEN),
            &wish.to_string(),
        )
        .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wish}");
        assert!(
            message(&answer).contains(words),
            "{wish}: {}",
            message(&answer)
        );
    }
    assert_eq!(fake.asked(), before);
}

#[tokio::test]
async fn the_audit_is_read_in_pages_of_a_bounded_size() {
    let (server, fake) = server().await;
    for query in ["", "?after=17&limit=5", "?limit=0", "?limit=99999999"] {
        let path = format!("/api/v1/audit{query}");
        assert_eq!(
            ask(&server, "GET", &path, Some(TOKEN), "").await.status,
            StatusCode::OK
        );
    }
    let answer = ask(&server, "GET", "/api/v1/audit?before=3", Some(TOKEN), "").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let after = Some(Position(17));
    assert_eq!(
        *fake.audited.lock(),
        [(None, 100), (after, 5), (None, 1), (None, 1_000)]
    );
}

#[tokio::test]
async fn an_archive_is_as_large_as_it_may_be_and_no_larger() {
    let (server, fake) = server().await;
    for (bytes, status) in [(LARGEST, 200), (LARGEST + 1, 413)] {
        let archive = "x".repeat(bytes);
        let answer = ask(&server, "POST", "/api/v1/archives", Some(TOKEN), &archive).await;
        assert_eq!(answer.status.as_u16(), status);
    }
    assert!(matches!(&fake.packed.lock()[..], [PackRequest::Keep(kept)] if kept.len() == LARGEST));
}
