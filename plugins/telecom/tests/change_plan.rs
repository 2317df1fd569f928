//! Change of plan, from the wish to how it ended.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::talk;
use jackfield_sdk::{
    Failure, Money, Quantity, Value, Verification,
    testing::{Conversation, utterance},
    wire::{Effect, Event, Method, NamedValue},
};

const LIN: &str = "13800138001";
const TODAY: &str = "2026-11-22";
const NEXT_MONTH: &str = "2026-12-01";

fn yuan(yuan: i64) -> Money {
    Money::new(yuan * 100, "CNY")
}

/// Verified, asked which plan.
fn at_ask_plan() -> Conversation {
    let (mut talk, _) = talk("change-plan");
    talk.start([("phone", LIN.into())]).at("verify");
    talk.verified(Verification::Verified)
        .at("ask-plan")
        .asks_slot("price");
    talk
}

/// A plan for 59 yuan is shown.
fn at_confirm() -> Conversation {
    let mut talk = at_ask_plan();
    let plans = talk.filled("price", yuan(59));
    let first = plans.at("choose-plan").choices()[0].to_owned();
    talk.chose(&first).at("confirm").asks_yes_no();
    talk
}

fn at_processing() -> Conversation {
    let mut talk = at_confirm();
    talk.confirmed(true).at("processing");
    talk
}

#[test]
fn a_plan_is_changed_once_after_a_clear_yes() {
    let mut talk = at_confirm();
    let sent = talk.confirmed(true);
    sent.at("processing").says("change-processing").waits();
    let request = sent.request("plan-change").unwrap();
    assert_eq!(
        (request.method, request.url.as_str()),
        (Method::Post, "{config:carrier-base}/plan-changes")
    );
    let body: serde_json::Value = serde_json::from_str(request.body.as_ref().unwrap()).unwrap();
    assert_eq!(body["phone"], LIN);
    assert!(body["plan_id"].as_str().unwrap().starts_with("bj-"));

    talk.answered(
        "plan-change",
        200,
        r#"{"change_id":"c1","plan_id":"x","effective":"2026-12-01"}"#,
    )
    .at("changed")
    .arg("change-booked", "date", Value::date("2026-12-01"))
    .records("resolved")
    .is_done();
}

#[test]
fn before_the_yes_nothing_is_sent() {
    let mut talk = at_ask_plan();
    talk.filled("price", yuan(59)).changes_nothing();
    talk.resumed().at("choose-plan").changes_nothing();
    let mut talk = at_confirm();
    talk.resumed().at("confirm").changes_nothing();
    talk.said("", "嗯……").at("confirm").changes_nothing();
    talk.confirmed(false)
        .at("declined")
        .says("change-declined")
        .records("cancelled")
        .is_done();
}

#[test]
fn a_second_yes_sends_nothing_more() {
    let mut talk = at_processing();
    let again = talk.confirmed(true);
    again
        .at("processing")
        .says("change-still-processing")
        .changes_nothing();
    talk.chose("yes").changes_nothing();
    let mut burst = at_confirm();
    let both = burst
        .step(vec![Event::Confirmed(true), Event::Confirmed(true)])
        .unwrap();
    let requests = both
        .reply()
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Request(_)));
    assert_eq!(requests.count(), 1);
}

#[test]
fn after_the_yes_the_plan_stays_what_it_was() {
    let mut talk = at_processing();
    talk.corrected("price", yuan(89))
        .at("processing")
        .says("change-still-processing")
        .changes_nothing();
    talk.fired("slow").at("processing").says("change-slow");
    talk.answered("plan-change", 204, "{}").at("changed").arg(
        "change-done",
        "date",
        Value::date("2026-11-22"),
    );
}

