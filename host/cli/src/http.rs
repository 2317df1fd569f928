//! A small HTTP/1.1 client for load on loopback: one connection, one request at a time, no more work than the
//! bytes need, so that a load generator on the same machine takes little from the server.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// A connection that is kept.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
    line: String,
}

impl Connection {
    pub(crate) async fn open(host: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host)
            .await
            .with_context(|| format!("cannot connect to {host}"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            host,
            line: String::new(),
        })
    }

    /// Posts JSON; the status and the body of the answer.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> anyhow::Result<(u16, Vec<u8>)> {
        self.ask("POST", path, token, body.as_bytes()).await
    }

    /// The same with any method.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &[u8],
    ) -> anyhow::Result<(u16, Vec<u8>)> {
        let bearer = token
            .map(|token| format!("authorization: Bearer {token}\r\n"))
            .unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n{bearer}content-length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        // In one write: a small request is one packet.
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request).await?;
        let (status, length) = self.head().await?;
        let mut answer = vec![0; length.context("the answer has no length")?];
        self.stream.read_exact(&mut answer).await?;
        Ok((status, answer))
    }

    /// Gets a text.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<String> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.host);
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let (status, length) = self.head().await?;
        let mut answer = vec![0; length.context("the answer has no length")?];
        self.stream.read_exact(&mut answer).await?;
        if status != 200 {
            bail!("GET {path}: {status}");
        }
        Ok(String::from_utf8(answer)?)
    }

    /// Opens an event stream on this connection.
    pub(crate) async fn events(mut self, path: &str) -> anyhow::Result<Events> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\naccept: text/event-stream\r\n\r\n",
            self.host
        );
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let (status, _) = self.head().await?;
        if status != 200 {
            return Err(Refused(status).into());
        }
        Ok(Events {
            stream: self.stream,
            line: String::new(),
            name: String::new(),
            id: String::new(),
        })
    }

    async fn head(&mut self) -> anyhow::Result<(u16, Option<usize>)> {
        let mut status = None;
        let mut length = None;
        loop {
            self.line.clear();
            if self.stream.read_line(&mut self.line).await? == 0 {
                bail!("the server closed the connection");
            }
            let line = self.line.trim_end();
            if line.is_empty() {
                return Ok((status.context("no status line")?, length));
            }
            if status.is_none() {
                status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
            } else if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
    }
}

/// The server answered, but not with an event stream.
#[derive(Debug, thiserror::Error)]
#[error("the event stream was refused: {0}")]
pub(crate) struct Refused(pub(crate) u16);

/// A server-sent event stream.
pub(crate) struct Events {
    stream: BufReader<TcpStream>,
    line: String,
    name: String,
    id: String,
}

/// One server-sent event.
pub(crate) struct Event {
    pub(crate) name: String,
    /// Empty when it has none.
    pub(crate) id: String,
    pub(crate) data: String,
}

impl Events {
    /// The next event. Chunk sizes of the transfer encoding stand on lines of their own and are passed over, because
    /// no line of an event looks like one. To be awaited to its end: a line that was read in part would be lost.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Event> {
        loop {
            self.line.clear();
            if self.stream.read_line(&mut self.line).await? == 0 {
                bail!("the event stream ended");
            }
            let line = self.line.trim_end();
            if let Some(name) = line.strip_prefix("event:") {
                name.trim().clone_into(&mut self.name);
            } else if let Some(id) = line.strip_prefix("id:") {
                id.trim().clone_into(&mut self.id);
            } else if let Some(data) = line.strip_prefix("data:") {
                return Ok(Event {
                    name: std::mem::take(&mut self.name),
                    id: std::mem::take(&mut self.id),
                    data: data.trim().to_owned(),
                });
            }
        }
    }
}
