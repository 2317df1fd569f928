//! What the binary says about input that cannot be used: what, why, what to do, and a code of failure.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use jackfield_packs::samples;

const JACKFIELD: &str = env!("CARGO_BIN_EXE_jackfield");

fn run(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(JACKFIELD);
    command.args(arguments).current_dir(directory);
    command.stdin(Stdio::null()).output().unwrap()
}

/// Runs what must fail, and wants all of these words in its error.
fn refused(directory: &Path, arguments: &[&str], words: &[&str]) {
    let output = run(directory, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    for word in words {
        assert!(
            said.contains(word),
            "{arguments:?} does not say `{word}`:\n{said}"
        );
    }
}

#[test]
fn what_is_not_there_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let missing = ["JF-PCK-010", "missing.jfpack", "jackfield pack build"];
    refused(directory, &["serve", "missing.jfpack"], &missing);
    let missing = ["JF-PCK-010", "plugins/telecom", "--pack"];
    refused(directory, &["train"], &missing);
    refused(directory, &["understand", "hello"], &missing);
    for what in ["turns", "idle", "sandbox", "replay", "swaps"] {
        let words = ["JF-PCK-010", "plugins/telecom", "--pack FILE.jfpack"];
        refused(directory, &["bench", what], &words);
    }
    std::fs::write(directory.join("a.jfpack"), "").unwrap();
    let install = ["pack", "install", "a.jfpack", "--grants", "missing.toml"];
    let words = ["JF-PCK-016", "missing.toml", "jackfield pack grants"];
    refused(directory, &install, &words);
    let sign = ["pack", "sign", "a.jfpack", "--key", "missing.key"];
    let words = ["JF-TRU-009", "missing.key", "jackfield key new"];
    refused(directory, &sign, &words);
    let versions = ["pack", "versions", "com.example.a", "--from", "."];
    refused(directory, &versions, &["JF-REG-006", "mend its id"]);
    let missing = ["JF-STO-007", "nowhere", "--data"];
    refused(
        directory,
        &["journal", "tail", "--data", "nowhere"],
        &missing,
    );
    assert!(!directory.join("nowhere").exists());
    std::fs::create_dir_all(directory.join("copy/journal")).unwrap();
    for what in ["verify", "list"] {
        let words = ["JF-STO-007", "there is no copy/format"];
        refused(directory, &["audit", what, "--data", "copy"], &words);
    }
    assert_eq!(
        std::fs::read_dir(directory.join("copy")).unwrap().count(),
        1
    );
}

#[test]
fn a_key_is_not_trusted_otherwise_in_passing_nor_in_vain() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let does = |arguments: &[&str]| {
        let done = run(directory, arguments);
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    does(&["key", "new", "acme", "--no-password"]);
    let add = ["trust", "add", "acme.pub", "--name", "Acme", "--packs"];
    let wide = [&add[..], &["com.acme.*"]].concat();
    let over = [&wide[..], &["--expires", "2020-12-31"]].concat();
    refused(directory, &over, &["JF-TRU-013", "2020-12-31 is over"]);
    does(&wide);
    // The same again is no change.
    does(&wide);
    let reviewer = [&wide[..], &["--reviewer"]].concat();
    let words = ["JF-TRU-012", "role from publisher to reviewer", "--replace"];
    refused(directory, &reviewer, &words);
    let narrow = [&add[..], &["com.acme.plans", "--capabilities", "log"]].concat();
    let words = [
        "packs from com.acme.* to com.acme.plans",
        "capabilities from all to log",
    ];
    refused(directory, &narrow, &words);
    let listed = does(&["trust", "list"]);
    assert!(
        listed.contains("publisher Acme for com.acme.*\n"),
        "{listed}"
    );

    let policy = ["trust", "policy", "--reviewers", "1"];
    refused(
        directory,
        &policy,
        &["JF-TRU-013", "more than are trusted (0)", "--reviewer"],
    );
    let said = does(&[&reviewer[..], &["--replace"]].concat());
    assert!(said.contains("role from publisher to reviewer"), "{said}");
    does(&policy);

    // Then nobody is left to meet the policy.
    let id = listed.split(' ').next().unwrap();
    let revoke = ["trust", "revoke", id, "--reason", "left the company"];
    let revoked = run(directory, &revoke);
    assert!(revoked.status.success(), "{revoked:?}");
    let warned = String::from_utf8_lossy(&revoked.stderr);
    assert!(
        warned.contains("1 reviewers must have signed, and 0 are trusted"),
        "{warned}"
    );
}

#[test]
fn a_key_signs_with_its_secret_half_and_in_its_role() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let archive = samples::archive(&samples::entries());
    std::fs::write(directory.join("a.jfpack"), archive).unwrap();
    assert!(
        run(directory, &["key", "new", "acme", "--no-password"])
            .status
            .success()
    );
    let sign = |key| ["pack", "sign", "a.jfpack", "--key", key];
    let words = ["JF-TRU-009", "public half", "acme.key"];
    refused(directory, &sign("acme.pub"), &words);
    assert!(run(directory, &sign("acme.key")).status.success());
    let add = [
        "trust",
        "add",
        "acme.pub",
        "--name",
        "Acme",
        "--packs",
        "*",
        "--reviewer",
    ];
    assert!(run(directory, &add).status.success());
    let words = [
        "JF-TRU-011",
        "made as a publisher",
        "trusted as a reviewer",
        "--replace",
    ];
    refused(directory, &["pack", "verify", "a.jfpack"], &words);
}