#[test]
fn the_confirmation_shows_old_new_difference_and_date() {
    let mut talk = at_ask_plan();
    talk.turn().locale = "en-US".to_owned();
    let plans = talk.filled("price", yuan(59));
    let first = plans.choices()[0].to_owned();
    let shown = talk.chose(&first);
    shown
        .arg("confirm-dearer", "old-plan", "Jinghua Value 4G 38")
        .arg("confirm-dearer", "old-price", yuan(38))
        .arg("confirm-dearer", "price", yuan(59))
        .arg("confirm-dearer", "difference", yuan(21))
        .arg("confirm-dearer", "date", Value::date("2026-11-22"));
    assert_eq!(
        shown.reply().messages[0].card.as_ref().unwrap().facts.len(),
        5
    );
}

#[test]
fn the_whole_wish_in_one_sentence() {
    let (mut talk, _) = talk("change-plan");
    talk.start([
        ("phone", LIN.into()),
        ("amount-from", yuan(38).into()),
        ("amount-to", yuan(59).into()),
    ])
    .at("verify");
    talk.verified(Verification::Verified).at("choose-plan").arg(
        "plans-at-price",
        "price",
        yuan(59),
    );
}

#[test]
fn a_price_without_plans_leads_to_the_nearest() {
    let mut talk = at_ask_plan();
    let near = talk.filled("price", Money::new(6_001, "CNY"));
    near.at("choose-plan").says("plans-near-price");
    assert_eq!(near.choices().len(), 3);
}

#[test]
fn another_plan_at_the_confirmation() {
    let mut talk = at_confirm();
    let listed = talk.corrected("price", yuan(89));
    listed
        .at("choose-plan")
        .arg("plans-at-price", "price", yuan(89));
    let first = listed.choices()[0].to_owned();
    talk.chose(&first)
        .at("confirm")
        .arg("confirm-dearer", "price", yuan(89));

    let mut talk = at_confirm();
    talk.uttered(utterance(
        "30G的",
        "",
        [("data-volume", Quantity::new(30.0, "GB").into())],
    ))
    .at("choose-plan")
    .says("plans-for-need");
}

#[test]
fn cheaper_at_the_confirmation_is_cheaper_than_that_plan() {
    let mut talk = at_confirm();
    let wish = |wish: &str| utterance("便宜点", "", [("wish", wish.into())]);
    let cheaper = talk.uttered(wish("cheaper"));
    cheaper.at("choose-plan").says("plans-cheaper");
    let first = cheaper.choices()[0].to_owned();
    // … and more data than all of those.
    let more = talk.uttered(wish("more-data"));
    more.at("choose-plan").says("plans-more-data");
    assert!(!more.choices().contains(&first.as_str()));
    assert_eq!(more.choices().len(), 3);
}

#[test]
fn the_plan_one_has_and_plans_one_cannot_have() {
    let plan = |id: &str| {
        let (mut talk, _) = talk("change-plan");
        talk.start([("phone", LIN.into()), ("plan", id.into())])
            .at("verify");
        talk.verified(Verification::Verified)
    };
    plan("bj-4g-38-01")
        .at("ask-plan")
        .says("already-on-plan")
        .changes_nothing();
    plan("zj-5g-39-04")
        .at("ask-plan")
        .says("plan-of-other-province")
        .changes_nothing();
    plan("no-such-plan").at("ask-plan").says("ask-plan");
    plan("bj-5g-39-01").at("confirm");
}

#[test]
fn a_running_contract_is_told_before_anything_is_chosen() {
    let (mut talk, _) = talk("change-plan");
    talk.start([("phone", "13700137003".into()), ("amount", yuan(59).into())]);
    talk.verified(Verification::Verified)
        .at("refused")
        .arg("bound-by-contract", "until", Value::date("2027-12-31"))
        .offers(&["person", "leave"]);
    talk.filled("price", yuan(89)).at("refused");
    talk.chose("leave")
        .at("left")
        .records("unresolved")
        .is_done();
}

#[test]
fn students_are_offered_student_plans() {
    let (mut talk, _) = talk("change-plan");
    talk.start([("phone", "13900139002".into())]);
    let asked = talk.verified(Verification::Verified);
    let first = asked.at("ask-plan").choices()[0].to_owned();
    talk.chose(&first).at("confirm");
}

