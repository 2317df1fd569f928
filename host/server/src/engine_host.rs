//! The engine as the server's host.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jackfield_core::{Address, Inbound, SessionId, TenantId};
use jackfield_engine::{Engine, EngineError};
use tokio::sync::broadcast;

use crate::host::{Host, HostError, Published, Readiness, Receipt, TranscriptTurn};

impl From<EngineError> for HostError {
    fn from(error: EngineError) -> Self {
        let host = Self::new(error.code(), error.to_string());
        match error.retry_after() {
            Some(wait) => host.retry_in(wait),
            None => host,
        }
    }
}

impl Host for Engine {
    fn accept<'a>(
        &'a self,
        tenant: &'a TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> BoxFuture<'a, Result<Receipt, HostError>> {
        async move {
            let receipt = Engine::accept(self, tenant, session, inbound).await?;
            Ok(Receipt { session: receipt.session, position: receipt.position, duplicate: receipt.duplicate })
        }
        .boxed()
    }

    fn open(&self, tenant: &TenantId, address: &Address) -> Option<SessionId> {
        Engine::open(self, tenant, address)
    }

    fn watch(&self, session: SessionId) -> broadcast::Receiver<Arc<Published>> {
        Engine::watch(self, session)
    }

    fn transcript<'a>(
        &'a self,
        tenant: &'a TenantId,
        session: SessionId,
        after_turn: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<TranscriptTurn>, HostError>> {
        let turns = Engine::transcript(self, tenant, session, after_turn, limit).map_err(HostError::from);
        std::future::ready(turns).boxed()
    }

    fn ready(&self) -> Readiness {
        let reasons = self.obstacles();
        Readiness { ready: reasons.is_empty(), reasons }
    }
}
