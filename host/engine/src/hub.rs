//! Tells whoever watches a session what was committed in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use jackfield_core::{Published, SessionId};
use tokio::sync::broadcast;

/// Turns that a slow watcher may fall behind before it has to read the transcript again.
const BACKLOG: usize = 32;
/// Sessions are watched anew at least this often before those that nobody watches any more are looked for.
const LEAST: usize = 1024;

/// Watchers by session. A watcher leaves without a word, and in most sessions nothing is published afterwards: so
/// those that were left are looked for now and then, and never are there many more than those that are watched.
#[derive(Debug)]
pub(crate) struct Hub {
    watched: DashMap<SessionId, broadcast::Sender<Arc<Published>>>,
    /// Sessions that may be watched anew before the next search.
    until_tidy: AtomicUsize,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            watched: DashMap::new(),
            until_tidy: AtomicUsize::new(LEAST),
        }
    }
}

impl Hub {
    /// News of a session from now on.
    pub(crate) fn watch(&self, session: SessionId) -> broadcast::Receiver<Arc<Published>> {
        let receiver = match self.watched.entry(session) {
            Entry::Occupied(sender) => return sender.get().subscribe(),
            Entry::Vacant(slot) => {
                let (sender, receiver) = broadcast::channel(BACKLOG);
                drop(slot.insert(sender));
                receiver
            }
        };
        if self.until_tidy.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.watched.retain(|_, sender| sender.receiver_count() > 0);
            let live = self.watched.len();
            self.until_tidy.store(live.max(LEAST), Ordering::Relaxed);
        }
        receiver
    }

    /// Tells the watchers, if there are any.
    pub(crate) fn publish(&self, session: SessionId, make: impl FnOnce() -> Published) {
        let Some(sender) = self.watched.get(&session) else {
            return;
        };
        if sender.receiver_count() > 0 {
            // Sending fails only when the last watcher just left.
            let _ = sender.send(Arc::new(make()));
            return;
        }
        drop(sender);
        self.watched
            .remove_if(&session, |_, sender| sender.receiver_count() == 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_nobody_watches_any_more_are_forgotten() {
        let hub = Hub::default();
        let watched = SessionId::new();
        let mut receiver = hub.watch(watched);
        for _ in 0..20 * LEAST {
            drop(hub.watch(SessionId::new()));
        }
        assert!(hub.watched.len() <= 2 * LEAST, "{}", hub.watched.len());
        hub.publish(watched, || Published::Typing(true));
        assert!(matches!(
            *receiver.try_recv().unwrap(),
            Published::Typing(true)
        ));
    }
}
