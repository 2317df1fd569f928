//! Things that tests put into stores.

use jackfield_core::{
    Address, Content, Decision, EntryId, FlowId, Header, Inbound, Method, Outbound, OutboxEntry,
    PackId, Position, Request, Session, SessionId, TenantId, Timer, TimerPurpose, TurnRecord,
};

use crate::{Acceptance, Options, Store};

pub(crate) fn tenant() -> TenantId {
    TenantId::default()
}

pub(crate) fn pack() -> PackId {
    PackId::new("com.example.telecom").unwrap()
}

pub(crate) fn address(contact: &str) -> Address {
    Address {
        channel: "web".into(),
        contact: contact.into(),
    }
}

pub(crate) fn inbound(contact: &str, message_id: &str, content: Content) -> Inbound {
    Inbound {
        address: address(contact),
        message_id: message_id.into(),
        received_at: 1_700_000_000_000,
        sent_at: None,
        locale: Some("en".into()),
        content,
    }
}

pub(crate) fn text(contact: &str, message_id: &str) -> Inbound {
    inbound(
        contact,
        message_id,
        Content::Text(format!("words of {message_id}")),
    )
}

pub(crate) fn say(store: &dyn Store, contact: &str, message_id: &str) -> Acceptance {
    store
        .accept(&tenant(), None, text(contact, message_id))
        .unwrap()
}

/// The next turn of a session, which handles these events and changes nothing else.
pub(crate) fn turn(store: &dyn Store, session: SessionId, handled: &[Position]) -> TurnRecord {
    turn_after(&store.load(&tenant(), session).unwrap().unwrap(), handled)
}

/// The turn that follows this state.
pub(crate) fn turn_after(before: &Session, handled: &[Position]) -> TurnRecord {
    let session = Session {
        turn: before.turn + 1,
        last_at: 1_700_000_000_000 + before.turn,
        ..(*before).clone()
    };
    TurnRecord {
        at: session.last_at,
        seed: 7,
        handled: handled.to_vec(),
        decision: Decision {
            action: "continue".into(),
            reason: "a test says so".into(),
            utterance: None,
        },
        steps: Vec::new(),
        messages: vec![Outbound::text(format!("reply {}", session.turn), "en")],
        session,
        outbox: Vec::new(),
        storage: Vec::new(),
        timers_set: Vec::new(),
        timers_ended: Vec::new(),
        attributes: Vec::new(),
        cases: Vec::new(),
        outcomes: Vec::new(),
        model: String::new(),
        micros: 0,
        by_clock: None,
        said: Vec::new(),
    }
}

pub(crate) fn timer(id: u64, due: u64) -> Timer {
    Timer {
        id,
        frame: 1,
        name: format!("timer {id}"),
        due,
        purpose: TimerPurpose::Flow,
    }
}

pub(crate) fn request(turn: u64, index: u32) -> OutboxEntry {
    OutboxEntry {
        purpose: jackfield_core::RequestPurpose::Flow,
        pack: None,
        id: EntryId {
            turn,
            step: 1,
            index,
        },
        frame: 1,
        flow: FlowId {
            pack: pack(),
            flow: "change-plan".parse().unwrap(),
        },
        name: "change".into(),
        request: Request {
            method: Method::Post,
            url: "https://carrier.example/change".into(),
            headers: vec![Header {
                name: "accept".into(),
                value: "application/json".into(),
            }],
            body: Some("{}".into()),
            timeout_ms: None,
        },
        made_at: 5,
    }
}

/// Options for tests: small segments, so that many are begun, and no demands on free space.
pub(crate) fn options(directory: &std::path::Path) -> Options {
    Options {
        segment_bytes: 16 * 1024,
        reserve_bytes: 0,
        ..Options::new(directory)
    }
}

/// A directory in memory where there is one: tests that open hundreds of stores wait for no disk.
pub(crate) fn fast_directory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}
