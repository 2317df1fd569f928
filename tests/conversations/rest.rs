//! A change of plan over the Rasa-compatible channel, which can only answer.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::{Carrier, Host, post};

/// Says something and answers what came back.
fn say(host: &Host, message: &str) -> Vec<Value> {
    let body = json!({"sender": "rest-1", "message": message});
    let (status, replies) = post(host.address, "/webhooks/rest/webhook", None, &body).unwrap();
    assert_eq!(status, 200, "{replies}");
    serde_json::from_str(&replies).unwrap()
}

fn told(replies: &[Value]) -> String {
    let texts = replies.iter().filter_map(|reply| reply["text"].as_str());
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_result_of_a_change_comes_once_with_the_next_reply() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let host = Host::start(data.path(), &carrier.url()).unwrap();
    say(&host, "我要换套餐");
    let shown = told(&say(&host, "13800138001"));
    let code = shown
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 6)
        .unwrap();
    say(&host, code);
    let plans = say(&host, "59元的");
    let first = plans
        .iter()
        .find_map(|reply| reply["buttons"][0]["payload"].as_str());
    assert!(told(&say(&host, first.unwrap())).contains("请确认"));
    say(&host, "确认");

    let until = Instant::now() + Duration::from_secs(20);
    let mut news = String::new();
    while !news.contains("办理成功") {
        assert!(Instant::now() < until, "the result never came: {news}");
        news = told(&say(&host, "谢谢"));
    }
    assert_eq!(carrier.applied(), 1);
    let after = told(&say(&host, "谢谢"));
    assert!(!after.contains("办理成功"), "told twice: {after}");
}
