//! Reads request bodies within their bound.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use jackfield_core::ErrorCode;

use crate::error::Refusal;

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
