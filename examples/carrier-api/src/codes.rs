//! A text message gateway for one-time codes: takes them, and shows the tester what would have been sent.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many are shown.
const KEPT: usize = 20;

/// The codes taken last.
#[derive(Debug, Default)]
pub(crate) struct Codes(Mutex<VecDeque<Sent>>);

/// A code that was taken.
#[derive(Debug)]
struct Sent {
    key: String,
    body: serde_json::Value,
    received: u64,
}

impl Codes {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Sent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a code once per key.
    pub(crate) fn take(&self, key: &str, body: serde_json::Value) {
        let mut sent = self.lock();
        if let Some(known) = sent.iter_mut().find(|sent| sent.key == key) {
            known.received += 1;
            return;
        }
        sent.truncate(KEPT - 1);
        sent.push_front(Sent {
            key: key.to_owned(),
            body,
            received: 1,
        });
    }

    /// What was taken, newest first.
    pub(crate) fn list(&self) -> serde_json::Value {
        let sent = self.lock();
        let shown = sent
            .iter()
            .map(|sent| serde_json::json!({"message": sent.body, "received": sent.received}));
        shown.collect()
    }
}
