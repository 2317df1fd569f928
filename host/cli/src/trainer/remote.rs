//! The trainer of a running host, through its HTTP API.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::http::Connection;
use crate::secret::TOKEN_FILE;

/// Goes before the token in the data directory.
const TOKEN: &str = "JACKFIELD_ADMIN_TOKEN";

pub(super) struct Remote {
    address: SocketAddr,
    token: String,
}

impl Remote {
    /// A host at this address; its token stands in the environment or in the data directory.
    pub(super) fn new(url: &str, data: &Path) -> anyhow::Result<Self> {
        let token = match std::env::var(TOKEN) {
            Ok(token) => token,
            Err(_) => {
                let file = data.join(TOKEN_FILE);
                std::fs::read_to_string(&file).with_context(|| {
                    format!(
                        "cannot read the operator's token from {}; name the host's data directory with --data, or set {TOKEN}",
                        file.display()
                    )
                })?
            }
        };
        Ok(Self {
            address: crate::chat::address(url)?,
            token: token.trim().to_owned(),
        })
    }

    /// Asks, and gives what is answered. An error is told as the host words it.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut connection = Connection::open(self.address)
            .await
            .context("is the host running? Start it with `jackfield dev`")?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let path = format!("/api/trainer/{path}");
        let (status, answer) = connection
            .ask(method, &path, Some(&self.token), &body)
            .await?;
        let answer: Value = serde_json::from_slice(&answer)
            .with_context(|| format!("the host answered {status}, and not in JSON"))?;
        if status >= 300 {
            let error = &answer["error"];
            let text = |key: &str| error[key].as_str().unwrap_or_default();
            bail!("{}: {}; {}", text("code"), text("message"), text("help"));
        }
        Ok(answer)
    }
}

/// A text as one part of a path.
pub(super) fn part(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
