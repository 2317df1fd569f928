//! The trainer's loop with the real binary: what was not understood is listed, labelled, measured, taught and taken back,
//! through `jackfield trainer` as business staff use it.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "trainer/foretold.rs"]
mod foretold;
mod support;
#[path = "trainer/swaps.rs"]
mod swaps;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Carrier, Chat, Host, JACKFIELD, Turn, get, journal};

const WAIT: Duration = Duration::from_secs(20);
/// What the telecom pack was never taught.
const SENTENCE: &str = "旧的不去新的不来";

/// `jackfield trainer …`, as JSON.
fn trainer(host: &Host, data: &Path, arguments: &[&str]) -> Result<Value, String> {
    let url = format!("http://{}", host.address);
    let output = Command::new(JACKFIELD)
        .arg("trainer")
        .args(arguments)
        .args(["--json", "--url", &url, "--data"])
        .arg(data)
        .env_remove("JACKFIELD_ADMIN_TOKEN")
        .output()
        .unwrap();
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

/// What was decided about a sentence in a conversation of its own, in which nothing else was said.
fn asked(host: &Host, data: &Path) -> (Chat, String) {
    let mut chat = Chat::open(host.address, "zh-CN").unwrap();
    let decision = decided(&mut chat, data);
    (chat, decision)
}

/// What was decided about the sentence: `start com.jackfield.telecom/change-plan at 0.93`.
fn decided(chat: &mut Chat, data: &Path) -> String {
    let turn = answer(chat, SENTENCE);
    let turns = journal(data, &chat.session).unwrap();
    let record = turns
        .iter()
        .find(|record| record["session"]["turn"] == turn.turn)
        .unwrap();
    let decision = &record["decision"];
    let text = |key: &str| decision[key].as_str().unwrap().to_owned();
    format!("{} {}", text("action"), text("reason"))
}

fn answer(chat: &mut Chat, text: &str) -> Turn {
    let id = chat.say(text).unwrap();
    let until = Instant::now() + WAIT;
    while let Some(turn) = chat.next(until).unwrap() {
        if turn.said.iter().any(|said| said.id == id) {
            return turn;
        }
    }
    panic!("no answer to {text}");
}

/// Whether the sentence was taken for the wish to change a plan.
fn starts_the_flow(decision: &str) -> bool {
    let mut words = decision.split(' ');
    words.next() == Some("start") && words.next() == Some("com.jackfield.telecom/change-plan")
}

/// The sentence on the list, once it is there.
fn listed(host: &Host, data: &Path) -> Value {
    let until = Instant::now() + WAIT;
    loop {
        let list = trainer(host, data, &["list", "--limit", "100"]).unwrap();
        let mut entries = list["entries"].as_array().unwrap().iter();
        if let Some(entry) = entries.find(|entry| entry["text"] == SENTENCE) {
            return entry.clone();
        }
        assert!(
            Instant::now() < until,
            "{SENTENCE} is not on the list: {list:#}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn what_was_not_understood_is_taught_and_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let carrier = Carrier::start();
    let host = Host::start(data, &carrier.url()).unwrap();

    let (mut before, decision) = asked(&host, data);
    assert!(!starts_the_flow(&decision), "{decision}");
    let entry = listed(&host, data);
    assert_eq!(entry["count"], 1);
    assert_eq!(entry["sessions"][0], before.session.as_str());
    let id = entry["id"].as_str().unwrap();

    let unknown = trainer(&host, data, &["label", id, "--intent", "lost-card"]).unwrap_err();
    assert!(
        unknown.contains("JF-TRN-002") && unknown.contains("change-plan"),
        "{unknown}"
    );
    let meanings = trainer(&host, data, &["meanings", "roaming"]).unwrap();
    let articles = meanings["articles"].as_array().unwrap();
    assert!(!articles.is_empty() && meanings["intents"].as_array().is_some());
    let typed = |locale: &str| {
        let text = "13800138001 的号码丢了";
        let label = ["--intent", "change-plan", "--locale", locale];
        trainer(
            &host,
            data,
            &[&["label", "--text", text][..], &label].concat(),
        )
    };
    let unknown = typed("xx-YY").unwrap_err();
    assert!(
        unknown.contains("JF-TRN-009") && unknown.contains("en-US, zh-CN"),
        "{unknown}"
    );
    let draft = typed("zh-CN").unwrap();
    assert_eq!(draft["warnings"][0]["code"], "JF-TRN-008");
    assert_eq!(draft["labels"][0]["text"], "••• 的号码丢了");
    trainer(&host, data, &["draft", "--drop"]).unwrap();
    let draft = trainer(
        &host,
        data,
        &["label", "--group", id, "--intent", "change-plan"],
    )
    .unwrap();
    assert_eq!(draft["labels"][0]["text"], SENTENCE);
    let effect = trainer(&host, data, &["effect"]).unwrap();
    let accuracy = effect["effect"]["before"]["accuracy"].as_f64().unwrap();
    assert!(accuracy > 0.5, "{effect:#}");
    let figures = &effect["effect"]["before"];
    assert!(figures["right"].as_u64().unwrap() <= figures["sentences"].as_u64().unwrap());
    // Nothing has changed for customers so far.
    let (_, decision) = asked(&host, data);
    assert!(!starts_the_flow(&decision), "{decision}");

    let published = trainer(
        &host,
        data,
        &["publish", "--who", "anna", "--note", "too dear"],
    )
    .unwrap();
    assert_eq!(published["number"], 1);
    let (_, decision) = asked(&host, data);
    assert!(starts_the_flow(&decision), "{decision}");
    // A conversation that had begun before goes on, and understands it too.
    let decision = decided(&mut before, data);
    assert!(starts_the_flow(&decision), "{decision}");

    let address = host.address;
    assert!(host.stop().unwrap().success());
    let host = Host::start_again(data, &carrier.url(), address).unwrap();
    let (_, decision) = asked(&host, data);
    assert!(starts_the_flow(&decision), "after a start: {decision}");

    let back = trainer(&host, data, &["rollback", "0", "--who", "anna"]).unwrap();
    assert_eq!((&back["number"], &back["restores"]), (&2.into(), &0.into()));
    let (_, decision) = asked(&host, data);
    assert!(!starts_the_flow(&decision), "{decision}");
    let history = trainer(&host, data, &["history"]).unwrap();
    assert_eq!(history["current"], 2);
    assert_eq!(history["versions"][0]["note"], "too dear");
    let mut audit = Command::new(JACKFIELD);
    let audit = audit.args(["audit", "list", "--data"]).arg(data);
    let audit = String::from_utf8(audit.output().unwrap().stdout).unwrap();
    let decided = [
        "anna (operator token)  corrections: version 1 published (too dear)",
        "anna (operator token)  corrections: taken back to what the packs teach by themselves, as version 2",
    ];
    let told: Vec<&str> = audit.lines().collect();
    assert_eq!(told.len(), decided.len(), "{audit}");
    for (line, decided) in told.iter().zip(decided) {
        assert!(line.ends_with(decided), "{line}");
    }
    listed(&host, data);
}

#[test]
fn customers_do_not_get_in_and_the_token_is_for_the_hosts_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let carrier = Carrier::start();
    let host = Host::start(data, &carrier.url()).unwrap();
    let (status, answer) = get(host.address, "/api/v1/trainer/entries").unwrap();
    assert_eq!(status, 401, "{answer}");
    assert!(answer.contains("JF-SRV-008"), "{answer}");
    let token = data.join("admin.token");
    assert_eq!(
        std::fs::metadata(&token).unwrap().permissions().mode() & 0o777,
        0o600
    );
    trainer(&host, data, &["list"]).unwrap();
    std::fs::write(&token, "another token than the host has\n").unwrap();
    let refused = trainer(&host, data, &["list"]).unwrap_err();
    assert!(refused.contains("JF-SRV-008"), "{refused}");
}
