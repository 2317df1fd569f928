//! What differs between a recorded turn and its replay.

use jackfield_core::{SessionId, StepOutcome, TurnRecord};
use jackfield_sandbox::{Divergence, DivergenceKind};
use serde::Serialize;
use serde_json::Value;

use super::{RecordedTurn, model};

/// The longest value that is shown of a difference, characters.
const SHOWN: usize = 160;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Difference {
    /// `messages`, `decision`, `steps`, `effects`, `slots`, `state`, `calls`, `migrate` or `record`.
    pub kind: &'static str,
    /// The field of the record, without numbers of entries.
    pub field: String,
    /// As it was recorded.
    pub was: String,
    /// As it is now.
    pub now: String,
}

/// A turn and its replay beside each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The session.
    pub session: SessionId,
    /// The number of the turn.
    pub turn: u64,
    /// The flow that the turn was about; empty when it was about none.
    pub flow: String,
    /// Where the flow was after it.
    pub step: String,
    /// Nothing when they are equal.
    pub differences: Vec<Difference>,
    /// The sentence was understood by another model than now.
    pub other_model: bool,
    /// A step ran on another version of its pack than now: its fuel and its host calls are not compared one by one.
    pub other_code: bool,
    /// Fuel of all steps, recorded and now, when both ran as many.
    pub fuel: Option<(u64, u64)>,
}

impl Compared {
    fn of(recorded: &RecordedTurn) -> Self {
        let was = &recorded.record;
        let base = recorded.base().active();
        let (flow, step) = match was.steps.last() {
            Some(last) => {
                let label = match &last.outcome {
                    StepOutcome::Replied(reply) => reply.step.clone(),
                    StepOutcome::Faulted(_) | StepOutcome::Stopped { .. } => "fault".to_owned(),
                };
                (last.flow.to_string(), label)
            }
            None => base.map_or_else(Default::default, |frame| {
                (frame.flow.to_string(), frame.step.clone())
            }),
        };
        Self {
            session: was.session.id,
            turn: was.session.turn,
            flow,
            step,
            differences: Vec::new(),
            other_model: false,
            other_code: false,
            fuel: None,
        }
    }

    /// The flows could not be brought to the new version.
    pub(super) fn not_migrated(recorded: &RecordedTurn, why: String) -> Self {
        Self {
            differences: vec![Difference {
                kind: "migrate",
                field: "state".to_owned(),
                was: String::new(),
                now: why,
            }],
            other_code: true,
            ..Self::of(recorded)
        }
    }
}

/// Compares a replay with its record. Equal means: equal byte for byte as it would be written, but for what was measured, and
/// for which version of model and pack it was where these are others now.
pub(super) fn compare(
    recorded: &RecordedTurn,
    mut now: TurnRecord,
    divergences: Vec<(String, Divergence)>,
) -> Compared {
    let was = &*recorded.record;
    let mut compared = Compared::of(recorded);
    compared.other_model = was.model != now.model;
    if was.steps.len() == now.steps.len() {
        let fuel = |record: &TurnRecord| record.steps.iter().map(|step| step.fuel).sum();
        compared.fuel = Some((fuel(was), fuel(&now)));
    }
    if compared.other_model {
        model::align(was, &mut now);
    }
    compared.other_code = align(was, &mut now);
    let equal = Written::of(was).is(&now);
    if equal && !compared.other_code {
        return compared;
    }
    compared.differences = divergences.into_iter().map(call).collect();
    if !equal {
        let found = compared.differences.len();
        fields(was, &now, &mut compared.differences);
        if compared.differences.len() == found {
            compared.differences.push(Difference {
                kind: "record",
                field: "bytes".to_owned(),
                was: String::new(),
                now: String::new(),
            });
        }
    }
    compared
}

/// Gives the replay what is not to be compared. True when a step or flow is on another version of its pack now.
fn align(was: &TurnRecord, now: &mut TurnRecord) -> bool {
    let mut other_code = false;
    now.micros = was.micros;
    for (was, now) in was.steps.iter().zip(&mut now.steps) {
        now.micros = was.micros;
        if was.pack != now.pack && was.flow.pack == now.flow.pack {
            other_code = true;
            now.pack = was.pack;
            now.fuel = was.fuel;
            now.calls.clone_from(&was.calls);
        }
    }
    for now in &mut now.session.frames {
        let before = was.session.frames.iter().find(|was| was.id == now.id);
        let Some(was) = before.filter(|was| was.pack != now.pack && was.flow == now.flow) else {
            continue;
        };
        other_code = true;
        now.pack = was.pack;
        if was.state_version != now.state_version {
            now.state_version = was.state_version;
            now.state.clone_from(&was.state);
        }
    }
    other_code
}

/// A record as it would be written.
struct Written(Vec<u8>);

