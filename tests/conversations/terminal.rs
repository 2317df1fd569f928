//! `jackfield chat` with its input piped in.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use super::support::{Carrier, Host, JACKFIELD};

#[test]
fn piped_lines_are_answered_one_by_one() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let host = Host::start(data.path(), &carrier.url()).unwrap();
    let mut chat = Command::new(JACKFIELD)
        .args([
            "chat",
            "--locale",
            "en-US",
            "--url",
            &format!("http://{}", host.address),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The number taps the third choice of the greeting: find a plan.
    chat.stdin
        .take()
        .unwrap()
        .write_all(b"3\nZhejiang\nI lost my SIM card\n")
        .unwrap();
    let output = chat.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    let mut rest = said.as_str();
    for reply in [
        "virtual assistant",
        "3) Find a plan that fits",
        "Which province",
        "how much data",
        "Report it lost",
    ] {
        let at = rest
            .find(reply)
            .unwrap_or_else(|| panic!("`{reply}` is missing, or not in its place, in:\n{said}"));
        rest = &rest[at..];
    }
}

#[test]
fn a_conversation_in_the_terminal_goes_on_when_the_host_was_killed() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let host = Host::start(data.path(), &carrier.url()).unwrap();
    let address = host.address;
    let mut chat = Command::new(JACKFIELD)
        .args(["chat", "--locale", "en-US"])
        .args(["--url", &format!("http://{address}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keys = chat.stdin.take().unwrap();
    let mut says = BufReader::new(chat.stdout.take().unwrap()).lines();
    let mut notes = BufReader::new(chat.stderr.take().unwrap()).lines();
    let mut until = |words: &str| {
        says.by_ref()
            .map(Result::unwrap)
            .find(|line| line.contains(words))
            .unwrap_or_else(|| panic!("the terminal never showed `{words}`"))
    };
    until("3) Find a plan that fits");
    keys.write_all(b"3\n").unwrap();
    until("Which province");
    host.kill();
    assert!(notes.next().unwrap().unwrap().contains("does not answer"));
    // Typed while nobody is there.
    keys.write_all(b"Zhejiang\n").unwrap();
    let _host = Host::start_again(data.path(), &carrier.url(), address).unwrap();
    until("how much data");
    assert!(notes.next().unwrap().unwrap().contains("it is back"));
    drop(keys);
    assert!(chat.wait().unwrap().success());
}

#[test]
fn a_conversation_in_the_terminal_is_come_back_to() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let host = Host::start(data.path(), &carrier.url()).unwrap();
    let url = format!("http://{}", host.address);
    let chat = |more: &[&str], typed: &[u8]| {
        let mut chat = Command::new(JACKFIELD)
            .args(["chat", "--locale", "en-US", "--url", &url])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        chat.stdin.take().unwrap().write_all(typed).unwrap();
        let output = chat.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    // An empty line is no end.
    let (said, notes) = chat(&[], b"\n3\n");
    assert!(said.contains("Which province"), "{said}");
    let (_, token) = notes.split_once("--token ").expect(&notes);
    let token = token.split(')').next().unwrap();
    let (said, _) = chat(&["--token", token], b"Zhejiang\n");
    let (before, after) = said.split_once("Which province").expect(&said);
    assert!(before.contains("virtual assistant"), "{said}");
    assert!(after.contains("how much data"), "{said}");
}

#[test]
fn dev_says_at_once_that_its_port_is_taken() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(JACKFIELD)
        .args(["dev", "--port", &port])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains(&format!("port {port} is taken")), "{said}");
    assert!(!said.contains("building"), "{said}");
}
