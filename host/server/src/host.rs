//! What the server needs of the engine, and nothing more: a seam, so that the server can be tested alone.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jackfield_core::{Address, ErrorCode, Inbound, Position, SessionId, TenantId};
pub use jackfield_core::{Published, TranscriptTurn};
use tokio::sync::broadcast;

/// What the server needs of the engine.
pub trait Host: Send + Sync + 'static {
    /// Takes an inbound event. Resolves when it is durable, or already was.
    ///
    /// `session` names the session the event is for; without one it is the open session of the event's address,
    /// and a new one when there is none. A client that hangs up drops the future; the event is then accepted or not.
    ///
    /// # Errors
    /// [`HostError`], with nothing accepted.
    fn accept<'a>(
        &'a self,
        tenant: &'a TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> BoxFuture<'a, Result<Receipt, HostError>>;

    /// The same for who waits for the turn of the event.
    ///
    /// # Errors
    /// [`HostError`], with nothing accepted.
    fn ask<'a>(
        &'a self,
        tenant: &'a TenantId,
        inbound: Inbound,
    ) -> BoxFuture<'a, Result<Asked, HostError>> {
        Box::pin(async move {
            let receipt = self.accept(tenant, None, inbound).await?;
            let live = self.watch(receipt.session);
            Ok(Asked {
                receipt,
                live,
                from_before: false,
            })
        })
    }

    /// Takes what another system said, as JSON text, at a callback address with this token and name. `correlation` is its
    /// id of the call; the same again is a duplicate. Resolves when it is durable.
    ///
    /// # Errors
    /// [`HostError`], with nothing accepted.
    fn call_back<'a>(
        &'a self,
        tenant: &'a TenantId,
        token: &'a str,
        name: &'a str,
        correlation: String,
        payload: String,
    ) -> BoxFuture<'a, Result<Called, HostError>>;

    /// The open session of an address.
    fn open(&self, tenant: &TenantId, address: &Address) -> Option<SessionId>;

    /// What happens in a session from now on. Turns arrive in order; a receiver that lags is told so, and reads
    /// the transcript again.
    fn watch(&self, session: SessionId) -> broadcast::Receiver<Arc<Published>>;

    /// The newest `limit` committed turns after `after_turn`, oldest first. Contains every turn that was published
    /// before the call.
    ///
    /// # Errors
    /// [`HostError`] when the session does not exist or cannot be read.
    fn transcript<'a>(
        &'a self,
        tenant: &'a TenantId,
        session: SessionId,
        after_turn: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<TranscriptTurn>, HostError>>;

    /// Whether messages can be handled now.
    fn ready(&self) -> Readiness;
}

/// An event was accepted and is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The session it belongs to.
    pub session: SessionId,
    /// Where it stands in the journal.
    pub position: Position,
    /// Whether an event with the same message id had been accepted before; then `position` is that one's.
    pub duplicate: bool,
}

/// What became of another system's call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// It reaches the flow that waits, or did already.
    Accepted(Receipt),
    /// The address was given out, and nobody waits there any more.
    Unawaited,
    /// No such address was given out, or its conversation is gone.
    Nowhere,
}

/// An event was accepted, and its session is watched.
#[derive(Debug)]
pub struct Asked {
    /// Where it was accepted.
    pub receipt: Receipt,
    /// What happens in its session.
    pub live: broadcast::Receiver<Arc<Published>>,
    /// Whether `live` began before the turn of the event could: then that turn is bound to come, and the transcript
    /// need not be searched for it.
    pub from_before: bool,
}

/// Why the host did not do what the server asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct HostError {
    code: ErrorCode,
    detail: String,
    retry_after: Option<Duration>,
}

impl HostError {
    /// An error with a code and what happened, in words.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// The same error, for clients that may try again after `wait`.
    #[must_use]
    pub fn retry_in(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    /// The code users meet.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What happened, in words.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// How long a client should wait before it tries again, when trying again makes sense.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// Whether messages can be handled now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// They can.
    pub ready: bool,
    /// Why not, one reason each.
    pub reasons: Vec<String>,
}
