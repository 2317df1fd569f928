//! The HTTP interface.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::carrier::{CallBack, Carrier, PlanChange};
use crate::codes::Codes;
use crate::control::{Control, Fate, LONGEST, Setting};
use crate::notify::Notifier;

/// What every request needs.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) carrier: Carrier,
    pub(crate) control: Control,
    pub(crate) codes: Codes,
    pub(crate) notifier: Notifier,
}

impl Api {
    /// Calls back after a while. What nobody understands is still owed at the next start.
    pub(crate) fn call_back(self: &Arc<Self>, call: CallBack, after: Duration) {
        let api = Arc::clone(self);
        let (status, answer) = call.answer;
        let body = json!({"status": status, "answer": answer}).to_string();
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            if !api.notifier.call(call.address, &call.key, body).await {
                return;
            }
            let told = tokio::task::spawn_blocking(move || api.carrier.told(&call.key));
            if let Ok(Err(error)) = told.await {
                eprintln!("the state file cannot be written: {error}");
            }
        });
    }
}

/// A mark on a response that tells the server to close the connection instead of sending it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CloseInstead;

/// All routes. Only what a real operator would offer is subject to faults; `/control` and the list of
/// changes are for testers and always answer.
pub(crate) fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/subscribers/{phone}", get(subscriber))
        .route("/plan-changes", post(change_plan))
        .route("/codes", post(send_code))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&api), meet_fate))
        .route("/plan-changes", get(changes))
        .route("/codes", get(codes))
        .route("/control", get(control).post(set_control))
        .with_state(api)
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({"error": code, "message": message}))).into_response()
}

async fn meet_fate(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    match api
        .control
        .fate(request.method() == axum::http::Method::POST)
    {
        Fate::Answer => next.run(request).await,
        Fate::AnswerAfter(delay) => {
            let response = next.run(request).await;
            tokio::time::sleep(delay).await;
            response
        }
        Fate::Unavailable => error(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "told to fail by /control",
        ),
        Fate::Hang => {
            tokio::time::sleep(LONGEST).await;
            closed(StatusCode::NO_CONTENT.into_response())
        }
        Fate::WorkAndDrop => closed(next.run(request).await),
    }
}

fn closed(mut response: Response) -> Response {
    response.extensions_mut().insert(CloseInstead);
    response
}

async fn subscriber(State(api): State<Arc<Api>>, Path(phone): Path<String>) -> Response {
    match api.carrier.subscriber(&phone) {
        Some(view) => Json(view).into_response(),
        None => error(
            StatusCode::NOT_FOUND,
            "unknown-subscriber",
            "no subscriber has this number",
        ),
    }
}

fn key(headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok()?.trim();
    (!key.is_empty()).then(|| key.to_owned())
}

fn missing_key() -> Response {
    error(
        StatusCode::BAD_REQUEST,
        "missing-key",
        "send an Idempotency-Key header",
    )
}

async fn send_code(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    body: Result<Json<serde_json::Value>, JsonRejection>,
) -> Response {
    let Some(key) = key(&headers) else {
        return missing_key();
    };
    match body {
        Ok(Json(body)) => {
            api.codes.take(&key, body);
            StatusCode::ACCEPTED.into_response()
        }
        Err(rejection) => error(StatusCode::BAD_REQUEST, "bad-body", &rejection.body_text()),
    }
}

async fn codes(State(api): State<Arc<Api>>) -> Response {
    Json(api.codes.list()).into_response()
}

async fn change_plan(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    body: Result<Json<PlanChange>, JsonRejection>,
) -> Response {
    let Some(key) = key(&headers) else {
        return missing_key();
    };
    let change = match body {
        Ok(Json(change)) => change,
        Err(rejection) => {
            return error(StatusCode::BAD_REQUEST, "bad-body", &rejection.body_text());
        }
    };
    let later = api.control.calls_back_after();
    let call = change.notify.clone().zip(later);
    let id = key.clone();
    // The state file is synced in here.
    let working = Arc::clone(&api);
    let done = tokio::task::spawn_blocking(move || {
        working.carrier.change_plan(&key, &change, later.is_some())
    })
    .await;
    match (done, call) {
        (Ok(Ok(answer)), Some((address, delay))) => {
            let call = CallBack {
                key: id,
                address,
                answer,
            };
            api.call_back(call, delay);
            (StatusCode::ACCEPTED, Json(json!({"status": "processing"}))).into_response()
        }
        (Ok(Ok((status, body))), None) => (
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Json(body),
        )
            .into_response(),
        (Ok(Err(failure)), _) => error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "state-not-written",
            &failure.to_string(),
        ),
        (Err(failure), _) => error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            &failure.to_string(),
        ),
    }
}

async fn changes(State(api): State<Arc<Api>>) -> Response {
    Json(api.carrier.changes()).into_response()
}

async fn control(State(api): State<Arc<Api>>) -> Json<Setting> {
    Json(api.control.setting())
}

async fn set_control(
    State(api): State<Arc<Api>>,
    body: Result<Json<Setting>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(setting)) => {
            api.control.set(setting);
            Json(setting).into_response()
        }
        Err(rejection) => error(StatusCode::BAD_REQUEST, "bad-body", &rejection.body_text()),
    }
}
