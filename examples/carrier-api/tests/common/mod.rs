//! The smallest HTTP client that can see a connection closed without an answer.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends one request. `None` when the connection was closed without an answer.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: &str,
) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let key = key
        .map(|key| format!("Idempotency-Key: {key}\r\n"))
        .unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer anything\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n{key}\r\n{body}",
        body.len(),
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
}

/// Sends a GET request that is answered.
pub(crate) async fn get(address: SocketAddr, path: &str) -> (u16, Value) {
    send(address, "GET", path, None, "").await.unwrap()
}

/// Asks for a plan change.
pub(crate) async fn change(
    address: SocketAddr,
    key: &str,
    phone: &str,
    plan: &str,
) -> Option<(u16, Value)> {
    let body = format!(r#"{{"phone":"{phone}","plan_id":"{plan}"}}"#);
    send(address, "POST", "/plan-changes", Some(key), &body).await
}
