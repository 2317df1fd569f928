//! How a step ended, and whether its reply keeps to the contract and the manifest.

use jackfield_core::{
    Body, Effect, ErrorCode, Event, Fault, FlowId, Message, Next, Reply, StepOutcome, Verification,
};
use jackfield_language::catalogue::Variant;

use super::stage::{Done, Part, Stage};
use super::talk::Talk;
use super::words;
use super::world::Mode;

/// Outcome codes that every pack may record.
const OUTCOMES: [&str; 5] = [
    "resolved",
    "unresolved",
    "abandoned",
    "handed-off",
    "cancelled",
];

/// Judges a step by how it ended.
pub(super) async fn outcome(stage: &mut Stage<'_>, done: &Done, part: Part, mode: Mode) {
    let flow = &done.step.flow;
    let event = done
        .step
        .events
        .first()
        .map_or("nothing", |event| event.name());
    let place = || Stage::place(flow);
    if done.result.log_dropped > 0 {
        let message = format!(
            "{} bytes of log were dropped at `{event}`",
            done.result.log_dropped
        );
        stage.findings.add("R07.7", place(), message);
    }
    if part == Part::Ordinary {
        for limit in &done.result.refused {
            let message = format!("at `{event}` it meets the limit `{limit}`");
            stage.findings.add("R11.3", place(), message);
        }
    }
    match &done.result.outcome {
        StepOutcome::Replied(answer) => {
            for problem in problems(stage, flow, answer) {
                stage
                    .findings
                    .add("R07.4", place(), format!("at `{event}`: {problem}"));
            }
        }
        // What other systems answer is made up here, so it is often not what the pack was made for.
        StepOutcome::Faulted(Fault::Bug(text)) if !heard_from_outside(done) => {
            stage
                .findings
                .add("R07.5", place(), format!("at `{event}`: {text}"));
        }
        StepOutcome::Faulted(_) => {}
        StepOutcome::Stopped { code, detail } => {
            // That no more reads are left is what this world is for.
            if *code == ErrorCode::TooManyHttpReads && mode.reads == 0 {
                return;
            }
            let first = detail.lines().next().unwrap_or_default();
            let (rule, of_part) = (rule(*code, part), in_words(part));
            let message = format!("{of_part} at `{event}`: {code} {}: {first}", code.summary());
            stage.findings.add(rule, place(), message);
        }
    }
}

fn heard_from_outside(done: &Done) -> bool {
    let event = done.step.events.first();
    matches!(
        event,
        Some(Event::Answered { .. } | Event::Received { .. } | Event::Returned { .. })
    ) || done
        .result
        .calls
        .iter()
        .any(|call| call.function == "http.read")
}

fn in_words(part: Part) -> &'static str {
    match part {
        Part::Ordinary => "in a conversation",
        Part::Hostile => "with hostile input",
        Part::Failing => "when another system fails",
        Part::UsedUp => "when something is used up or missing",
    }
}

fn rule(code: ErrorCode, part: Part) -> &'static str {
    use ErrorCode as E;
    match code {
        E::BadReply | E::StateNotJson | E::StateBreaksSchema => "R07.4",
        E::OutOfTime | E::TurnOutOfTime => "R08.1",
        E::TrappedAtStart => "R07.1",
        _ => match part {
            Part::Hostile => "R07.3",
            Part::Failing => "R11.1",
            Part::UsedUp => "R11.2",
            Part::Ordinary if matches!(code, E::Trapped | E::StackOverflow | E::Internal) => {
                "R07.2"
            }
            Part::Ordinary => "R11.3",
        },
    }
}

