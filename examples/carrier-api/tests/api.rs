//! What the simulated operator promises, over real HTTP.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use carrier_api::{Catalogue, Options, Running, start};
use common::{change, get, send};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const BEIJING: &str = "13800138001";
const STUDENT: &str = "13900139002";
const BOUND: &str = "13700137003";

async fn carrier() -> Running {
    let today = Some(jiff::civil::date(2026, 11, 20));
    start(Options {
        today,
        ..Options::default()
    })
    .await
    .unwrap()
}

/// Sets a fault mode.
async fn control(address: std::net::SocketAddr, body: &str) {
    let (status, answer) = send(address, "POST", "/control", None, body).await.unwrap();
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn any_mobile_number_is_a_subscriber_and_stays_the_same() {
    let carrier = carrier().await;
    for phone in ["13012345678", "15911112222", "19900000001"] {
        let (status, first) = get(carrier.address(), &format!("/subscribers/{phone}")).await;
        assert_eq!(status, 200);
        assert_eq!(first["phone"], phone);
        assert!(
            first["data_used_mb"].as_u64().unwrap() <= first["data_total_mb"].as_u64().unwrap()
        );
        assert!(
            first["voice_used_min"].as_u64().unwrap() <= first["voice_total_min"].as_u64().unwrap()
        );
        assert_eq!(first["cycle_end"], "2026-11-30");
        assert_eq!(
            get(carrier.address(), &format!("/subscribers/{phone}"))
                .await
                .1,
            first
        );
    }
}

#[tokio::test]
async fn other_numbers_are_unknown() {
    let carrier = carrier().await;
    for phone in [
        "13800000000",
        "12345678901",
        "1380013800",
        "138001380011",
        "1380013800a",
    ] {
        let (status, answer) = get(carrier.address(), &format!("/subscribers/{phone}")).await;
        assert_eq!(
            (status, answer["error"].as_str().unwrap()),
            (404, "unknown-subscriber"),
            "{phone}"
        );
    }
    let (status, answer) = change(carrier.address(), "k", "13800000000", "bj-5g-39-01")
        .await
        .unwrap();
    assert_eq!(
        (status, answer["error"].as_str().unwrap()),
        (404, "unknown-subscriber")
    );
}

#[tokio::test]
async fn the_well_known_numbers_are_what_the_readme_says() {
    let carrier = carrier().await;
    let of = |phone: &'static str| {
        let address = carrier.address();
        async move { get(address, &format!("/subscribers/{phone}")).await.1 }
    };
    let beijing = of(BEIJING).await;
    assert_eq!(
        (
            beijing["province"].as_str().unwrap(),
            beijing["price_minor"].as_i64().unwrap()
        ),
        ("beijing", 3_800)
    );
    assert_eq!(of(STUDENT).await["audience"], "student");
    assert_eq!(of(STUDENT).await["province"], "zhejiang");
    assert_eq!(of(BOUND).await["contract_until"], "2027-12-31");
    let empty = of("13600136004").await;
    assert_eq!(empty["data_used_mb"], empty["data_total_mb"]);
    assert_eq!(of("13500135005").await["audience"], "business");
    assert_eq!(of("13300133006").await["audience"], "senior");
    assert_eq!(of("18800188007").await["audience"], "new");
    assert!(of("18600186008").await["balance_minor"].as_i64().unwrap() < 0);
}

#[tokio::test]
async fn subscribers_are_on_plans_of_their_province_and_few_are_bound() {
    let carrier = carrier().await;
    let text = std::fs::read_to_string("../../plugins/telecom/data/plans.csv").unwrap();
    let catalogue = Catalogue::from_csv(&text).unwrap();
    let mut bound = 0;
    for number in 0..200 {
        let (_, answer) = get(
            carrier.address(),
            &format!("/subscribers/150{:08}", number * 7_919 + 1),
        )
        .await;
        let plan = catalogue.get(answer["plan_id"].as_str().unwrap()).unwrap();
        assert_eq!(plan.province, answer["province"].as_str().unwrap());
        assert_eq!(plan.price.0, answer["price_minor"].as_i64().unwrap());
        assert_eq!(plan.name_zh, answer["plan_name_zh"].as_str().unwrap());
        bound += i32::from(!answer["contract_until"].is_null());
    }
    assert!((5..=60).contains(&bound), "{bound} of 200 have a contract");
}

