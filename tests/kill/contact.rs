//! Contacts that talk over HTTP while the host comes and goes, and remember what was acknowledged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jackfield_core::{Position, SessionId};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;
use tokio::sync::watch;

use crate::load::Connection;

const SAYINGS: &[&str] = &[
    "你好",
    "帮我推荐一个套餐",
    "浙江",
    "20G",
    "100元以内",
    "携号转网怎么办理",
    "取消",
    "hello",
    "recommend a plan for me",
    "Beijing",
    "30 GB",
    "100 yuan",
    "how do I replace a lost SIM card",
    "cancel",
    "我要查流量",
    "人工",
];

/// What all contacts share.
pub(crate) struct Talk {
    /// Where the host is, while it is up.
    pub(crate) host: watch::Sender<Option<SocketAddr>>,
    over: AtomicBool,
    pub(crate) acknowledged: Mutex<Vec<Acknowledged>>,
    /// Texts posted on the channel without message ids whose answer was lost: handled once or not at all.
    pub(crate) unknown: Mutex<Vec<String>>,
    /// Messages that were sent again and turned out to be there already.
    pub(crate) known_already: AtomicU64,
    /// Messages that had to be sent again.
    pub(crate) retried: AtomicU64,
    problems: Mutex<Vec<String>>,
}

impl Default for Talk {
    fn default() -> Self {
        Self {
            host: watch::Sender::new(None),
            over: AtomicBool::new(false),
            acknowledged: Mutex::default(),
            unknown: Mutex::default(),
            known_already: AtomicU64::new(0),
            retried: AtomicU64::new(0),
            problems: Mutex::default(),
        }
    }
}

/// A message that got a 2xx.
#[derive(Debug)]
pub(crate) struct Acknowledged {
    pub(crate) contact: u64,
    /// Its place among the contact's messages; the same for those sent at once.
    pub(crate) place: u64,
    pub(crate) said: Said,
}

#[derive(Debug)]
pub(crate) enum Said {
    /// Web chat: our id of the message, and where the host says it stands.
    Web {
        id: String,
        session: SessionId,
        position: Position,
    },
    /// REST: the wire has no id, so each text is said once only.
    Rest { text: String },
}

#[derive(Deserialize)]
struct Opened {
    token: String,
}

#[derive(Deserialize)]
struct Receipt {
    session: SessionId,
    position: u64,
    duplicate: bool,
}

