//! The trainer's API, for the operator's people: `/api/trainer/…`, with `Authorization: Bearer` and the operator's token.
//!
//! What the server needs of the trainer is the trait [`Trainer`]; it answers in JSON, which is passed on as it is.

mod handlers;
mod requests;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use futures_util::future::BoxFuture;
use serde_json::Value;

pub use self::requests::{LabelRequest, Meaning, Signed, TrainerRequest, TypedSentence};
use crate::state::Shared;
use crate::{HostError, OperatorToken};

/// What the server needs of the trainer.
pub trait Trainer: Send + Sync + 'static {
    /// Does what is asked, and says what came of it. It may take a minute.
    ///
    /// # Errors
    /// [`HostError`], with nothing changed.
    fn ask(&self, request: TrainerRequest) -> BoxFuture<'_, Result<Value, HostError>>;
}

/// The trainer, and the token that opens it.
#[derive(Clone)]
pub struct TrainerAccess {
    /// The trainer.
    pub trainer: Arc<dyn Trainer>,
    /// The token.
    pub token: OperatorToken,
}

impl fmt::Debug for TrainerAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrainerAccess(…)")
    }
}

const ENTRIES: &str = "/api/trainer/entries";
const ENTRY: &str = "/api/trainer/entries/{id}";
const GROUPS: &str = "/api/trainer/groups";
const MEANINGS: &str = "/api/trainer/meanings";
const LABELS: &str = "/api/trainer/labels";
const DRAFT: &str = "/api/trainer/draft";
const EFFECT: &str = "/api/trainer/effect";
const VERSIONS: &str = "/api/trainer/versions";
const VERSION: &str = "/api/trainer/versions/{number}";
const ROLLBACK: &str = "/api/trainer/versions/{number}/rollback";

/// Its routes, as metrics name them.
pub(crate) const ROUTES: [&str; 10] = [
    ENTRIES, ENTRY, GROUPS, MEANINGS, LABELS, DRAFT, EFFECT, VERSIONS, VERSION, ROLLBACK,
];

/// Whether a route may take as long as learning does.
pub(crate) fn takes_long(route: &str) -> bool {
    matches!(route, GROUPS | EFFECT | VERSIONS | ROLLBACK)
}

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(ENTRIES, get(handlers::list))
        .route(ENTRY, get(handlers::entry))
        .route(GROUPS, get(handlers::groups))
        .route(MEANINGS, get(handlers::meanings))
        .route(LABELS, post(handlers::label))
        .route(DRAFT, get(handlers::draft).delete(handlers::drop_draft))
        .route(EFFECT, get(handlers::effect))
        .route(VERSIONS, get(handlers::history).post(handlers::publish))
        .route(VERSION, get(handlers::version))
        .route(ROLLBACK, post(handlers::rollback))
}
