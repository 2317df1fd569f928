//! Where conversations are held: hosts with operators of their own, several at the same time.

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use tempfile::TempDir;

use super::again::{self, Count, replay};
use super::outcome::{Ending, ending, is_right, reasons};
use super::script::{Outcome, Script};
use super::support::{Carrier, Host, journal};
use super::talk::{Held, hold};

/// Hosts that run at the same time.
const PLACES: usize = 4;

/// What became of a conversation.
pub(crate) struct Report {
    pub(crate) name: String,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) ending: Ending,
    pub(crate) failure: Option<String>,
    /// It could not be held to its end.
    pub(crate) stuck: bool,
    /// It as `jackfield journal export` writes it.
    pub(crate) exported: String,
    transcript: String,
    reasons: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = self.failure.as_deref().unwrap_or("as written");
        writeln!(
            f,
            "== {}: {failure}\n{}  why:\n{}",
            self.name, self.transcript, self.reasons
        )
    }
}

/// A host, its operator and what both keep.
struct Place {
    data: TempDir,
    carrier: Carrier,
    host: Host,
}

impl Place {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let carrier = Carrier::start();
        copy(warmed().path(), &data.path().join("compiled"));
        let host = Host::start(data.path(), &carrier.url()).unwrap();
        Self {
            data,
            carrier,
            host,
        }
    }

    fn hold(&mut self, script: &Script) -> (Held, u64) {
        self.carrier.start_afresh();
        if let Some(setting) = script.backend {
            self.carrier.behave(setting);
        }
        let held = hold(script, &self.host, &self.carrier);
        (held, self.carrier.applied())
    }

    /// Stops the host and reads what happened from its journal.
    fn report(self, held: Vec<(&Script, Held, u64)>, again: &Mutex<Count>) -> Vec<Report> {
        let stopped = self.host.stop().unwrap();
        assert!(stopped.success(), "the host did not stop well: {stopped}");
        replay(self.data.path(), again);
        held.into_iter()
            .map(|(script, held, applied)| report(self.data.path(), script, held, applied))
            .collect()
    }
}

fn report(data: &Path, script: &Script, held: Held, applied: u64) -> Report {
    let turns = if held.session.is_empty() {
        Vec::new()
    } else {
        journal(data, &held.session).unwrap()
    };
    let ending = ending(&turns, applied);
    let stuck = held.failure.is_some();
    let failure = held.failure.or_else(|| {
        let right = is_right(ending, &turns, &script.outcomes);
        (!right).then(|| {
            format!(
                "ended as {ending:?}, wanted {:?} (owner at the end: {})",
                script.outcomes, held.owner
            )
        })
    });
    let report = Report {
        name: script.name.clone(),
        outcomes: script.outcomes.clone(),
        ending,
        failure,
        stuck,
        exported: again::exported(data, &held.session),
        transcript: held.transcript,
        reasons: reasons(&turns),
    };
    if wanted().is_some() {
        println!("{report}");
    }
    report
}

/// Holds all conversations, a few at the same time, and reports in the order of the scripts. An operator that
/// misbehaves gets a place of its own, so that what is retried later disturbs nobody. Then everything is replayed.
pub(crate) fn hold_all(scripts: &[Script]) -> (Vec<Report>, Count) {
    let again = Mutex::new(Count::default());
    let waiting: Vec<&Script> = scripts
        .iter()
        .filter(|script| wanted().is_none_or(|part| script.name.contains(&part)))
        .collect();
    // Those that wait for a bad operator take longest: they go first.
    let (bad, good): (Vec<&Script>, Vec<&Script>) = waiting
        .into_iter()
        .partition(|script| script.backend.is_some());
    let queue = Mutex::new(good.into_iter().chain(bad).collect::<Vec<_>>());
    let reports = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..PLACES {
            scope.spawn(|| {
                let mut place: Option<Place> = None;
                let mut held = Vec::new();
                loop {
                    let Some(script) = queue.lock().unwrap().pop() else {
                        break;
                    };
                    if script.backend.is_some() {
                        let mut own = Place::new();
                        let (talk, applied) = own.hold(script);
                        reports
                            .lock()
                            .unwrap()
                            .extend(own.report(vec![(script, talk, applied)], &again));
                    } else {
                        let (talk, applied) = place.get_or_insert_with(Place::new).hold(script);
                        held.push((script, talk, applied));
                    }
                }
                if let Some(place) = place {
                    reports.lock().unwrap().extend(place.report(held, &again));
                }
            });
        }
    });
    let mut reports = reports.into_inner().unwrap();
    reports.sort_by(|a, b| a.name.cmp(&b.name));
    (reports, again.into_inner().unwrap())
}

fn wanted() -> Option<String> {
    std::env::var("JACKFIELD_CHAT").ok()
}

/// The compiled pack, made once: it is the slow part of a first start.
fn warmed() -> &'static TempDir {
    static COMPILED: OnceLock<TempDir> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        let compiled = tempfile::tempdir().unwrap();
        let carrier = Carrier::start();
        let host = Host::start(data.path(), &carrier.url()).unwrap();
        host.stop().unwrap();
        copy(&data.path().join("compiled"), compiled.path());
        compiled
    })
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
