//! Which plan fits.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::talk;
use jackfield_sdk::{
    Money, Quantity, Value, Verification,
    testing::{Heard, utterance},
};

fn yuan(yuan: i64) -> Value {
    Money::new(yuan * 100, "CNY").into()
}

fn gb(gb: f64) -> Value {
    Quantity::new(gb, "GB").into()
}

/// Price, fen, and data, GB, of the plans that are offered.
fn plans(offer: &Heard) -> Vec<(i64, f64)> {
    let choices = &offer.reply().messages[0].choices;
    let shown = choices.iter().filter_map(|choice| {
        let jackfield_sdk::wire::Body::Template(template) = &choice.label else {
            panic!("a literal")
        };
        let argument = |name| {
            let mut arguments = template.arguments.iter();
            Some(&arguments.find(|argument| argument.name == name)?.value)
        };
        let price = argument("price")?.as_money()?.minor;
        Some((price, argument("data")?.as_quantity()?.amount))
    });
    shown.collect()
}

#[test]
fn who_wants_cheaper_or_more_is_offered_nothing_else() {
    // On a plan for 38 yuan with 8 GB.
    for (wish, fits) in [
        (
            "cheaper",
            (|price, _| price < 3_800) as fn(i64, f64) -> bool,
        ),
        ("cheapest", |price, _| price <= 900),
        ("more-data", |_, data| data > 8.0),
    ] {
        let (mut talk, _) = talk("plan-recommend");
        talk.start([("wish", wish.into()), ("phone", "13800138001".into())])
            .at("verify");
        let offer = talk.verified(Verification::Verified);
        let offered = plans(offer.at("offer"));
        assert!(!offered.is_empty());
        assert!(
            offered.iter().all(|(price, data)| fits(*price, *data)),
            "{wish}: {offered:?}"
        );
    }
}

#[test]
fn cheaper_and_more_are_compared_with_what_is_on_offer() {
    let (mut talk, _) = talk("plan-recommend");
    let first = talk.start([("province", "zhejiang".into()), ("amount", yuan(100))]);
    let mut offered = plans(first.at("offer"));
    let wish = |wish: &str| utterance("便宜点", "", [("wish", wish.into())]);
    // Each time cheaper than what was shown the time before.
    for _ in 0..2 {
        let least = offered.iter().map(|(price, _)| *price).min().unwrap();
        offered = plans(talk.uttered(wish("cheaper")).at("offer"));
        assert!(!offered.is_empty());
        assert!(
            offered.iter().all(|(price, _)| *price < least),
            "{offered:?}"
        );
    }
    let most = offered.iter().map(|(_, data)| *data).fold(0.0, f64::max);
    talk.filled("budget", yuan(300));
    talk.filled("data", gb(most));
    let before = plans(talk.uttered(wish("cheapest")).at("offer"));
    let most = before.iter().map(|(_, data)| *data).fold(0.0, f64::max);
    let more = plans(talk.uttered(wish("more-data")).at("offer"));
    assert!(more.iter().all(|(_, data)| *data > most), "{more:?}");
}

#[test]
fn who_wants_it_cheaper_keeps_the_data_they_need() {
    let (mut talk, _) = talk("plan-recommend");
    talk.start([("province", "zhejiang".into()), ("data-volume", gb(50.0))])
        .at("offer");
    // What was shown is the cheapest with so much.
    let nearest = talk.uttered(utterance("cheaper", "", [("wish", "cheaper".into())]));
    nearest.at("offer").says("recommend-nearest");
    let cheapest = talk.uttered(utterance("cheapest", "", [("wish", "cheapest".into())]));
    let cheapest = plans(cheapest.at("offer"));
    assert!(
        cheapest.iter().all(|(_, data)| *data >= 50.0),
        "{cheapest:?}"
    );
}

#[test]
fn asks_where_and_how_much_then_offers_three() {
    let (mut talk, _) = talk("plan-recommend");
    talk.start([]).at("ask-province").asks_slot("province");
    talk.filled("province", "zhejiang")
        .at("ask-data")
        .asks_slot("data");
    let offer = talk.filled("data", gb(30.0));
    offer.at("offer").says("recommend-offer");
    assert_eq!(offer.choices().len(), 4);
    assert!(
        offer.choices()[..3].iter().all(|id| id.starts_with("zj-")),
        "{:?}",
        offer.choices()
    );
}

