//! HTTP requests on loopback, one connection each.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::Context as _;

/// The longest wait for an answer.
const WAIT: Duration = Duration::from_secs(20);

/// Posts JSON; the status and the body of the answer. An error when the host did not answer: it may have handled
/// the request all the same.
pub fn post(
    address: SocketAddr,
    path: &str,
    token: Option<&str>,
    body: &serde_json::Value,
) -> anyhow::Result<(u16, String)> {
    let bearer = token.map(|token| format!("authorization: Bearer {token}\r\n"));
    post_with(address, path, &bearer.unwrap_or_default(), body)
}

/// Posts JSON with more headers, each with the end of its line.
pub fn post_with(
    address: SocketAddr,
    path: &str,
    headers: &str,
    body: &serde_json::Value,
) -> anyhow::Result<(u16, String)> {
    let body = body.to_string();
    let length = body.len();
    ask(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{headers}\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ),
    )
}

/// Gets a text.
pub fn get(address: SocketAddr, path: &str) -> anyhow::Result<(u16, String)> {
    ask(
        address,
        &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"),
    )
}

/// Sends any request, of who has this key; the status and the body of the answer.
pub fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: &[u8],
) -> anyhow::Result<(u16, String)> {
    let bearer = key.map(|key| format!("authorization: Bearer {key}\r\n"));
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\n{}content-length: {}\r\nconnection: close\r\n\r\n",
        bearer.unwrap_or_default(),
        body.len()
    );
    ask_with(address, &[head.as_bytes(), body].concat())
}

fn ask(address: SocketAddr, request: &str) -> anyhow::Result<(u16, String)> {
    ask_with(address, request.as_bytes())
}

fn ask_with(address: SocketAddr, request: &[u8]) -> anyhow::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(WAIT))?;
    stream.write_all(request)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("the answer broke off")?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .context("no status")?;
    Ok((status, body.to_owned()))
}