#[test]
fn a_plan_starts_at_once_or_with_next_month() {
    let mut talk = at_confirm();
    let shown = talk.filled("effective", Value::date(NEXT_MONTH));
    shown.at("confirm").never_says("start-other");
    shown.arg("confirm-dearer", "date", Value::date(NEXT_MONTH));
    let sent = talk.confirmed(true);
    let body = sent.request("plan-change").unwrap().body.clone().unwrap();
    assert!(
        body.contains(&format!(r#""effective":"{NEXT_MONTH}""#)),
        "{body}"
    );
    let answer = format!(r#"{{"effective":"{NEXT_MONTH}"}}"#);
    talk.answered("plan-change", 200, &answer)
        .says("change-booked")
        .never_says("change-done");

    // Another day is not promised.
    let mut talk = at_confirm();
    talk.filled("effective", Value::date("2031-05-15"))
        .at("confirm")
        .arg("start-other", "asked", Value::date("2031-05-15"))
        .arg("confirm-dearer", "date", Value::date(NEXT_MONTH));
    let at_once = talk.corrected("effective", Value::date(TODAY));
    at_once.arg("confirm-dearer", "date", Value::date(TODAY));
    let sent = talk.confirmed(true);
    let body = sent.request("plan-change").unwrap().body.clone().unwrap();
    assert!(!body.contains("effective"), "{body}");

    let (mut talk, _) = self::talk("change-plan");
    talk.start([
        ("phone", LIN.into()),
        ("amount", yuan(59).into()),
        ("date-from", Value::date(NEXT_MONTH)),
    ]);
    let first = talk.verified(Verification::Verified).choices()[0].to_owned();
    talk.chose(&first)
        .arg("confirm-dearer", "date", Value::date(NEXT_MONTH));
}

#[test]
fn a_plan_that_is_turned_down_is_not_booked_by_a_later_yes() {
    let mut talk = at_confirm();
    let turned_down = [("yes-no", Value::Boolean(false))];
    let again = talk.uttered(utterance("no, I had another in mind", "", turned_down));
    again
        .at("choose-plan")
        .says("not-this-plan")
        .changes_nothing();
    talk.confirmed(true).at("choose-plan").changes_nothing();
}

#[test]
fn numbers_of_others_are_not_asked_about() {
    for phone in ["+14155552671", "01012345678"] {
        let (mut talk, _) = talk("change-plan");
        talk.start([]).at("ask-phone");
        talk.filled("phone", phone)
            .at("ask-phone")
            .arg("number-not-ours", "phone", phone)
            .asks_slot("phone");
        talk.filled("phone", LIN).at("verify");
    }
    let mut talk = at_confirm();
    talk.filled("phone", "+14155552671").at("ask-phone");
}

#[test]
fn the_carrier_refuses() {
    let mut talk = at_processing();
    talk.answered(
        "plan-change",
        422,
        r#"{"error":"not-eligible","reason":"audience"}"#,
    )
    .at("refused")
    .says("plan-for-others")
    .offers(&["person", "leave"]);
    talk.resumed().at("refused");
    talk.chose("person").hands_off("default");

    at_processing()
        .answered("plan-change", 409, r#"{"error":"already-on-plan"}"#)
        .at("changed")
        .says("already-changed")
        .is_done();
}

#[test]
fn an_answer_that_never_came_is_no_success() {
    let mut talk = at_processing();
    let told = talk.failed("plan-change", Failure::TimedOut);
    told.at("unconfirmed")
        .says("change-unconfirmed")
        .never_says("change-done")
        .opens_case("plan-change");
    talk.resumed().at("unconfirmed").changes_nothing();
    talk.chose("leave").at("left").records("unresolved");

    at_processing()
        .answered("plan-change", 503, "")
        .at("unconfirmed")
        .opens_case("plan-change");
    at_processing()
        .answered("plan-change", 404, "")
        .at("unconfirmed")
        .opens_case("plan-change");
}

/// The change is sent to a carrier that may call back; with the request's body.
fn at_processing_with_callback() -> (Conversation, String) {
    let (talk, _) = talk("change-plan");
    let mut talk = talk.with_config("carrier-calls-back", Value::Boolean(true));
    talk.start([("phone", LIN.into())]);
    talk.verified(Verification::Verified);
    let first = talk.filled("price", yuan(59)).choices()[0].to_owned();
    talk.chose(&first);
    let sent = talk.confirmed(true);
    let body = sent.request("plan-change").unwrap().body.clone().unwrap();
    (talk, body)
}

/// How the carrier reports a change later.
const LATE: &str = r#"{"status":200,"answer":{"effective":"2026-12-01"}}"#;

#[test]
fn a_carrier_may_take_its_time() {
    let (mut talk, body) = at_processing_with_callback();
    assert!(
        body.contains(r#""notify":"{callback:plan-change:"#),
        "{body}"
    );
    talk.answered("plan-change", 202, "{}")
        .at("processing")
        .waits();
    talk.received("plan-change", LATE)
        .at("changed")
        .arg("change-booked", "date", Value::date("2026-12-01"))
        .records("resolved")
        .is_done();
    let (mut talk, _) = at_processing_with_callback();
    talk.answered("plan-change", 202, "{}");
    talk.received(
        "plan-change",
        r#"{"status":422,"answer":{"reason":"contract"}}"#,
    )
    .at("refused")
    .says("refused-by-contract");
}

#[test]
fn a_carrier_that_never_reports_is_a_case_until_it_does() {
    let (mut talk, _) = at_processing_with_callback();
    talk.answered("plan-change", 202, "{}");
    talk.expired("plan-change")
        .at("unconfirmed")
        .says("change-unconfirmed")
        .opens_case("plan-change");
    talk.expired("plan-change").at("unconfirmed").waits();
    talk.received("plan-change", "<late/>")
        .at("unconfirmed")
        .opens_case("plan-change");
    talk.received("plan-change", LATE)
        .at("changed")
        .records("resolved")
        .is_done();
}

#[test]
fn a_cancel_before_the_yes_leaves_nothing_and_after_it_a_case() {
    at_confirm()
        .cancelled("the contact cancelled")
        .is_done()
        .records("cancelled");
    let mut talk = at_processing();
    talk.cancelled("the contact cancelled")
        .is_done()
        .opens_case("plan-change");
}

#[test]
fn an_answer_to_something_else_changes_nothing() {
    let mut talk = at_confirm();
    talk.answered("plan-change", 200, "{}")
        .at("confirm")
        .never_says("change-done");
    let mut talk = at_processing();
    talk.answered("another", 200, "{}")
        .at("processing")
        .never_says("change-done");
}

#[test]
fn a_lost_verification_is_renewed_before_anything_is_sent() {
    let mut talk = at_confirm();
    talk.turn().contact.verification = Verification::Anonymous;
    talk.confirmed(true).at("verify").changes_nothing();
    talk.verified(Verification::Verified)
        .at("confirm")
        .changes_nothing();
    talk.confirmed(true).at("processing");
}

#[test]
fn the_state_survives_what_a_customer_cannot_see() {
    let mut talk = at_confirm();
    let state = talk.turn().state.clone().unwrap();
    let migrated = jackfield_telecom::migrate("change-plan".to_owned(), 1, state.clone()).unwrap();
    assert_eq!(migrated, state);
    assert!(jackfield_telecom::migrate("change-plan".to_owned(), 1, "[]{".to_owned()).is_err());
    talk.turn().state = Some("{}".to_owned());
    talk.resumed().at("ask-plan");
    let args = vec![NamedValue::new("plan", 7)];
    assert!(talk.step(vec![Event::Started(args)]).is_ok());
}
