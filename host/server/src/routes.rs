//! Which address leads where.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use jackfield_core::ErrorCode;

use crate::error::Refusal;
use crate::state::Shared;
use crate::{RasaAccess, callbacks, chat, events, front, health, packs, pages, rasa, trainer};

/// The web chat's name as a channel.
pub(crate) const WEB_CHANNEL: &str = "web";
/// The Rasa-compatible channel's name.
pub(crate) const REST_CHANNEL: &str = "rest";
/// What metrics call the door for other systems.
pub(crate) const CALLBACKS: &str = "callback";

const SESSIONS: &str = "/chat/api/sessions";
const MESSAGES: &str = "/chat/api/messages";
pub(crate) const EVENTS: &str = "/chat/api/events";
pub(crate) const RASA: &str = "/webhooks/rest/webhook";
const RASA_HEALTH: &str = "/webhooks/rest/";
const CALLBACK: &str = "/callbacks/{token}/{name}";
const ASSET: &str = "/assets/{version}/{name}";

/// Routes as metrics name them.
pub(crate) const ALL: &[&str] = &[
    "/",
    "/chat",
    SESSIONS,
    MESSAGES,
    EVENTS,
    RASA,
    RASA_HEALTH,
    CALLBACK,
    ASSET,
    "/widget.js",
    "/live",
    "/ready",
    "/metrics",
];
/// What metrics call everything else.
pub(crate) const OTHER: &str = "other";

pub(crate) fn router(state: Shared) -> Router {
    let mut router = Router::new()
        .route("/", get(pages::chat))
        .route("/chat", get(pages::chat))
        .route("/widget.js", get(pages::widget))
        .route(ASSET, get(pages::asset))
        .route(SESSIONS, post(chat::open))
        .route(MESSAGES, post(chat::message))
        .route(EVENTS, get(events::events))
        .route(CALLBACK, post(callbacks::call))
        .route("/live", get(health::live))
        .route("/ready", get(health::ready))
        .route("/metrics", get(health::metrics));
    if state.options.rasa != RasaAccess::Off {
        router = router
            .route(RASA, post(rasa::webhook))
            .route(RASA_HEALTH, get(rasa::health));
    }
    if state.options.trainer.is_some() {
        router = router.merge(trainer::routes());
    }
    if state.options.packs.is_some() {
        router = router.merge(packs::routes());
    }
    router
        .fallback(|| async {
            (
                http::StatusCode::NOT_FOUND,
                Refusal::because(ErrorCode::BadRequest, "there is nothing at this address"),
            )
        })
        .layer(from_fn_with_state(state.clone(), front::front))
        .with_state(state)
}
