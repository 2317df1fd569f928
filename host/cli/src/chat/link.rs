//! The way from the terminal to the host. It outlives the host: who comes back finds the conversation where it was.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use jackfield_core::ErrorCode;
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::http::{Connection, Refused};

/// How long a host may be away …
const PATIENCE: Duration = Duration::from_secs(60);
/// … and how often one looks whether it is back.
const RETRY: Duration = Duration::from_millis(250);

#[derive(Deserialize)]
struct Opened {
    token: String,
}

/// The host does not know the token of a conversation.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}; leave --token out to begin a new conversation", ErrorCode::BadToken, ErrorCode::BadToken.summary())]
pub(super) struct UnknownToken;

/// A conversation of its own on a host.
pub(super) struct Link {
    address: SocketAddr,
    token: String,
}

/// What comes from the host.
pub(super) enum Heard {
    /// A turn, as the event stream tells it.
    Turn(String),
    /// The host does not answer; it is tried again.
    Away,
    /// It answers again.
    Back,
}

impl Link {
    /// Opens a conversation.
    pub(super) async fn open(address: SocketAddr, locale: &str) -> anyhow::Result<Self> {
        let mut connection = Connection::open(address)
            .await
            .context("is the host running? Start it with `jackfield dev`")?;
        let body = serde_json::json!({ "locale": locale }).to_string();
        let (status, answer) = connection.post("/chat/api/sessions", None, &body).await?;
        if status >= 300 {
            bail!(
                "the host refused: {status} {}",
                String::from_utf8_lossy(&answer)
            );
        }
        Ok(Self {
            address,
            token: serde_json::from_slice::<Opened>(&answer)?.token,
        })
    }

    /// A conversation that was opened before.
    pub(super) fn again(address: SocketAddr, token: String) -> Self {
        Self { address, token }
    }

    /// What a conversation is come back to with.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Listens to the host from now on. An error is the last that is heard.
    pub(super) fn listen(&self) -> mpsc::UnboundedReceiver<anyhow::Result<Heard>> {
        let (heard, receiver) = mpsc::unbounded_channel();
        let ear = Ear {
            address: self.address,
            token: self.token.clone(),
            last: String::new(),
            away: None,
            heard,
        };
        tokio::spawn(ear.listen());
        receiver
    }

    /// Sends a message; while the host is away it is kept and sent again, which its id makes harmless. Gives what the
    /// host has against it.
    pub(super) async fn send(&self, message: &serde_json::Value) -> anyhow::Result<Option<String>> {
        let body = message.to_string();
        let began = Instant::now();
        loop {
            match self.post(&body).await {
                Ok((200..300, _)) => return Ok(None),
                // It is about to end, or has just begun.
                Ok((503, _)) if began.elapsed() < PATIENCE => {}
                Ok((status, answer)) => {
                    let answer = String::from_utf8_lossy(&answer);
                    return Ok(Some(format!("{status} {answer}")));
                }
                Err(_) if began.elapsed() < PATIENCE => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// On a connection of its own: who types is slower than a host keeps an idle one.
    async fn post(&self, body: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        Connection::open(self.address)
            .await?
            .post("/chat/api/messages", Some(&self.token), body)
            .await
    }
}

/// Who listens to the event stream, and opens it again after the last event when it breaks.
struct Ear {
    address: SocketAddr,
    token: String,
    /// Id of the last event.
    last: String,
    away: Option<Instant>,
    heard: mpsc::UnboundedSender<anyhow::Result<Heard>>,
}

impl Ear {
    async fn listen(mut self) {
        while let Err(error) = self.follow().await {
            let refused = error.downcast_ref::<Refused>();
            if refused.is_some_and(|Refused(status)| *status == 401) {
                let _ = self.heard.send(Err(UnknownToken.into()));
                return;
            }
            if refused.is_some_and(|Refused(status)| !matches!(status, 429 | 500..)) {
                let _ = self.heard.send(Err(error));
                return;
            }
            let away = *self.away.get_or_insert_with(|| {
                // Nobody listens any more when the program ends, which ends this too.
                let _ = self.heard.send(Ok(Heard::Away));
                Instant::now()
            });
            if away.elapsed() > PATIENCE {
                let _ = self.heard.send(Err(error));
                return;
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Follows the stream until it breaks, or until nobody listens.
    async fn follow(&mut self) -> anyhow::Result<()> {
        let path = format!("/chat/api/events?token={}&after={}", self.token, self.last);
        let mut events = Connection::open(self.address).await?.events(&path).await?;
        if self.away.take().is_some() {
            let _ = self.heard.send(Ok(Heard::Back));
        }
        loop {
            let event = events.next().await?;
            if event.name == "turn" {
                self.last = event.id;
                if self.heard.send(Ok(Heard::Turn(event.data))).is_err() {
                    return Ok(());
                }
            }
        }
    }
}
