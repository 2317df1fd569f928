//! From a key to a pack that is installed, tried, promoted and taken back, with the real binary, as an operator does it.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "lifecycle/back_again.rs"]
mod back_again;
#[path = "lifecycle/grants.rs"]
mod grants;
#[path = "lifecycle/revoked.rs"]
mod revoked;
#[path = "lifecycle/revoked_once.rs"]
mod revoked_once;
#[path = "lifecycle/share.rs"]
mod share;
#[path = "lifecycle/suggested.rs"]
mod suggested;
mod support;

use std::time::{Duration, Instant};

use serde_json::Value;

use support::{Carrier, Chat, Host, Operator, TELECOM, versioned};

/// What the bot says to a sentence.
fn asked(chat: &mut Chat, text: &str) -> String {
    chat.say(text).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    let mut said = String::new();
    while said.is_empty() {
        let turn = chat.next(until).unwrap().expect("the bot is silent");
        // It greets by itself.
        if turn.said.is_empty() {
            continue;
        }
        said.extend(turn.messages.iter().map(|message| message.text.as_str()));
    }
    said
}

/// A new contact asks for their plan and enters the code, which is shown in the conversation.
fn ask_with_a_code(host: &Host) {
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    asked(&mut chat, "what plan am I on?");
    let turn = asked(&mut chat, "13800138001");
    let mut words = turn.split(|c: char| !c.is_ascii_digit());
    let code = words.rfind(|word| word.len() == 6).unwrap();
    asked(&mut chat, code);
}

#[test]
fn a_pack_is_granted_tried_promoted_and_taken_back_and_every_step_survives_kill_9() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let start = || Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let one = operator.version("one", |text| versioned(text, "1.0.0"));
    let two = operator.version("two", |text| {
        let wider = "destinations = [\"carrier-base\", \"https://stats.example.com\"]";
        versioned(text, "1.1.0").replace("destinations = [\"carrier-base\"]", wider)
    });

    let mut host = start();
    // Nothing is granted in passing, and what it asks for is told once.
    let (done, shown, said) = operator.tries_on(&host, &["pack", "install", &one]);
    assert!(!done && said.contains("JF-PCK-012"), "{said}");
    assert!(said.contains("8 lines marked `?`"), "{said}");
    let told = (shown + &said).matches("http to carrier-base").count();
    assert_eq!(told, 1);
    let shown = operator.does_on(&host, &["pack", "install", &one, "--grant"]);
    assert!(
        shown.contains("send requests") && shown.contains("发送请求"),
        "{shown}"
    );

    host.kill();
    host = start();
    assert_eq!(operator.entry(&host)["current"]["version"], "1.0.0");

    // What asks for more stops, and says what it is.
    let (done, shown, said) = operator.tries_on(&host, &["pack", "install", &two]);
    assert!(!done && said.contains("the line marked `NEW`"), "{said}");
    let new: Vec<&str> = shown
        .lines()
        .filter(|line| line.starts_with("NEW"))
        .collect();
    assert_eq!(new, ["NEW http to https://stats.example.com"]);
    // A script is given the lines.
    let said = operator.may_not_on(&host, &["pack", "install", &two, "--json"]);
    assert!(said.contains("http to https://stats.example.com"), "{said}");
    assert!(!said.contains("carrier-token"), "{said}");
    let grants = operator.does(&["pack", "grants", &two]);
    std::fs::write(operator.home.path().join("grants.toml"), grants).unwrap();
    let wider = [
        "pack",
        "install",
        &two,
        "--grants",
        "grants.toml",
        "--canary",
        "100",
    ];
    operator.does_on(&host, &wider);
    host.kill();
    host = start();
    let entry = operator.entry(&host);
    assert_eq!(entry["canary"]["version"]["version"], "1.1.0");

    // Customers are served by the version on trial.
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    let turn = asked(&mut chat, "what plan am I on?");
    assert!(turn.contains("number"), "{turn}");
    operator.does_on(&host, &["pack", "promote", TELECOM]);
    host.kill();
    host = start();
    assert_eq!(operator.entry(&host)["current"]["version"], "1.1.0");
    operator.does_on(
        &host,
        &["pack", "rollback", TELECOM, "--reason", "wrong prices"],
    );
    host.kill();
    host = start();
    let entry = operator.entry(&host);
    assert_eq!(entry["current"]["version"], "1.0.0");
    assert_eq!(
        entry["earlier"][0]["leaving"]["withdrawn"]["reason"],
        "wrong prices"
    );
    // The conversation goes on with it.
    chat.reconnect(host.address).unwrap();
    let turn = asked(&mut chat, "13800138001");
    assert!(turn.contains("code"), "{turn}");

    // An older one is not installed by mistake.
    let old = operator.version("old", |text| versioned(text, "0.9.0"));
    let said = operator.may_not_on(&host, &["pack", "install", &old]);
    assert!(said.contains("JF-TRU-008"), "{said}");
    operator.does_on(&host, &["pack", "install", &old, "--allow-downgrade"]);
    assert_eq!(operator.entry(&host)["current"]["version"], "0.9.0");
}

