//! Tells whoever watches a session what was committed in it.

use std::sync::Arc;

use dashmap::DashMap;
use jackfield_core::{Published, SessionId};
use tokio::sync::broadcast;

/// Turns that a slow watcher may fall behind before it has to read the transcript again.
const BACKLOG: usize = 32;

/// Watchers by session.
#[derive(Debug, Default)]
pub(crate) struct Hub(DashMap<SessionId, broadcast::Sender<Arc<Published>>>);

impl Hub {
    /// News of a session from now on.
    pub(crate) fn watch(&self, session: SessionId) -> broadcast::Receiver<Arc<Published>> {
        self.0
            .entry(session)
            .or_insert_with(|| broadcast::channel(BACKLOG).0)
            .subscribe()
    }

    /// Tells the watchers, if there are any.
    pub(crate) fn publish(&self, session: SessionId, make: impl FnOnce() -> Published) {
        let Some(sender) = self.0.get(&session) else {
            return;
        };
        if sender.receiver_count() > 0 {
            // Sending fails only when the last watcher just left.
            let _ = sender.send(Arc::new(make()));
            return;
        }
        drop(sender);
        self.0
            .remove_if(&session, |_, sender| sender.receiver_count() == 0);
    }
}
