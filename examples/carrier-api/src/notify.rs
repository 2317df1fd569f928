//! Calling back who asked for a change, until they have understood.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, Uri};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::net::TcpStream;

/// Tries, with a pause that doubles between them: more than a minute in all.
const TRIES: u32 = 9;
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// Longest wait for one answer.
const WAIT: Duration = Duration::from_secs(5);

/// Calls back.
#[derive(Debug, Default)]
pub(crate) struct Notifier {
    called: Mutex<Vec<(String, String)>>,
}

impl Notifier {
    /// Posts JSON to an address, under an id that is the same for every try. Without TLS: it stands for a system in the
    /// same network. Returns whether it was understood.
    pub(crate) async fn call(&self, address: String, id: &str, body: String) -> bool {
        self.called.lock().push((address.clone(), body.clone()));
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            match tokio::time::timeout(WAIT, once(&address, id, body.clone())).await {
                Ok(Ok(status)) if status.is_success() => return true,
                Ok(Ok(status)) => eprintln!("{address} answered {status}"),
                Ok(Err(error)) => eprintln!("{address}: {error}"),
                Err(_) => eprintln!("{address} does not answer"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        false
    }

    /// Addresses and bodies so far.
    pub(crate) fn called(&self) -> Vec<(String, String)> {
        self.called.lock().clone()
    }
}

async fn once(
    address: &str,
    id: &str,
    body: String,
) -> Result<StatusCode, Box<dyn std::error::Error + Send + Sync>> {
    let address: Uri = address.parse()?;
    if address.scheme_str() != Some("http") {
        return Err("only http is spoken here".into());
    }
    let host = address.host().ok_or("no host in it")?;
    let stream = TcpStream::connect((host, address.port_u16().unwrap_or(80))).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let path = address.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::post(path)
        .header("host", host)
        .header("content-type", "application/json")
        .header("idempotency-key", id)
        .body(Body::from(body))?;
    // The connection does its work beside, and ends with the sender.
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?.status())
}
