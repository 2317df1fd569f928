//! The web pages with a bot of canned answers: `cargo run -p jackfield-server --example fake_host -- 127.0.0.1:8090`.

#![allow(clippy::unwrap_used, reason = "an example")]

#[expect(dead_code, reason = "the tests use all of it")]
#[path = "../tests/server/fake.rs"]
mod fake;

use std::sync::Arc;
use std::time::Duration;

use fake::{Answer, FakeHost, words};
use jackfield_core::{ChoiceToken, Content, OfferedChoice, Outbound, Owner, RenderedCard, Speaker};
use jackfield_server::{Options, RasaAccess, Server, TokenKey};

fn with_choices(mut message: Outbound, turn: u64, labels: &[&str]) -> Outbound {
    let offered = |(choice, label): (usize, &&str)| OfferedChoice {
        token: ChoiceToken {
            turn,
            message: 0,
            choice: choice as u32,
        },
        label: (*label).to_owned(),
    };
    message.choices = labels.iter().enumerate().map(offered).collect();
    message
}

fn answer(content: &Content, turn: u64) -> Answer {
    let said = words(content);
    let chinese = !said.is_ascii();
    let locale = if chinese { "zh-CN" } else { "en" };
    let mut owner = Owner::Bot;
    let mut messages = Vec::new();
    match content {
        Content::Opened => {
            let greeting = "Hello! I can look up plans and usage for you, or change your plan.\n您好，也可以用中文和我聊。";
            let labels = ["Show my usage", "Recommend a plan", "换套餐"];
            messages.push(with_choices(Outbound::text(greeting, "en"), turn, &labels));
        }
        _ if said.contains("人工") || said.contains("human") => {
            let mut note = Outbound::text("A colleague takes over in a moment.", locale);
            note.speaker = Speaker::System;
            messages.push(note);
            let mut hello = Outbound::text("Hi, this is Lin. What can I do for you?", locale);
            hello.speaker = Speaker::Agent;
            messages.push(hello);
            owner = Owner::Agent("Lin".into());
        }
        Content::Choice(_) => {
            let text = if turn.is_multiple_of(2) {
                "You have used 12.4 of 20 GB this month."
            } else {
                "本月已使用 12.4 GB，共 20 GB。"
            };
            messages.push(Outbound::text(text, "en"));
        }
        _ => {
            let text = if chinese {
                "根据您的用量，推荐这个套餐，下月 1 日生效："
            } else {
                "This one fits what you used in the last three months:"
            };
            let mut offer = Outbound::text(text, locale);
            let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
            offer.card = Some(if chinese {
                RenderedCard {
                    title: "畅享 40 GB".into(),
                    text: Some("全国流量，含 300 分钟通话".into()),
                    facts: vec![
                        fact("月费", "¥59.00"),
                        fact("流量", "40 GB"),
                        fact("有效期", "12 个月"),
                    ],
                    link: Some("https://example.com/plans/40".into()),
                }
            } else {
                RenderedCard {
                    title: "Roam 40 GB".into(),
                    text: Some("Nationwide data, 300 minutes included".into()),
                    facts: vec![
                        fact("Monthly fee", "¥59.00"),
                        fact("Data", "40 GB"),
                        fact("Runs for", "12 months"),
                    ],
                    link: Some("https://example.com/plans/40".into()),
                }
            });
            let labels: &[&str] = if chinese {
                &["确认办理", "看看其他套餐", "算了"]
            } else {
                &["Take it", "Show others", "Cancel"]
            };
            messages.push(with_choices(offer, turn, labels));
        }
    }
    Answer {
        messages,
        owner,
        closed: said == "bye",
    }
}

#[tokio::main]
async fn main() {
    let listen = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let mut options = Options::new(listen.parse().unwrap(), TokenKey::new([7; 32]));
    options.title = "Blue Sky Telecom".to_owned();
    options.rasa = RasaAccess::Open;
    let host = FakeHost::new(1024, answer).thinking(Duration::from_millis(600));
    let server = Server::bind(options, Arc::new(host)).await.unwrap();
    println!("http://{}/", server.local_addr());
    server
        .run(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await;
}
