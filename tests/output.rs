//! Where the binary writes to: what nobody reads, what is full, and what is there already.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
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
fn a_reader_that_went_away_is_no_reason_to_panic() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(JACKFIELD);
    command
        .args(["trust", "list", "--data", "."])
        .current_dir(&directory);
    let (nobody, written) = std::io::pipe().unwrap();
    drop(nobody);
    let done = command.stdout(written).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!((done.status.code(), &*said), (Some(141), ""));
}

#[test]
fn output_that_cannot_be_written_is_no_success_and_no_panic() {
    let directory = tempfile::tempdir().unwrap();
    let archive = samples::archive(&samples::entries());
    std::fs::write(directory.path().join("a.jfpack"), archive).unwrap();
    let command = |arguments: &[&str]| {
        let mut command = Command::new(JACKFIELD);
        command.args(arguments).current_dir(&directory);
        command
    };
    let full = || std::fs::File::options().write(true).open("/dev/full");
    let review = ["pack", "review", "a.jfpack", "--static-only", "--json"];
    for (arguments, code) in [(&["trust", "list", "--data", "."][..], 1), (&review, 2)] {
        let done = command(arguments).stdout(full().unwrap()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(code), "{said}");
        assert!(
            said.starts_with("error: ") && said.contains("No space left"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    // Nor are errors that nobody reads.
    let mut verify = command(&["pack", "verify", "nope"]);
    let (nobody, written) = std::io::pipe().unwrap();
    drop(nobody);
    let done = verify.stderr(written).output().unwrap();
    assert_eq!(done.status.code(), Some(141));
    let mut verify = command(&["pack", "verify", "nope"]);
    let done = verify.stderr(full().unwrap()).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
}

#[test]
fn nothing_is_written_over_what_it_is_not_meant_to_replace() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let archive = samples::archive(&samples::entries());
    let file = |name: &str| directory.join(name);
    std::fs::write(file("a.jfpack"), &archive).unwrap();
    std::fs::hard_link(file("a.jfpack"), file("same.html")).unwrap();
    std::fs::write(file("none.jfpack"), "no archive").unwrap();
    for (reviewed, page) in [
        ("a.jfpack", "a.jfpack"),
        ("a.jfpack", "same.html"),
        ("none.jfpack", "none.jfpack"),
        ("none.jfpack", "a.jfpack"),
    ] {
        let review = ["pack", "review", reviewed, "--static-only", "--html", page];
        refused(
            directory,
            &review,
            &["JF-PCK-018", page, "name another file"],
        );
    }
    assert_eq!(std::fs::read(file("a.jfpack")).unwrap(), archive);
    assert_eq!(std::fs::read(file("none.jfpack")).unwrap(), b"no archive");

    let entries = samples::entries();
    for (name, content) in &entries {
        let path = file("shop").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let build = |to| {
        [
            "pack",
            "build",
            "shop",
            "--component",
            "shop/plugin.wasm",
            "-o",
            to,
        ]
    };
    let words = ["JF-PCK-018", "shop/pack.toml", "is no archive"];
    refused(directory, &build("shop/pack.toml"), &words);
    let manifest = std::fs::read(file("shop/pack.toml")).unwrap();
    assert_eq!(manifest, entries["pack.toml"]);
    // An archive is what a build replaces.
    let built = run(directory, &build("a.jfpack"));
    assert!(built.status.success(), "{built:?}");
}
