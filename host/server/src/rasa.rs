//! The Rasa-compatible REST channel: one request, and all replies to it in the response.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use jackfield_channels::rasa;
use jackfield_core::{ErrorCode, Outbound, SessionId, TranscriptTurn};
use sha2::Sha256;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use crate::body::{bearer, read};
use crate::error::Refusal;
use crate::routes::REST_CHANNEL;
use crate::state::{Shared, now_ms};
use crate::{Asked, Published, RasaAccess};

/// Turns looked through for the one that handled a message, and for what the bot said by itself before it; with fewer
/// waiting messages than this they are among them.
const RECENT: usize = 64;

/// `GET /webhooks/rest/`, as Rasa answers it.
pub(crate) async fn health() -> Response {
    Json(serde_json::json!({"status": "ok"})).into_response()
}

/// `POST /webhooks/rest/webhook`.
pub(crate) async fn webhook(
    State(state): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    if let RasaAccess::Bearer(secret) = &state.options.rasa
        && !bearer(&headers).is_some_and(|given| same(secret, given))
    {
        return Err(Refusal::because(
            ErrorCode::BadToken,
            "this channel takes requests with its secret only",
        ));
    }
    let posted = read(body, state.options.limits.body)
        .await
        .and_then(|body| Ok(rasa::posted(&body)?));
    let posted = posted.inspect_err(|_| state.figures.rest.invalid.increment(1))?;
    let sender = posted.sender.clone();
    let inbound = posted.into_inbound(REST_CHANNEL, SessionId::new().to_string(), now_ms());

    let until = Instant::now() + state.options.limits.rasa_wait;
    let asked = state.host.ask(&state.options.tenant, inbound).await;
    state
        .figures
        .rest
        .count(asked.as_ref().ok().map(|asked| &asked.receipt));
    let asked = asked?;
    let session = asked.receipt.session;
    let mut messages = Vec::new();
    if let Some(turn) = handled(&state, asked, until).await? {
        messages = said_by_itself(&state, session, &turn).await?;
        messages.extend(turn.messages);
    }
    Ok(Json(rasa::replies(&sender, &messages)).into_response())
}

/// What the bot said by itself before this turn, since the contact's last: this channel has no other way to tell it.
async fn said_by_itself(
    state: &Shared,
    session: SessionId,
    turn: &TranscriptTurn,
) -> Result<Vec<Outbound>, Refusal> {
    if turn.unasked == 0 || turn.unasked + 1 != turn.turn {
        return Ok(Vec::new());
    }
    let mut before = state
        .host
        .transcript(&state.options.tenant, session, 0, RECENT)
        .await?;
    before.retain(|earlier| earlier.turn < turn.turn);
    let asked = before
        .iter()
        .rposition(|earlier| earlier.unasked != earlier.turn);
    let unasked = before.split_off(asked.map_or(0, |at| at + 1));
    Ok(unasked.into_iter().flat_map(|turn| turn.messages).collect())
}

/// The turn that handled the accepted event; none when it is not committed in time.
async fn handled(
    state: &Shared,
    asked: Asked,
    until: Instant,
) -> Result<Option<TranscriptTurn>, Refusal> {
    let Asked {
        receipt,
        mut live,
        from_before,
    } = asked;
    let (session, position) = (receipt.session, receipt.position);
    let mut look_back = !from_before;
    loop {
        if std::mem::take(&mut look_back) {
            let turns = state
                .host
                .transcript(&state.options.tenant, session, 0, RECENT)
                .await?;
            if let Some(turn) = turns
                .into_iter()
                .find(|turn| turn.handled.contains(&position))
            {
                return Ok(Some(turn));
            }
        }
        match timeout_at(until, live.recv()).await {
            Ok(Ok(published)) => match &*published {
                Published::Turn(turn) if turn.handled.contains(&position) => {
                    return Ok(Some(turn.clone()));
                }
                _ => {}
            },
            Ok(Err(RecvError::Lagged(_))) => look_back = true,
            Ok(Err(RecvError::Closed)) if Instant::now() < until => {
                // Let go of between two turns: look again, but not in a busy loop.
                tokio::time::sleep(Duration::from_millis(10)).await;
                live = state.host.watch(session);
                look_back = true;
            }
            Ok(Err(RecvError::Closed)) | Err(_) => return Ok(None),
        }
    }
}

/// Compares secrets without telling by the time it takes how much of them is the same.
fn same(secret: &str, given: &str) -> bool {
    let mac = |text: &str| {
        Hmac::<Sha256>::new_from_slice(b"jackfield rasa secret")
            .map(|mac| mac.chain_update(text.as_bytes()))
    };
    match (mac(secret), mac(given)) {
        (Ok(secret), Ok(given)) => secret.verify(&given.finalize().into_bytes()).is_ok(),
        _ => false,
    }
}