/// What is wrong with a reply: what the host refuses when it takes it.
fn problems(stage: &Stage<'_>, flow: &str, reply: &Reply) -> Vec<String> {
    let manifest = &stage.pack.manifest;
    let mut problems = Vec::new();
    let spec = manifest
        .flows
        .iter()
        .find(|(name, _)| name.as_str() == flow);
    if let Some((_, spec)) = spec {
        if !spec.steps.contains(&reply.step) {
            problems.push(format!("the label `{}` is not declared", reply.step));
        }
        for slot in reply
            .slots
            .iter()
            .filter(|slot| !spec.slots.contains_key(&slot.name))
        {
            problems.push(format!("the slot `{}` is not declared", slot.name));
        }
    }
    for body in reply
        .messages
        .iter()
        .flat_map(bodies)
        .chain(&reply.expects.reprompt)
    {
        let Some((key, arguments)) = words::key(body) else {
            continue;
        };
        let locale = manifest.pack.locales.first().map_or("en", String::as_str);
        let catalogues = stage.pack.catalogues();
        if catalogues
            .render(locale, Variant::Text, key, arguments)
            .is_none()
        {
            problems.push(format!("the catalogues have no message `{key}`"));
        }
    }
    match &reply.then {
        Next::Call { flow, .. }
            if flow.parse::<FlowId>().is_err()
                && !manifest.flows.keys().any(|own| own.as_str() == flow) =>
        {
            problems.push(format!(
                "it calls the flow `{flow}`, which the pack does not have"
            ));
        }
        Next::Verify(level) => {
            let asked = manifest.capabilities.verify.as_ref();
            let most = asked.map_or(Verification::Anonymous, |verify| verify.level);
            if *level > most {
                problems.push(format!(
                    "it verifies up to {level:?}, which is not requested"
                ));
            }
        }
        Next::Other(extension) => problems.push(format!("no host knows `{}`", extension.name)),
        _ => {}
    }
    for effect in &reply.effects {
        match effect {
            Effect::RecordOutcome(code)
                if !OUTCOMES.contains(&code.as_str()) && !manifest.outcomes.contains_key(code) =>
            {
                problems.push(format!("the outcome `{code}` is not declared"));
            }
            Effect::Request { .. } if manifest.capabilities.http.is_none() => {
                problems.push("it sends a request, and http is not requested".to_owned());
            }
            _ => {}
        }
    }
    problems
}

fn bodies(message: &Message) -> Vec<&Body> {
    let mut bodies = vec![&message.body];
    bodies.extend(message.choices.iter().map(|choice| &choice.label));
    if let Some(card) = &message.card {
        bodies.push(&card.title);
        bodies.extend(&card.text);
        bodies.extend(card.facts.iter().flat_map(|(label, value)| [label, value]));
    }
    bodies.extend(message.media.iter().map(|media| &media.description));
    bodies
}

/// Runs a step again, the same and with late answers, and compares.
pub(super) async fn repeat(stage: &mut Stage<'_>, talk: &Talk, done: &Done, mode: Mode) {
    let place = || Stage::place(&talk.flow);
    let event = done
        .step
        .events
        .first()
        .map_or("nothing", |event| event.name());
    let mut fastest = done.result.guest_micros;
    let again = stage.again(talk, &done.step, mode).await;
    fastest = fastest.min(again.result.guest_micros);
    let (one, two) = (&done.result, &again.result);
    for (what, same) in [
        ("outcome", one.outcome == two.outcome),
        ("calls", one.calls == two.calls),
        ("fuel", one.fuel == two.fuel),
        ("storage writes", one.storage_writes == two.storage_writes),
        ("log", one.log == two.log),
    ] {
        // A step that the clock ended has a finding already.
        if !same && !matches!(one.outcome, StepOutcome::Stopped { .. }) {
            let message = format!("run twice at `{event}`, the {what} differs");
            stage.findings.add("R08.1", place(), message);
        }
    }
    let most = u64::try_from(stage.limits.guest_time.as_micros()).unwrap_or(u64::MAX);
    if fastest > most && matches!(one.outcome, StepOutcome::Replied(_)) {
        let third = stage.again(talk, &done.step, mode).await;
        if third.result.guest_micros > most {
            let message = format!(
                "at `{event}` it computes for longer than {} ms every time, so the clock would end it",
                most / 1000
            );
            stage.findings.add("R08.1", place(), message);
        }
    }
    if done
        .result
        .calls
        .iter()
        .any(|call| call.function == "http.read")
    {
        let late = stage
            .again(talk, &done.step, Mode { late: true, ..mode })
            .await;
        if late.result.outcome != one.outcome || late.result.storage_writes != one.storage_writes {
            let message = format!("with late answers at `{event}`, the outcome differs");
            stage.findings.add("R08.2", place(), message);
        }
    }
}