impl Talk {
    /// Nobody begins anything new.
    pub(crate) fn finish(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    pub(crate) fn take_problems(&self) -> Vec<String> {
        std::mem::take(&mut self.problems.lock().unwrap())
    }

    fn problem(&self, problem: String) {
        self.problems.lock().unwrap().push(problem);
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// A connection, as soon as the host is up.
    async fn connect(&self) -> Connection {
        let mut host = self.host.subscribe();
        loop {
            let address = *host.wait_for(Option::is_some).await.unwrap();
            if let Ok(connection) = Connection::open(address.unwrap()).await {
                return connection;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// One contact.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contact {
    pub(crate) number: u64,
    /// Messages sent at once.
    pub(crate) burst: u64,
    /// Whether it uses the REST channel instead of the web chat.
    pub(crate) rest: bool,
}

impl Contact {
    /// Talks until the talk is over and everything begun is acknowledged.
    pub(crate) async fn talk(self, seed: u64, talk: Arc<Talk>) {
        let mut random = StdRng::seed_from_u64(seed ^ (self.number << 32));
        if self.rest {
            self.over_rest(&mut random, &talk).await
        } else {
            self.over_web(&mut random, &talk).await
        }
    }

    async fn over_web(self, random: &mut StdRng, talk: &Talk) {
        let token = loop {
            let opened = talk
                .connect()
                .await
                .post("/chat/api/sessions", None, "{}")
                .await;
            if let Ok((201, body)) = opened {
                break serde_json::from_str::<Opened>(&body).unwrap().token;
            }
        };
        let mut lines: Vec<Option<Connection>> = (0..self.burst).map(|_| None).collect();
        let mut place = 0;
        while !talk.is_over() {
            place += 1;
            let begin = random.random_range(0..SAYINGS.len());
            let again = random.random_ratio(1, 20);
            let sent = lines.iter_mut().enumerate().map(|(line, connection)| {
                let id = format!("m{place}.{line}");
                let text = SAYINGS[(begin + line) % SAYINGS.len()];
                self.send(place, id, text, &token, connection, again, talk)
            });
            futures_util::future::join_all(sent).await;
            tokio::time::sleep(Duration::from_millis(random.random_range(0..20))).await;
        }
    }

    /// Sends one message until it is acknowledged.
    #[expect(
        clippy::too_many_arguments,
        reason = "one message, its line and who counts it"
    )]
    async fn send(
        self,
        place: u64,
        id: String,
        text: &str,
        token: &str,
        line: &mut Option<Connection>,
        again: bool,
        talk: &Talk,
    ) {
        let body = serde_json::json!({ "id": id, "text": text }).to_string();
        let first = self.deliver(&body, token, line, talk).await;
        talk.acknowledged.lock().unwrap().push(Acknowledged {
            contact: self.number,
            place,
            said: Said::Web {
                id: id.clone(),
                session: first.session,
                position: Position(first.position),
            },
        });
        if again {
            let second = self.deliver(&body, token, line, talk).await;
            if !second.duplicate
                || (second.session, second.position) != (first.session, first.position)
            {
                talk.problem(format!(
                    "contact {} message {id}: sent again, it was accepted again",
                    self.number
                ));
            }
        }
    }

    async fn deliver(
        self,
        body: &str,
        token: &str,
        line: &mut Option<Connection>,
        talk: &Talk,
    ) -> Receipt {
        let mut tries = 0;
        loop {
            let mut connection = match line.take() {
                Some(connection) => connection,
                None => talk.connect().await,
            };
            match connection
                .post("/chat/api/messages", Some(token), body)
                .await
            {
                Ok((202, answer)) => {
                    *line = Some(connection);
                    let receipt: Receipt = serde_json::from_str(&answer).unwrap();
                    if tries > 0 && receipt.duplicate {
                        talk.known_already.fetch_add(1, Ordering::Relaxed);
                    }
                    return receipt;
                }
                // Too much waits for this contact, or the host is shutting down.
                Ok((429 | 503, _)) => {
                    *line = Some(connection);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Ok((status, answer)) => {
                    talk.problem(format!("contact {}: {status} {answer}", self.number));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(_) => {}
            }
            tries += 1;
            talk.retried.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn over_rest(self, random: &mut StdRng, talk: &Talk) {
        let mut line = None;
        let mut place = 0;
        while !talk.is_over() {
            place += 1;
            let saying = SAYINGS[random.random_range(0..SAYINGS.len())];
            let text = format!("{saying} ({}/{place})", self.number);
            let body =
                serde_json::json!({ "sender": format!("r{}", self.number), "message": text })
                    .to_string();
            let mut connection = match line.take() {
                Some(connection) => connection,
                None => talk.connect().await,
            };
            match connection.post("/webhooks/rest/webhook", None, &body).await {
                Ok((200, _)) => {
                    line = Some(connection);
                    let said = Said::Rest { text };
                    talk.acknowledged.lock().unwrap().push(Acknowledged {
                        contact: self.number,
                        place,
                        said,
                    });
                }
                Ok((429 | 503, _)) => line = Some(connection),
                Ok((status, answer)) => {
                    talk.problem(format!("contact {}: {status} {answer}", self.number))
                }
                Err(_) => talk.unknown.lock().unwrap().push(text),
            }
            tokio::time::sleep(Duration::from_millis(random.random_range(0..20))).await;
        }
    }
}
