//! What leaves the plug-in, searched for what must not.

use jackfield_core::{Effect, Request, StepOutcome};
use serde_json::Value as Json;
use url::Url;

use super::canary::{self, Canary, Kind};
use super::stage::{Done, Stage};
use super::talk::Talk;

/// Text of a conversation that is kept to find values that leave in pieces.
const MOST_CORPUS: usize = 128 * 1024;

/// Where a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// Another system.
    System,
    /// The log.
    Log,
    /// The contact, or the people of the operator.
    Contact,
    /// The contact's storage.
    Storage,
}

/// Everything that leaves in a step.
pub(super) fn outputs(done: &Done) -> Vec<(To, String)> {
    let mut outputs = Vec::new();
    for request in requests(done) {
        outputs.push((To::System, request.url.clone()));
        for header in &request.headers {
            outputs.push((To::System, format!("{}: {}", header.name, header.value)));
        }
        outputs.extend(request.body.iter().map(|body| (To::System, body.clone())));
    }
    outputs.extend(
        done.result
            .log
            .iter()
            .map(|line| (To::Log, line.text.clone())),
    );
    if let StepOutcome::Replied(reply) = &done.result.outcome {
        let effects = reply
            .effects
            .iter()
            .filter(|e| !matches!(e, Effect::Request { .. }));
        for part in [
            serde_json::to_value(&reply.messages),
            serde_json::to_value(&reply.expects),
            serde_json::to_value(&reply.then),
            serde_json::to_value(effects.collect::<Vec<_>>()),
        ] {
            texts(&part.unwrap_or_default(), &mut |text| {
                outputs.push((To::Contact, text.to_owned()));
            });
        }
    }
    for write in &done.result.storage_writes {
        texts(
            &serde_json::to_value(write).unwrap_or_default(),
            &mut |text| {
                outputs.push((To::Storage, text.to_owned()));
            },
        );
    }
    outputs
}

fn texts(value: &Json, take: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) => take(text),
        Json::Number(number) => take(&number.to_string()),
        Json::Array(items) => items.iter().for_each(|item| texts(item, take)),
        Json::Object(map) => map.values().for_each(|item| texts(item, take)),
        Json::Null | Json::Bool(_) => {}
    }
}

/// The requests of a step: those sent inside the turn, and those that its effects send.
fn requests(done: &Done) -> Vec<&Request> {
    let mut requests: Vec<&Request> = done.sent.iter().collect();
    if let StepOutcome::Replied(reply) = &done.result.outcome {
        requests.extend(reply.effects.iter().filter_map(|effect| match effect {
            Effect::Request { request, .. } => Some(request),
            _ => None,
        }));
    }
    requests
}

/// Searches what left in a step.
pub(super) fn check(stage: &mut Stage<'_>, talk: &mut Talk, done: &Done) {
    for request in requests(done) {
        if !allowed(stage, &request.url) {
            let shown: String = request.url.chars().take(100).collect();
            let message = format!("a request to `{shown}`, which is not declared");
            stage
                .findings
                .add("R10.5", Stage::place(&talk.flow), message);
        }
    }
    for (to, text) in outputs(done) {
        let text = without_base(stage, to, &text);
        let search = &stage.searches[talk.kit % 2];
        let found: Vec<(&'static str, String)> = search
            .find(&text)
            .into_iter()
            .filter_map(|found| {
                let rule = match found.disguise {
                    Some(_) if matches!(to, To::Storage) => None,
                    // A contact is told plainly what is theirs; a setting never is.
                    Some(_) if to == To::Contact && found.canary.kind != Kind::Setting => None,
                    Some(_) => Some("R10.4"),
                    None => plainly(to, found.canary),
                }?;
                let form = found.disguise.unwrap_or("plainly");
                Some((
                    rule,
                    format!("{} stands {form} in {}", found.canary.name, name(to)),
                ))
            })
            .collect();
        for (rule, message) in found {
            stage.findings.add(rule, Stage::place(&talk.flow), message);
        }
        if matches!(to, To::System | To::Log) && talk.corpus.len() < MOST_CORPUS {
            talk.corpus.push_str(&text);
            talk.corpus.push('\n');
        }
    }
}

/// Looks for values that left in pieces in the whole of a conversation.
pub(super) fn end(stage: &mut Stage<'_>, talk: &Talk) {
    let mut found = Vec::new();
    for canary in stage.searches[talk.kit % 2].canaries() {
        if matches!(canary.kind, Kind::Setting | Kind::Known)
            && canary::in_pieces(&canary.text, &talk.corpus)
        {
            found.push(format!("{} leaves in pieces", canary.name));
        }
    }
    for message in found {
        stage
            .findings
            .add("R10.4", Stage::place(&talk.flow), message);
    }
}

/// The rule that a value breaks that stands plainly where it goes to.
fn plainly(to: To, canary: &Canary) -> Option<&'static str> {
    match (to, canary.kind) {
        (To::System, Kind::Setting) => Some("R10.1"),
        (To::System, Kind::Known) => Some("R10.2"),
        (To::System, Kind::Said) => Some("R10.6"),
        (To::Log, Kind::Setting | Kind::Known | Kind::Said) => Some("R10.3"),
        (To::Contact, Kind::Setting) => Some("R10.7"),
        _ => None,
    }
}

fn name(to: To) -> &'static str {
    match to {
        To::System => "a request",
        To::Log => "the log",
        To::Contact => "a reply",
        To::Storage => "storage",
    }
}

/// A request may begin with the setting that is its own destination.
fn without_base(stage: &Stage<'_>, to: To, text: &str) -> String {
    let own = bases(stage)
        .into_iter()
        .find(|base| to == To::System && text.starts_with(base.as_str()));
    let start = own.map_or(0, |base| base.len());
    text.get(start..).unwrap_or_default().to_owned()
}

/// The values of the settings that are destinations.
fn bases(stage: &Stage<'_>) -> Vec<String> {
    let http = stage.pack.manifest.capabilities.http.iter();
    http.flat_map(|http| &http.destinations)
        .filter_map(|key| stage.settings.get(key))
        .map(ToString::to_string)
        .collect()
}

fn allowed(stage: &Stage<'_>, url: &str) -> bool {
    let Some(http) = &stage.pack.manifest.capabilities.http else {
        return false;
    };
    if let Some(rest) = url.strip_prefix("{config:") {
        let key = rest.split('}').next().unwrap_or_default();
        return http.destinations.iter().any(|declared| declared == key);
    }
    let Ok(asked) = Url::parse(url) else {
        return false;
    };
    let literal = http.destinations.iter().cloned();
    literal
        .chain(bases(stage))
        .filter_map(|declared| Url::parse(&declared).ok())
        .any(|declared| declared.origin() == asked.origin())
}
