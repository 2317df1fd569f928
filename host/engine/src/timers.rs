//! Lets timers come due: each becomes an accepted event of its session, like everything else.

use std::time::Duration;

use jackfield_core::{Content, Inbound};
use jackfield_store::DueTimer;

use crate::clock::now_ms;
use crate::engine::Engine;

/// Timers taken at once.
const BATCH: usize = 256;
/// Longest sleep: the wall clock may be set while we sleep.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);

pub(crate) async fn run(engine: Engine) {
    while !engine.is_draining() {
        let due = engine.0.store.due(now_ms(), BATCH);
        let more = due.len() == BATCH;
        let mut stuck = false;
        for timer in due {
            stuck |= !fire(&engine, timer).await;
        }
        if more && !stuck {
            continue;
        }
        let wait = engine.0.store.next_due().map_or(LONGEST_SLEEP, |due| {
            Duration::from_millis(due.saturating_sub(now_ms()))
                .clamp(Duration::from_millis(1), LONGEST_SLEEP)
        });
        let wait = if stuck {
            wait.max(Duration::from_secs(1))
        } else {
            wait
        };
        let _ = tokio::time::timeout(wait, engine.0.timers_changed.notified()).await;
    }
}

/// True when the timer is accepted, or no longer there.
async fn fire(engine: &Engine, due: DueTimer) -> bool {
    let inbound = Inbound {
        address: due.address,
        message_id: format!("timer:{}:{}", due.session, due.timer.id),
        received_at: now_ms(),
        sent_at: Some(due.timer.due),
        locale: None,
        content: Content::TimerDue {
            timer: due.timer.id,
        },
    };
    match engine.accept(&due.tenant, Some(due.session), inbound).await {
        Ok(_) => true,
        Err(crate::EngineError::Store(jackfield_store::StoreError::Stale(_))) => true,
        Err(error) => {
            tracing::warn!(session = %due.session, "a timer could not be accepted: {error}");
            false
        }
    }
}
