//! A server under test, and a client for it.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jackfield_server::{Limits, Options, RasaAccess, Server, TokenKey};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fake::FakeHost;

/// A running server.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) host: Arc<FakeHost>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

/// An answer.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The code of an error.
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// Options as most tests want them.
pub(crate) fn options() -> Options {
    let mut options = Options::new(([127, 0, 0, 1], 0).into(), TokenKey::new([7; 32]));
    options.rasa = RasaAccess::Open;
    options
}

/// Starts a server with these limits.
pub(crate) async fn limited(host: FakeHost, change: impl FnOnce(&mut Limits)) -> Running {
    let mut options = options();
    change(&mut options.limits);
    start(host, options).await
}

pub(crate) async fn start(host: FakeHost, options: Options) -> Running {
    let host = Arc::new(host);
    let server = Server::bind(options, host.clone()).await.unwrap();
    let address = server.local_addr();
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    Running {
        address,
        host,
        stop,
        served,
    }
}

impl Running {
    /// Shuts down and waits for the end.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        self.served.await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> http::Response<Incoming> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender.send_request(request).await.unwrap()
    }

    pub(crate) async fn ask(&self, request: Request<Full<Bytes>>) -> Answered {
        let (head, body) = self.send(request).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answered {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.ask(request("GET", path, None, Bytes::new())).await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Answered {
        self.ask(request("POST", path, token, body.into())).await
    }

    /// Opens a conversation; answers token and session.
    pub(crate) async fn contact(&self) -> (String, String) {
        let opened = self.post("/chat/api/sessions", None, "").await;
        assert_eq!(opened.status, StatusCode::CREATED);
        let opened = opened.json();
        let text = |key: &str| opened[key].as_str().unwrap().to_owned();
        (text("token"), text("session"))
    }

    /// Posts a text that must be accepted.
    pub(crate) async fn say(&self, token: &str, id: &str, text: &str) -> Value {
        let body = json!({"id": id, "text": text}).to_string();
        let answered = self.post("/chat/api/messages", Some(token), body).await;
        assert_eq!(answered.status, StatusCode::ACCEPTED, "{:?}", answered.body);
        answered.json()
    }

    /// Opens the event stream.
    pub(crate) async fn events(&self, token: &str, last: Option<&str>) -> Events {
        let mut request = request(
            "GET",
            &format!("/chat/api/events?token={token}"),
            None,
            Bytes::new(),
        );
        if let Some(last) = last {
            request
                .headers_mut()
                .insert("last-event-id", last.parse().unwrap());
        }
        let response = self.send(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events {
            body: response.into_body(),
            read: String::new(),
        }
    }
}

pub(crate) fn request(
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Bytes,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Full::new(body)).unwrap()
}

/// An open event stream.
pub(crate) struct Events {
    body: Incoming,
    read: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) data: Value,
}

impl Events {
    /// The next event; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(end) = self.read.find("\n\n") {
                let block: String = self.read.drain(..end + 2).collect();
                let field = |name: &str| {
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .unwrap_or_default()
                        .to_owned()
                };
                let data = field("data: ");
                if !data.is_empty() {
                    let data = serde_json::from_str(&data).unwrap();
                    return Some(Event {
                        name: field("event: "),
                        id: field("id: "),
                        data,
                    });
                }
            }
            let frame = self.body.frame().await?.ok()?;
            self.read
                .push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap());
        }
    }

    /// The next event of this name; others are passed over.
    pub(crate) async fn named(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await.expect("the stream ended");
            if event.name == name {
                return event;
            }
        }
    }

    /// The next turn.
    pub(crate) async fn turn(&mut self) -> Event {
        self.named("turn").await
    }

    /// The first message of the next turn.
    pub(crate) async fn message(&mut self) -> String {
        self.turn().await.data["messages"][0]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
