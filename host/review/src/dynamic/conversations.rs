//! Ordinary conversations: every flow, several ways through it, each step twice.

use jackfield_core::StepOutcome;

use super::judge;
use super::leaks;
use super::stage::{Part, Stage};
use super::world::Mode;

/// Ways through a flow.
const PATHS: u64 = 8;
/// Turns of one conversation.
const TURNS: usize = 14;

/// Holds them.
pub(super) async fn hold(stage: &mut Stage<'_>) {
    stage.budget.part(50);
    for path in 0..PATHS {
        for flow in stage.flows() {
            if stage.budget.is_spent() {
                cut_short(stage, "conversations");
                return;
            }
            one(stage, &flow, path).await;
        }
    }
}

/// Notes that time or steps were over before the part was.
pub(super) fn cut_short(stage: &mut Stage<'_>, what: &str) {
    stage.budget.cut();
    // After so many stops there is no doubt left.
    if stage.budget.out() && !stage.budget.gave_up() {
        let message = format!("time or steps were over before all {what} were held");
        stage.findings.add("R07.8", None, message);
    }
}

async fn one(stage: &mut Stage<'_>, flow: &str, path: u64) {
    let kit = (path % 2) as usize;
    let mut talk = stage.talk(flow, kit, path);
    let who = stage.kit(kit).clone();
    let mode = Mode::USUAL;
    let mut events = talk.start(stage.pack, &who, path % 4 == 3);
    for _ in 0..TURNS {
        let done = stage.run(&mut talk, events, mode, Part::Ordinary).await;
        judge::repeat(stage, &talk, &done, mode).await;
        let StepOutcome::Replied(reply) = &done.result.outcome else {
            break;
        };
        talk.commit(reply, &done.result.storage_writes);
        match talk.next(stage.pack, &who, mode, reply) {
            Some(next) if !stage.budget.is_spent() => events = next,
            _ => break,
        }
    }
    leaks::end(stage, &talk);
}
