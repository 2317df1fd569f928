//! The world lets the plug-in down: other systems fail, limits are used up, data is missing.

use jackfield_core::{Limits, StepOutcome};

use super::conversations::cut_short;
use super::stage::{Part, Stage};
use super::world::{self, Http, Mode};

/// Turns of one conversation.
const TURNS: usize = 10;

fn modes() -> Vec<(Mode, Part)> {
    let usual = Mode::USUAL;
    let mut http: Vec<Http> = (0..world::failures().len()).map(Http::Fails).collect();
    http.extend([204, 302, 404, 409, 429, 500, 503].map(Http::Status));
    http.extend([Http::Garbage, Http::OtherForm]);
    let mut modes: Vec<(Mode, Part)> = http
        .into_iter()
        .map(|http| (Mode { http, ..usual }, Part::Failing))
        .collect();
    modes.extend(
        [
            Mode {
                bare: true,
                ..usual
            },
            Mode {
                full: true,
                ..usual
            },
            Mode { reads: 0, ..usual },
        ]
        .map(|mode| (mode, Part::UsedUp)),
    );
    modes
}

/// Holds conversations in such a world.
pub(super) async fn hold(stage: &mut Stage<'_>) {
    stage.budget.part(100);
    for (number, (mode, part)) in modes().into_iter().enumerate() {
        for flow in stage.flows() {
            if stage.budget.is_spent() {
                cut_short(stage, "failures");
                return;
            }
            one(stage, &flow, mode, part, number as u64).await;
        }
    }
    little_fuel(stage).await;
}

async fn one(stage: &mut Stage<'_>, flow: &str, mode: Mode, part: Part, path: u64) {
    let mut talk = stage.talk(flow, 0, path);
    let who = stage.kit(0).clone();
    let mut events = talk.start(stage.pack, &who, path % 2 == 1);
    for _ in 0..TURNS {
        let done = stage.run(&mut talk, events, mode, part).await;
        let StepOutcome::Replied(reply) = &done.result.outcome else {
            return;
        };
        talk.commit(reply, &done.result.storage_writes);
        match talk.next(stage.pack, &who, mode, reply) {
            Some(next) if !stage.budget.is_spent() => events = next,
            _ => return,
        }
    }
}

/// With too little fuel a step is stopped, and the next one is served as if nothing had been.
async fn little_fuel(stage: &mut Stage<'_>) {
    let Some(flow) = stage.flows().into_iter().next() else {
        return;
    };
    let mut talk = stage.talk(&flow, 0, 0);
    let who = stage.kit(0).clone();
    let events = talk.start(stage.pack, &who, false);
    let state_version = stage.pack.manifest.pack.state_version;
    let step = talk.step(&who, state_version, events);
    let before = stage.again(&talk, &step, Mode::USUAL).await;
    let little = Limits {
        fuel: before.result.fuel / 2,
        ..stage.limits.clone()
    };
    let plugin = stage.plugin.clone();
    stage.plugin = plugin.with_limits(little);
    let _ = stage.again(&talk, &step, Mode::USUAL).await;
    stage.plugin = plugin;
    let after = stage.again(&talk, &step, Mode::USUAL).await;
    if before.result.outcome != after.result.outcome {
        let message = "after a step without fuel the next one ends differently";
        stage.findings.add("R11.2", Stage::place(&flow), message);
    }
}
