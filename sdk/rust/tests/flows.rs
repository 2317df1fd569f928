//! What a partner relies on: events reach the flow, state and slots are kept, replies join, faults undo.
#![allow(clippy::unwrap_used, reason = "tests")]

use jackfield_sdk::{
    prelude::*,
    testing::Conversation,
    wire::{Correction, Effect, Event, Expected, Extension, Level, Next},
};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Order {
    asked: u32,
    #[serde(default)]
    note: Option<String>,
}

impl Flow for Order {
    const NAME: &'static str = "order";

    fn started(&mut self, cx: &mut Context, args: Args) -> Answer {
        self.note = args.text("note").map(str::to_owned);
        self.ask(cx)
    }

    fn ask(&mut self, cx: &mut Context) -> Answer {
        self.asked += 1;
        let said = t("how-many").arg("asked", self.asked);
        match cx.slot("amount") {
            None => Reply::say(said)
                .ask_slot("amount")
                .sensitive()
                .hint("two")
                .timeout_ms(5_000)
                .step("ask-amount"),
            Some(amount) => Reply::say(t("sum").arg("amount", amount.clone()))
                .ask_yes_no()
                .reprompt(t("yes-or-no"))
                .step("confirm"),
        }
    }

    fn said(&mut self, cx: &mut Context, utterance: &Utterance) -> Answer {
        match utterance.intent.as_deref() {
            Some("fail") => {
                storage::set("broken", "yes")?;
                storage::add("fails", 1)?;
                Err(Fault::unavailable())
            }
            Some("look") => {
                let cheap = tables::query("things", ["name"])
                    .at_most("price", Money::new(1_000, "CNY"))
                    .order_by("price")
                    .rows()?;
                let names = cheap
                    .iter()
                    .map(|row| row.text("name"))
                    .collect::<Result<Vec<_>, _>>()?;
                Reply::say(literal(names.join(","))).step("looked")
            }
            Some("ask-around") => {
                let colour = config::text("colour").unwrap_or_default();
                let status = http::get("https://example.com/a")
                    .header("accept", "text/plain")
                    .read()?
                    .status;
                let found = knowledge::search("return", 3);
                log::info("asked around");
                let dice = cx.random().below(6);
                storage::set("seen", &format!("{colour} {status} {} {dice}", found.len()))?;
                Reply::quiet().step("looked")
            }
            Some("wrong-column") => {
                tables::query("things", ["name"])
                    .eq("colour", "red")
                    .rows()?;
                Reply::quiet().step("looked")
            }
            _ => self.ask(cx),
        }
    }

    fn confirmed(&mut self, _cx: &mut Context, yes: bool) -> Answer {
        if !yes {
            return Reply::say(t("no"))
                .hand_off("sales", "said no")
                .step("person");
        }
        Reply::say(t("sent"))
            .request("order", http::post("{config:shop}/orders").json(&self)?)
            .timer("late", 60_000)
            .open_case("order", "An order", [("asked", i64::from(self.asked))])
            .step("sent")
    }

    fn answered(
        &mut self,
        _cx: &mut Context,
        _name: &str,
        outcome: Result<&Response, &Failure>,
    ) -> Answer {
        match outcome {
            Ok(response) => Reply::say(t("done"))
                .done_with([("status", i64::from(response.status))])
                .step("done"),
            Err(failure) => Err(failure.clone().into()),
        }
    }
}

jackfield_sdk::export!(Order);

fn order() -> Conversation {
    Conversation::new(handle, "order")
}

