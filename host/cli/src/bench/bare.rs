//! What axum alone does on this machine: a JSON echo, nothing kept.

use axum::routing::post;
use axum::{Json, Router};

/// Serves `POST /echo` on a free port, whose address it prints, until it is ended.
pub(crate) async fn serve() -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("serving on http://{}/", listener.local_addr()?);
    let echo = |body: Json<serde_json::Value>| async { body };
    axum::serve(listener, Router::new().route("/echo", post(echo))).await?;
    Ok(())
}
