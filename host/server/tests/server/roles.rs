//! Who may do what: every operation of the operators' API, with every role and with keys that do not count.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use jackfield_core::{PackChange, Position, Role, TenantId};
use jackfield_server::{PackRequest, TrainerRequest};
use serde_json::{Value, json};

use crate::client::{Answered, Running, request, start};
use crate::fake::FakeHost;
use crate::operators::{Fake, LARGEST, TOKEN};

const ALL: &[Role] = &Role::ALL;
const HAND_IN: &[Role] = &[Role::Operator, Role::Reviewer, Role::Admin];
const OPERATE: &[Role] = &[Role::Operator, Role::Admin];
const TEACH: &[Role] = &[Role::Author, Role::Admin];
const ADMIN: &[Role] = &[Role::Admin];
const DIGEST: &str =
    "/api/v1/archives/0000000000000000000000000000000000000000000000000000000000000001";
const SIGNATURES: &str =
    "/api/v1/archives/0000000000000000000000000000000000000000000000000000000000000001/signatures";
const BY: &str = r#"{"by":"zoe"}"#;

/// Method, address, a body that is right for it, and who may. An operation that is missing here fails the test below.
const OPERATIONS: &[(&str, &str, &str, &[Role])] = &[
    ("GET", "/api/v1/packs", "", ALL),
    ("GET", "/api/v1/packs/com.example.a/denials", "", ALL),
    ("GET", "/api/v1/packs/com.example.a/uses", "", ALL),
    ("POST", "/api/v1/packs/com.example.a/promote", BY, OPERATE),
    (
        "POST",
        "/api/v1/packs/com.example.a/rollback",
        r#"{"by":"zoe","reason":"bad"}"#,
        OPERATE,
    ),
    ("POST", "/api/v1/packs/com.example.a/move", BY, OPERATE),
    ("POST", "/api/v1/packs/com.example.a/remove", BY, OPERATE),
    (
        "POST",
        "/api/v1/packs/com.example.a/grants",
        r#"{"by":"zoe","permissions":["log"]}"#,
        OPERATE,
    ),
    ("POST", "/api/v1/archives", "an archive", HAND_IN),
    ("GET", DIGEST, "", ALL),
    ("PUT", SIGNATURES, "signatures", HAND_IN),
    (
        "POST",
        "/api/v1/versions",
        r#"{"by":"zoe","digest":"0000000000000000000000000000000000000000000000000000000000000001"}"#,
        OPERATE,
    ),
    ("GET", "/api/v1/keys", "", ADMIN),
    (
        "POST",
        "/api/v1/keys",
        r#"{"name":"New","roles":["viewer"],"by":"zoe"}"#,
        ADMIN,
    ),
    ("DELETE", "/api/v1/keys/0000000000ff?by=zoe", "", ADMIN),
    ("GET", "/api/v1/audit", "", ALL),
    ("GET", "/api/v1/trainer/entries", "", TEACH),
    ("GET", "/api/v1/trainer/entries/0123456789abcdef", "", TEACH),
    ("GET", "/api/v1/trainer/groups", "", TEACH),
    ("GET", "/api/v1/trainer/meanings", "", TEACH),
    (
        "POST",
        "/api/v1/trainer/labels",
        r#"{"entries":["0123456789abcdef"],"meaning":null}"#,
        TEACH,
    ),
    ("GET", "/api/v1/trainer/draft", "", TEACH),
    ("DELETE", "/api/v1/trainer/draft", "", TEACH),
    ("GET", "/api/v1/trainer/effect", "", TEACH),
    ("GET", "/api/v1/trainer/versions", "", TEACH),
    (
        "POST",
        "/api/v1/trainer/versions",
        r#"{"who":"zoe"}"#,
        TEACH,
    ),
    ("GET", "/api/v1/trainer/versions/3", "", TEACH),
    (
        "POST",
        "/api/v1/trainer/versions/3/rollback",
        r#"{"who":"zoe"}"#,
        TEACH,
    ),
];

async fn server() -> (Running, Arc<Fake>) {
    let fake = Arc::new(Fake::default());
    // Something to revoke.
    fake.give(0xff, Role::Viewer, |_| {});
    (start(FakeHost::echo(), fake.served()).await, fake)
}

async fn ask(
    server: &Running,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: &str,
) -> Answered {
    let body = Bytes::copy_from_slice(body.as_bytes());
    server.ask(request(method, path, key, body)).await
}

