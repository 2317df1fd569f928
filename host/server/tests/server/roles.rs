//! Who may do what: every operation of the operators' API, with every role and with keys that do not count.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use jackfield_core::{Role, TenantId};
use serde_json::json;

use crate::client::{Answered, Running, request, start};
use crate::fake::FakeHost;
use crate::operators::{Fake, TOKEN};

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
    ("GET", "/api/v1/packs/com.example.a/grants", "", ALL),
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

pub(crate) async fn server() -> (Running, Arc<Fake>) {
    let fake = Arc::new(Fake::default());
    // Something to revoke.
    fake.give(0xff, Role::Viewer, |_| {});
    (start(FakeHost::echo(), fake.served()).await, fake)
}

pub(crate) async fn ask(
    server: &Running,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: &str,
) -> Answered {
    let body = Bytes::copy_from_slice(body.as_bytes());
    server.ask(request(method, path, key, body)).await
}

pub(crate) fn message(answer: &Answered) -> String {
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
