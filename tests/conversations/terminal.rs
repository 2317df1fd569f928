//! `jackfield chat` with its input piped in.

use std::io::Write as _;
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
