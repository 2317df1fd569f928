//! `jackfield pack review`: verdicts as exit codes, and what it prints and writes.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

use jackfield_core::Limits;
use jackfield_packs::samples;
use serde_json::Value;

const JACKFIELD: &str = env!("CARGO_BIN_EXE_jackfield");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn jackfield(arguments: &[&str], directory: &Path) -> Output {
    let mut command = Command::new(JACKFIELD);
    command.args(arguments).current_dir(directory);
    command.output().unwrap()
}

/// The sample pack with these changes to its manifest.
fn sample(changes: &[(&str, &str)]) -> Vec<u8> {
    let mut manifest = samples::MANIFEST.to_owned();
    for (old, new) in changes {
        assert!(manifest.contains(old), "{old}");
        manifest = manifest.replace(old, new);
    }
    samples::with("pack.toml", manifest)
}

const SAID: (&str, &str) = (
    "publisher",
    "license = \"MIT\"\ndescription = { en = \"Sells lamps.\" }\npublisher",
);
const USUAL: (&str, &str) = ("fuel = 30000000", "fuel = 10000000");

#[test]
fn the_exit_code_is_the_verdict() {
    let directory = tempfile::tempdir().unwrap();
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(directory.path().join(name), bytes).unwrap();
    write("pass.jfpack", &sample(&[SAID, USUAL]));
    write("person.jfpack", &sample(&[USUAL]));
    write("fail.jfpack", b"no archive");
    for (file, code, verdict) in [
        ("pass.jfpack", 0, "pass"),
        ("fail.jfpack", 1, "fail"),
        ("person.jfpack", 3, "person"),
    ] {
        let arguments = ["pack", "review", file, "--static-only", "--json"];
        let output = jackfield(&arguments, directory.path());
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["verdict"], verdict);
        assert!(report["findings"].is_array());
    }
    // What lists no parts cannot be held against advisories, and does not pass for what was.
    write("x.json", br#"{"id": "X-1"}"#);
    let review = ["pack", "review", "pass.jfpack", "--static-only"];
    let held = [&review[..], &["--advisories", "x.json"]].concat();
    let held = jackfield(&held, directory.path());
    assert_eq!(held.status.code(), Some(3), "{held:?}");
    let said = String::from_utf8_lossy(&held.stdout);
    let parts = "no list of them; nothing could be held against 1 advisories";
    assert!(said.contains(parts) && said.contains("R12.5"), "{said}");
    let missing = jackfield(&["pack", "review", "missing.jfpack"], directory.path());
    assert_eq!(missing.status.code(), Some(2));
    let misused = jackfield(&["pack", "review"], directory.path());
    assert_eq!(misused.status.code(), Some(2));
}

#[test]
fn the_page_stands_by_itself_and_runs_nothing_of_the_pack() {
    let directory = tempfile::tempdir().unwrap();
    let publisher = ("Example Ltd", "<script>alert(1)</script>");
    std::fs::write(directory.path().join("a.jfpack"), sample(&[publisher])).unwrap();
    let arguments = [
        "pack",
        "review",
        "a.jfpack",
        "--static-only",
        "--html",
        "a.html",
    ];
    jackfield(&arguments, directory.path());
    let page = std::fs::read_to_string(directory.path().join("a.html")).unwrap();
    assert!(page.contains("R12.4") && page.contains("person"));
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("href="));
}

#[test]
fn the_telecom_pack_passes() {
    let directory = tempfile::tempdir().unwrap();
    let archive = directory.path().join("telecom.jfpack");
    let archive = archive.to_str().unwrap();
    let built = jackfield(
        &["pack", "build", "plugins/telecom", "-o", archive],
        Path::new(ROOT),
    );
    assert!(built.status.success(), "{built:?}");
    let output = jackfield(&["pack", "review", archive, "--json"], directory.path());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"], "pass", "{:#}", report["findings"]);
    assert!(report["profile"]["steps"].as_u64().unwrap() > 1000);
    assert_eq!(output.status.code(), Some(0));
    let parts = report["sbom"]["parts"].as_array().unwrap();
    let serde = |part: &&Value| part["name"] == "serde" && part["ecosystem"] == "crates.io";
    assert!(parts.iter().any(|part| serde(&part)), "{parts:?}");

    // A part with a known weakness is a doubt.
    let weak = r#"{"id": "X-1", "affected": [{"package": {"ecosystem": "crates.io", "name": "serde"},
        "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]}"#;
    std::fs::write(directory.path().join("weak.json"), weak).unwrap();
    let review = ["pack", "review", archive, "--static-only", "--advisories"];
    let held = jackfield(&[&review[..], &["weak.json"]].concat(), directory.path());
    assert_eq!(held.status.code(), Some(3), "{held:?}");
    assert!(String::from_utf8_lossy(&held.stdout).contains("R12.5"));
    std::fs::write(directory.path().join("weak.json"), "{}").unwrap();
    let unusable = jackfield(&[&review[..], &["weak.json"]].concat(), directory.path());
    assert_eq!(unusable.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unusable.stderr).contains("JF-RVW-001"));

    // With a doubt a person looks, and is the person by signing.
    let bytes = std::fs::read(archive).unwrap();
    let mut files = jackfield_packs::contents(&bytes, &Limits::default()).unwrap();
    let manifest = String::from_utf8(files["pack.toml"].clone()).unwrap();
    let manifest = manifest.replacen("license = \"MIT OR Apache-2.0\"\n", "", 1);
    files.insert("pack.toml".to_owned(), manifest.into_bytes());
    let write = samples::archive(&files);
    std::fs::write(directory.path().join("doubtful.jfpack"), write).unwrap();
    let key = ["key", "new", "rita", "--no-password"];
    assert!(jackfield(&key, directory.path()).status.success());
    let sign = ["pack", "review", "doubtful.jfpack", "--sign", "rita.key"];
    let refused = jackfield(&sign, directory.path());
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let accept = [&sign[..], &["--accept-doubts"]].concat();
    let signed = jackfield(&accept, directory.path());
    assert_eq!(signed.status.code(), Some(0), "{signed:?}");
    assert!(directory.path().join("doubtful.jfpack.minisig").exists());
}
