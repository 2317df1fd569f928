//! A journal that is large before the first kill, so that starts without index have something to do.

use std::path::Path;

use jackfield_core::{Address, Content, Decision, Inbound, Outbound, TenantId, TurnRecord};
use jackfield_store::{JournalStore, Options, Store as _};

/// Turns committed at once.
const GROUP: usize = 512;
/// Bytes of text in each turn.
const TEXT: usize = 1000;

/// Lets sessions talk until the journal has so many bytes.
pub(crate) async fn fill(data: &Path, bytes: u64) {
    let store = JournalStore::open(Options::new(data)).unwrap();
    let tenant = TenantId::default();
    let mut number = 0usize;
    let mut end = 0;
    while end < bytes {
        let mut tickets = Vec::with_capacity(2 * GROUP);
        for _ in 0..GROUP {
            number += 1;
            // Four turns for each contact, some time apart.
            let contact = number / (4 * GROUP) * GROUP + number % GROUP;
            let inbound = Inbound {
                address: Address {
                    channel: "rest".to_owned(),
                    contact: format!("filler-{contact}"),
                },
                message_id: format!("filler-{number}"),
                received_at: 1,
                sent_at: None,
                locale: None,
                content: Content::Text("hello".to_owned()),
            };
            let accepted = store.accept(&tenant, None, inbound).unwrap();
            let mut session = store
                .load(&tenant, accepted.session)
                .unwrap()
                .unwrap()
                .as_ref()
                .clone();
            session.turn += 1;
            let text: String = (0..TEXT)
                .map(|at| char::from(b'a' + (at * 7 + number) as u8 % 26))
                .collect();
            let committed = store.commit(
                TurnRecord {
                    at: 1,
                    seed: 1,
                    handled: vec![accepted.position],
                    decision: Decision::default(),
                    steps: Vec::new(),
                    messages: vec![Outbound::text(&text, "en-US")],
                    session,
                    outbox: Vec::new(),
                    storage: Vec::new(),
                    timers_set: Vec::new(),
                    timers_ended: Vec::new(),
                    attributes: Vec::new(),
                    cases: Vec::new(),
                    outcomes: Vec::new(),
                    model: "filler".to_owned(),
                    micros: 0,
                    by_clock: None,
                    said: Vec::new(),
                },
                &[],
            );
            let committed = committed.unwrap();
            end = committed.position.0;
            tickets.push(accepted.ticket);
            tickets.push(committed.ticket);
        }
        for ticket in tickets {
            ticket.await.unwrap();
        }
    }
    store.flush().unwrap();
}
