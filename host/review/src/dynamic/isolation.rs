//! Two contacts at a time: nothing of one may reach the other, though one instance should serve both, which a host never lets it.

use std::sync::Arc;

use jackfield_core::{Event, StepOutcome};
use jackfield_sandbox::{StepResult, World};

use super::canary::Kind;
use super::conversations::cut_short;
use super::leaks;
use super::stage::{Done, Part, Stage};
use super::talk::Talk;
use super::world::Mode;

/// Turns of each contact.
const TURNS: usize = 6;

/// Holds them.
pub(super) async fn hold(stage: &mut Stage<'_>) {
    stage.budget.part(50);
    for flow in stage.flows() {
        if stage.budget.is_spent() {
            cut_short(stage, "conversations of two contacts");
            return;
        }
        interleaved(stage, &flow).await;
        in_one_instance(stage, &flow).await;
    }
}

async fn interleaved(stage: &mut Stage<'_>, flow: &str) {
    let mode = Mode::USUAL;
    let mut talks = [stage.talk(flow, 0, 4), stage.talk(flow, 1, 4)];
    let mut next: [Option<Vec<Event>>; 2] = [0, 1].map(|number| {
        let who = stage.kit(number).clone();
        Some(talks[number].start(stage.pack, &who, true))
    });
    for turn in 0..TURNS * 2 {
        let number = turn % 2;
        let Some(events) = next[number].take() else {
            continue;
        };
        let talk = &mut talks[number];
        let done = stage.run(talk, events, mode, Part::Ordinary).await;
        other(stage, talk, &done);
        if let StepOutcome::Replied(reply) = &done.result.outcome {
            talk.commit(reply, &done.result.storage_writes);
            let who = stage.kit(number).clone();
            next[number] = talk.next(stage.pack, &who, mode, reply);
        }
    }
}

/// One call for each contact in one instance: a plug-in that keeps something tells it.
async fn in_one_instance(stage: &mut Stage<'_>, flow: &str) {
    let mut steps = Vec::new();
    let mut talks: Vec<Talk> = Vec::new();
    let state_version = stage.pack.manifest.pack.state_version;
    for number in [0, 1, 0, 1] {
        let mut talk = stage.talk(flow, number, 4);
        let who = stage.kit(number).clone();
        let events = talk.start(stage.pack, &who, true);
        let world = stage.world(&talk, Mode::USUAL);
        steps.push((
            talk.step(&who, state_version, events),
            world as Arc<dyn World>,
        ));
        talks.push(talk);
    }
    // A plug-in may be used up after one call; then there is nothing to see.
    let Ok(replies) = stage.plugin.handle_in_one(&steps).await else {
        return;
    };
    for ((reply, talk), (step, _)) in replies.into_iter().zip(&talks).zip(steps) {
        let done = Done {
            step,
            result: StepResult::stopped(StepOutcome::Replied(Box::new(reply))),
            sent: Vec::new(),
        };
        other(stage, talk, &done);
    }
}

/// Searches what left for one contact for what is of the other.
fn other(stage: &mut Stage<'_>, talk: &Talk, done: &Done) {
    let mut texts: Vec<String> = leaks::outputs(done)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    if let StepOutcome::Replied(reply) = &done.result.outcome {
        texts.push(reply.state.clone());
        texts.extend(reply.slots.iter().map(|slot| slot.value.to_string()));
    }
    let mut found = Vec::new();
    for text in texts {
        for hit in stage.searches[(talk.kit + 1) % 2].find(&text) {
            if hit.canary.kind != Kind::Setting {
                found.push(format!("{} turns up with another contact", hit.canary.name));
            }
        }
    }
    for message in found {
        stage
            .findings
            .add("R09.1", Stage::place(&talk.flow), message);
    }
}
