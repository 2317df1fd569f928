//! `jackfield trust`: what it says is so.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

const JACKFIELD: &str = env!("CARGO_BIN_EXE_jackfield");

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(JACKFIELD);
    command.args(arguments).current_dir(directory);
    command.stdin(Stdio::null());
    command
}

fn does(directory: &Path, arguments: &[&str]) -> String {
    let done: Output = command(directory, arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {done:?}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn of_changes_at_the_same_time_none_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::create_dir(directory.join("data")).unwrap();
    does(directory, &["key", "new", "acme", "--no-password"]);
    let add = [
        "trust",
        "add",
        "acme.pub",
        "--name",
        "Acme",
        "--packs",
        "com.acme.*",
    ];
    let archives: Vec<String> = (0..24).map(|number| format!("{number:064x}")).collect();
    let mut running = vec![command(directory, &add)];
    for archive in &archives {
        let revoke = ["trust", "revoke", archive, "--reason", "bad prices"];
        running.push(command(directory, &revoke));
    }
    let running = running.into_iter().map(|mut command| {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        piped.spawn().unwrap()
    });
    let running: Vec<_> = running.collect();
    for child in running {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }
    let listed = does(directory, &["trust", "list"]);
    assert!(listed.contains("publisher Acme"), "{listed}");
    for archive in &archives {
        assert!(listed.contains(archive), "{archive} is lost:\n{listed}");
    }
}

#[test]
fn a_name_shows_in_a_list_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    does(directory, &["key", "new", "acme", "--no-password"]);
    let add = |name| {
        let arguments = ["trust", "add", "acme.pub", "--packs", "*", "--name", name];
        command(directory, &arguments).output().unwrap()
    };
    for name in [
        "",
        " ",
        "Acme\nF00D publisher Zeta for *",
        "\u{1b}[2JAcme",
        "Acme\u{202e}atez",
    ] {
        let done = add(name);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(
            !done.status.success() && said.contains("JF-SRV-001"),
            "{said}"
        );
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said}");
    }
    assert!(!directory.join("data/trust.toml").exists());
    assert!(add("Ачме 有限公司").status.success());
}
