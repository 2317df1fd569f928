//! Where the binary writes to: what nobody reads, and what is full.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::Command;

use jackfield_packs::samples;

const JACKFIELD: &str = env!("CARGO_BIN_EXE_jackfield");

#[test]
fn a_reader_that_went_away_is_no_reason_to_panic() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(JACKFIELD);
    command.args(["trust", "list"]).current_dir(&directory);
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
    for (arguments, code) in [(&["trust", "list"][..], 1), (&review, 2)] {
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
