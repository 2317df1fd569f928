//! Everything that a host describes is asked of it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::make;
use super::support::{Carrier, Chat, Described, Host, Operator, TELECOM, versioned};

/// Waits until the trainer has a sentence on its list.
fn heard(api: &mut Described) -> Value {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let list = api.ask("get", "/api/v1/trainer/entries", &["?limit=5"], b"");
        if let Some(entry) = list["entries"].as_array().unwrap().first() {
            return entry.clone();
        }
        assert!(Instant::now() < until, "nothing is on the list");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn bytes(body: Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

#[test]
fn everything_that_is_asked_and_answered_is_as_it_is_described() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let admin = make(&operator, &host, "Ada", "admin");
    let mut api = Described::new(host.address, &admin.text);
    let read = |name: &str| std::fs::read(operator.home.path().join(name)).unwrap();

    // Two versions: one is installed, the other is tried, taken back, tried again and kept.
    let mut digests = Vec::new();
    for version in ["1.0.0", "1.1.0"] {
        let file = operator.version(version, |text| versioned(text, version));
        let kept = api.ask("post", "/api/v1/archives", &[], &read(&file));
        let digest = kept["digest"].as_str().unwrap().to_owned();
        let signatures = read(&format!("{file}.minisig"));
        api.ask(
            "put",
            "/api/v1/archives/{digest}/signatures",
            &[&digest],
            &signatures,
        );
        let plan = api.ask("get", "/api/v1/archives/{digest}", &[&digest], b"");
        let mut wish = json!({ "digest": digest, "grants": plan["missing"] });
        if version == "1.1.0" {
            wish["canary"] = json!({ "share": 100, "contacts": ["anna"] });
        }
        api.ask("post", "/api/v1/versions", &[], &bytes(wish));
        digests.push(digest);
    }
    api.ask("get", "/api/v1/packs", &[], b"");
    let retry = bytes(json!({ "digest": digests[1], "canary": { "share": 5 } }));
    let back = bytes(json!({ "reason": "to see" }));
    let decided = |api: &mut Described, what: &str, body: &[u8]| {
        api.ask(
            "post",
            &format!("/api/v1/packs/{{pack}}/{what}"),
            &[TELECOM],
            body,
        );
    };
    decided(&mut api, "rollback", &back);
    api.ask("post", "/api/v1/versions", &[], &retry);
    decided(&mut api, "promote", b"{}");
    decided(&mut api, "move", b"{}");
    let listed = api.ask("get", "/api/v1/packs", &[], b"");
    decided(&mut api, "remove", &bytes(json!({ "digest": digests[0] })));
    let granted = bytes(json!({ "permissions": listed[0]["granted"] }));
    decided(&mut api, "grants", &granted);
    api.ask("get", "/api/v1/packs/{pack}/denials", &[TELECOM], b"");
    api.ask("get", "/api/v1/packs/{pack}/grants", &[TELECOM], b"");

    // A customer says what the bot does not know.
    let opened = api.ask("post", "/chat/api/sessions", &[], br#"{"locale":"en-US"}"#);
    let token = opened["token"].as_str().unwrap().to_owned();
    let mut customer = Described::new(host.address, &token);
    let message = bytes(json!({ "id": "1", "text": "colourless green ideas sleep furiously" }));
    customer.ask("post", "/chat/api/messages", &[], &message);
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    chat.say("what plan am I on?").unwrap();
    api.ask("get", "/api/v1/packs/{pack}/uses", &[TELECOM], b"");

    // It is taught, and taken back.
    let entry = heard(&mut api);
    let id = entry["id"].as_str().unwrap().to_owned();
    api.ask("get", "/api/v1/trainer/entries/{id}", &[&id], b"");
    api.ask("get", "/api/v1/trainer/groups", &[], b"");
    let meanings = api.ask("get", "/api/v1/trainer/meanings", &[], b"");
    let intent = &meanings["intents"][0]["intent"];
    let label = "/api/v1/trainer/labels";
    api.ask(
        "post",
        label,
        &[],
        &bytes(json!({ "entries": [id], "meaning": "dismissed" })),
    );
    api.ask("delete", "/api/v1/trainer/draft", &[], b"");
    api.ask(
        "post",
        label,
        &[],
        &bytes(json!({ "entries": [id], "meaning": { "intent": intent } })),
    );
    let typed = json!([{ "text": "green ideas, furiously 13800138001", "locale": "en-US" }]);
    api.ask(
        "post",
        label,
        &[],
        &bytes(json!({ "typed": typed, "meaning": "out-of-scope" })),
    );
    api.ask("get", "/api/v1/trainer/draft", &[], b"");
    api.ask("get", "/api/v1/trainer/effect", &[], b"");
    let versions = "/api/v1/trainer/versions";
    let published = api.ask("post", versions, &[], br#"{"note":"to see"}"#);
    assert_eq!(published["who"], format!("Ada (key {})", admin.id));
    api.ask("get", "/api/v1/trainer/versions/{number}", &["1"], b"");
    api.ask(
        "post",
        "/api/v1/trainer/versions/{number}/rollback",
        &["0"],
        b"{}",
    );
    api.ask("get", versions, &[], b"");

    // Keys, what was decided, and what needs no key.
    let wish = bytes(json!({ "name": "Rita", "roles": ["reviewer"], "expires": "2999-12-31" }));
    let made = api.ask("post", "/api/v1/keys", &[], &wish);
    api.ask(
        "delete",
        "/api/v1/keys/{id}",
        &[made["id"].as_str().unwrap()],
        b"",
    );
    api.ask("get", "/api/v1/keys", &[], b"");
    let audit = api.ask("get", "/api/v1/audit", &[], b"");
    assert!(
        audit["decisions"].as_array().unwrap().len() > 8,
        "{audit:#}"
    );
    for path in ["/live", "/ready", "/webhooks/rest/", "/api/v1/openapi.json"] {
        api.ask("get", path, &[], b"");
    }
    let message = bytes(json!({ "sender": "anna", "message": "hello" }));
    api.ask("post", "/webhooks/rest/webhook", &[], &message);
    // An endless stream, an address that only a flow can give out, and what the customer asked above.
    let left = [
        "get /chat/api/events",
        "post /callbacks/{token}/{name}",
        "post /chat/api/messages",
    ];
    let mut unasked = api.unasked();
    unasked.sort();
    assert_eq!(unasked, left);
}
