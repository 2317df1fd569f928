//! Tells the event streams of a contact which session is theirs now.
//!
//! A stream may be open before its session exists, and a closed session is followed by another one. Both begin
//! with a message that this server takes in, so this is where streams hear of it.

use std::collections::HashMap;
use std::sync::Arc;

use jackfield_core::SessionId;
use parking_lot::Mutex;
use tokio::sync::watch;

type Table = Mutex<HashMap<String, watch::Sender<Option<SessionId>>>>;

/// The contacts that have an open event stream.
#[derive(Default)]
pub(crate) struct Addresses {
    table: Arc<Table>,
}

impl Addresses {
    /// Hears of the sessions of a contact from now on.
    pub(crate) fn follow(&self, contact: &str) -> Following {
        let mut table = self.table.lock();
        let sender = table
            .entry(contact.to_owned())
            .or_insert_with(|| watch::Sender::new(None));
        Following {
            receiver: sender.subscribe(),
            contact: contact.to_owned(),
            table: Arc::clone(&self.table),
        }
    }

    /// Says which session took a message of the contact.
    pub(crate) fn announce(&self, contact: &str, session: SessionId) {
        if let Some(sender) = self.table.lock().get(contact) {
            sender.send_if_modified(|known| known.replace(session) != Some(session));
        }
    }
}

/// One stream's ear. The table forgets the contact with the last one.
pub(crate) struct Following {
    receiver: watch::Receiver<Option<SessionId>>,
    contact: String,
    table: Arc<Table>,
}

impl Following {
    /// Waits for the next session that is not `current`.
    pub(crate) async fn next(&mut self, current: Option<SessionId>) -> SessionId {
        loop {
            // The sender lives in the table as long as we do.
            if self.receiver.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            let session = *self.receiver.borrow_and_update();
            if let Some(session) = session.filter(|session| Some(*session) != current) {
                return session;
            }
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let mut table = self.table.lock();
        // Our own receiver still counts.
        if table
            .get(&self.contact)
            .is_some_and(|sender| sender.receiver_count() <= 1)
        {
            table.remove(&self.contact);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_stream_of_a_contact_hears_and_nobody_is_remembered_afterwards() {
        let addresses = Addresses::default();
        let (mut one, mut two, other) = (
            addresses.follow("a"),
            addresses.follow("a"),
            addresses.follow("b"),
        );
        let session = SessionId::new();
        addresses.announce("a", session);
        assert_eq!(one.next(None).await, session);
        assert_eq!(two.next(None).await, session);
        let later = SessionId::new();
        addresses.announce("a", session);
        addresses.announce("a", later);
        assert_eq!(one.next(Some(session)).await, later);
        drop((one, two));
        assert_eq!(addresses.table.lock().len(), 1);
        drop(other);
        assert!(addresses.table.lock().is_empty());
    }
}
