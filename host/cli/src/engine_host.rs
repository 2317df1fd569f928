//! The engine as the server's host: the place where the two meet, so that neither needs to know the other.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jackfield_core::{Address, ErrorCode, Inbound, SessionId, TenantId};
use jackfield_engine::{Callback, Engine, EngineError};
use tokio::sync::broadcast;

use jackfield_server::{
    Asked, Called, Host, HostError, Published, Readiness, Receipt, TranscriptTurn,
};

/// An engine that a server can serve.
pub(crate) struct EngineHost(pub(crate) Engine);

fn refused(error: EngineError) -> HostError {
    let host = HostError::new(error.code(), error.to_string());
    match error.retry_after() {
        Some(wait) => host.retry_in(wait),
        None => host,
    }
}

fn shown(receipt: jackfield_engine::Receipt) -> Receipt {
    Receipt {
        session: receipt.session,
        position: receipt.position,
        duplicate: receipt.duplicate,
    }
}

impl Host for EngineHost {
    fn accept<'a>(
        &'a self,
        tenant: &'a TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> BoxFuture<'a, Result<Receipt, HostError>> {
        async move {
            let receipt = self.0.accept(tenant, session, inbound).await;
            receipt.map(shown).map_err(refused)
        }
        .boxed()
    }

    fn ask<'a>(
        &'a self,
        tenant: &'a TenantId,
        inbound: Inbound,
    ) -> BoxFuture<'a, Result<Asked, HostError>> {
        async move {
            let asked = self.0.accept_and_watch(tenant, None, inbound).await;
            let (receipt, live) = asked.map_err(refused)?;
            Ok(Asked {
                receipt: shown(receipt),
                live,
                from_before: !receipt.duplicate,
            })
        }
        .boxed()
    }

    fn call_back<'a>(
        &'a self,
        tenant: &'a TenantId,
        token: &'a str,
        name: &'a str,
        correlation: String,
        payload: String,
    ) -> BoxFuture<'a, Result<Called, HostError>> {
        let callback = Callback {
            correlation,
            payload,
        };
        async move {
            let called = self.0.call_back(tenant, token, name, callback).await;
            Ok(match called.map_err(refused)? {
                jackfield_engine::Called::Accepted(receipt) => Called::Accepted(shown(receipt)),
                jackfield_engine::Called::Unawaited => Called::Unawaited,
                jackfield_engine::Called::Nowhere => Called::Nowhere,
            })
        }
        .boxed()
    }

    fn open(&self, tenant: &TenantId, address: &Address) -> Option<SessionId> {
        self.0.open(tenant, address)
    }

    fn watch(&self, session: SessionId) -> broadcast::Receiver<Arc<Published>> {
        self.0.watch(session)
    }

    fn transcript<'a>(
        &'a self,
        tenant: &'a TenantId,
        session: SessionId,
        after_turn: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<TranscriptTurn>, HostError>> {
        let (engine, tenant) = (self.0.clone(), tenant.clone());
        // It reads the disk: a worker of the runtime that waits for it would hold up everybody else's turns.
        let read = tokio::task::spawn_blocking(move || {
            engine.transcript(&tenant, session, after_turn, limit)
        });
        async move {
            let read = read.await.map_err(|error| {
                HostError::new(ErrorCode::Internal, format!("the transcript: {error}"))
            })?;
            read.map_err(refused)
        }
        .boxed()
    }

    fn ready(&self) -> Readiness {
        let reasons = self.0.obstacles();
        Readiness {
            ready: reasons.is_empty(),
            reasons,
        }
    }
}
