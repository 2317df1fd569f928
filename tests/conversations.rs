//! Conversations with the telecom pack, over the web chat of the real binary with the real component and the
//! simulated operator. The scripts are `plugins/telecom/conversations/*.chat`.
//!
//! `cargo test --release --test conversations -- --nocapture newcomers` prints how newcomers fared.
//! `JACKFIELD_CHAT=zh-01` holds only the conversations with this in their name, and prints them.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "conversations/again.rs"]
mod again;
#[path = "conversations/once.rs"]
mod once;
#[path = "conversations/outcome.rs"]
mod outcome;
#[path = "conversations/place.rs"]
mod place;
#[path = "conversations/rest.rs"]
mod rest;
#[path = "conversations/script.rs"]
mod script;
#[path = "conversations/settings.rs"]
mod settings;
mod support;
#[path = "conversations/talk.rs"]
mod talk;
#[path = "conversations/terminal.rs"]
mod terminal;
#[path = "conversations/verify.rs"]
mod verify;

use std::path::Path;

use outcome::Ending;
use place::{Report, hold_all};
use script::{Outcome, parse, read_all};

/// Of the newcomers' conversations so many in a hundred must end right or with a person.
const LEAST_SHARE: usize = 85;

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../plugins/telecom/conversations")
        .join(name)
}

#[test]
fn every_conversation_goes_as_written() {
    let (reports, again) = hold_all(&read_all(&folder("")));
    println!("{}", again.line());
    let wrong: Vec<&Report> = reports
        .iter()
        .filter(|report| report.failure.is_some())
        .collect();
    let all = reports.len();
    println!(
        "{} of {all} conversations went as written",
        all - wrong.len()
    );
    let listed: String = wrong.iter().map(|report| report.to_string()).collect();
    assert!(
        wrong.is_empty(),
        "{} of {all} conversations went wrong:\n\n{listed}",
        wrong.len()
    );
    assert!(again.different.is_empty(), "{}", again.different.join("\n"));
}

/// What was recorded with the one phone number that stands in for others is a test that passes.
#[test]
fn recorded_conversations_are_tests() {
    let mut scripts = read_all(&folder(""));
    scripts.retain(|script| script.backend.is_none() && again::is_about_the_stand_in(script));
    let (reports, _) = hold_all(&scripts);
    let exported = reports.iter().map(|report| {
        parse(&report.name, &report.exported)
            .unwrap_or_else(|wrong| panic!("{}: {wrong}:\n{}", report.name, report.exported))
    });
    let exported: Vec<_> = exported.collect();
    let (held_again, _) = hold_all(&exported);
    let wrong = held_again.iter().filter(|report| report.failure.is_some());
    let wrong: Vec<String> = wrong.map(ToString::to_string).collect();
    let all = held_again.len();
    println!(
        "{} of {all} exported conversations passed",
        all - wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Newcomers know only the chat page. Their conversations are not changed to suit the bot.
#[test]
fn newcomers_get_what_they_came_for() {
    let (reports, again) = hold_all(&read_all(&folder("newcomers")));
    println!("{}", again.line());
    assert!(again.different.is_empty(), "{}", again.different.join("\n"));
    let right =
        |report: &Report| report.failure.is_none() || report.ending == Ending::Is(Outcome::Handoff);
    for report in &reports {
        let verdict = if right(report) { "right" } else { "WRONG" };
        println!(
            "{verdict}  {:<24} {:?}, wanted {:?}",
            report.name, report.ending, report.outcomes
        );
    }
    let well = reports.iter().filter(|report| right(report)).count();
    let share = well * 100 / reports.len();
    println!(
        "{well} of {} ended right or with a person: {share} %",
        reports.len()
    );
    let failed: String = reports
        .iter()
        .filter(|report| !right(report))
        .map(|report| report.to_string())
        .collect();
    println!("{failed}");
    assert!(
        share >= LEAST_SHARE,
        "only {share} % ended right or with a person:\n\n{failed}"
    );
    // However it ends, nobody may be met with silence or the same words for ever.
    let stuck: Vec<_> = reports
        .iter()
        .filter(|report| report.stuck)
        .map(|report| report.name.as_str())
        .collect();
    assert!(
        stuck.is_empty(),
        "the bot was silent or went in circles in {stuck:?}:\n\n{failed}"
    );
}
