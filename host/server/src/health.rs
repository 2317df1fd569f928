//! Health and metrics, for load balancers and operators.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{StatusCode, header};
use serde::Serialize;

use crate::front::Client;
use crate::state::Shared;

const TEXT: (http::HeaderName, &str) = (
    header::CONTENT_TYPE,
    "text/plain; version=0.0.4; charset=utf-8",
);

/// `GET /live`: the process answers.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    reasons: Vec<String>,
}

/// `GET /ready`: 200 when messages can be handled, otherwise 503 with the reasons.
pub(crate) async fn ready(State(state): State<Shared>) -> Response {
    let mut readiness = state.host.ready();
    if *state.draining.borrow() {
        readiness.ready = false;
        readiness
            .reasons
            .push("the server is shutting down".to_owned());
    }
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(Ready {
            ready: readiness.ready,
            reasons: readiness.reasons,
        }),
    )
        .into_response()
}

/// `GET /metrics`, in the text format of Prometheus. Figures of the business are nobody else's business, so
/// unless told otherwise only this machine may ask.
pub(crate) async fn metrics(
    State(state): State<Shared>,
    Extension(client): Extension<Client>,
) -> Response {
    match &state.options.metrics {
        Some(handle) if state.options.public_metrics || client.is_loopback() => {
            ([TEXT], handle.render()).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
