//! A running host, through its HTTP API for operators.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use jackfield_core::ErrorCode;
use serde_json::Value;

use crate::http::Connection;
use crate::secret::TOKEN_FILE;

/// An API key. It goes before the operator's token.
const KEY: &str = "JACKFIELD_API_KEY";
/// Goes before the token in the data directory.
const TOKEN: &str = "JACKFIELD_ADMIN_TOKEN";

/// A host without addresses for packs.
const NO_PACKS: &str = "this host installs no packs: one that `jackfield dev` started takes them from the directories of their source, anew \
                        whenever they are saved; name with --url a host that `jackfield serve` started";

/// Which host is meant.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// Address of the host
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// Directory of the host's data, where `admin.token` stands; JACKFIELD_API_KEY and JACKFIELD_ADMIN_TOKEN go before it
    #[arg(long, default_value = "data")]
    pub(crate) data: PathBuf,
}

/// A host that is asked.
pub(crate) struct Remote {
    address: SocketAddr,
    token: String,
    /// What its paths begin with.
    base: &'static str,
}

impl Remote {
    /// A host at this address; a key or its token stands in the environment or in the data directory.
    pub(crate) fn new(place: &Place, base: &'static str) -> anyhow::Result<Self> {
        let Place { url, data } = place;
        let set = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
        let token = match set(KEY).or_else(|| set(TOKEN)) {
            Some(token) => token,
            None => {
                let file = data.join(TOKEN_FILE);
                std::fs::read_to_string(&file).with_context(|| {
                    format!(
                        "cannot read the operator's token from {}; name the host's data directory with --data, or set {KEY} or {TOKEN}",
                        file.display()
                    )
                })?
            }
        };
        Self::with_token(url, &token, base)
    }

    /// A host at this address, with this token and no other.
    pub(crate) fn with_token(url: &str, token: &str, base: &'static str) -> anyhow::Result<Self> {
        Ok(Self {
            address: crate::chat::address(url)?,
            token: token.trim().to_owned(),
            base,
        })
    }

    /// Asks, and gives what is answered. An error is told as the host words it.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let body = body.map(Value::to_string).unwrap_or_default();
        self.send(method, path, body.as_bytes()).await
    }

    /// The same with any bytes.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
    ) -> anyhow::Result<Value> {
        let mut connection = Connection::open(self.address)
            .await
            .context("is the host running? Start it with `jackfield dev` or `jackfield serve`")?;
        let path = format!("{}{path}", self.base);
        let (status, answer) = connection
            .ask(method, &path, Some(&self.token), body)
            .await?;
        let answer: Value = serde_json::from_slice(&answer)
            .with_context(|| format!("the host answered {status}, and not in JSON"))?;
        if status >= 300 {
            let error = &answer["error"];
            let text = |key: &str| error[key].as_str().unwrap_or_default();
            let (code, message, help) = (text("code"), text("message"), text("help"));
            if status == 404 && code == ErrorCode::BadRequest.as_str() && is_of_packs(&path) {
                bail!("{code}: {NO_PACKS}");
            }
            // What says by itself what to do is not to be told it twice.
            let fix = match message.contains("fix: ") || message.contains(help) {
                true => String::new(),
                false => format!("; {help}"),
            };
            let code = match message.contains(code) {
                true => String::new(),
                false => format!("{code}: "),
            };
            bail!("{code}{message}{fix}");
        }
        Ok(answer)
    }
}

/// What has no address where nothing is installed.
fn is_of_packs(path: &str) -> bool {
    ["archives", "packs", "versions"].iter().any(|part| {
        let rest = path
            .strip_prefix("/api/v1/")
            .and_then(|rest| rest.strip_prefix(part));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// A text as one part of a path.
pub(crate) fn part(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