#[test]
fn a_number_that_changes_nothing_about_the_list_is_noted() {
    let (mut talk, _) = talk("plan-recommend");
    let list = talk.start([("province", "beijing".into()), ("data-volume", gb(6.0))]);
    let again = talk.uttered(utterance(
        "13800138001",
        "",
        [("phone", "13800138001".into())],
    ));
    again.at("offer").says("recommend-number-kept");
    assert_eq!(again.choices(), list.choices());
}

#[test]
fn a_sentence_that_says_it_all_is_answered_at_once() {
    let (mut talk, _) = talk("plan-recommend");
    let offer = talk.start([
        ("province", "zhejiang".into()),
        ("amount", yuan(100)),
        ("data-volume", gb(30.0)),
    ]);
    offer.at("offer");
    let plans = plans(&offer);
    assert!(
        plans
            .iter()
            .all(|(price, data)| *price <= 10_000 && *data >= 30.0),
        "{plans:?}"
    );
}

#[test]
fn what_nobody_sells_leads_to_the_nearest() {
    let (mut talk, _) = talk("plan-recommend");
    let offer = talk.start([
        ("province", "zhejiang".into()),
        ("amount", yuan(20)),
        ("data-volume", gb(500.0)),
    ]);
    offer.at("offer").says("recommend-nearest");
    assert!(offer.choices().len() > 1);
}

#[test]
fn the_need_can_be_changed_while_plans_are_shown() {
    let (mut talk, _) = talk("plan-recommend");
    let dear = talk
        .start([("province", "beijing".into()), ("data-volume", gb(80.0))])
        .choices()[0]
        .to_owned();
    let cheap = talk.uttered(utterance("100以内", "", [("amount", yuan(100))]));
    cheap.at("offer");
    let corrected = talk.corrected("data", gb(10.0));
    assert_ne!(corrected.at("offer").choices()[0], dear);
    talk.chose("other").at("ask-data");
    talk.chose("data-medium").at("offer");
}

#[test]
fn a_choice_goes_on_with_the_change_of_plan() {
    let (mut talk, _) = talk("plan-recommend");
    let offer = talk.start([("province", "beijing".into()), ("amount", yuan(100))]);
    let plan = offer.choices()[0].to_owned();
    talk.uttered(utterance(
        "13800138001",
        "",
        [("phone", "13800138001".into())],
    ))
    .at("offer");
    talk.chose(&plan)
        .at("chosen")
        .calls("change-plan", "plan", plan.as_str())
        .calls("change-plan", "phone", "13800138001");
    talk.returned("com.jackfield.telecom/change-plan", [])
        .is_done();
}

#[test]
fn who_is_known_is_offered_something_at_once() {
    let (talk, _) = talk("plan-recommend");
    let mut talk = talk
        .with_verification(Verification::Verified)
        .with_stored("proven", "session-1 13800138001");
    let offer = talk.start([]);
    offer.at("offer").says("recommend-like-yours");
    assert!(
        !offer.choices().contains(&"bj-4g-38-01"),
        "the plan they have is no recommendation"
    );
}

#[test]
fn a_number_instead_of_a_need_is_worth_a_code() {
    let (mut talk, _) = talk("plan-recommend");
    talk.start([]).at("ask-province");
    talk.uttered(utterance(
        "13900139002",
        "",
        [("phone", "13900139002".into())],
    ))
    .at("verify");
    let offer = talk.verified(Verification::Verified);
    offer.at("offer");
    assert!(offer.choices()[0].starts_with("zj-"));
}

#[test]
fn a_silent_carrier_does_not_stop_a_recommendation() {
    let (talk, carrier) = talk("plan-recommend");
    *carrier.borrow_mut() = Err(jackfield_sdk::Failure::TimedOut);
    let mut talk = talk
        .with_verification(Verification::Verified)
        .with_stored("proven", "session-1 13800138001");
    talk.start([("province", "beijing".into()), ("data-volume", gb(30.0))])
        .at("offer");
}

#[test]
fn an_unknown_place_is_asked_again_by_its_example() {
    let (mut talk, _) = talk("plan-recommend");
    talk.start([]);
    let offer = talk.filled("province", "atlantis");
    offer.at("ask-data");
    talk.filled("data", gb(30.0))
        .at("nothing-found")
        .offers(&["other", "person"]);
}