#[test]
fn state_and_slots_live_from_step_to_step() {
    let mut talk = order();
    talk.start([("note", "hi".into())])
        .at("ask-amount")
        .asks_slot("amount")
        .arg("how-many", "asked", 1);
    assert_eq!(
        talk.turn().state.as_deref(),
        Some(r#"{"asked":1,"note":"hi"}"#)
    );
    talk.filled("amount", 2)
        .at("confirm")
        .asks_yes_no()
        .arg("sum", "amount", 2);
    talk.corrected("amount", 3)
        .at("confirm")
        .arg("sum", "amount", 3);
    assert_eq!(talk.turn().slots, [NamedValue::new("amount", 3)]);
}

#[test]
fn what_a_flow_does_not_handle_repeats_its_question() {
    let mut talk = order();
    talk.start([]);
    let other = Event::Other(Extension {
        name: "later".to_owned(),
        json: "{}".to_owned(),
    });
    for event in [
        Event::Resumed,
        Event::Silent(2),
        Event::Pressed("1#".to_owned()),
        Event::Interrupted("how m".to_owned()),
        Event::HandedBack("agreed".to_owned()),
        Event::Expired("late".to_owned()),
        Event::Chose("nothing".to_owned()),
        Event::Attached(Vec::new()),
        Event::Fired("late".to_owned()),
        other,
    ] {
        talk.step(vec![event])
            .unwrap()
            .at("ask-amount")
            .says("how-many");
    }
    talk.cancelled("bored").at("cancelled").is_done();
}

#[test]
fn of_two_questions_in_one_step_only_the_later_is_asked() {
    let mut talk = order();
    let fill = Event::Filled(NamedValue::new("amount", 2));
    let reply = talk
        .step(vec![
            Event::Started(Vec::new()),
            fill,
            Event::Confirmed(true),
        ])
        .unwrap();
    assert_eq!(reply.keys(), ["sent"]);
    reply.at("sent").opens_case("order");
}

#[test]
fn nothing_is_told_to_a_flow_that_has_ended() {
    let mut talk = order();
    let no = vec![Event::Confirmed(false), Event::Confirmed(true)];
    talk.step(no)
        .unwrap()
        .at("person")
        .hands_off("sales")
        .changes_nothing();
}

#[test]
fn a_question_carries_its_hints() {
    let reply = order().start([]);
    let expects = &reply.reply().expects;
    assert_eq!(expects.what, Expected::Slot("amount".to_owned()));
    assert_eq!((expects.sensitive, expects.timeout_ms), (true, Some(5_000)));
    assert_eq!(expects.hints, ["two"]);
}

#[test]
fn a_request_goes_out_and_its_answer_ends_the_flow() {
    let mut talk = order();
    talk.start([]);
    let sent = talk.confirmed(true);
    let request = sent.request("order").unwrap();
    assert_eq!(request.url, "{config:shop}/orders");
    assert_eq!(request.body.as_deref(), Some(r#"{"asked":1,"note":null}"#));
    assert!(
        request
            .headers
            .iter()
            .any(|header| header.name == "content-type")
    );
    assert!(
        sent.reply()
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::SetTimer(timer) if timer.name == "late"))
    );
    let done = talk.answered("order", 201, "");
    assert_eq!(
        done.at("done").reply().then,
        Next::Done(vec![NamedValue::new("status", 201)])
    );
}

#[test]
fn failures_become_the_faults_the_host_expects() {
    let mut talk = order();
    let mut fault = |failure| {
        let answer = jackfield_sdk::wire::Answer {
            name: "order".to_owned(),
            outcome: Err(failure),
        };
        talk.step(vec![Event::Answered(answer)]).unwrap_err()
    };
    assert!(matches!(fault(Failure::TimedOut), Fault::Unavailable(_)));
    assert!(matches!(
        fault(Failure::Unreachable("x".to_owned())),
        Fault::Unavailable(_)
    ));
    assert!(matches!(
        fault(Failure::Denied("x".to_owned())),
        Fault::Rejected(_)
    ));
    assert!(matches!(fault(Failure::TooLarge(9)), Fault::Bug(_)));
}

#[test]
fn a_fault_takes_back_what_was_written() {
    let mut talk = order();
    talk.start([]);
    let before = talk.turn().state.clone();
    let utterance = jackfield_sdk::testing::utterance("x", "fail", []);
    assert_eq!(
        talk.step(vec![Event::Said(utterance)]),
        Err(Fault::unavailable())
    );
    assert_eq!(
        (talk.world().stored("broken"), talk.world().counter("fails")),
        (None, 0)
    );
    assert_eq!(talk.turn().state, before);
}

#[test]
fn capabilities_are_the_tests_own() {
    let mut talk = order()
        .with_config("colour", "red")
        .with_article("a1", "how do I return it", "Send it back.")
        .with_http(|request| {
            assert_eq!(request.headers[0].name, "accept");
            Ok(Response {
                status: 204,
                headers: Vec::new(),
                body: String::new(),
            })
        });
    talk.said("ask-around", "?").at("looked");
    let seen = talk.world().stored("seen").unwrap();
    assert!(seen.starts_with("red 204 1 "), "{seen}");
    assert_eq!(talk.world().reads()[0].url, "https://example.com/a");
    assert_eq!(
        *talk.world().log(),
        [(Level::Info, "asked around".to_owned())]
    );
}

#[test]
fn tables_answer_by_type() {
    let csv = "name,price\nbread,3.50\nwine,12\ncake,10.00\n";
    let mut talk = order().with_table_csv("things", &[("price", "money:CNY")], csv);
    talk.said("look", "?").says("bread,cake");
    let fault = talk
        .step(vec![Event::Said(jackfield_sdk::testing::utterance(
            "x",
            "wrong-column",
            [],
        ))])
        .unwrap_err();
    assert_eq!(fault, Fault::Bug("no such column: colour".to_owned()));
}

#[test]
fn state_of_another_shape_is_a_fault_and_not_a_panic() {
    let mut talk = order();
    talk.turn().state = Some("[1".to_owned());
    assert!(matches!(
        talk.step(vec![Event::Resumed]),
        Err(Fault::Bug(_))
    ));
    talk.turn().state = None;
    assert!(
        matches!(talk.step(Vec::new()), Err(Fault::Bug(_))),
        "a step without an event"
    );
    talk.turn().flow = "nobody".to_owned();
    assert!(matches!(
        talk.step(vec![Event::Resumed]),
        Err(Fault::Rejected(_))
    ));
}

#[test]
fn state_of_an_earlier_version_is_brought_along() {
    let migrated = migrate(
        "order".to_owned(),
        1,
        r#"{"asked":4,"dropped":true}"#.to_owned(),
    );
    assert_eq!(migrated.unwrap(), r#"{"asked":4,"note":null}"#);
    assert!(matches!(
        migrate("order".to_owned(), 1, "{}".to_owned()),
        Err(Fault::Bug(_))
    ));
    assert!(matches!(
        migrate("nobody".to_owned(), 1, "{}".to_owned()),
        Err(Fault::Rejected(_))
    ));
}

#[test]
fn a_correction_without_an_old_value_fills() {
    let correction = Correction {
        slot: "amount".to_owned(),
        old: None,
        new: 5.into(),
    };
    order()
        .step(vec![Event::Corrected(correction)])
        .unwrap()
        .at("confirm")
        .arg("sum", "amount", 5);
}