impl Written {
    fn of(record: &TurnRecord) -> Self {
        let mut bytes = Vec::with_capacity(4096);
        match minicbor::encode(record, &mut bytes) {
            Ok(()) => Self(bytes),
            Err(error) => unreachable!("memory takes every record: {error}"),
        }
    }

    /// Whether the record would be written in the same bytes.
    fn is(&self, record: &TurnRecord) -> bool {
        let mut rest = Rest(&self.0);
        minicbor::encode(record, &mut rest).is_ok() && rest.0.is_empty()
    }
}

/// What is still to be written as it was written before. Fails at the first bytes that are others.
struct Rest<'b>(&'b [u8]);

/// Other bytes than before.
struct Other;

impl minicbor::encode::Write for Rest<'_> {
    type Error = Other;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Other> {
        self.0 = self.0.strip_prefix(bytes).ok_or(Other)?;
        Ok(())
    }
}

fn call((flow, divergence): (String, Divergence)) -> Difference {
    let called = format!("{flow} calls {}", divergence.function);
    let (was, now) = match divergence.kind {
        DivergenceKind::NotRecorded => (String::new(), called),
        DivergenceKind::NotCalled => (called, String::new()),
    };
    Difference {
        kind: "calls",
        field: divergence.function,
        was,
        now,
    }
}

/// The fields that differ.
fn fields(was: &TurnRecord, now: &TurnRecord, found: &mut Vec<Difference>) {
    for (was, now) in was.steps.iter().zip(&now.steps) {
        if was.calls != now.calls && found.iter().all(|found| found.kind != "calls") {
            found.push(Difference {
                kind: "calls",
                field: "answers".to_owned(),
                was: names(&was.calls),
                now: names(&now.calls),
            });
        }
    }
    let (Ok(was), Ok(now)) = (serde_json::to_value(was), serde_json::to_value(now)) else {
        return;
    };
    let mut differing = Vec::new();
    differ(&mut String::new(), &was, &now, &mut differing);
    let said_otherwise = differing
        .iter()
        .any(|(path, ..)| path.starts_with("messages"));
    for (field, was, now) in differing {
        // What is kept of a message differs with it.
        if said_otherwise && REPEATS.iter().any(|part| field.starts_with(part)) {
            continue;
        }
        found.push(Difference {
            kind: kind(&field),
            field,
            was: shown(was),
            now: shown(now),
        });
    }
}

/// Fields that repeat what the messages say.
const REPEATS: [&str; 3] = [
    "session.frames[].prompt",
    "session.frames[].listed",
    "steps[].outcome.replied.messages",
];

fn names(calls: &[jackfield_core::HostCall]) -> String {
    let names: Vec<&str> = calls.iter().map(|call| &*call.function).collect();
    names.join(", ")
}

fn kind(field: &str) -> &'static str {
    const KINDS: [(&str, &str); 14] = [
        ("messages", "messages"),
        ("said", "messages"),
        ("decision", "decision"),
        ("steps", "steps"),
        ("outbox", "effects"),
        ("storage", "effects"),
        ("timers_", "effects"),
        ("attributes", "effects"),
        ("cases", "effects"),
        ("outcomes", "effects"),
        ("session.timers", "effects"),
        ("session.awaiting", "effects"),
        ("session.frames[].slots", "slots"),
        ("session", "state"),
    ];
    let found = KINDS.iter().find(|(start, _)| field.starts_with(start));
    found.map_or("record", |(_, kind)| kind)
}

type Differing<'v> = (String, Option<&'v Value>, Option<&'v Value>);

/// Collects the leaves that differ, and of lists of different length the first entry that does.
fn differ<'v>(path: &mut String, was: &'v Value, now: &'v Value, found: &mut Vec<Differing<'v>>) {
    if was == now || path == "steps[].calls" {
        return;
    }
    let before = path.len();
    match (was, now) {
        (Value::Object(a), Value::Object(b)) => {
            let added = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(added) {
                if before > 0 {
                    path.push('.');
                }
                path.push_str(key);
                match (a.get(key), b.get(key)) {
                    (Some(was), Some(now)) => differ(path, was, now, found),
                    (was, now) => found.push((path.clone(), was, now)),
                }
                path.truncate(before);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            path.push_str("[]");
            if a.len() == b.len() {
                for (was, now) in a.iter().zip(b) {
                    differ(path, was, now, found);
                }
            } else {
                let first = a.iter().zip(b).take_while(|(a, b)| a == b).count();
                found.push((path.clone(), a.get(first), b.get(first)));
            }
            path.truncate(before);
        }
        _ => found.push((path.clone(), Some(was), Some(now))),
    }
}

fn shown(value: Option<&Value>) -> String {
    let text = match value {
        None => return String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
