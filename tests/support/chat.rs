//! A contact on the web chat.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde_json::json;

use super::http::post;

/// One turn as the event stream tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Turn {
    pub turn: u64,
    pub said: Vec<Said>,
    pub messages: Vec<Message>,
    pub owner: String,
    pub closed: bool,
}

/// What the contact said in a turn.
#[derive(Debug, Clone, Deserialize)]
pub struct Said {
    pub id: String,
    pub text: String,
}

/// What the contact was told.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    pub from: String,
    pub text: String,
    #[serde(default)]
    pub choices: Vec<Choice>,
    #[serde(default)]
    pub card: Option<serde_json::Value>,
}

/// Something to tap.
#[derive(Debug, Clone, Deserialize)]
pub struct Choice {
    pub token: String,
    pub label: String,
}

/// A contact with an open conversation and an event stream.
pub struct Chat {
    address: SocketAddr,
    stream: Stream,
    /// Bearer token of the contact.
    pub token: String,
    /// The session's id.
    pub session: String,
    sent: u32,
}

impl Chat {
    /// A new contact opens the chat page.
    pub fn open(address: SocketAddr, locale: &str) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Opened {
            token: String,
            session: String,
        }
        let (status, answer) = post(
            address,
            "/chat/api/sessions",
            None,
            &json!({ "locale": locale }),
        )?;
        ensure!(status == 201, "the chat was not opened: {status} {answer}");
        let Opened { token, session } = serde_json::from_str(&answer)?;
        let stream = Stream::open(address, &token, None)?;
        Ok(Self {
            address,
            stream,
            token,
            session,
            sent: 0,
        })
    }

    /// Says something; returns the id of the message once the host has accepted it.
    pub fn say(&mut self, text: &str) -> anyhow::Result<String> {
        self.send(json!({ "text": text }))
    }

    /// Taps a choice by its token.
    pub fn tap(&mut self, token: &str) -> anyhow::Result<String> {
        self.send(json!({ "choice": token }))
    }

    fn send(&mut self, mut body: serde_json::Value) -> anyhow::Result<String> {
        self.sent += 1;
        let id = format!("m{}", self.sent);
        body["id"] = json!(id);
        let (status, answer) = post(self.address, "/chat/api/messages", Some(&self.token), &body)?;
        ensure!(
            status == 202,
            "the message was not accepted: {status} {answer}"
        );
        Ok(id)
    }

    /// The next turn, or `None` when none came in time. An error when the stream broke: see [`Chat::reconnect`].
    pub fn next(&mut self, until: Instant) -> anyhow::Result<Option<Turn>> {
        while let Some((event, data)) = self.stream.next(until)? {
            if event == "turn" {
                return Ok(Some(serde_json::from_str(&data)?));
            }
        }
        Ok(None)
    }

    /// The same contact's conversation from its beginning, as a page that is opened anew sees it.
    pub fn another_page(&self) -> anyhow::Result<Self> {
        Ok(Self {
            address: self.address,
            stream: Stream::open(self.address, &self.token, None)?,
            token: self.token.clone(),
            session: self.session.clone(),
            sent: 1_000,
        })
    }

    /// Goes on where the stream broke, perhaps at another address.
    pub fn reconnect(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        self.stream = Stream::open(address, &self.token, self.stream.last.take())?;
        self.address = address;
        Ok(())
    }
}

/// A server-sent event stream that can be read with a deadline.
struct Stream {
    reader: BufReader<TcpStream>,
    /// The line that is being read; a deadline may pass in its middle.
    line: Vec<u8>,
    event: String,
    /// Id of the last event with one.
    last: Option<String>,
}

impl Stream {
    fn open(address: SocketAddr, token: &str, after: Option<String>) -> anyhow::Result<Self> {
        let mut socket = TcpStream::connect(address)?;
        let last = after
            .as_ref()
            .map(|id| format!("last-event-id: {id}\r\n"))
            .unwrap_or_default();
        write!(
            socket,
            "GET /chat/api/events?token={token} HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\n{last}\r\n"
        )?;
        let mut stream = Self {
            reader: BufReader::new(socket),
            line: Vec::new(),
            event: String::new(),
            last: after,
        };
        let until = Instant::now() + Duration::from_secs(20);
        let status = stream
            .line(until)?
            .context("no answer to the event stream")?;
        ensure!(
            status.contains(" 200 "),
            "the event stream was refused: {status}"
        );
        Ok(stream)
    }

    /// The next event. Heads and chunk sizes look like no line of an event and are passed over.
    fn next(&mut self, until: Instant) -> anyhow::Result<Option<(String, String)>> {
        while let Some(line) = self.line(until)? {
            if let Some(id) = line.strip_prefix("id: ") {
                self.last = Some(id.to_owned());
            } else if let Some(event) = line.strip_prefix("event: ") {
                event.clone_into(&mut self.event);
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Ok(Some((std::mem::take(&mut self.event), data.to_owned())));
            }
        }
        Ok(None)
    }

    fn line(&mut self, until: Instant) -> anyhow::Result<Option<String>> {
        loop {
            let left = until
                .saturating_duration_since(Instant::now())
                .max(Duration::from_millis(1));
            self.reader.get_ref().set_read_timeout(Some(left))?;
            match self.reader.read_until(b'\n', &mut self.line) {
                Ok(0) => bail!("the event stream ended"),
                Ok(_) if self.line.ends_with(b"\n") => {
                    let line = String::from_utf8(std::mem::take(&mut self.line))?;
                    return Ok(Some(line.trim_end().to_owned()));
                }
                Ok(_) => bail!("the event stream broke off"),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    if Instant::now() >= until {
                        return Ok(None);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
