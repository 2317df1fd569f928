//! The engine as the server's host: the place where the two meet, so that neither needs to know the other.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jackfield_core::{Address, Inbound, SessionId, TenantId};
use jackfield_engine::{Engine, EngineError};
use tokio::sync::broadcast;

use jackfield_server::{Host, HostError, Published, Readiness, Receipt, TranscriptTurn};

/// An engine that a server can serve.
pub(crate) struct EngineHost(pub(crate) Engine);

fn refused(error: EngineError) -> HostError {
    let host = HostError::new(error.code(), error.to_string());
    match error.retry_after() {
        Some(wait) => host.retry_in(wait),
        None => host,
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
            let receipt = self
                .0
                .accept(tenant, session, inbound)
                .await
                .map_err(refused)?;
            Ok(Receipt {
                session: receipt.session,
                position: receipt.position,
                duplicate: receipt.duplicate,
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
        let turns = self
            .0
            .transcript(tenant, session, after_turn, limit)
            .map_err(refused);
        std::future::ready(turns).boxed()
    }

    fn ready(&self) -> Readiness {
        let reasons = self.0.obstacles();
        Readiness {
            ready: reasons.is_empty(),
            reasons,
        }
    }
}