#[test]
fn what_is_not_trusted_is_not_installed() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let signed = operator.version("signed", |text| text);
    let home = operator.home.path();
    let sidecar = std::fs::read_to_string(home.join("signed.jfpack.minisig")).unwrap();
    let archive = std::fs::read(home.join(&signed)).unwrap();

    let put = |name: &str, archive: &[u8], sidecar: Option<&str>| {
        std::fs::write(home.join(name), archive).unwrap();
        if let Some(sidecar) = sidecar {
            std::fs::write(home.join(format!("{name}.minisig")), sidecar).unwrap();
        }
        operator.may_not_on(&host, &["pack", "install", name, "--grant"])
    };
    let said = put("unsigned.jfpack", &archive, None);
    assert!(said.contains("JF-PCK-007"), "{said}");
    let mut changed = archive.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let said = put("changed.jfpack", &changed, Some(&sidecar));
    assert!(said.contains("JF-TRU-003"), "{said}");
    operator.does(&["key", "new", "other", "--no-password"]);
    std::fs::write(home.join("foreign.jfpack"), &archive).unwrap();
    operator.does(&["pack", "sign", "foreign.jfpack", "--key", "other.key"]);
    let said = operator.may_not_on(&host, &["pack", "install", "foreign.jfpack", "--grant"]);
    assert!(said.contains("JF-TRU-002"), "{said}");
    let listed = operator.does_on(&host, &["pack", "list"]);
    assert!(listed.contains("no pack is installed"), "{listed}");

    // What was trusted when it was installed stays, whatever is asked for later.
    operator.does_on(&host, &["pack", "install", &signed, "--grant"]);
    // Signatures that count for nothing do not take the place of those that do.
    let said = operator.may_not_on(&host, &["pack", "install", "foreign.jfpack", "--grant"]);
    assert!(said.contains("JF-TRU-002"), "{said}");
    std::fs::write(home.join("again.jfpack"), &archive).unwrap();
    operator.does_on(&host, &["pack", "install", "again.jfpack", "--dry-run"]);
    operator.trusts_rita();
    operator.does(&["trust", "policy", "--reviewers", "1"]);
    host.kill();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    assert_eq!(operator.entry(&host)["current"]["version"], "0.1.0");
    operator.does(&["trust", "policy", "--reviewers", "0"]);

    // A pack is not broken by taking back what it cannot run without; what is told is what an operator can do.
    let back = ["pack", "grant", TELECOM, "--revoke", "tables"];
    let said = operator.may_not_on(&host, &back);
    assert!(said.contains("JF-SBX-003"), "{said}");
    assert!(said.contains("jackfield pack remove"), "{said}");
    assert!(!said.contains("pack.toml"), "{said}");
    assert_eq!(operator.entry(&host)["current"]["version"], "0.1.0");

    // A key that is revoked takes all its versions out of use while the host runs.
    let newer = operator.version("newer", |text| versioned(text, "1.0.0"));
    operator.does_on(&host, &["pack", "install", &newer]);
    let shown = operator.does(&["key", "show", "acme.pub", "--json"]);
    let id: Value = serde_json::from_str(&shown).unwrap();
    operator.does(&[
        "trust",
        "revoke",
        id["id"].as_str().unwrap(),
        "--reason",
        "stolen",
    ]);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !operator.entry(&host)["current"].is_null() {
        assert!(Instant::now() < deadline, "{}", host.log());
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(host.log().contains("stolen"));
}

