//! Serves mailboxes: runs turns, commits them, and only then lets anything leave.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jackfield_core::{
    Accepted, OutboxEntry, Published, SessionId, TenantId, TranscriptTurn, TurnRecord,
};
use jackfield_store::{Committed, OutboxItem, StoreError};

use crate::engine::{Engine, shown};
use crate::mailbox::Waiting;
use crate::outbox;
use crate::turn::{Finished, Turn};

/// A turn that takes longer shows a typing sign.
const TYPING_AFTER: Duration = Duration::from_millis(300);
/// Times a turn may have been started and not committed before it is taken to be what ends the process.
const KILLS: u32 = 2;

impl Engine {
    /// Serves a mailbox, one turn at a time, until it is empty.
    pub(crate) async fn serve(self, session: SessionId) {
        while let Some(waiting) = self.0.mailboxes.pop(session) {
            let position = waiting.accepted.position;
            if let Err(error) = self.turn(waiting).await {
                // The event stays pending in the journal: nothing is lost, a restart takes it up.
                tracing::error!(%session, %position, code = %error.code(), "turn not committed: {error}");
                metrics::counter!("jackfield_turn_total", "outcome" => "not-committed")
                    .increment(1);
            }
        }
        metrics::gauge!("jackfield_busy_sessions").decrement(1.0);
        self.0.idle.notify_waiters();
    }

    #[tracing::instrument(level = "debug", skip_all, fields(session = %waiting.accepted.session, turn))]
    async fn turn(&self, waiting: Waiting) -> Result<(), StoreError> {
        let began = Instant::now();
        let Waiting {
            tenant,
            accepted,
            started_before,
        } = waiting;
        let session = accepted.session;
        // A turn that was under way when the process ended is tried again alone, so that when it ends once more, no
        // innocent turn is suspected too.
        let _alone = match started_before {
            Some(before) if before > 0 => Some(self.0.suspect.lock().await),
            _ => None,
        };
        if started_before.is_some() {
            // Durable before the turn runs, because the turn may be what ended the process.
            self.0
                .store
                .started(&tenant, session, &[accepted.position])?
                .await?;
        }
        let kills = started_before.is_some_and(|before| before >= KILLS);
        let (news, committed) = loop {
            let base = self
                .0
                .store
                .load(&tenant, session)?
                .ok_or(StoreError::UnknownSession)?;
            let fleet = self.0.fleet(&tenant);
            let finished = if kills {
                let current = Arc::clone(fleet.current());
                Turn::new(&self.0, tenant.clone(), &base, accepted.clone(), current).run_as_killer()
            } else {
                // By reference: a future handed on by value has room for it twice, and each turn that waits keeps it.
                let running = std::pin::pin!(self.held_on(&fleet, &tenant, &base, &accepted));
                self.with_typing(session, running).await?
            };
            let Finished { record, reads, .. } = finished;
            let news = News::of(&record);
            match self.0.store.commit(record, &reads) {
                Ok(committed) => break (news, committed),
                // Another session of the contact was faster; the event must not be passed over.
                Err(StoreError::Conflict(_)) => tokio::task::yield_now().await,
                Err(error) => return Err(error),
            }
        };
        tracing::Span::current().record("turn", news.turn.turn);
        let ran = began.elapsed();
        let Committed { ticket, .. } = committed;
        ticket.await?;
        let queued = news.turn.at.saturating_sub(accepted.received_at);
        metrics::histogram!("jackfield_turn_seconds", "stage" => "queue")
            .record(queued as f64 / 1000.0);
        metrics::histogram!("jackfield_turn_seconds", "stage" => "run").record(ran.as_secs_f64());
        metrics::histogram!("jackfield_turn_seconds", "stage" => "commit")
            .record((began.elapsed() - ran).as_secs_f64());
        metrics::counter!("jackfield_turn_total", "outcome" => if news.fault { "fault" } else { "ok" })
            .increment(1);
        self.after_commit(tenant, &accepted, news);
        Ok(())
    }

    /// Runs a turn; whoever watches learns when it takes a while.
    async fn with_typing(
        &self,
        session: SessionId,
        mut turn: Pin<&mut impl Future<Output = Result<Finished, StoreError>>>,
    ) -> Result<Finished, StoreError> {
        match tokio::time::timeout(TYPING_AFTER, turn.as_mut()).await {
            Ok(finished) => finished,
            Err(_) => {
                self.0.hub.publish(session, || Published::Typing(true));
                turn.await
            }
        }
    }

    /// The turn is durable: only now does anything leave.
    fn after_commit(&self, tenant: TenantId, accepted: &Accepted, news: News) {
        if news.timers {
            self.0.timers_changed.notify_one();
        }
        for entry in news.outbox {
            outbox::send(self.clone(), self.item(tenant.clone(), accepted, entry));
        }
        self.0
            .hub
            .publish(accepted.session, || Published::Turn(news.turn));
    }

    fn item(&self, tenant: TenantId, accepted: &Accepted, entry: OutboxEntry) -> OutboxItem {
        OutboxItem {
            tenant,
            session: accepted.session,
            contact: accepted.contact,
            address: accepted.address.clone(),
            entry,
        }
    }
}

/// What is left to do with a turn once it is durable.
struct News {
    turn: TranscriptTurn,
    outbox: Vec<OutboxEntry>,
    /// It set timers.
    timers: bool,
    fault: bool,
}

impl News {
    fn of(record: &TurnRecord) -> Self {
        Self {
            turn: shown(record),
            outbox: record.outbox.clone(),
            timers: !record.timers_set.is_empty(),
            fault: record.decision.action == "fault",
        }
    }
}
