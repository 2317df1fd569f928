//! Other systems that call back: a payment went through, a work order is done.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use jackfield_core::{Digest, ErrorCode};

use crate::Called;
use crate::body::read;
use crate::error::Refusal;
use crate::state::Shared;

/// Headers in which systems tell the id of a call, the most telling first: the draft `Idempotency-Key`, and the
/// one of standardwebhooks.com.
const IDS: [header::HeaderName; 2] = [
    header::HeaderName::from_static("idempotency-key"),
    header::HeaderName::from_static("webhook-id"),
];
/// A longer id is as good as none.
const LONGEST_ID: usize = 128;

/// `POST /callbacks/{token}/{name}`. Answered once the call is durable; then it need not be made again.
pub(crate) async fn call(
    State(state): State<Shared>,
    Path((token, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let body = read(body, state.options.limits.body).await;
    let payload = body.and_then(|body| payload(&headers, &body));
    let payload = payload.inspect_err(|_| state.figures.callbacks.invalid.increment(1))?;
    let correlation = IDS
        .iter()
        .filter_map(|name| headers.get(name)?.to_str().ok())
        .map(str::trim)
        .find(|id| (1..=LONGEST_ID).contains(&id.len()))
        .map_or_else(|| Digest::of(payload.as_bytes()).to_string(), str::to_owned);
    let tenant = &state.options.tenant;
    let called = state
        .host
        .call_back(tenant, &token, &name, correlation, payload)
        .await;
    let receipt = match &called {
        Ok(Called::Accepted(receipt)) => Some(receipt),
        _ => None,
    };
    state.figures.callbacks.count(receipt);
    match called? {
        Called::Accepted(_) => Ok(said("accepted")),
        // To come again would change nothing.
        Called::Unawaited => Ok(said("ignored")),
        Called::Nowhere => Err(Refusal::because(
            ErrorCode::SessionNotFound,
            "this address was not given out, or its conversation is gone",
        )),
    }
}

fn said(status: &str) -> Response {
    Json(serde_json::json!({ "status": status })).into_response()
}

/// The body as JSON text: as it is, the fields of a form as an object of texts, any other text as a string.
fn payload(headers: &HeaderMap, body: &[u8]) -> Result<String, Refusal> {
    let invalid = |what: String| Refusal::because(ErrorCode::BadRequest, what);
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let fields: serde_json::Map<_, _> = url::form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
            .collect();
        return Ok(serde_json::Value::from(fields).to_string());
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| invalid(format!("the body is not UTF-8: {error}")))?;
    let json = kind.is_empty()
        || kind.eq_ignore_ascii_case("application/json")
        || kind.to_ascii_lowercase().ends_with("+json");
    if !json {
        return Ok(serde_json::Value::from(text).to_string());
    }
    serde_json::from_str::<serde_json::Value>(text)
        .map_err(|error| invalid(format!("the body is not JSON: {error}")))?;
    Ok(text.to_owned())
}
