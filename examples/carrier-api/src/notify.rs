//! Calling back who asked for a change, until they have understood.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, Uri};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Tries, with a pause that doubles between them: more than a minute in all.
const TRIES: u32 = 9;
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// Posts JSON to an address on this machine, under an id that is the same for every try.
pub(crate) async fn call(address: &str, id: &str, body: String) {
    let mut pause = FIRST_PAUSE;
    for _ in 0..TRIES {
        match once(address, id, body.clone()).await {
            Ok(status) if status.is_success() => return,
            Ok(status) => eprintln!("{address} answered {status}"),
            Err(error) => eprintln!("{address}: {error}"),
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}

async fn once(
    address: &str,
    id: &str,
    body: String,
) -> Result<StatusCode, Box<dyn std::error::Error + Send + Sync>> {
    let address: Uri = address.parse()?;
    let host = address.authority().ok_or("no host in it")?.as_str();
    let stream = TcpStream::connect(host).await?;
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
