//! Identity as in production: the operator's gateway sends the one-time code, and the conversation never shows it.

use std::process::Command;

use super::again;
use super::once::{says, until};
use super::support::{Carrier, Chat, Host, JACKFIELD};

#[test]
fn the_operators_gateway_sends_the_code() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let host = Host::start_with_gateway(data.path(), &carrier.url()).unwrap();
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    chat.say("change 13800138001 to the 59 yuan plan").unwrap();
    let turn = until(&mut chat, "the question for the code", |turn| {
        says(turn, "6-digit code")
    });
    assert!(!says(&turn, "[Demo]"));
    // The turn after the gateway's answer: nothing is said.
    until(&mut chat, "the gateway's answer", |turn| {
        turn.messages.is_empty()
    });

    let codes = carrier.codes();
    let message = &codes[0]["message"];
    assert_eq!(message["slots"]["phone"], "13800138001", "{codes:#}");
    assert_eq!(message["locale"], "en-US", "{codes:#}");
    let code = message["code"].as_str().unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    chat.say(wrong).unwrap();
    until(&mut chat, "a refusal", |turn| says(turn, "not right"));
    chat.say(code).unwrap();
    until(&mut chat, "the plans", |turn| says(turn, "59"));

    // Read beside the running host.
    let shown = String::from_utf8(
        Command::new(JACKFIELD)
            .args(["journal", "tail", "--json", "--count", "1000", "--data"])
            .arg(data.path())
            .output()
            .unwrap()
            .stdout,
    )
    .unwrap();
    assert!(shown.contains("one-time-code"), "{shown}");
    assert!(!shown.contains(code), "the journal holds the code: {shown}");
    again::all_equal(data.path());
}

#[test]
fn a_gateway_that_refuses_leads_to_a_person() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let elsewhere = format!("{}/no-such", carrier.url());
    let host = Host::start_with_gateway(data.path(), &elsewhere).unwrap();
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    chat.say("change 13800138001 to the 59 yuan plan").unwrap();
    until(&mut chat, "a person", |turn| {
        says(turn, "cannot verify who you are")
    });
}

/// A code that is asked for again and again costs the operator a message each time, and is a guess more each time.
#[test]
fn codes_are_not_sent_without_end() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let host = Host::start_with_gateway(data.path(), &carrier.url()).unwrap();
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    for round in 0..5 {
        chat.say("change 13800138001 to the 59 yuan plan").unwrap();
        until(&mut chat, &format!("code {round}"), |turn| {
            says(turn, "6-digit code")
        });
        chat.say("cancel").unwrap();
        until(&mut chat, "the end of it", |turn| says(turn, "cancelled"));
    }
    chat.say("change 13800138001 to the 59 yuan plan").unwrap();
    until(&mut chat, "a person", |turn| {
        says(turn, "cannot verify who you are")
    });
}

#[test]
fn asking_for_a_code_again_has_an_end_too() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let host = Host::start_with_gateway(data.path(), &carrier.url()).unwrap();
    let mut chat = Chat::open(host.address, "en-US").unwrap();
    chat.say("change 13800138001 to the 59 yuan plan").unwrap();
    until(&mut chat, "the code", |turn| says(turn, "6-digit code"));
    for round in 1..5 {
        chat.say("please resend the code").unwrap();
        until(&mut chat, &format!("code {round}"), |turn| {
            says(turn, "new 6-digit code")
        });
    }
    chat.say("please resend the code").unwrap();
    until(&mut chat, "a person", |turn| {
        says(turn, "cannot verify who you are")
    });
}
