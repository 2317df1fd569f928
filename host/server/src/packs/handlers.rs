//! Requests about packs: what is asked, then the answer as it comes.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use jackfield_core::{ErrorCode, PackChange, PackId};
use serde_json::Value;

use super::PackAccess;
use super::requests::{Decision, InstallRequest, PackRequest};
use crate::access::Caller;
use crate::body::{json, read};
use crate::error::Refusal;
use crate::state::Shared;

type Answer = Result<Json<Value>, Refusal>;

fn invalid(what: impl Into<String>) -> Refusal {
    Refusal::because(ErrorCode::BadRequest, what)
}

/// There are routes to here only where packs are installed.
fn access(state: &Shared) -> Result<&PackAccess, Refusal> {
    let operators = state.options.operators.as_ref();
    let access = operators.and_then(|operators| operators.packs.as_ref());
    access.ok_or_else(|| Refusal::new(ErrorCode::Internal))
}

async fn ask(state: &Shared, request: PackRequest) -> Answer {
    let answer = access(state)?.keeper.ask(request).await;
    answer.map(Json).map_err(Refusal::for_operator)
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, Refusal>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error: T::Err| invalid(error.to_string()))
}

/// `GET /api/v1/packs`
pub(super) async fn list(State(state): State<Shared>) -> Answer {
    ask(&state, PackRequest::List).await
}

/// `GET /api/v1/packs/{pack}/denials`
pub(super) async fn denials(State(state): State<Shared>, Path(pack): Path<String>) -> Answer {
    ask(&state, PackRequest::Denials(id(&pack)?)).await
}

/// `GET /api/v1/packs/{pack}/grants`
pub(super) async fn grants(State(state): State<Shared>, Path(pack): Path<String>) -> Answer {
    ask(&state, PackRequest::Grants(id(&pack)?)).await
}

/// `GET /api/v1/packs/{pack}/uses`
pub(super) async fn uses(State(state): State<Shared>, Path(pack): Path<String>) -> Answer {
    ask(&state, PackRequest::Uses(id(&pack)?)).await
}

/// `POST /api/v1/archives`
pub(super) async fn keep(State(state): State<Shared>, body: Body) -> Answer {
    let archive = read(body, access(&state)?.largest).await?;
    ask(&state, PackRequest::Keep(archive)).await
}

/// `PUT /api/v1/archives/{digest}/signatures`
pub(super) async fn sign(
    State(state): State<Shared>,
    Path(digest): Path<String>,
    body: Body,
) -> Answer {
    let body = read(body, state.options.limits.body).await?;
    let text = String::from_utf8(body.into()).map_err(|_| invalid("signatures are text"))?;
    ask(&state, PackRequest::Sign(id(&digest)?, text)).await
}

/// `GET /api/v1/archives/{digest}`
pub(super) async fn plan(State(state): State<Shared>, Path(digest): Path<String>) -> Answer {
    ask(&state, PackRequest::Plan(id(&digest)?)).await
}

/// `POST /api/v1/versions`
pub(super) async fn install(
    State(state): State<Shared>,
    Extension(caller): Extension<Caller>,
    body: Body,
) -> Answer {
    let mut request: InstallRequest = json(&state, body).await?;
    request.by = caller.signs(&request.by)?;
    ask(&state, PackRequest::Install(request)).await
}

/// Handlers of `POST /api/v1/packs/{pack}/…`, each with the change that its body asks for.
macro_rules! decisions {
    ($($name:ident $change:expr;)*) => {
        $(pub(super) async fn $name(
            State(state): State<Shared>,
            Extension(caller): Extension<Caller>,
            Path(pack): Path<String>,
            body: Body,
        ) -> Answer {
            decide(&state, &caller, &pack, body, $change).await
        })*
    };
}

decisions! {
    promote |_| Ok(PackChange::Promote);
    move_on |_| Ok(PackChange::Move);
    roll_back Decision::roll_back;
    remove |decision| Ok(decision.remove());
    grant Decision::grant;
}

async fn decide(
    state: &Shared,
    caller: &Caller,
    pack: &str,
    body: Body,
    change: impl FnOnce(Decision) -> Result<PackChange, &'static str>,
) -> Answer {
    let decision: Decision = json(state, body).await?;
    let by = caller.signs(&decision.by)?;
    let pack: PackId = id(pack)?;
    let change = change(decision).map_err(invalid)?;
    ask(state, PackRequest::Change { pack, by, change }).await
}