#[test]
fn a_key_signs_an_archive_in_one_role() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let archive = samples::archive(&samples::entries());
    std::fs::write(directory.join("a.jfpack"), archive).unwrap();
    let made = run(directory, &["key", "new", "acme", "--no-password"]);
    assert!(made.status.success(), "{made:?}");
    let sign = ["pack", "sign", "a.jfpack", "--key", "acme.key"];
    assert!(run(directory, &sign).status.success());
    let signatures = || std::fs::read_to_string(directory.join("a.jfpack.minisig")).unwrap();
    let before = signatures();
    let review = ["pack", "review", "a.jfpack", "--sign", "acme.key"];
    let words = ["JF-TRU-009", "as a publisher already", "another reviewer's"];
    refused(directory, &review, &words);
    assert_eq!(signatures(), before, "the publisher's signature stays");
    // The same again, in the same role, is a newer signature.
    assert!(run(directory, &sign).status.success());
}

#[test]
fn figures_that_would_say_nothing_are_not_computed() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let telecom = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins/telecom");
    let twice = ["train", "--pack", telecom, "--pack", telecom];
    refused(directory, &twice, &["named twice", "leave one of them out"]);
    let one = ["eval", "intents", "--pack", telecom, "--folds", "1"];
    refused(directory, &one, &["from 2 to 100"]);
}

#[test]
fn files_of_sentences_are_read_in_their_form_only() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    for (content, words) in [
        (
            &b"foo\tbar\nx y\ta\n"[..],
            ["train.tsv:1:", "`foo bar` is no heading"],
        ),
        (b"text;label\nx y;a\n", ["train.tsv:1:", "separated by `;`"]),
        (
            b"text\tlabel\nx\xff\ta\n",
            ["train.tsv:2:", "save the file as UTF-8"],
        ),
    ] {
        std::fs::write(directory.join("train.tsv"), content).unwrap();
        let arguments = ["eval", "intents", "--train", "train.tsv"];
        refused(directory, &arguments, &["JF-LNG-002", words[0], words[1]]);
    }
    std::fs::write(
        directory.join("kb.tsv"),
        "id\tquestion\na\tCan I repay early?\n",
    )
    .unwrap();
    std::fs::write(directory.join("q.tsv"), "question\tid\nmay I repay\tb\n").unwrap();
    let arguments = ["eval", "retrieval", "--kb", "kb.tsv", "--queries", "q.tsv"];
    refused(
        directory,
        &arguments,
        &["JF-LNG-002", "q.tsv:2:", "`b`", "--kb"],
    );
}

#[test]
fn arguments_are_refused_with_what_can_stand_there() {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let understand = |option, value| ["understand", "hello", option, value];
    let words = ["JF-LNG-003", "Mars/Base", "Asia/Shanghai"];
    refused(&root, &understand("--time-zone", "Mars/Base"), &words);
    let words = ["JF-LNG-003", "fr-FR", "en-US, zh-CN"];
    refused(&root, &understand("--locale", "fr-FR"), &words);
    // Another country's way to write dates.
    let british = run(&root, &["understand", "5/3/2027", "--locale", "en-GB"]);
    let said = String::from_utf8_lossy(&british.stdout);
    assert!(said.contains("date = 2027-03-05 from"), "{said}");
    let words = ["a version is a number", "jackfield trainer history"];
    refused(&root, &["trainer", "rollback", "abc"], &words);
}

/// The address of a host that answers one request so.
fn answering(answer: String) -> String {
    let host = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", host.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = host.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
    });
    url
}

#[test]
fn a_host_that_installs_nothing_says_where_its_packs_come_from() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("admin.token"), "secret").unwrap();
    // What `jackfield dev` answers.
    let body = r#"{"error":{"code":"JF-SRV-001","message":"there is nothing at this address","help":"mend it"}}"#;
    let length = body.len();
    let url = answering(format!(
        "HTTP/1.1 404 Not Found\r\ncontent-length: {length}\r\n\r\n{body}"
    ));
    let list = ["pack", "list", "--data", ".", "--url", &url];
    let words = ["JF-SRV-001", "installs no packs", "`jackfield dev`"];
    refused(directory, &list, &words);
}

#[test]
fn a_token_that_the_host_does_not_know_is_refused_with_advice() {
    let url = answering("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n".to_owned());
    let output = run(Path::new("."), &["chat", "--token", "zzz", "--url", &url]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    assert!(
        said.contains("JF-SRV-002") && said.contains("leave --token out"),
        "{said}"
    );
    assert!(!said.contains("come back"), "{said}");
}
