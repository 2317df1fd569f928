//! From nothing to a conversation, as a partner does it: the pack that `jackfield pack new` writes builds by itself, passes its tests and
//! a review, and is talked to.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use support::{Chat, Host, JACKFIELD};

/// What is compiled is kept from one run of the tests to the next.
fn compiled() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-pack")
}

/// Runs a program where the pack is.
fn run(program: &str, arguments: &[&str], directory: &Path) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory);
    command.env("CARGO_TARGET_DIR", compiled());
    let output: Output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}:\n{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// What the bot said in the turn that handled this message.
fn heard(chat: &mut Chat, id: &str) -> String {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let turn = chat.next(until).unwrap().expect("no answer in time");
        if turn.said.iter().any(|said| said.id == id) {
            let texts = turn.messages.iter().map(|message| message.text.as_str());
            return Vec::from_iter(texts).join("\n");
        }
    }
}

#[test]
#[ignore = "wants componentize-py: tests/python/run"]
fn a_new_pack_in_python_holds_the_same_conversations() {
    let place = tempfile::tempdir().unwrap();
    run(
        JACKFIELD,
        &["pack", "new", "my-shop", "--lang", "python"],
        place.path(),
    );
    let dir = place.path().join("my-shop");
    let held = run(JACKFIELD, &["pack", "test"], &dir);
    assert!(held.contains("3 of 3 conversations held"), "{held}");
    assert!(held.contains("4 of 4 steps seen"), "{held}");
    run(JACKFIELD, &["pack", "build", ".", "-o", "my.jfpack"], &dir);
    // What the interpreter brings with it is for a person to know; what the pack does is in order.
    let mut review = Command::new(JACKFIELD);
    review
        .args(["pack", "review", "my.jfpack", "--json"])
        .current_dir(&dir);
    let report = review.output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["verdict"], "person", "{:#}", report["findings"]);

    assert!(
        !dir.join("src/__pycache__").exists(),
        "a build changes what it is made from"
    );

    // A mistake in the code is told with its place.
    let code = dir.join("src/pack.py");
    let text = std::fs::read_to_string(&code).unwrap();
    std::fs::write(&code, format!("{text}\ndef broken(:\n")).unwrap();
    let mut build = Command::new(JACKFIELD);
    let broken = build
        .args(["pack", "build", "."])
        .current_dir(&dir)
        .output();
    let said = String::from_utf8(broken.unwrap().stderr).unwrap();
    assert!(said.contains("File \"src/pack.py\", line "), "{said}");
    assert!(
        said.contains("SyntaxError") && said.lines().count() < 12,
        "{said}"
    );
    std::fs::write(
        &code,
        text.replace("Reply.say(t(\"booked\"", "Reply.sey(t(\"booked\""),
    )
    .unwrap();
    let mut test = Command::new(JACKFIELD);
    let failed = test
        .args(["pack", "test"])
        .current_dir(&dir)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&failed.stdout);
    assert_eq!(failed.status.code(), Some(1), "{said}");
    assert!(
        said.contains("has no attribute 'sey'") && said.contains("pack.py:"),
        "{said}"
    );
}

#[test]
#[ignore = "wants componentize-py: tests/python/run"]
fn python_has_all_that_a_pack_may_ask_of_its_host() {
    let place = tempfile::tempdir().unwrap();
    let new = ["pack", "new", "my-shop", "--lang", "python"];
    run(JACKFIELD, &new, place.path());
    let dir = place.path().join("my-shop");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/capabilities");
    let manifest = dir.join("pack.toml");
    let asks = std::fs::read_to_string(kept.join("asks.toml")).unwrap();
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, format!("{text}\n{asks}")).unwrap();
    std::fs::create_dir(dir.join("data")).unwrap();
    for (from, to) in [
        ("pack.py", "src/pack.py"),
        ("rooms.csv", "data/rooms.csv"),
        ("all.chat", "conversations/all.chat"),
    ] {
        std::fs::copy(kept.join(from), dir.join(to)).unwrap();
    }
    let held = run(JACKFIELD, &["pack", "test", "--only", "all"], &dir);
    assert!(held.contains("1 of 1 conversations held"), "{held}");
}

#[test]
fn a_new_pack_is_built_tested_reviewed_and_talked_to() {
    // Not inside of this repository: nothing of it may be needed.
    let place = tempfile::tempdir().unwrap();
    let begun = run(JACKFIELD, &["pack", "new", "my-shop"], place.path());
    assert!(begun.contains("src/lib.rs"), "{begun}");
    let dir: PathBuf = place.path().join("my-shop");
    let tested = run("cargo", &["test"], &dir);
    assert!(tested.contains("2 passed"), "{tested}");
    let held = run(JACKFIELD, &["pack", "test"], &dir);
    assert!(held.contains("3 of 3 conversations held"), "{held}");
    assert!(held.contains("4 of 4 steps seen"), "{held}");
    run(JACKFIELD, &["pack", "build", ".", "-o", "my.jfpack"], &dir);
    let reviewed = run(JACKFIELD, &["pack", "review", "my.jfpack"], &dir);
    assert!(reviewed.contains("4 of 4 labels"), "{reviewed}");

    // A later version whose confirmation computes for a while.
    let code = dir.join("src/lib.rs");
    let text = std::fs::read_to_string(&code).unwrap();
    let costly =
        "for round in 0..20_000 { std::hint::black_box(round); }\n        Reply::say(t(\"booked\")";
    std::fs::write(&code, text.replace("Reply::say(t(\"booked\")", costly)).unwrap();
    let mut test = Command::new(JACKFIELD);
    test.args(["pack", "test", "--previous", "my.jfpack"])
        .current_dir(&dir);
    let dearer = test.env("CARGO_TARGET_DIR", compiled()).output().unwrap();
    let said = String::from_utf8_lossy(&dearer.stdout);
    assert_eq!(dearer.status.code(), Some(1), "{said}");
    assert!(said.contains("appointment/booked takes "), "{said}");

    let data = tempfile::tempdir().unwrap();
    let host = Host::start_archive(data.path(), &dir.join("my.jfpack")).unwrap();
    let talks: [(&str, &[(&str, &str)]); 2] = [
        (
            "en-US",
            &[
                ("I'd like to book a visit", "Which day"),
                ("May 5, 2031", "5 May 2031"),
                ("when are you open?", "from nine to six"),
                ("no", "Which day, then"),
                ("May 6, 2031", "6 May 2031"),
                ("yes", "we expect you on 6 May 2031"),
            ],
        ),
        (
            "zh-CN",
            &[
                ("我想预约2031年5月5号过去", "2031年5月5日"),
                ("对", "约好了"),
                ("几点开门", "九点"),
            ],
        ),
    ];
    for (locale, lines) in talks {
        let mut chat = Chat::open(host.address, locale).unwrap();
        for (said, expected) in lines {
            let id = chat.say(said).unwrap();
            let heard = heard(&mut chat, &id);
            assert!(heard.contains(expected), "{said}: {heard}");
        }
    }
}
