//! API keys and decisions as the server's: the place where the store and the server meet.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jackfield_core::{ApiKey, ErrorCode, KeyChange, KeyId, Position, TenantId};
use jackfield_engine::now_ms;
use jackfield_server::{Administration, HostError};
use jackfield_store::{Store, StoreError};
use serde_json::{Value, json};

use crate::audit;

/// The keys and decisions of a store.
pub(crate) struct Keeper(pub(crate) Arc<dyn Store>);

fn refused(error: StoreError) -> HostError {
    HostError::new(error.code(), error.to_string())
}

impl Administration for Keeper {
    fn key(&self, tenant: &TenantId, id: &KeyId) -> Option<Arc<ApiKey>> {
        self.0.api_key(tenant, id)
    }

    fn keys(&self, tenant: &TenantId) -> Vec<Arc<ApiKey>> {
        self.0.api_keys(tenant)
    }

    fn change_key<'a>(
        &'a self,
        tenant: &'a TenantId,
        by: String,
        change: KeyChange,
    ) -> BoxFuture<'a, Result<Arc<ApiKey>, HostError>> {
        async move {
            let changed = self.0.change_api_key(tenant, now_ms(), &by, change);
            let (key, noted) = changed.map_err(refused)?;
            noted.await.map_err(refused)?;
            tracing::info!(key = %key.id, name = key.name, by, revoked = key.revoked.is_some(), "an API key was changed");
            Ok(key)
        }
        .boxed()
    }

    fn audit<'a>(
        &'a self,
        tenant: &'a TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Value, HostError>> {
        let (store, tenant) = (Arc::clone(&self.0), tenant.clone());
        // It reads files: a worker of the runtime that waits for it would hold up everybody's turns.
        let found = tokio::task::spawn_blocking(move || store.decisions(&tenant, after, limit));
        async move {
            let found = found.await.map_err(|error| {
                HostError::new(ErrorCode::Internal, format!("the audit: {error}"))
            })?;
            let found = found.map_err(|error| match error {
                StoreError::Damaged { .. } if after.is_some() => HostError::new(
                    ErrorCode::BadRequest,
                    format!("no record can be read after the position that `after` names: {error}"),
                ),
                error => refused(error),
            })?;
            let decisions: Vec<Value> = found.records.iter().map(audit::object).collect();
            Ok(json!({ "decisions": decisions, "more_after": found.more_after }))
        }
        .boxed()
    }
}
