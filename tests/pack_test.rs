//! `jackfield pack test`: conversations with the real component, in a made-up world.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use support::{JACKFIELD, pack};

fn telecom() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pack_test/telecom")
}

fn test(conversations: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(JACKFIELD);
    command.args(["pack", "test"]).arg(pack());
    command
        .arg("--conversations")
        .arg(conversations)
        .args(options);
    command.output().unwrap()
}

#[test]
fn other_systems_answer_what_a_conversation_declares() {
    let output = test(&telecom(), &["--json"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    let results: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(results["conversations"].as_array().unwrap().len(), 3);
    let seen = &results["coverage"]["flows"]["usage"]["seen"];
    let seen: Vec<&str> = seen
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(seen, ["carrier-down", "told", "verify"]);
}

#[test]
fn what_does_not_hold_is_named_with_its_line() {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(place.path().join(name), text).unwrap();
    let usage = "locale=en-US\n\nUser: how much data is left on 13800138001?\n";
    write("right.chat", &format!("{usage}Step: verify\n"));
    write(
        "wrong.chat",
        &format!("{usage}Step: told\nBot: never reached\n"),
    );
    write("undeclared.chat", &format!("{usage}User# code\n"));
    let junit = place.path().join("results.xml");
    let output = test(place.path(), &["--junit", junit.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("wrong.chat:4: no step `told`, but `verify`"),
        "{said}"
    );
    assert!(
        said.contains("`Back-end GET */subscribers/13800138001: 200 {}`"),
        "{said}"
    );
    assert!(said.contains("1 of 3 conversations held"), "{said}");
    let results = std::fs::read_to_string(junit).unwrap();
    assert!(results.contains("tests=\"3\" failures=\"2\""), "{results}");

    write("wrong.chat", &format!("{usage}Steps: told\n"));
    let output = test(place.path(), &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("wrong.chat: line 4: `Steps: told`"), "{said}");
}

#[test]
fn time_goes_by_when_it_is_told_to() {
    let place = tempfile::tempdir().unwrap();
    std::fs::copy(telecom().join("lin.json"), place.path().join("lin.json")).unwrap();
    // A one-time code is good for some minutes.
    let late = "locale=en-US\n\nBack-end GET */subscribers/*: 200 @lin.json\n\
                User: how much data is left on 13800138001?\nAfter: 10 minutes\nUser# code\nBot! data left this month\n";
    std::fs::write(place.path().join("late.chat"), late).unwrap();
    std::fs::write(
        place.path().join("in-time.chat"),
        late.replace("10", "1").replace("Bot!", "Bot~"),
    )
    .unwrap();
    let output = test(place.path(), &[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

#[test]
fn a_step_that_is_as_dear_as_before_is_no_failure() {
    let archive = pack().to_str().unwrap();
    let output = test(&telecom(), &["--previous", archive, "--json"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    let results: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(results["dearer"], serde_json::json!([]));
}
