//! `jackfield journal export`: a recorded session as a `.chat` test, without what names a person.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use jackfield_core::{
    Asking, Content, Method, Outcome, Owner, RequestPurpose, SessionId, Speaker, TenantId,
    TurnRecord,
};
use jackfield_store::{Entry, JournalReader, Opener};

use made_up::MadeUp;

mod made_up;
mod stable;

/// A turn with the event that it handled; `None` when that is gone.
type Held = (TurnRecord, Option<Content>);

/// The session as a test.
pub(super) fn chat(
    reader: JournalReader,
    tenant: &TenantId,
    session: SessionId,
) -> anyhow::Result<String> {
    let turns = reader.turns(tenant, session)?;
    super::is_known(&turns, session)?;
    let (_, opener) = Arc::new(reader).records()?;
    let held = turns.into_iter().map(|stored| {
        let content = stored
            .record
            .handled
            .first()
            .and_then(|first| content(&opener, *first));
        (stored.record, content)
    });
    Ok(written(&held.collect::<Vec<_>>()))
}

fn content(opener: &Opener, position: jackfield_core::Position) -> Option<Content> {
    match opener.at(position).ok()?.entry {
        Entry::Accepted(inbound) => Some(inbound.content),
        _ => None,
    }
}

/// Writes to a file, or to standard output.
pub(super) fn put(text: &str, file: Option<&Path>) -> anyhow::Result<()> {
    match file {
        Some(file) => {
            std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
        }
        None => {
            print!("{text}");
            Ok(())
        }
    }
}

fn written(held: &[Held]) -> String {
    let locale = held
        .first()
        .map_or("zh-CN", |(turn, _)| &turn.session.locale);
    let mut out = format!(
        "locale={locale}\nuser=User\nbot=Bot\ntitle=A recorded conversation\n{}outcome={}\n\n",
        backend(held),
        outcome(held)
    );
    let mut made_up = MadeUp::default();
    let mut asked: Option<Asking> = None;
    for (turn, content) in held {
        if let Some(line) = customer(turn, content.as_ref(), asked.as_ref(), &mut made_up) {
            let _ = writeln!(out, "{line}");
        }
        for message in turn
            .messages
            .iter()
            .filter(|said| said.speaker == Speaker::Bot)
        {
            if let Some(parts) = stable::parts(&message.text, turn) {
                let _ = writeln!(out, "Bot: {parts}");
            }
        }
        asked.clone_from(&turn.session.asking);
    }
    out
}

/// The customer's line of a turn.
fn customer(
    turn: &TurnRecord,
    content: Option<&Content>,
    asked: Option<&Asking>,
    made_up: &mut MadeUp,
) -> Option<String> {
    let shown = turn.said.first().map(|said| said.text.as_str());
    Some(match content? {
        Content::Text(text) => {
            let code = matches!(asked, Some(Asking::Code { .. }));
            let digits = text.chars().filter(|c| c.is_numeric()).count();
            match turn.decision.reason.as_str() {
                "the right code" => "User# code".to_owned(),
                _ if code && digits == 6 => "User: 000000".to_owned(),
                // Whatever is said instead of a code is masked for people; only what a flow calls sensitive is here.
                _ if !code && shown.is_some_and(|shown| shown.contains('•')) => {
                    format!("User: {}", made_up.sensitive(text))
                }
                _ => format!("User: {}", made_up.line(text)),
            }
        }
        Content::Choice(_) => match shown {
            Some("…") | None => "# a tap on a choice that was not on offer any more".to_owned(),
            Some(label) => format!("User> {}", made_up.line(label)),
        },
        Content::Digits(keys) => format!("User: {}", made_up.line(keys)),
        Content::Files(files) => format!("# the customer sent {} file(s)", files.len()),
        Content::Place(_) => "# the customer sent a place".to_owned(),
        Content::HandedBack { .. } => "# a person handed the session back".to_owned(),
        Content::Opened
        | Content::TimerDue { .. }
        | Content::RequestAnswered { .. }
        | Content::CallbackReceived { .. } => return None,
    })
}

/// How the operator behaved, when it was not as usual.
fn backend(held: &[Held]) -> &'static str {
    let called_back = |content: &Content| matches!(content, Content::CallbackReceived { .. });
    let contents = held.iter().filter_map(|(_, content)| content.as_ref());
    if contents.clone().any(called_back) {
        return "backend=later changes\n";
    }
    let lost = |content: &Content| match content {
        Content::RequestAnswered {
            outcome: Outcome::Response(response),
            ..
        } => response.status >= 500,
        Content::RequestAnswered { .. } => true,
        _ => false,
    };
    match contents.clone().any(lost) {
        true => "backend=fail changes\n",
        false => "",
    }
}

/// How it ended.
fn outcome(held: &[Held]) -> &'static str {
    let answers = |content: &Content| match content {
        Content::RequestAnswered { entry, outcome } => {
            let of_flow = held.iter().flat_map(|(turn, _)| &turn.outbox);
            let mut changes = of_flow.filter(|request| {
                request.purpose == RequestPurpose::Flow && request.request.method != Method::Get
            });
            let done = matches!(outcome, Outcome::Response(response) if (200..300).contains(&response.status));
            done && changes.any(|request| request.id == *entry)
        }
        Content::CallbackReceived { .. } => true,
        _ => false,
    };
    let contents = held.iter().filter_map(|(_, content)| content.as_ref());
    let called_off = |(turn, _): &Held| turn.decision.action == "cancel" && !turn.steps.is_empty();
    if contents.clone().any(answers) {
        return "resolved";
    }
    match held.last() {
        Some((turn, _)) if turn.session.owner != Owner::Bot => "handoff",
        _ if held.iter().any(called_off) => "cancelled",
        _ => "answered",
    }
}
