//! Reads request bodies within their bound.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use jackfield_core::ErrorCode;
use serde::de::DeserializeOwned;

use crate::error::Refusal;
use crate::state::State;

/// The whole body, if it has at most `most` bytes.
pub(crate) async fn read(body: Body, most: usize) -> Result<Bytes, Refusal> {
    match Limited::new(body, most).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::because(
            ErrorCode::TooLarge,
            format!("the body has more than {most} bytes"),
        )),
        Err(_) => Err(Refusal::because(
            ErrorCode::BadRequest,
            "the body ended too early",
        )),
    }
}

/// The whole body as JSON, if it has at most as many bytes as bodies may have.
pub(crate) async fn json<T: DeserializeOwned>(state: &State, body: Body) -> Result<T, Refusal> {
    let body = read(body, state.options.limits.body).await?;
    serde_json::from_slice(&body)
        .map_err(|error| Refusal::because(ErrorCode::BadRequest, format!("the body: {error}")))
}

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
