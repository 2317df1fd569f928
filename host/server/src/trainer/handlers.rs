//! Requests for the trainer: what is asked, then the answer as it comes.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use jackfield_core::ErrorCode;
use serde_json::Value;

use super::requests::{LabelRequest, Page, Signed, TrainerRequest, invalid};
use crate::access::Caller;
use crate::body::json;
use crate::error::Refusal;
use crate::state::Shared;

type Answer = Result<Json<Value>, Refusal>;

async fn ask(state: &Shared, request: TrainerRequest) -> Answer {
    let operators = state.options.operators.as_ref();
    let operators = operators.ok_or_else(|| Refusal::new(ErrorCode::Internal))?;
    let answer = operators.trainer.ask(request).await;
    answer.map(Json).map_err(Refusal::for_operator)
}

/// The body of a change, signed by who asks for it.
async fn signed(state: &Shared, caller: &Caller, body: Body) -> Result<Signed, Refusal> {
    let signed = json::<Signed>(state, body).await?.checked()?;
    let who = caller.signs(&signed.who)?;
    Ok(Signed { who, ..signed })
}

fn number(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| invalid("a version is a number"))
}

/// `GET /api/v1/trainer/entries`
pub(super) async fn list(State(state): State<Shared>, Query(page): Query<Page>) -> Answer {
    let (limit, all) = (page.limit(), page.all);
    ask(&state, TrainerRequest::List { limit, all }).await
}

/// `GET /api/v1/trainer/entries/{id}`
pub(super) async fn entry(State(state): State<Shared>, Path(id): Path<String>) -> Answer {
    ask(&state, TrainerRequest::Entry(id)).await
}

/// `GET /api/v1/trainer/groups`
pub(super) async fn groups(State(state): State<Shared>, Query(page): Query<Page>) -> Answer {
    let limit = page.limit();
    ask(&state, TrainerRequest::Groups { limit }).await
}

/// `GET /api/v1/trainer/meanings`
pub(super) async fn meanings(State(state): State<Shared>) -> Answer {
    ask(&state, TrainerRequest::Meanings).await
}

/// `POST /api/v1/trainer/labels`
pub(super) async fn label(State(state): State<Shared>, body: Body) -> Answer {
    let request = json::<LabelRequest>(&state, body).await?.checked()?;
    ask(&state, TrainerRequest::Label(request)).await
}

/// `GET /api/v1/trainer/draft`
pub(super) async fn draft(State(state): State<Shared>) -> Answer {
    ask(&state, TrainerRequest::Draft).await
}

/// `DELETE /api/v1/trainer/draft`
pub(super) async fn drop_draft(State(state): State<Shared>) -> Answer {
    ask(&state, TrainerRequest::DropDraft).await
}

/// `GET /api/v1/trainer/effect`
pub(super) async fn effect(State(state): State<Shared>) -> Answer {
    ask(&state, TrainerRequest::Effect).await
}

/// `GET /api/v1/trainer/versions`
pub(super) async fn history(State(state): State<Shared>) -> Answer {
    ask(&state, TrainerRequest::History).await
}

/// `POST /api/v1/trainer/versions`
pub(super) async fn publish(
    State(state): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Body,
) -> Answer {
    let signed = signed(&state, &caller, body).await?;
    ask(&state, TrainerRequest::Publish(signed)).await
}

/// `GET /api/v1/trainer/versions/{number}`
pub(super) async fn version(State(state): State<Shared>, Path(version): Path<String>) -> Answer {
    ask(&state, TrainerRequest::Version(number(&version)?)).await
}

/// `POST /api/v1/trainer/versions/{number}/rollback`
pub(super) async fn rollback(
    State(state): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(version): Path<String>,
    body: Body,
) -> Answer {
    let signed = signed(&state, &caller, body).await?;
    ask(&state, TrainerRequest::Rollback(number(&version)?, signed)).await
}
