//! What a replay found, for people and for scripts.

use std::fmt::Write as _;

use jackfield_engine::replay::{Group, Report};
use serde_json::{Value, json};

/// Groups that are printed for people; `--json` has all of them.
const SHOWN: usize = 20;

pub(super) fn json(report: &Report, seconds: f64) -> Value {
    json!({
        "replayed": report.replayed,
        "equal": report.equal,
        "different": report.different,
        "outside": report.outside,
        "erased": report.erased,
        "incomplete": report.incomplete,
        "other_model": report.other_model,
        "other_code": report.other_code,
        "fuel_changed": report.fuel_changed,
        "fuel_p50": report.fuel().map(|(p50, _)| p50),
        "fuel_p99": report.fuel().map(|(_, p99)| p99),
        "seconds": seconds,
        "turns_per_s": report.replayed as f64 / seconds.max(1e-9),
        "differences": report.groups(),
    })
}

pub(super) fn text(report: &Report, seconds: f64) -> String {
    let mut out = String::new();
    let Report {
        replayed,
        equal,
        different,
        ..
    } = report;
    let _ = writeln!(
        out,
        "{replayed} turns replayed: {equal} equal, {different} different; {:.0} turns/s",
        *replayed as f64 / seconds.max(1e-9)
    );
    for (code, turns) in &report.outside {
        let _ = writeln!(out, "{turns} left out, cut short by the clock: {code}");
    }
    let others = [
        (report.erased, "left out, their contacts were erased"),
        (
            report.incomplete,
            "left out, what came before them is not in the journal any more",
        ),
        (
            report.other_model,
            "were understood by another model than these packs make",
        ),
        (report.other_code, "ran on another version of a pack"),
        (report.fuel_changed, "use over 10 % more or less fuel"),
    ];
    for (turns, what) in others.iter().filter(|(turns, _)| *turns > 0) {
        let _ = writeln!(out, "{turns} {what}");
    }
    if let Some((p50, p99)) = report.fuel().filter(|_| report.other_code > 0) {
        let _ = writeln!(
            out,
            "fuel now, as a share of before: p50 {p50:.2}, p99 {p99:.2}"
        );
    }
    let groups = report.groups();
    for group in groups.iter().take(SHOWN) {
        shown(&mut out, group);
    }
    if let Some(more) = groups.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(out, "\n{more} more kinds of differences; --json prints all");
    }
    out
}

fn shown(out: &mut String, group: &Group) {
    let place = match (group.flow.as_str(), group.step.as_str()) {
        ("", _) => "outside of flows".to_owned(),
        (flow, "") => flow.to_owned(),
        (flow, step) => format!("{flow} at `{step}`"),
    };
    let turns = group.turns;
    let _ = writeln!(out, "\n{turns} × {}: {}, {place}", group.kind, group.field);
    let _ = writeln!(out, "    session {} turn {}", group.session, group.turn);
    for (when, text) in [("was", &group.was), ("now", &group.now)] {
        let text = if text.is_empty() {
            "nothing"
        } else {
            text.as_str()
        };
        let _ = writeln!(out, "    {when}  {}", text.replace('\n', "\n         "));
    }
}
