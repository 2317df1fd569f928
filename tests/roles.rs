//! Keys with roles, with the real binary: who may do what, what the audit says of it, and that it outlives the process.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "roles/described.rs"]
mod described;
mod support;

use std::path::Path;

use serde_json::Value;

use support::{Carrier, Host, Operator, TELECOM, send};

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
        refused.contains("JF-SRV-010")
            && refused.contains(
                "installing packs and deciding about them needs the role operator or admin"
            ),
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
