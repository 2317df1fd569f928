//! Requests that are refused before a handler sees them, such as one with a wrong method or an address that cannot be read: the answer is
//! JSON with a code, like every other refusal.

use axum::body::to_bytes;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, header};
use jackfield_core::ErrorCode;

use crate::error::Refusal;

/// Longest reason that is passed on, in bytes.
const LONGEST_REASON: usize = 4 * 1024;

/// The answer, with a refusal in the form that all have; its status stays.
pub(crate) async fn explained(method: &Method, response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() || is_json(response.headers()) || method == Method::HEAD {
        return response;
    }
    let reason = match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            format!("this address takes no {method}; the header `Allow` names what it takes")
        }
        _ => {
            let reason = to_bytes(response.into_body(), LONGEST_REASON).await;
            String::from_utf8_lossy(&reason.unwrap_or_default())
                .trim()
                .to_owned()
        }
    };
    let refusal = match reason.is_empty() {
        true => Refusal::new(ErrorCode::BadRequest),
        false => Refusal::because(ErrorCode::BadRequest, reason),
    };
    (status, refusal).into_response()
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}