#[tokio::test]
async fn a_change_is_applied_once_however_often_its_key_comes() {
    let carrier = carrier().await;
    let first = change(carrier.address(), "k1", BEIJING, "bj-5g-89-01")
        .await
        .unwrap();
    assert_eq!(first.0, 200);
    // Another change lies between: answering the repeated key must not undo it.
    assert_eq!(
        change(carrier.address(), "k2", BEIJING, "bj-5g-59-01")
            .await
            .unwrap()
            .0,
        200
    );
    assert_eq!(
        change(carrier.address(), "k1", BEIJING, "bj-5g-89-01")
            .await
            .unwrap(),
        first
    );
    let (_, now) = get(carrier.address(), &format!("/subscribers/{BEIJING}")).await;
    assert_eq!(now["plan_id"], "bj-5g-59-01");
    let (_, list) = get(carrier.address(), "/plan-changes").await;
    assert_eq!(list["applied"], 2);
    assert_eq!(
        (
            list["changes"][0]["key"].as_str().unwrap(),
            list["changes"][0]["received"].as_u64().unwrap()
        ),
        ("k1", 2)
    );
    assert_eq!(list["changes"][0]["previous_plan_id"], "bj-4g-38-01");
    assert_eq!(
        (
            list["changes"][1]["key"].as_str().unwrap(),
            list["changes"][1]["received"].as_u64().unwrap()
        ),
        ("k2", 1)
    );
}

