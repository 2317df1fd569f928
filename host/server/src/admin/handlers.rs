//! Requests about keys and decisions.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use http::StatusCode;
use jackfield_core::{ErrorCode, KeyChange, KeyId};
use serde_json::Value;

use super::Administration;
use super::requests::{By, NewKey, Page, told};
use crate::access::{Caller, new_key};
use crate::body::json;
use crate::error::Refusal;
use crate::state::{Shared, State as Server};

/// They are asked behind the gate only, so somebody keeps keys.
fn administration(state: &Server) -> Result<&dyn Administration, Refusal> {
    let access = state.options.operators.as_ref();
    access
        .map(|access| &*access.administration)
        .ok_or_else(|| Refusal::new(ErrorCode::Internal))
}

/// `GET /api/v1/keys`
pub(super) async fn keys(State(state): State<Shared>) -> Result<Json<Value>, Refusal> {
    let keys = administration(&state)?.keys(&state.options.tenant);
    Ok(Json(keys.iter().map(|key| told(key)).collect()))
}

/// `POST /api/v1/keys`
pub(super) async fn make(
    State(state): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let request: NewKey = json(&state, body).await?;
    let by = caller.signs(&request.by)?;
    let (id, text, secret) = new_key();
    let change = KeyChange::Make(request.checked(id, secret)?);
    let made = administration(&state)?
        .change_key(&state.options.tenant, by, change)
        .await;
    let mut answer = told(&*made.map_err(Refusal::for_operator)?);
    answer["key"] = text.into();
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `DELETE /api/v1/keys/{id}`
pub(super) async fn revoke(
    State(state): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(query): Query<By>,
) -> Result<Json<Value>, Refusal> {
    let by = caller.signs(&query.by)?;
    let (administration, tenant) = (administration(&state)?, &state.options.tenant);
    let id = KeyId::new(id).map_err(|_| Refusal::new(ErrorCode::UnknownKey))?;
    let known = administration.key(tenant, &id);
    // What is revoked already is not revoked once more.
    if let Some(key) = known.filter(|key| key.revoked.is_some()) {
        return Ok(Json(told(&key)));
    }
    let revoked = administration.change_key(tenant, by, KeyChange::Revoke(id));
    let key = revoked.await.map_err(Refusal::for_operator)?;
    Ok(Json(told(&key)))
}

/// `GET /api/v1/audit`
pub(super) async fn audit(
    State(state): State<Shared>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Refusal> {
    let found = administration(&state)?.audit(&state.options.tenant, page.after(), page.limit());
    found.await.map(Json).map_err(Refusal::for_operator)
}
