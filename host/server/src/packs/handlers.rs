//! Requests about packs: the token, then what is asked, then the answer as it comes.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use http::HeaderMap;
use jackfield_core::{ErrorCode, PackId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::PackAccess;
use super::requests::{Decision, InstallRequest, PackRequest};
use crate::body::read;
use crate::error::Refusal;
use crate::state::Shared;

type Answer = Result<Json<Value>, Refusal>;

fn invalid(what: impl Into<String>) -> Refusal {
    Refusal::because(ErrorCode::BadRequest, what)
}

/// Lets nobody in without the operator's token, and nobody at all where packs are not installed.
fn access<'s>(state: &'s Shared, headers: &HeaderMap) -> Result<&'s PackAccess, Refusal> {
    let access = state.options.packs.as_ref();
    let access = access.ok_or_else(|| invalid("there is nothing at this address"))?;
    access.token.check(headers)?;
    Ok(access)
}

async fn ask(access: &PackAccess, request: PackRequest) -> Answer {
    let answer = access.keeper.ask(request).await;
    answer.map(Json).map_err(Refusal::for_operator)
}

async fn json<T: DeserializeOwned>(state: &Shared, body: Body) -> Result<T, Refusal> {
    let body = read(body, state.options.limits.body).await?;
    serde_json::from_slice(&body).map_err(|error| invalid(format!("the body: {error}")))
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, Refusal>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error: T::Err| invalid(error.to_string()))
}

/// A name of who decides: what the audit shows.
fn named(by: &str) -> Result<(), Refusal> {
    let sound = !by.trim().is_empty() && by.len() <= 100 && !by.chars().any(char::is_control);
    sound
        .then_some(())
        .ok_or_else(|| invalid("`by` is to be a name of 1 to 100 characters"))
}

/// `GET /api/v1/packs`
pub(super) async fn list(State(state): State<Shared>, headers: HeaderMap) -> Answer {
    ask(access(&state, &headers)?, PackRequest::List).await
}

/// `POST /api/v1/archives`
pub(super) async fn keep(State(state): State<Shared>, headers: HeaderMap, body: Body) -> Answer {
    let access = access(&state, &headers)?;
    let archive = read(body, access.largest).await?;
    ask(access, PackRequest::Keep(archive)).await
}

/// `PUT /api/v1/archives/{digest}/signatures`
pub(super) async fn sign(
    State(state): State<Shared>,
    Path(digest): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let access = access(&state, &headers)?;
    let body = read(body, state.options.limits.body).await?;
    let text = String::from_utf8(body.into()).map_err(|_| invalid("signatures are text"))?;
    ask(access, PackRequest::Sign(id(&digest)?, text)).await
}

/// `GET /api/v1/archives/{digest}`
pub(super) async fn plan(
    State(state): State<Shared>,
    Path(digest): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let access = access(&state, &headers)?;
    ask(access, PackRequest::Plan(id(&digest)?)).await
}

/// `POST /api/v1/versions`
pub(super) async fn install(State(state): State<Shared>, headers: HeaderMap, body: Body) -> Answer {
    let access = access(&state, &headers)?;
    let request: InstallRequest = json(&state, body).await?;
    named(&request.by)?;
    ask(access, PackRequest::Install(request)).await
}

/// `POST /api/v1/packs/{pack}/{promote, rollback, move, remove, grants}`
pub(super) async fn change(
    State(state): State<Shared>,
    Path((pack, action)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let access = access(&state, &headers)?;
    let decision: Decision = json(&state, body).await?;
    named(&decision.by)?;
    let by = decision.by.clone();
    let pack = id(&pack)?;
    let change = decision.change(&action).map_err(invalid)?;
    ask(access, PackRequest::Change { pack, by, change }).await
}

/// `GET /api/v1/packs/{pack}/{denials, uses}`
pub(super) async fn view(
    State(state): State<Shared>,
    Path((pack, view)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    let access = access(&state, &headers)?;
    let pack: PackId = id(&pack)?;
    let request = match view.as_str() {
        "denials" => PackRequest::Denials(pack),
        "uses" => PackRequest::Uses(pack),
        _ => return Err(invalid("there is nothing at this address")),
    };
    ask(access, request).await
}