#[tokio::test]
async fn a_change_may_count_from_the_first_of_next_month() {
    let carrier = carrier().await;
    let address = carrier.address();
    let from = async |key: &str, day: &str| {
        let body =
            format!(r#"{{"phone":"{BEIJING}","plan_id":"bj-5g-89-01","effective":"{day}"}}"#);
        send(address, "POST", "/plan-changes", Some(key), &body)
            .await
            .unwrap()
    };
    let (status, refused) = from("k1", "2031-05-15").await;
    assert_eq!((status, refused["reason"].as_str()), (422, Some("date")));
    assert_eq!(from("k2", "soon").await.0, 400);
    let first = "2026-12-01";
    let (status, applied) = from("k3", first).await;
    assert_eq!((status, applied["effective"].as_str()), (200, Some(first)));
    // Until then the plan is the one before.
    let (_, now) = get(address, &format!("/subscribers/{BEIJING}")).await;
    assert_eq!(now["plan_id"], "bj-4g-38-01");
    assert_eq!(from("k3", first).await, (status, applied));
}

#[tokio::test]
async fn the_same_key_at_the_same_time_is_applied_once() {
    let carrier = carrier().await;
    let address = carrier.address();
    let all: Vec<_> = (0..20)
        .map(|_| tokio::spawn(change(address, "k", BEIJING, "bj-5g-89-01")))
        .collect();
    for one in all {
        assert_eq!(one.await.unwrap().unwrap().0, 200);
    }
    let (_, list) = get(address, "/plan-changes").await;
    assert_eq!(
        (
            list["applied"].as_u64(),
            list["changes"][0]["received"].as_u64()
        ),
        (Some(1), Some(20))
    );
}

#[tokio::test]
async fn refusals_say_why_and_change_nothing() {
    let carrier = carrier().await;
    let cases = [
        ("a", BEIJING, "bj-4g-38-01", 409, "already-on-plan", None),
        (
            "b",
            BEIJING,
            "zj-5g-128-01",
            422,
            "not-eligible",
            Some("province"),
        ),
        (
            "c",
            STUDENT,
            "zj-5g-99-07",
            422,
            "not-eligible",
            Some("audience"),
        ),
        (
            "d",
            BOUND,
            "gd-5g-128-01",
            422,
            "not-eligible",
            Some("contract"),
        ),
        ("e", BEIJING, "bj-5g-0-01", 404, "unknown-plan", None),
    ];
    for (key, phone, plan, status, error, reason) in cases {
        let text = std::fs::read_to_string("../../plugins/telecom/data/plans.csv").unwrap();
        assert!(
            error == "unknown-plan" || text.contains(&format!("\n{plan},")),
            "{plan}"
        );
        let answer = change(carrier.address(), key, phone, plan).await.unwrap();
        assert_eq!(answer.0, status, "{answer:?}");
        assert_eq!(answer.1["error"], error);
        assert_eq!(answer.1["reason"].as_str(), reason);
    }
    let (_, list) = get(carrier.address(), "/plan-changes").await;
    assert_eq!(
        (
            list["applied"].as_u64(),
            list["refused"].as_array().unwrap().len()
        ),
        (Some(0), cases.len())
    );
}

#[tokio::test]
async fn a_plan_with_a_contract_binds_from_then_on() {
    let carrier = carrier().await;
    assert_eq!(
        change(carrier.address(), "k1", BEIJING, "bj-5g-71-01")
            .await
            .unwrap()
            .0,
        200
    );
    let (_, now) = get(carrier.address(), &format!("/subscribers/{BEIJING}")).await;
    assert_eq!(now["contract_until"], "2028-11-30");
    let (status, answer) = change(carrier.address(), "k2", BEIJING, "bj-5g-89-01")
        .await
        .unwrap();
    assert_eq!((status, answer["reason"].as_str()), (422, Some("contract")));
}

#[tokio::test]
async fn bad_requests_are_told_apart() {
    let carrier = carrier().await;
    let address = carrier.address();
    let body = format!(r#"{{"phone":"{BEIJING}","plan_id":"bj-5g-89-01"}}"#);
    let error = |answer: Option<(u16, serde_json::Value)>| {
        answer.map(|(status, body)| (status, body["error"].clone()))
    };
    assert_eq!(
        error(send(address, "POST", "/plan-changes", None, &body).await),
        Some((400, "missing-key".into()))
    );
    assert_eq!(
        error(send(address, "POST", "/plan-changes", Some("k"), "{}").await),
        Some((400, "bad-body".into()))
    );
    assert_eq!(
        change(address, "k", BEIJING, "bj-5g-89-01")
            .await
            .unwrap()
            .0,
        200
    );
    assert_eq!(
        error(change(address, "k", BEIJING, "bj-5g-59-01").await),
        Some((400, "key-reused".into()))
    );
}

#[tokio::test]
async fn changes_survive_a_restart_and_a_torn_last_line() {
    let directory = tempfile::tempdir().unwrap();
    let state = Some(directory.path().join("state.jsonl"));
    let options = || Options {
        state: state.clone(),
        ..Options::default()
    };
    let first_life = start(options()).await.unwrap();
    let first = change(first_life.address(), "k1", BEIJING, "bj-5g-89-01")
        .await
        .unwrap();
    change(first_life.address(), "k1", BEIJING, "bj-5g-89-01")
        .await
        .unwrap();
    first_life.stop().await;

    let path = state.clone().unwrap();
    let mut torn = std::fs::read(&path).unwrap();
    torn.extend_from_slice(br#"{"first":{"key":"k2","phone"#);
    std::fs::write(&path, torn).unwrap();

    let second_life = start(options()).await.unwrap();
    assert_eq!(
        change(second_life.address(), "k1", BEIJING, "bj-5g-89-01")
            .await
            .unwrap(),
        first
    );
    assert_eq!(
        change(second_life.address(), "k2", BEIJING, "bj-5g-59-01")
            .await
            .unwrap()
            .0,
        200
    );
    second_life.stop().await;

    let third_life = start(options()).await.unwrap();
    let (_, list) = get(third_life.address(), "/plan-changes").await;
    assert_eq!(list["applied"], 2);
    assert_eq!(
        (
            list["changes"][0]["received"].as_u64(),
            list["changes"][1]["received"].as_u64()
        ),
        (Some(3), Some(1))
    );
    let (_, now) = get(third_life.address(), &format!("/subscribers/{BEIJING}")).await;
    assert_eq!(now["plan_id"], "bj-5g-59-01");
}

/// Accepts one request and answers it with 200; returns it as it came.
async fn answer_one(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    while !text.ends_with('}') {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{text}");
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    stream.write_all(ok).await.unwrap();
    text
}

#[tokio::test]
async fn a_call_back_is_owed_across_a_restart_until_it_is_understood() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state.jsonl");
    let options = || Options {
        state: Some(state.clone()),
        ..Options::default()
    };
    let caller = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let notify = format!("http://{}/here", caller.local_addr().unwrap());
    let body = format!(r#"{{"phone":"{BEIJING}","plan_id":"bj-5g-89-01","notify":"{notify}"}}"#);

    let first_life = start(options()).await.unwrap();
    control(first_life.address(), r#"{"mode":"later","delay_ms":60000}"#).await;
    let asked = send(
        first_life.address(),
        "POST",
        "/plan-changes",
        Some("k1"),
        &body,
    )
    .await;
    assert_eq!(asked.unwrap().0, 202);
    first_life.stop().await;

    let second_life = start(options()).await.unwrap();
    let called = answer_one(&caller).await;
    assert!(called.contains("idempotency-key: k1"), "{called}");
    assert!(called.contains(r#""status":200"#), "{called}");
    let told = || std::fs::read_to_string(&state).unwrap().contains("told");
    while !told() {
        tokio::task::yield_now().await;
    }
    second_life.stop().await;

    let third_life = start(options()).await.unwrap();
    get(third_life.address(), "/plan-changes").await;
    assert_eq!(third_life.called(), []);
}

#[tokio::test]
async fn a_foreign_state_file_is_refused_by_line() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.jsonl");
    std::fs::write(&path, "hello").unwrap();
    let error = start(Options {
        state: Some(path.clone()),
        ..Options::default()
    })
    .await
    .unwrap_err()
    .to_string();
    assert!(error.contains("line 1"), "{error}");
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "hello",
        "the file must be left as it was"
    );
}

#[tokio::test]
async fn fail_answers_503_and_does_nothing() {
    let carrier = carrier().await;
    control(carrier.address(), r#"{"mode":"fail"}"#).await;
    assert_eq!(
        get(carrier.address(), &format!("/subscribers/{BEIJING}"))
            .await
            .0,
        503
    );
    assert_eq!(
        change(carrier.address(), "k", BEIJING, "bj-5g-89-01")
            .await
            .unwrap()
            .0,
        503
    );
    control(carrier.address(), r#"{"mode":"normal"}"#).await;
    let (_, list) = get(carrier.address(), "/plan-changes").await;
    assert_eq!(
        (
            list["applied"].as_u64(),
            list["refused"].as_array().unwrap().len()
        ),
        (Some(0), 0)
    );
}

#[tokio::test]
async fn only_the_named_requests_fail() {
    let carrier = carrier().await;
    control(carrier.address(), r#"{"mode":"fail","only":"changes"}"#).await;
    assert_eq!(
        get(carrier.address(), &format!("/subscribers/{BEIJING}"))
            .await
            .0,
        200
    );
    assert_eq!(
        change(carrier.address(), "k", BEIJING, "bj-5g-89-01")
            .await
            .unwrap()
            .0,
        503
    );
    control(carrier.address(), r#"{"mode":"fail","only":"reads"}"#).await;
    assert_eq!(
        get(carrier.address(), &format!("/subscribers/{BEIJING}"))
            .await
            .0,
        503
    );
    assert_eq!(
        change(carrier.address(), "k", BEIJING, "bj-5g-89-01")
            .await
            .unwrap()
            .0,
        200
    );
}

#[tokio::test]
async fn slow_answers_late() {
    let carrier = carrier().await;
    control(carrier.address(), r#"{"mode":"slow","delay_ms":150}"#).await;
    let begun = Instant::now();
    assert_eq!(
        get(carrier.address(), &format!("/subscribers/{BEIJING}"))
            .await
            .0,
        200
    );
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn timeout_never_answers_and_does_nothing() {
    let carrier = carrier().await;
    control(carrier.address(), r#"{"mode":"timeout"}"#).await;
    let waited = tokio::time::timeout(
        Duration::from_millis(200),
        change(carrier.address(), "k", BEIJING, "bj-5g-89-01"),
    );
    assert!(waited.await.is_err(), "it answered");
    assert_eq!(
        get(carrier.address(), "/plan-changes").await.1["applied"],
        0
    );
}

#[tokio::test]
async fn flaky_applies_the_change_and_loses_the_answer() {
    let carrier = carrier().await;
    control(carrier.address(), r#"{"mode":"flaky","only":"changes"}"#).await;
    assert_eq!(
        change(carrier.address(), "k", BEIJING, "bj-5g-89-01").await,
        None
    );
    assert_eq!(
        get(carrier.address(), "/plan-changes").await.1["applied"],
        1
    );
    assert_eq!(
        change(carrier.address(), "k", BEIJING, "bj-5g-89-01")
            .await
            .unwrap()
            .0,
        200
    );
    assert_eq!(
        change(carrier.address(), "k", BEIJING, "bj-5g-89-01").await,
        None
    );
    let (_, list) = get(carrier.address(), "/plan-changes").await;
    assert_eq!(
        (
            list["applied"].as_u64(),
            list["changes"][0]["received"].as_u64()
        ),
        (Some(1), Some(3))
    );
}
