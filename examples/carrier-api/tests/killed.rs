//! The program itself: it says where it listens, and being killed loses and doubles nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::{change, get};

/// A running program that is killed when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // `kill` is SIGKILL: nothing gets a chance to tidy up.
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn program(state: &Path) -> (Program, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_carrier-api"))
        .args(["--port", "0", "--today", "2026-11-20", "--state"])
        .arg(state)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .trim()
        .strip_prefix("carrier-api listening on http://")
        .unwrap()
        .parse()
        .unwrap();
    (Program(child), address)
}

#[tokio::test]
async fn killed_under_load_it_applies_every_key_once() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state.jsonl");
    let plans = ["zj-5g-59-01", "zj-5g-79-01", "zj-5g-99-01"];
    let student = "13900139002";
    let mut acknowledged = Vec::new();
    for life in 0..5 {
        let (program, address) = program(&state);
        let (sender, mut answers) = tokio::sync::mpsc::channel(100);
        for number in 0..60 {
            let (sender, plan) = (sender.clone(), plans[number % plans.len()]);
            tokio::spawn(async move {
                let key = format!("life-{life}-{number}");
                // Connections that the kill refuses or cuts are what this test is about.
                let answered =
                    tokio::spawn(
                        async move { change(address, &key, student, plan).await.map(|_| key) },
                    );
                if let Ok(Some(key)) = answered.await {
                    let _receiver_gone = sender.send((key, plan)).await;
                }
            });
        }
        for _ in 0..10 + life * 10 {
            acknowledged.push(answers.recv().await.unwrap());
        }
        drop(program);
    }

    let (_program, address) = program(&state);
    let before = get(address, "/plan-changes").await.1;
    for (key, plan) in &acknowledged {
        assert!(
            before.to_string().contains(&format!("\"{key}\"")),
            "{key} was answered and is forgotten"
        );
        change(address, key, student, plan).await.unwrap();
    }
    let after = get(address, "/plan-changes").await.1;
    assert_eq!(
        after["applied"], before["applied"],
        "a repeated key was applied again"
    );
    let mut keys: Vec<_> = after["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["key"].to_string())
        .collect();
    keys.sort();
    assert!(keys.is_sorted_by(|a, b| a < b), "a key was applied twice");
}

#[test]
fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_carrier-api"))
        .args(["--port", &port])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(&port) && error.contains("--port"), "{error}");
}
