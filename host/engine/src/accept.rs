//! Takes events in: the one door to a session.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jackfield_core::{Accepted, Inbound, Position, Published, SessionId, TenantId};
use tokio::sync::broadcast;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mailbox::Waiting;

/// An event was accepted and is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The session it belongs to.
    pub session: SessionId,
    /// Where it stands in the journal.
    pub position: Position,
    /// Whether the same event had been accepted before.
    pub duplicate: bool,
}

impl Engine {
    /// Takes an inbound event. Resolves when it is durable: from then on it will be handled in exactly one turn.
    ///
    /// # Errors
    /// [`EngineError`], with nothing accepted.
    pub async fn accept(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> Result<Receipt, EngineError> {
        let (receipt, _) = self.take_in(tenant, session, inbound, |_| ()).await?;
        Ok(receipt)
    }

    /// The same, with the news of the event's session from before its turn can begin: the turn is among them, unless
    /// the event is a duplicate.
    ///
    /// # Errors
    /// [`EngineError`], with nothing accepted.
    pub async fn accept_and_watch(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> Result<(Receipt, broadcast::Receiver<Arc<Published>>), EngineError> {
        self.take_in(tenant, session, inbound, |session| self.watch(session))
            .await
    }

    async fn take_in<T>(
        &self,
        tenant: &TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
        before_its_turn: impl FnOnce(SessionId) -> T,
    ) -> Result<(Receipt, T), EngineError> {
        if self.0.draining.load(Ordering::Acquire) && !inbound.content.is_internal() {
            return Err(EngineError::Draining);
        }
        let (acceptance, prepared) = {
            // The order in the mailbox must be the order in the journal.
            let _order = self.0.order_of(&inbound.address).lock();
            let known = session.or_else(|| self.0.store.resolve(tenant, &inbound.address));
            if known.is_some_and(|session| self.0.mailboxes.is_full(session))
                && !inbound.content.is_internal()
            {
                return Err(EngineError::MailboxFull);
            }
            let acceptance = self.0.store.accept(tenant, session, inbound.clone())?;
            let prepared = before_its_turn(acceptance.session);
            if !acceptance.duplicate {
                let accepted = Accepted {
                    position: acceptance.position,
                    session: acceptance.session,
                    contact: acceptance.contact,
                    address: inbound.address,
                    message_id: inbound.message_id,
                    received_at: inbound.received_at,
                    locale: inbound.locale,
                    content: inbound.content,
                };
                self.hand_over(Waiting {
                    tenant: tenant.clone(),
                    accepted,
                    started_before: None,
                });
            }
            (acceptance, prepared)
        };
        let receipt = Receipt {
            session: acceptance.session,
            position: acceptance.position,
            duplicate: acceptance.duplicate,
        };
        acceptance.ticket.await?;
        Ok((receipt, prepared))
    }

    pub(crate) fn hand_over(&self, waiting: Waiting) {
        let session = waiting.accepted.session;
        if self.0.mailboxes.push(waiting) {
            metrics::gauge!("jackfield_busy_sessions").increment(1.0);
            tokio::spawn(self.clone().serve(session));
        }
    }
}
