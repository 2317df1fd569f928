//! The API of packs, for operators: `/api/v1/packs/…` and `/api/v1/archives/…`, with `Authorization: Bearer` and the
//! operator's token.
//!
//! What the server needs to know of packs is the trait [`PackKeeper`]; it answers in JSON, which is passed on as it is.

mod handlers;
mod requests;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};
use futures_util::future::BoxFuture;
use serde_json::Value;

pub use self::requests::{CanaryWish, InstallRequest, PackRequest};
use crate::state::Shared;
use crate::{HostError, OperatorToken};

/// What the server needs of whoever installs packs.
pub trait PackKeeper: Send + Sync + 'static {
    /// Does what is asked, and says what came of it. It may take a minute.
    ///
    /// # Errors
    /// [`HostError`], with nothing changed.
    fn ask(&self, request: PackRequest) -> BoxFuture<'_, Result<Value, HostError>>;
}

/// Who installs packs, and the token that lets operators ask for it.
#[derive(Clone)]
pub struct PackAccess {
    /// Who installs packs.
    pub keeper: Arc<dyn PackKeeper>,
    /// The token.
    pub token: OperatorToken,
    /// The largest archive, bytes.
    pub largest: usize,
}

impl fmt::Debug for PackAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PackAccess(…)")
    }
}

const PACKS: &str = "/api/v1/packs";
const PACK: &str = "/api/v1/packs/{pack}/{view}";
const ARCHIVES: &str = "/api/v1/archives";
const ARCHIVE: &str = "/api/v1/archives/{digest}";
const SIGNATURES: &str = "/api/v1/archives/{digest}/signatures";
const VERSIONS: &str = "/api/v1/versions";

/// Its routes, as metrics name them.
pub(crate) const ROUTES: [&str; 6] = [PACKS, PACK, ARCHIVES, ARCHIVE, SIGNATURES, VERSIONS];

/// Whether a route may take as long as compiling and learning do.
pub(crate) fn takes_long(route: &str) -> bool {
    ROUTES.contains(&route)
}

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(PACKS, get(handlers::list))
        .route(PACK, get(handlers::view).post(handlers::change))
        .route(ARCHIVES, post(handlers::keep))
        .route(ARCHIVE, get(handlers::plan))
        .route(SIGNATURES, put(handlers::sign))
        .route(VERSIONS, post(handlers::install))
}
