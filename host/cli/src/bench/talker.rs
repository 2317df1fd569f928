//! Contacts of the web chat, as load: what they say, over a connection and an event stream of their own.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::bail;
use serde::Deserialize;

use crate::http::{Connection, Events};

/// What one contact says, over and over. Named in the report as `advice`: small talk, a knowledge question and a
/// plan recommendation over the table of 10,000 plans, in both languages; no other system takes part.
pub(super) const MIX: [&[&str]; 2] = [
    &[
        "你好",
        "帮我推荐一个套餐",
        "浙江",
        "20G",
        "100元以内",
        "携号转网怎么办理",
        "取消",
    ],
    &[
        "hello",
        "recommend a plan for me",
        "Beijing",
        "30 GB",
        "100 yuan",
        "how do I replace a lost SIM card",
        "cancel",
    ],
];

/// One contact: a connection to send on, and an event stream.
pub(super) struct Talker {
    pub(super) token: String,
    pub(super) send: Connection,
    pub(super) events: Events,
    pub(super) script: &'static [&'static str],
    pub(super) at: usize,
    pub(super) sent: u64,
}

#[derive(Deserialize)]
struct Opened {
    token: String,
}

impl Talker {
    /// Opens a session and hears its greeting, which is a turn, too.
    pub(super) async fn open(server: SocketAddr, number: usize) -> anyhow::Result<Self> {
        let mut send = Connection::open(server).await?;
        let (status, body) = send.post("/chat/api/sessions", None, "{}").await?;
        if status >= 300 {
            bail!("no session: {status} {}", String::from_utf8_lossy(&body));
        }
        let Opened { token } = serde_json::from_slice(&body)?;
        let mut events = Connection::open(server)
            .await?
            .events(&format!("/chat/api/events?token={token}"))
            .await?;
        // The greeting: the first turn of every session, not measured.
        while events.next().await?.name != "turn" {}
        let script = MIX[number % MIX.len()];
        // Contacts start at different places of the script.
        Ok(Self {
            token,
            send,
            events,
            script,
            at: number / MIX.len() % script.len(),
            sent: 0,
        })
    }

    /// Says the next sentence of the script; how long the answer took.
    pub(super) async fn say(&mut self) -> anyhow::Result<Duration> {
        let body = self.next_body();
        let sent = Instant::now();
        post(&mut self.send, &self.token, &body).await?;
        loop {
            let event = self.events.next().await?;
            if event.name == "turn" && handled(&event.data) == Some(self.sent) {
                return Ok(sent.elapsed());
            }
        }
    }

    fn next_body(&mut self) -> String {
        let text = self.script[self.at];
        self.at = (self.at + 1) % self.script.len();
        self.sent += 1;
        format!(r#"{{"id":"{}","text":"{text}"}}"#, self.sent)
    }
}

pub(super) async fn post(send: &mut Connection, token: &str, body: &str) -> anyhow::Result<()> {
    let (status, answer) = send.post("/chat/api/messages", Some(token), body).await?;
    if status != 202 {
        bail!(
            "a message was refused: {status} {}",
            String::from_utf8_lossy(&answer)
        );
    }
    Ok(())
}

/// The id of the message that a turn handled.
pub(super) fn handled(data: &str) -> Option<u64> {
    let said = data.split_once(r#""said":[{"id":""#)?.1;
    said.split('"').next()?.parse().ok()
}
