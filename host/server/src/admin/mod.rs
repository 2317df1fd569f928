//! API keys and the audit: `/api/v1/keys` and `/api/v1/audit`.
//!
//! What the server needs to know of them is the trait [`Administration`].

mod handlers;
mod requests;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jackfield_core::{ApiKey, KeyChange, KeyId, Position, Right, TenantId};
use serde_json::Value;

use crate::HostError;
use crate::api::{Api, Content, Door, Operation};

/// What the server needs of whoever keeps API keys and what was decided.
pub trait Administration: Send + Sync + 'static {
    /// The API key with this id. It is asked for with every request.
    fn key(&self, tenant: &TenantId, id: &KeyId) -> Option<Arc<ApiKey>>;

    /// All API keys.
    fn keys(&self, tenant: &TenantId) -> Vec<Arc<ApiKey>>;

    /// Makes or revokes a key. Resolves to the key as it is then, once that is durable.
    ///
    /// # Errors
    /// [`HostError`], with nothing changed.
    fn change_key<'a>(
        &'a self,
        tenant: &'a TenantId,
        by: String,
        change: KeyChange,
    ) -> BoxFuture<'a, Result<Arc<ApiKey>, HostError>>;

    /// Decisions after a record of the journal, `limit` of them at most: `{"decisions": [{"position", …}…], "more_after"}`.
    ///
    /// # Errors
    /// [`HostError`].
    fn audit<'a>(
        &'a self,
        tenant: &'a TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Value, HostError>>;
}

const KEYS: &str = "/api/v1/keys";
const KEY: &str = "/api/v1/keys/{id}";
const AUDIT: &str = "/api/v1/audit";
const MANAGE: Door = Door::Right(Right::ManageKeys);

pub(crate) fn routes(api: Api) -> Api {
    api.on(
        Operation::get(KEYS, MANAGE, "All API keys, without their secrets").answers("ApiKeys"),
        handlers::keys,
    )
    .on(
        Operation::post(KEYS, MANAGE, "Make an API key; its secret is told this once")
            .takes(Content::Json("NewApiKey"))
            .answers_with(201, Content::Json("MadeApiKey")),
        handlers::make,
    )
    .on(
        Operation::delete(KEY, MANAGE, "Revoke an API key, for good")
            .query(&[("by", "string", "Who decides, with the operator's token")])
            .answers("ApiKey"),
        handlers::revoke,
    )
    .on(
        Operation::get(AUDIT, Door::Right(Right::See), "What was decided, when and by whom, oldest first")
            .query(&[
                ("after", "integer", "Decisions after the record at this position: `more_after` of the page before, or the last decision that is known"),
                ("limit", "integer", "So many at most: 100 unless said otherwise, and never more than 1,000"),
            ])
            .answers("Audit")
            .long(),
        handlers::audit,
    )
}
