//! A change of plan is made once and told once, whatever happens between the confirmation and the answer.

use std::path::Path;
use std::time::{Duration, Instant};

use carrier_api::{Mode, Only, Setting};

use super::again;
use super::support::{Carrier, Chat, Host, Turn, post};

const WAIT: Duration = Duration::from_secs(20);

/// Waits for a turn with such a message and answers it.
pub(super) fn until(chat: &mut Chat, what: &str, fits: impl Fn(&Turn) -> bool) -> Turn {
    let deadline = Instant::now() + WAIT;
    let mut seen = Vec::new();
    while let Some(turn) = chat.next(deadline).unwrap() {
        if fits(&turn) {
            return turn;
        }
        seen.push(turn);
    }
    panic!("{what} did not come; instead: {seen:#?}");
}

pub(super) fn says(turn: &Turn, words: &str) -> bool {
    turn.messages
        .iter()
        .any(|message| message.text.contains(words))
}

/// An operator, a host for it in `data`, and a contact who is asked whether the plan shall be changed.
fn at_confirmation(data: &Path) -> (Carrier, Host, Chat) {
    let carrier = Carrier::start();
    let host = Host::start(data, &carrier.url()).unwrap();
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    up_to_confirmation(&mut chat);
    (carrier, host, chat)
}

/// Goes on to the question whether the plan shall be changed.
fn up_to_confirmation(chat: &mut Chat) {
    chat.say("change 13800138001 to the 59 yuan plan").unwrap();
    let turn = until(chat, "the code", |turn| says(turn, "[Demo]"));
    let shown = &turn
        .messages
        .iter()
        .find(|message| message.from == "system")
        .unwrap()
        .text;
    let code = shown
        .split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == 6)
        .unwrap();
    chat.say(code).unwrap();
    let turn = until(chat, "the plans", |turn| says(turn, "59"));
    let first = turn
        .messages
        .iter()
        .find_map(|message| message.choices.first())
        .unwrap();
    chat.tap(&first.token).unwrap();
    until(chat, "the question", |turn| says(turn, "Please confirm"));
}

/// The operator makes the change and loses its answer; the host is killed before it can ask again.
#[test]
fn a_killed_host_changes_the_plan_once_and_says_so() {
    let data = tempfile::tempdir().unwrap();
    let (carrier, host, mut chat) = at_confirmation(data.path());

    carrier.behave(Setting {
        mode: Mode::Flaky,
        only: Only::Changes,
        ..Setting::default()
    });
    chat.say("yes").unwrap();
    let deadline = Instant::now() + WAIT;
    while carrier.applied() == 0 {
        assert!(
            Instant::now() < deadline,
            "the operator was never asked; log:\n{}",
            host.log()
        );
    }
    host.kill();

    let host = Host::start(data.path(), &carrier.url()).unwrap();
    chat.reconnect(host.address).unwrap();
    until(&mut chat, "the result", |turn| {
        says(turn, "Done! You're now on")
    });
    let changes = carrier.changes();
    assert_eq!(changes["applied"], 1, "{changes:#}");
    assert!(
        changes["changes"][0]["received"].as_u64().unwrap() >= 2,
        "the same key came again: {changes:#}"
    );

    assert_eq!(results_told(&mut chat), 1);
    again::all_equal(data.path());
}

/// How often the whole conversation, as a page that opens anew sees it, tells the result.
fn results_told(chat: &mut Chat) -> u32 {
    chat.say("thanks").unwrap();
    let mut page = chat.another_page().unwrap();
    let results = std::cell::Cell::new(0);
    until(&mut page, "the end of the conversation", |turn| {
        results.set(results.get() + u32::from(says(turn, "Done! You're now on")));
        turn.said.iter().any(|said| said.text == "thanks")
    });
    results.get()
}

/// Without a crash: the operator loses its first answer, and is asked again with the same key.
#[test]
fn a_lost_answer_changes_the_plan_once() {
    let data = tempfile::tempdir().unwrap();
    let (carrier, _host, mut chat) = at_confirmation(data.path());
    carrier.behave(Setting {
        mode: Mode::Flaky,
        only: Only::Changes,
        ..Setting::default()
    });
    chat.say("yes").unwrap();
    until(&mut chat, "the result", |turn| {
        says(turn, "Done! You're now on")
    });
    assert_eq!(carrier.applied(), 1);
}

/// Whoever asked for a person meanwhile is told the result too, and nothing more is asked.
#[test]
fn who_waits_for_a_person_is_told_the_result() {
    let data = tempfile::tempdir().unwrap();
    let (carrier, _host, mut chat) = at_confirmation(data.path());
    carrier.behave(Setting {
        mode: Mode::Slow,
        only: Only::Changes,
        delay_ms: 2_000,
    });
    chat.say("yes").unwrap();
    until(&mut chat, "the wait", |turn| says(turn, "being processed"));
    chat.say("talk to a person").unwrap();
    until(&mut chat, "the hand-off", |turn| says(turn, "colleague"));
    let result = until(&mut chat, "the result", |turn| {
        says(turn, "Done! You're now on")
    });
    assert_eq!(result.messages.len(), 1, "{result:#?}");
    chat.say("are you there?").unwrap();
    let silence = until(&mut chat, "the question itself", |turn| {
        !turn.said.is_empty()
    });
    assert!(silence.messages.is_empty(), "{silence:#?}");
    assert_eq!(carrier.applied(), 1);
}

