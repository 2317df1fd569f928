//! Who may hear what: the number, its proof, one number a session.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::talk;
use jackfield_sdk::{Fault, Value, Verification, testing::utterance, wire::Event};

const LIN: &str = "13800138001";

#[test]
fn nothing_is_told_before_the_number_is_proven() {
    let (mut talk, _) = talk("usage");
    talk.start([])
        .at("ask-phone")
        .asks_slot("phone")
        .changes_nothing();
    talk.filled("phone", LIN)
        .at("verify")
        .verifies(Verification::Verified)
        .arg("verify-first", "tail", "8001");
    assert!(
        talk.world().reads().is_empty(),
        "the carrier was asked before the proof"
    );
    talk.verified(Verification::Verified)
        .at("told")
        .says("usage-data")
        .is_done();
    assert_eq!(talk.world().reads().len(), 1);
}

#[test]
fn who_is_not_verified_hears_nothing() {
    let (mut talk, _) = talk("plan-inquiry");
    talk.start([("phone", LIN.into())]).at("verify");
    talk.verified(Verification::Anonymous)
        .at("not-verified")
        .says("not-verified")
        .records("unresolved")
        .is_done();
    assert!(talk.world().reads().is_empty());
}

#[test]
fn a_proven_session_is_not_asked_again() {
    let (mut first, _) = talk("usage");
    first.start([("phone", LIN.into())]);
    first.verified(Verification::Verified).at("told");
    let proof = first.world().stored("proven").unwrap();

    let (again, _) = talk("plan-inquiry");
    let mut again = again
        .with_verification(Verification::Verified)
        .with_stored("proven", &proof);
    again.start([]).at("told").says("plan-is");
}

#[test]
fn a_later_session_offers_the_number_but_wants_a_new_proof() {
    let (talk, _) = talk("usage");
    let mut talk = talk.with_stored("proven", "session-0 13800138001");
    talk.start([])
        .at("verify")
        .arg("verify-first", "tail", "8001");
}

#[test]
fn a_proof_opens_one_number_only() {
    let (talk, _) = talk("usage");
    let mut talk = talk
        .with_verification(Verification::Verified)
        .with_stored("proven", "session-1 13800138001");
    talk.start([("phone", "13900139002".into())])
        .at("one-number-only")
        .offers(&["own-number", "person"]);
    assert!(
        talk.world().reads().is_empty(),
        "a foreign number was looked up"
    );
    talk.chose("own-number").at("told");
    assert!(talk.world().reads()[0].url.ends_with(LIN));
}

#[test]
fn a_channel_that_vouches_for_the_number_needs_no_code_to_tell() {
    let (inquiry, _) = talk("plan-inquiry");
    let mut inquiry = inquiry
        .with_verification(Verification::Identified)
        .with_attribute("phone", LIN);
    inquiry.start([]).at("told").says("plan-is");

    let (change, _) = talk("change-plan");
    let mut change = change
        .with_verification(Verification::Identified)
        .with_attribute("phone", LIN);
    change.start([]).at("verify");
}

#[test]
fn an_unknown_number_is_asked_again_and_not_remembered() {
    let (mut talk, _) = talk("usage");
    talk.start([("phone", "13800000000".into())]).at("verify");
    talk.verified(Verification::Verified)
        .at("ask-phone")
        .arg("unknown-number", "phone", "13800000000")
        .asks_slot("phone");
    assert_eq!(talk.world().stored("proven"), None);
    talk.filled("phone", LIN).at("told");
}

#[test]
fn a_number_in_a_sentence_is_heard_and_can_be_corrected() {
    let (mut talk, _) = talk("usage");
    talk.start([]);
    talk.uttered(utterance(
        "我的号是13800138002",
        "",
        [("phone", Value::from("13800138002"))],
    ))
    .at("verify");
    talk.corrected("phone", LIN)
        .at("verify")
        .arg("verify-first", "tail", "8001");
    talk.verified(Verification::Verified).at("told");
}

#[test]
fn a_carrier_that_is_down_is_asked_again_when_the_customer_wishes() {
    let (mut talk, carrier) = talk("usage");
    *carrier.borrow_mut() = Err(jackfield_sdk::Failure::TimedOut);
    talk.start([("phone", LIN.into())]);
    talk.verified(Verification::Verified)
        .at("carrier-down")
        .offers(&["retry", "person"])
        .waits();
    talk.chose("retry").at("carrier-down");
    *carrier.borrow_mut() = Ok(());
    talk.chose("retry").at("told");
}

#[test]
fn who_gives_up_on_the_carrier_gets_a_person() {
    let (mut talk, carrier) = talk("plan-inquiry");
    *carrier.borrow_mut() = Err(jackfield_sdk::Failure::Unreachable("refused".to_owned()));
    talk.start([("phone", LIN.into())]);
    talk.verified(Verification::Verified).at("carrier-down");
    talk.chose("person").at("to-person").hands_off("default");
}

#[test]
fn a_missing_grant_is_a_fault_and_not_a_slow_carrier() {
    let (mut talk, carrier) = talk("usage");
    *carrier.borrow_mut() = Err(jackfield_sdk::Failure::Denied("carrier-base".to_owned()));
    talk.start([("phone", LIN.into())]);
    let fault = talk
        .step(vec![Event::Verified(Verification::Verified)])
        .unwrap_err();
    assert_eq!(fault, Fault::Rejected("carrier-base".to_owned()));
}

#[test]
fn the_plan_is_told_with_balance_debt_and_contract() {
    let told = |phone: &str| {
        let (mut talk, _) = talk("plan-inquiry");
        talk.start([("phone", phone.into())]);
        talk.verified(Verification::Verified)
    };
    let lin = told(LIN);
    lin.at("told")
        .arg("plan-is", "plan", "京华惠享4G 38档")
        .says("balance-is")
        .never_says("contract-until");
    told("18600186008").says("balance-owed");
    told("13700137003").arg("contract-until", "until", Value::date("2027-12-31"));
    told("13900139002").never_says("contract-until");
}

#[test]
fn usage_counts_what_is_left() {
    let told = |phone: &str| {
        let (mut talk, _) = talk("usage");
        talk.start([("phone", phone.into())]);
        talk.verified(Verification::Verified)
    };
    let lin = told(LIN);
    let left = jackfield_sdk::Quantity::new(4.8, "GB");
    lin.arg("usage-data", "left", left).arg(
        "usage-voice",
        "left",
        jackfield_sdk::Quantity::new(83.0, "min"),
    );
    told("13600136004").says("usage-data-gone");
}