#[test]
fn what_is_not_granted_is_denied_and_it_is_told_what_would_allow_it() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let pack = operator.version("pack", |text| text);
    let all = operator.does(&["pack", "grants", &pack]);
    let less: String = all
        .lines()
        .filter(|line| !line.contains("verify") && !line.contains("carrier-base"))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(operator.home.path().join("less.toml"), less).unwrap();
    operator.does_on(&host, &["pack", "install", &pack, "--grants", "less.toml"]);
    let denied = || {
        let told = operator.does_on(&host, &["pack", "why-denied", TELECOM, "--json"]);
        let told: Value = serde_json::from_str(&told).unwrap();
        let denials = told.as_array().unwrap().iter();
        let lines = denials.map(|denial| denial["line"].as_str().unwrap().to_owned());
        lines.collect::<Vec<_>>()
    };
    assert_eq!(denied(), Vec::<String>::new());

    // Nobody is asked for a code, whatever the pack would like.
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    asked(&mut chat, "what plan am I on?");
    let turn = asked(&mut chat, "13800138001");
    assert!(!turn.contains("code"), "{turn}");
    assert_eq!(denied(), ["verify verified"]);

    // Once it may, the destination is what is missing; the subscriber's data does not come.
    operator.does_on(&host, &["pack", "grant", TELECOM, "verify verified"]);
    ask_with_a_code(&host);
    assert_eq!(denied(), ["http to carrier-base"]);
    assert_eq!(
        host.log().matches("denied, and not logged again").count(),
        2
    );

    // With it the pack does its work, and what it used is the least it needs.
    operator.does_on(&host, &["pack", "grant", TELECOM, "http to carrier-base"]);
    ask_with_a_code(&host);
    assert_eq!(denied(), Vec::<String>::new());
    let uses = operator.does_on(&host, &["pack", "suggest-grants", TELECOM, "--json"]);
    let uses: Value = serde_json::from_str(&uses).unwrap();
    let needed = uses["grants"].to_string();
    assert!(
        needed.contains("http to carrier-base") && needed.contains("verify verified"),
        "{needed}"
    );
    assert!(
        uses["unused"].to_string().contains("secret carrier-token"),
        "{uses}"
    );
}

#[test]
fn a_new_version_is_held_against_what_the_installed_ones_recorded() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let one = operator.version("one", |text| versioned(text, "1.0.0"));
    operator.does_on(&host, &["pack", "install", &one, "--grant"]);
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    for text in ["recommend a plan for me", "Beijing", "30 GB", "cancel"] {
        asked(&mut chat, text);
    }
    // A host may run beside it. Without a name, all that is installed is replayed.
    let report = operator.does(&["replay", "--json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["different"], 0, "{report}");
    assert!(report["equal"].as_u64() >= Some(5), "{report}");
    // Another version takes the place of the installed one.
    let two = operator.version("two", |text| versioned(text, "1.1.0"));
    let report = operator.does(&["replay", "--pack", &two, "--json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["different"], 0, "{report}");
    assert!(report["other_code"].as_u64() > Some(0), "{report}");
    // What its tables say is the pack's own, and so is the answer to who asks for plans.
    let dearer = operator.version_from("dearer", |copy| {
        let plans = copy.join("data/plans.csv");
        let text = std::fs::read_to_string(&plans).unwrap();
        std::fs::write(&plans, text.replace(".00,", ".50,")).unwrap();
    });
    let replayed = operator.run_as(None, &["replay", "--pack", &dearer, "--json"]);
    let report: Value = serde_json::from_slice(&replayed.stdout).unwrap();
    assert_eq!(report["different"], 1, "{report}");
    assert_eq!(replayed.status.code(), Some(1));
}

#[test]
fn nobody_installs_without_the_operators_token() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    for path in [
        "/api/v1/packs",
        "/api/v1/packs/com.jackfield.telecom/denials",
    ] {
        let (status, body) = support::get(host.address, path).unwrap();
        assert_eq!(status, 401, "{body}");
    }
    let (status, _) = support::post(
        host.address,
        "/api/v1/versions",
        None,
        &serde_json::json!({}),
    )
    .unwrap();
    assert_eq!(status, 401);
}
