//! Requests for the trainer: the token, then what is asked, then the answer as it comes.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::requests::{LabelRequest, Page, Signed, TrainerRequest, invalid};
use crate::body::read;
use crate::error::Refusal;
use crate::state::Shared;

type Answer = Result<Json<Value>, Refusal>;

/// Lets nobody in without the operator's token, and nobody at all where no trainer is served.
async fn ask(
    state: &Shared,
    headers: &HeaderMap,
    request: impl Future<Output = Result<TrainerRequest, Refusal>>,
) -> Answer {
    let access = state.options.trainer.as_ref();
    let access = access.ok_or_else(|| invalid("there is nothing at this address"))?;
    access.token.check(headers)?;
    let answer = access.trainer.ask(request.await?).await;
    answer.map(Json).map_err(Refusal::for_operator)
}

/// The body, as JSON.
async fn json<T: DeserializeOwned>(state: &Shared, body: Body) -> Result<T, Refusal> {
    let body = read(body, state.options.limits.body).await?;
    serde_json::from_slice(&body).map_err(|error| invalid(&format!("the body: {error}")))
}

async fn ready(request: TrainerRequest) -> Result<TrainerRequest, Refusal> {
    Ok(request)
}

fn number(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| invalid("a version is a number"))
}

/// `GET /api/trainer/entries`
pub(super) async fn list(
    State(state): State<Shared>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Answer {
    let (limit, all) = (page.limit(), page.all);
    ask(&state, &headers, ready(TrainerRequest::List { limit, all })).await
}

/// `GET /api/trainer/entries/{id}`
pub(super) async fn entry(
    State(state): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    ask(&state, &headers, ready(TrainerRequest::Entry(id))).await
}

/// `GET /api/trainer/groups`
pub(super) async fn groups(
    State(state): State<Shared>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Answer {
    let limit = page.limit();
    ask(&state, &headers, ready(TrainerRequest::Groups { limit })).await
}

/// `GET /api/trainer/meanings`
pub(super) async fn meanings(State(state): State<Shared>, headers: HeaderMap) -> Answer {
    ask(&state, &headers, ready(TrainerRequest::Meanings)).await
}

/// `POST /api/trainer/labels`
pub(super) async fn label(State(state): State<Shared>, headers: HeaderMap, body: Body) -> Answer {
    let request = async {
        Ok(TrainerRequest::Label(
            json::<LabelRequest>(&state, body).await?.checked()?,
        ))
    };
    ask(&state, &headers, request).await
}

/// `GET /api/trainer/draft`
pub(super) async fn draft(State(state): State<Shared>, headers: HeaderMap) -> Answer {
    ask(&state, &headers, ready(TrainerRequest::Draft)).await
}

/// `DELETE /api/trainer/draft`
pub(super) async fn drop_draft(State(state): State<Shared>, headers: HeaderMap) -> Answer {
    ask(&state, &headers, ready(TrainerRequest::DropDraft)).await
}

/// `GET /api/trainer/effect`
pub(super) async fn effect(State(state): State<Shared>, headers: HeaderMap) -> Answer {
    ask(&state, &headers, ready(TrainerRequest::Effect)).await
}

/// `GET /api/trainer/versions`
pub(super) async fn history(State(state): State<Shared>, headers: HeaderMap) -> Answer {
    ask(&state, &headers, ready(TrainerRequest::History)).await
}

/// `POST /api/trainer/versions`
pub(super) async fn publish(State(state): State<Shared>, headers: HeaderMap, body: Body) -> Answer {
    let request = async {
        Ok(TrainerRequest::Publish(
            json::<Signed>(&state, body).await?.checked()?,
        ))
    };
    ask(&state, &headers, request).await
}

/// `GET /api/trainer/versions/{number}`
pub(super) async fn version(
    State(state): State<Shared>,
    Path(version): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let request = async { Ok(TrainerRequest::Version(number(&version)?)) };
    ask(&state, &headers, request).await
}

/// `POST /api/trainer/versions/{number}/rollback`
pub(super) async fn rollback(
    State(state): State<Shared>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let request = async {
        let signed = json::<Signed>(&state, body).await?.checked()?;
        Ok(TrainerRequest::Rollback(number(&version)?, signed))
    };
    ask(&state, &headers, request).await
}
