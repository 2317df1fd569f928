//! What the operator writes in `jackfield.toml` is taken as it is meant, or refused.

use std::process::Command;

use super::support::{JACKFIELD, pack};

#[test]
fn settings_for_a_pack_that_is_not_served_are_refused() {
    let data = tempfile::tempdir().unwrap();
    let config = data.path().join("jackfield.toml");
    std::fs::write(
        &config,
        "[packs.\"com.jackfield.telecon\"]\nallow-private = true\n\
         [packs.\"com.jackfield.telecom\".config]\ncarrier-base = \"http://127.0.0.1:9\"\n",
    )
    .unwrap();
    let output = Command::new(JACKFIELD)
        .arg("serve")
        .arg(pack())
        .args(["--allow-unsigned", "--listen", "127.0.0.1:0", "--config"])
        .arg(&config)
        .arg("--data")
        .arg(data.path().join("data"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("`com.jackfield.telecon`"), "{said}");
}
