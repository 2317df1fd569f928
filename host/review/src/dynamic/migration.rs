//! Moving to another version: what `migrate` makes of states, of those that the pack itself kept and of those that nobody keeps.

use std::collections::BTreeMap;

use jackfield_core::{ErrorCode, Fault, StepOutcome};
use jackfield_sandbox::Plugin;
use serde_json::{Map, Value};

use super::conversations::cut_short;
use super::stage::Stage;
use crate::finding::Findings;

/// States that are kept of each flow.
pub(super) const KEPT: usize = 8;
/// Of these, so many are handed over in other forms, too.
const MANGLED: usize = 2;

/// The states that flows were in.
pub(crate) type States = BTreeMap<String, Vec<String>>;

/// Hands states to `migrate` that it may not know.
pub(super) async fn hold(stage: &mut Stage<'_>) {
    stage.budget.part(100);
    let before = stage.pack.manifest.pack.state_version.saturating_sub(1);
    for flow in stage.flows() {
        let own = stage.states.get(&flow).cloned().unwrap_or_default();
        let mangled: Vec<String> = own
            .iter()
            .take(MANGLED)
            .flat_map(|state| mangled(state))
            .collect();
        for state in own.into_iter().chain(mangled).chain(strange()) {
            if stage.budget.is_spent() {
                cut_short(stage, "migrations");
                return;
            }
            for from in [before, u32::MAX] {
                one(stage, &flow, from, &state).await;
            }
        }
    }
}

async fn one(stage: &mut Stage<'_>, flow: &str, from: u32, state: &str) {
    stage.budget.take();
    let moved = stage.plugin.migrate(flow, from, state).await;
    if let Err(StepOutcome::Stopped { code, detail }) = &moved {
        // What the host does not take leaves the flow where it is.
        if matches!(code, ErrorCode::StateNotJson | ErrorCode::StateBreaksSchema) {
            return;
        }
        stage.budget.stopped();
        let first = detail.lines().next().unwrap_or_default();
        let shown: String = state.chars().take(60).collect();
        let message = format!(
            "from version {from}, `{shown}`: {code} {}: {first}",
            code.summary()
        );
        stage.findings.add("R07.9", Stage::place(flow), message);
        return;
    }
    if stage.plugin.migrate(flow, from, state).await != moved {
        let message = "a state that is moved twice becomes another one each time";
        stage.findings.add("R08.1", Stage::place(flow), message);
    }
}

/// Hands `migrate` what the version before kept.
pub(super) async fn from_before(
    plugin: &Plugin,
    states: &States,
    from: u32,
    findings: &mut Findings,
) {
    for (flow, states) in states {
        for state in states {
            let Err(outcome) = plugin.migrate(flow, from, state).await else {
                continue;
            };
            let why = match outcome {
                StepOutcome::Stopped { code, .. } => format!("{code} {}", code.summary()),
                StepOutcome::Faulted(Fault::Bug(text)) => format!("it reports a bug: {text}"),
                StepOutcome::Faulted(fault) => fault.to_string(),
                StepOutcome::Replied(_) => continue,
            };
            let shown: String = state.chars().take(60).collect();
            let message = format!("`{shown}` of version {from} is not moved: {why}");
            findings.add("R13.6", Stage::place(flow), message);
        }
    }
}

/// States that no version keeps.
fn strange() -> impl Iterator<Item = String> {
    [
        "null".to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
        "0".to_owned(),
        "-1e308".to_owned(),
        "\"\"".to_owned(),
        format!("\"{}\"", "x".repeat(4_000)),
        format!("{}{}", "[".repeat(24), "]".repeat(24)),
        format!("{{\"{}\":{{\"\":null}}}}", "套餐".repeat(100)),
    ]
    .into_iter()
}

/// A state without each of its members, and with each of them as something else.
fn mangled(state: &str) -> Vec<String> {
    let Ok(members) = serde_json::from_str::<Map<String, Value>>(state) else {
        return Vec::new();
    };
    let mut states = Vec::new();
    for name in members.keys().take(KEPT) {
        let mut without = members.clone();
        without.remove(name);
        states.push(Value::Object(without).to_string());
        for other in [
            Value::Null,
            Value::from(-1),
            Value::from("x"),
            Value::from(vec![0]),
        ] {
            let mut changed = members.clone();
            changed.insert(name.clone(), other);
            states.push(Value::Object(changed).to_string());
        }
    }
    states
}