fn message(answer: &Answered) -> String {
    answer.json()["error"]["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Whether a described address such as `/api/v1/packs/{pack}/uses` stands for this one.
fn stands_for(described: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    let (mut described, mut path) = (described.split('/'), path.split('/'));
    loop {
        match (described.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given || part.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[tokio::test]
async fn every_role_may_do_what_it_is_for_and_is_told_what_another_needs() {
    let (server, fake) = server().await;
    let keys: Vec<(Role, String)> = Role::ALL
        .into_iter()
        .zip(1..)
        .map(|(role, number)| (role, fake.give(number, role, |_| {})))
        .collect();
    for (method, path, body, may) in OPERATIONS {
        for (role, key) in &keys {
            let before = fake.asked();
            let answer = ask(&server, method, path, Some(key), body).await;
            let told = format!("{method} {path} as {role}: {:?}", answer.body);
            if may.contains(role) {
                assert!(answer.status.is_success(), "{told}");
                continue;
            }
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{told}");
            assert_eq!(answer.code(), "JF-SRV-010", "{told}");
            assert_eq!(fake.asked(), before, "{told}");
            for needed in *may {
                assert!(message(&answer).contains(needed.as_str()), "{told}");
            }
        }
        let answer = ask(&server, method, path, Some(TOKEN), body).await;
        assert!(
            answer.status.is_success(),
            "{method} {path}: {:?}",
            answer.body
        );
    }
}

#[tokio::test]
async fn whoever_has_no_key_that_counts_gets_nothing() {
    let (server, fake) = server().await;
    let (customer, _) = server.contact().await;
    let other = TenantId::new("other").unwrap();
    let good = fake.give(1, Role::Admin, |_| {});
    let over = [
        fake.give(2, Role::Admin, |key| key.revoked = Some(2)),
        fake.give(3, Role::Admin, |key| key.expires = Some(2)),
    ];
    let unknown = [
        String::new(),
        TOKEN[..TOKEN.len() - 1].to_owned(),
        format!("{TOKEN}0"),
        customer,
        fake.give_in(&other, 4, Role::Admin, |_| {}),
        good[..good.len() - 1].to_owned(),
        format!("{good}0"),
        good.replace("jfk_000000000001", "jfk_000000000002"),
        good.replace("jfk_000000000001", "jfk_0000000000aa"),
        good.replace("jfk_", "JFK_"),
    ];
    for (method, path, body, _) in OPERATIONS {
        let answer = ask(&server, method, path, None, body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        for (keys, code) in [(&unknown[..], "JF-SRV-008"), (&over[..], "JF-SRV-009")] {
            for key in keys {
                let answer = ask(&server, method, path, Some(key), body).await;
                assert_eq!(
                    answer.status,
                    StatusCode::UNAUTHORIZED,
                    "{method} {path} {key}"
                );
                assert_eq!(answer.code(), code, "{method} {path} {key}");
            }
        }
    }
    assert_eq!(fake.asked(), 0);
    // It is not that nothing works.
    let answer = ask(&server, "GET", "/api/v1/keys", Some(&good), "").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn every_operation_is_described_with_its_roles_and_tried_here() {
    let (server, _) = server().await;
    let described = server.get("/api/v1/openapi.json").await.json();
    let mut untried = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let is_it = |(tried, address, ..): &&(&str, &str, &str, &[Role])| {
                tried.eq_ignore_ascii_case(method) && stands_for(path, address)
            };
            match OPERATIONS.iter().find(is_it) {
                Some((.., may)) => {
                    let names: Vec<&str> = may.iter().map(|role| role.as_str()).collect();
                    assert_eq!(operation["x-roles"], json!(names), "{method} {path}");
                    assert_eq!(
                        operation["security"],
                        json!([{ "key": [] }]),
                        "{method} {path}"
                    );
                }
                None => drop(untried.insert(format!("{method} {path}"))),
            }
        }
    }
    // What is for customers, other systems and monitors, and has no role.
    let open = [
        "get /api/v1/openapi.json",
        "get /chat/api/events",
        "get /live",
        "get /ready",
        "get /webhooks/rest/",
        "post /callbacks/{token}/{name}",
        "post /chat/api/messages",
        "post /chat/api/sessions",
        "post /webhooks/rest/webhook",
    ];
    assert_eq!(
        untried.iter().collect::<Vec<_>>(),
        open.iter().collect::<Vec<_>>()
    );
    for (method, path, ..) in OPERATIONS {
        let mut paths = described["paths"].as_object().unwrap().iter();
        let known = paths.any(|(described, methods)| {
            stands_for(described, path) && methods.get(method.to_lowercase()).is_some()
        });
        assert!(known, "{method} {path} is not described");
    }
}

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
