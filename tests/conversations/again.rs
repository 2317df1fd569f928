//! What was recorded comes out the same when it is run again: every turn that a host held is replayed with the same pack.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use serde_json::Value;

use super::script::{Line, Script};
use super::support::{JACKFIELD, pack};

/// Turns of all hosts that were replayed.
#[derive(Debug, Default, Clone)]
pub(crate) struct Count {
    pub(crate) equal: u64,
    /// Cut short by the clock, which no replay can repeat.
    pub(crate) outside: u64,
    /// What did not come out the same, in words.
    pub(crate) different: Vec<String>,
    seconds: f64,
}

impl Count {
    /// In one line.
    pub(crate) fn line(&self) -> String {
        let replayed = self.equal + self.different.len() as u64;
        format!(
            "{} of {replayed} turns came out as recorded, {} cut short by the clock, {:.0} turns/s",
            self.equal,
            self.outside,
            replayed as f64 / self.seconds.max(1e-9)
        )
    }
}

/// Replays everything that stands in a data directory, and adds it up.
pub(crate) fn replay(data: &Path, counts: &Mutex<Count>) {
    let output = Command::new(JACKFIELD)
        .args(["replay", "--json", "--pack"])
        .arg(pack())
        .arg("--data")
        .arg(data)
        .arg("--config")
        .arg(data.join("jackfield.toml"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("the replay said no figures: {said}"));
    let number = |name: &str| report[name].as_u64().unwrap();
    let outside = report["outside"].as_object().unwrap().values();
    let same_version = ["other_model", "other_code", "incomplete", "erased"];
    for name in same_version {
        assert_eq!(number(name), 0, "{name}: {report:#}");
    }
    let mut counts = counts.lock().unwrap();
    counts.equal += number("equal");
    counts.outside += outside.map(|turns| turns.as_u64().unwrap()).sum::<u64>();
    counts.seconds += report["seconds"].as_f64().unwrap();
    if number("different") > 0 {
        let found = &report["differences"];
        counts.different.push(format!("{found:#}"));
    }
}

/// All that stands in a data directory comes out the same.
pub(crate) fn all_equal(data: &Path) {
    let counts = Mutex::new(Count::default());
    replay(data, &counts);
    let counts = counts.into_inner().unwrap();
    assert!(counts.different.is_empty(), "{:#?}", counts.different);
    assert!(counts.equal > 0);
}

/// A session as `jackfield journal export` writes it; nothing when there was none.
pub(crate) fn exported(data: &Path, session: &str) -> String {
    let output = Command::new(JACKFIELD)
        .args(["journal", "export", "--chat", session, "--data"])
        .arg(data)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Whether no other phone number than the first that `journal export` makes up is in a conversation.
pub(crate) fn is_about_the_stand_in(script: &Script) -> bool {
    script.lines.iter().all(|line| match line {
        Line::Says(text) => {
            let long = text.chars().filter(char::is_ascii_digit).count() >= 6;
            let spelled = text.contains("three eight") || text.contains("三八");
            !spelled && (!long || text.contains("13800138001") || text == "000000")
        }
        _ => true,
    })
}