/// The operator calls back while the host is down, and comes again.
#[test]
fn a_call_back_that_met_no_host_is_told_once() {
    let data = tempfile::tempdir().unwrap();
    let (carrier, host, mut chat) = at_confirmation(data.path());
    let address = host.address;
    carrier.behave(Setting {
        mode: Mode::Later,
        only: Only::Changes,
        delay_ms: 2_000,
    });
    chat.say("yes").unwrap();
    let deadline = Instant::now() + WAIT;
    while carrier.applied() == 0 || host.unanswered() > 0 {
        assert!(Instant::now() < deadline, "log:\n{}", host.log());
    }
    host.kill();
    while carrier.called().is_empty() {
        assert!(Instant::now() < deadline, "the operator calls back");
    }

    let host = Host::start_again(data.path(), &carrier.url(), address).unwrap();
    chat.reconnect(host.address).unwrap();
    until(&mut chat, "the result", |turn| {
        says(turn, "Done! You're now on")
    });
    let changes = carrier.changes();
    assert_eq!(changes["changes"][0]["received"], 1, "{changes:#}");
    assert_eq!(changes["applied"], 1, "{changes:#}");

    // Whoever calls there again, or elsewhere, is told so, and the customer hears nothing of it.
    let (called, body) = carrier.called().pop().unwrap();
    let path = called.split_once(&address.to_string()).unwrap().1;
    let body = serde_json::from_str(&body).unwrap();
    let (status, answer) = post(address, path, None, &body).unwrap();
    assert_eq!((status, answer.as_str()), (200, r#"{"status":"ignored"}"#));
    let elsewhere = path.replace(".1.", ".2.");
    assert_ne!(elsewhere, path);
    assert_eq!(post(address, &elsewhere, None, &body).unwrap().0, 404);
    assert_eq!(results_told(&mut chat), 1);
    again::all_equal(data.path());
}

/// Says yes to an operator that answers after so long that the rest of a test comes before.
fn confirm_slowly(carrier: &Carrier, chat: &mut Chat) {
    carrier.behave(Setting {
        mode: Mode::Slow,
        only: Only::Changes,
        delay_ms: 5_000,
    });
    chat.say("yes").unwrap();
    until(chat, "the wait", |turn| says(turn, "being processed"));
}

/// Who calls off what was sent already is not told that nothing was changed, but how it ended.
#[test]
fn what_was_sent_is_not_called_off() {
    let data = tempfile::tempdir().unwrap();
    let (carrier, _host, mut chat) = at_confirmation(data.path());
    confirm_slowly(&carrier, &mut chat);
    chat.say("cancel").unwrap();
    until(&mut chat, "the truth", |turn| {
        assert!(!says(turn, "Nothing was changed"), "{turn:#?}");
        says(turn, "cannot be taken back")
    });
    chat.say("which plan am I on?").unwrap();
    until(&mut chat, "another answer", |turn| says(turn, "You're on"));
    until(&mut chat, "the result", |turn| {
        says(turn, "Done! You're now on")
    });
    assert_eq!(results_told(&mut chat), 1);
}

/// What was sent and then cancelled is refused: the flow comes back with its question, and a "yes" is for it.
#[test]
fn who_cancelled_what_is_refused_is_offered_a_person() {
    let data = tempfile::tempdir().unwrap();
    let (carrier, _host, mut chat) = at_confirmation(data.path());
    // Somebody else signs the number up for a contract meanwhile.
    let signed = carrier.change("13800138001", "bj-5g-71-01");
    assert_eq!(signed.unwrap(), 200);
    confirm_slowly(&carrier, &mut chat);
    chat.say("cancel").unwrap();
    until(&mut chat, "the truth", |turn| {
        says(turn, "cannot be taken back")
    });
    until(&mut chat, "the refusal", |turn| {
        says(turn, "under contract")
    });
    chat.say("yes, a person please").unwrap();
    let turn = until(&mut chat, "a person", |turn| says(turn, "connecting you"));
    assert_ne!(turn.owner, "bot");
}

/// Who starts over while a change is under way and asks for another is told of the first: they could end on either.
#[test]
fn one_change_is_under_way_at_a_time() {
    let data = tempfile::tempdir().unwrap();
    let (carrier, _host, mut chat) = at_confirmation(data.path());
    confirm_slowly(&carrier, &mut chat);
    chat.say("start over").unwrap();
    until(&mut chat, "the promise", |turn| {
        says(turn, "I'll tell you how it ends")
    });
    chat.say("change my plan to the 89 yuan one").unwrap();
    until(&mut chat, "the first change", |turn| {
        says(turn, "still being processed")
    });
    until(&mut chat, "the result", |turn| {
        says(turn, "Done! You're now on")
    });
    assert_eq!(carrier.applied(), 1);
    assert_eq!(results_told(&mut chat), 1);
}
