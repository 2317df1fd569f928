//! Keys with roles, with the real binary: who may do what, what the audit says of it, and that it outlives the process.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use support::{Carrier, Chat, Described, Host, Operator, TELECOM, send, versioned};

/// A key as its holder has it, and its id.
struct Key {
    text: String,
    id: String,
}

fn make(operator: &Operator, host: &Host, name: &str, role: &str) -> Key {
    let new = [
        "apikey",
        "new",
        "--name",
        name,
        "--role",
        role,
        "--by",
        "zoe",
        "--expires",
        "2999-12-31",
        "--json",
    ];
    let made: Value = serde_json::from_str(&operator.does_on(host, &new)).unwrap();
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    Key {
        text: text("key"),
        id: text("id"),
    }
}

/// Runs a command on a host with a key: what it printed when it worked, what it said when not.
fn with(operator: &Operator, host: &Host, key: &Key, arguments: &[&str]) -> Result<String, String> {
    let arguments = operator.on(host, arguments);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = operator.run_as(Some(&key.text), &arguments);
    match done.status.success() {
        true => Ok(String::from_utf8(done.stdout).unwrap()),
        false => Err(String::from_utf8(done.stderr).unwrap()),
    }
}

/// Whether this stands in any file below a directory.
fn is_anywhere(directory: &Path, text: &str) -> bool {
    std::fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => is_anywhere(&path, text),
            false => {
                let bytes = std::fs::read(&path).unwrap();
                bytes
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
            }
        }
    })
}

#[test]
fn a_viewer_looks_an_operator_installs_and_the_audit_names_their_keys() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let start = || Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let mut host = start();
    let pack = operator.version("pack", |text| text);
    let vera = make(&operator, &host, "Vera", "viewer");
    let otto = make(&operator, &host, "Otto", "operator,author");
    let install = ["pack", "install", &pack, "--grant", "--by", "somebody else"];

    // The viewer changes nothing, and is told what it takes.
    let refused = with(&operator, &host, &vera, &install).unwrap_err();
    assert!(
        refused.contains("JF-SRV-010") && refused.contains("operator"),
        "{refused}"
    );
    let listed = with(&operator, &host, &vera, &["pack", "list"]).unwrap();
    assert!(listed.contains("no pack is installed"), "{listed}");
    let kept = std::fs::read_dir(operator.data().join("packs"))
        .unwrap()
        .count();
    assert_eq!(kept, 0, "an archive of the viewer is kept");
    for more in [&["apikey", "list"][..], &["trainer", "list"]] {
        let refused = with(&operator, &host, &vera, more).unwrap_err();
        assert!(refused.contains("JF-SRV-010"), "{refused}");
    }
    with(&operator, &host, &otto, &install).unwrap();
    with(&operator, &host, &otto, &["trainer", "list"]).unwrap();
    operator.does_on(&host, &["apikey", "revoke", &vera.id, "--by", "zoe"]);

    // It holds whatever becomes of the process and of the index.
    for lose_the_index in [false, true] {
        host.kill();
        if lose_the_index {
            std::fs::remove_dir_all(operator.data().join("sled")).unwrap();
        }
        host = start();
        let refused = with(&operator, &host, &vera, &["pack", "list"]).unwrap_err();
        assert!(refused.contains("JF-SRV-009"), "{refused}");
        let listed = with(&operator, &host, &otto, &["pack", "list"]).unwrap();
        assert!(listed.contains(TELECOM), "{listed}");
    }
    let keys = operator.does_on(&host, &["apikey", "list"]);
    let of = |key: &Key| keys.lines().find(|line| line.contains(&key.id)).unwrap();
    assert!(
        of(&vera).contains("REVOKED") && !of(&otto).contains("REVOKED"),
        "{keys}"
    );

    // Who did what stands in the journal: in the words of the host, not in theirs.
    let told = operator.does(&["audit", "list", "--json", "--data", "data"]);
    let told: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let who: Vec<&str> = told
        .iter()
        .map(|one| one["who"].as_str().unwrap())
        .collect();
    let signature = format!("Otto (key {})", otto.id);
    let zoe = "zoe (operator token)";
    assert_eq!(who, [zoe, zoe, &signature, &signature, zoe]);
    assert_eq!(told[4]["key"]["id"], vera.id.as_str());
    assert!(
        told[4]["what"].as_str().unwrap().contains("Vera"),
        "{}",
        told[4]
    );
    operator.does(&["audit", "verify", "--data", "data"]);

    // The same over HTTP, page by page.
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/audit?limit=2{after}");
        let (status, page) = send(host.address, "GET", &path, Some(&otto.text), b"").unwrap();
        assert_eq!(status, 200, "{page}");
        let page: Value = serde_json::from_str(&page).unwrap();
        pages.extend(page["decisions"].as_array().unwrap().clone());
        match page["more_after"].as_u64() {
            Some(more) => after = format!("&after={more}"),
            None => break,
        }
    }
    assert_eq!(pages, told);
    let nowhere = "/api/v1/audit?after=1";
    let (status, answer) = send(host.address, "GET", nowhere, Some(&otto.text), b"").unwrap();
    assert_eq!(status, 400, "{answer}");

    // The secret is with its holder, and nowhere else.
    let secret = otto.text.rsplit('_').next().unwrap();
    assert!(!is_anywhere(&operator.data(), secret));
    assert!(
        is_anywhere(&operator.data(), "Otto"),
        "the search finds nothing"
    );
}

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
