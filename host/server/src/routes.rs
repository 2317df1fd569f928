//! Which address leads where.

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header;
use jackfield_core::ErrorCode;

use crate::access::Gate;
use crate::api::{Api, Content, Door, Operation};
use crate::error::Refusal;
use crate::state::Shared;
use crate::{
    Options, RasaAccess, admin, callbacks, chat, events, front, health, packs, pages, rasa, trainer,
};

/// The web chat's name as a channel.
pub(crate) const WEB_CHANNEL: &str = "web";
/// The Rasa-compatible channel's name.
pub(crate) const REST_CHANNEL: &str = "rest";
/// What metrics call the door for other systems.
pub(crate) const CALLBACKS: &str = "callback";

const EVENTS: &str = "/chat/api/events";
pub(crate) const RASA: &str = "/webhooks/rest/webhook";
/// What metrics call everything else.
pub(crate) const OTHER: &str = "other";

/// Everything that a server with these options answers.
pub(crate) fn api(options: &Options) -> Api {
    let operators = options.operators.as_ref();
    let gate = operators.map(|access| Gate::new(options.tenant.clone(), access));
    let mut api = channels(people(Api::new(gate)));
    if options.rasa != RasaAccess::Off {
        api = rest(api);
    }
    if let Some(operators) = operators {
        api = admin::routes(trainer::routes(api));
        if operators.packs.is_some() {
            api = packs::routes(api);
        }
    }
    api
}

/// What people look at.
fn people(api: Api) -> Api {
    api.page("/", get(pages::chat))
        .page("/chat", get(pages::chat))
        .page("/widget.js", get(pages::widget))
        .page("/assets/{version}/{name}", get(pages::asset))
        .page("/metrics", get(health::metrics))
}

/// What customers' programs and other systems ask, and who watches the host.
fn channels(api: Api) -> Api {
    api.on(
        Operation::post("/chat/api/sessions", Door::Open, "Open a conversation, or go on with the one of a token")
            .takes(Content::MaybeJson("Open"))
            .answers_with(201, Content::Json("Opened")),
        chat::open,
    )
    .on(
        Operation::post("/chat/api/messages", Door::Contact, "Say something; answered when it is durable")
            .takes(Content::Json("Message"))
            .answers_with(202, Content::Json("Accepted")),
        chat::message,
    )
    .on(
        Operation::get(EVENTS, Door::Contact, "What happens in the conversation, as server-sent events: `turn`, `typing`, `current`, `ping`")
            .query(&[
                ("token", "string", "The contact's token, for who cannot send headers"),
                ("after", "string", "Id of the last event that is known, as in `Last-Event-ID`"),
            ])
            .answers_with(200, Content::Text("text/event-stream")),
        events::events,
    )
    .on(
        Operation::post("/callbacks/{token}/{name}", Door::Open, "What another system has to say, at an address that it was given: JSON, a form, or text")
            .takes(Content::Bytes)
            .answers("CalledBack"),
        callbacks::call,
    )
    .on(
        Operation::get("/live", Door::Open, "Whether the process serves")
            .answers_with(200, Content::Text("text/plain")),
        health::live,
    )
    .on(
        Operation::get("/ready", Door::Open, "Whether messages can be handled; 503 with the reasons when not")
            .answers("Readiness"),
        health::ready,
    )
    .on(
        Operation::get("/api/v1/openapi.json", Door::Open, "This description")
            .answers_with(200, Content::Json("OpenApi")),
        described,
    )
}

/// The channel that Rasa's clients know.
fn rest(api: Api) -> Api {
    api.on(
        Operation::post(
            RASA,
            Door::Rest,
            "Say something, and wait for the replies, as with Rasa",
        )
        .takes(Content::Json("RestMessage"))
        .answers("RestReplies"),
        rasa::webhook,
    )
    .on(
        Operation::get(
            "/webhooks/rest/",
            Door::Open,
            "Whether the channel is there",
        )
        .answers("RestHealth"),
        rasa::health,
    )
}

/// `GET /api/v1/openapi.json`
async fn described(State(state): State<Shared>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    let described: Bytes = state.described.clone();
    (json, described).into_response()
}

pub(crate) fn router(api: Api, state: Shared) -> Router {
    api.into_router()
        .fallback(|| async {
            (
                http::StatusCode::NOT_FOUND,
                Refusal::because(ErrorCode::BadRequest, "there is nothing at this address"),
            )
        })
        .layer(from_fn_with_state(state.clone(), front::front))
        .with_state(state)
}
