//! How the server is set up.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use jackfield_core::TenantId;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::OperatorAccess;

/// How the server is set up. `Options::new` fits one enterprise on one machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The enterprise that this address serves.
    pub tenant: TenantId,
    /// Name in the head of the chat page.
    pub title: String,
    /// Signs the tokens of web chat contacts.
    pub token_key: TokenKey,
    /// How long a web chat token is good; opening the page renews it.
    pub token_life: Duration,
    /// Sites that may embed the chat page, as sources of `frame-ancestors`: `*`, `https://www.example.com`.
    pub embedded_by: Vec<String>,
    /// Whether to serve the Rasa-compatible REST channel, and to whom.
    pub rasa: RasaAccess,
    /// What operators can ask for; without it, its addresses lead nowhere.
    pub operators: Option<OperatorAccess>,
    /// Where `/metrics` gets its text.
    pub metrics: Option<PrometheusHandle>,
    /// Answers `/metrics` to every address. Without it only this machine may ask.
    pub public_metrics: bool,
    /// Whether a reverse proxy stands before the server and appends the client's address to `X-Forwarded-For`.
    /// Without one the header must not be believed, and is not.
    pub behind_proxy: bool,
    /// Bounds.
    pub limits: Limits,
}

impl Options {
    /// Options for `listen`, with everything else at its default.
    pub fn new(listen: SocketAddr, token_key: TokenKey) -> Self {
        Self {
            listen,
            tenant: TenantId::default(),
            title: "Jackfield".to_owned(),
            token_key,
            token_life: Duration::from_secs(30 * 24 * 60 * 60),
            embedded_by: vec!["*".to_owned()],
            rasa: RasaAccess::Off,
            operators: None,
            metrics: None,
            public_metrics: false,
            behind_proxy: false,
            limits: Limits::default(),
        }
    }
}

/// Who may use the Rasa-compatible REST channel. Its clients say themselves which contact speaks, so a client
/// must be trusted: it is another server of the enterprise, not a browser.
#[derive(Clone, PartialEq, Eq)]
pub enum RasaAccess {
    /// Nobody.
    Off,
    /// Everybody who reaches the address; for development and closed networks.
    Open,
    /// Clients that send `Authorization: Bearer` with this secret.
    Bearer(String),
}

impl fmt::Debug for RasaAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "Off",
            Self::Open => "Open",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

/// Secret key of 256 bits. Keep it for as long as tokens signed with it shall be good.
#[derive(Clone)]
pub struct TokenKey([u8; 32]);

impl TokenKey {
    /// The key with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey(…)")
    }
}

/// How much one client, and all together, may ask of the server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open connections; more are answered 503 and closed.
    pub connections: usize,
    /// Open connections of one client address; `None` for no bound, as behind a proxy.
    pub connections_per_address: Option<usize>,
    /// Requests in work, event streams not counted; more are answered 503.
    pub requests: usize,
    /// Open event streams; more are answered 503.
    pub streams: usize,
    /// Time for a client to send the head of a request, and the longest idle time between two.
    pub head_time: Duration,
    /// Time for one request, reading its body included. Event streams have none.
    pub request_time: Duration,
    /// How long a client may leave bytes unread before its connection is cut.
    pub write_time: Duration,
    /// How long the Rasa channel waits for the turn that handles a message.
    pub rasa_wait: Duration,
    /// Time for a request to the trainer that learns or measures.
    pub learning_time: Duration,
    /// How long requests may go on when the server shuts down.
    pub drain_time: Duration,
    /// Largest body of a request, bytes.
    pub body: usize,
    /// Requests of one client address.
    pub rate: Rate,
    /// New web chat contacts of one client address.
    pub new_contacts: Rate,
    /// Whether the rates also hold for clients on this machine.
    pub limit_loopback: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_address: Some(512),
            requests: 4_096,
            streams: 16_000,
            head_time: Duration::from_secs(10),
            request_time: Duration::from_secs(10),
            write_time: Duration::from_secs(30),
            rasa_wait: Duration::from_secs(30),
            learning_time: Duration::from_secs(180),
            drain_time: Duration::from_secs(10),
            body: 64 * 1024,
            rate: Rate {
                per_second: 50,
                burst: 200,
            },
            new_contacts: Rate {
                per_second: 1,
                burst: 30,
            },
            limit_loopback: false,
        }
    }
}

/// So many in a second for long, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Long-term rate; 0 counts as 1.
    pub per_second: u32,
    /// Most at once; 0 counts as 1.
    pub burst: u32,
}
