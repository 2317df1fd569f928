//! Accepting an event: who it is from, whether it came before, and its record.

use std::sync::Arc;

use jackfield_core::{ContactId, Content, Inbound, SessionId, TenantId};

use crate::image::{Image, Key, StoredSession};
use crate::journal::{Header, seal_body};
use crate::overlay::{Fetched, Interrupt};
use crate::shared::Shared;
use crate::state::{Place, State};
use crate::{Acceptance, RecordKind, StoreError};

/// An event to accept, prepared outside the lock.
pub(crate) struct Event<'a> {
    pub(crate) inbound: &'a Inbound,
    pub(crate) plain: &'a [u8],
    pub(crate) mark: &'a [u8; 16],
    pub(crate) address: &'a [u8; 16],
}

/// Who is behind an address.
pub(crate) enum Found {
    /// A session that goes on.
    Open(Arc<StoredSession>),
    /// A contact whose session was closed.
    Closed(ContactId),
    Nobody,
}

impl Shared {
    /// Accepts an event, unless it came before. Nothing is changed before everything was looked at.
    pub(crate) fn accept_in(
        &self,
        state: &mut State,
        fetched: &Fetched,
        tenant: &TenantId,
        session: Option<SessionId>,
        event: &Event<'_>,
    ) -> Result<Acceptance, Interrupt> {
        let keys = &self.keys;
        let Event {
            inbound,
            plain,
            mark,
            address,
        } = event;
        if let Some(Image::Mark(seen)) = state.overlay.look(&Key::mark(tenant, mark), fetched)? {
            self.counters.duplicate();
            let ticket = self.ticket(seen.end);
            let (position, session, contact) = (seen.position, seen.session, seen.contact);
            return Ok(Acceptance {
                position,
                session,
                contact,
                duplicate: true,
                ticket,
            });
        }
        let found = match session {
            Some(id) => Found::Open(
                state
                    .session(keys, tenant, id, fetched)?
                    .ok_or(StoreError::UnknownSession)?,
            ),
            None => self.find(state, fetched, tenant, address)?,
        };
        match (&inbound.content, &found) {
            (Content::TimerDue { timer }, Found::Open(known))
                if state.is_armed(&known.session, *timer) =>
            {
                state.disarm(&known.session, *timer);
            }
            (Content::TimerDue { .. }, _) => {
                return Err(StoreError::Stale("the timer is not set").into());
            }
            (Content::RequestAnswered { entry, .. }, Found::Open(known))
                if state.is_open(known.session.id, *entry) => {}
            (Content::RequestAnswered { .. }, _) => {
                return Err(StoreError::Stale("the request is not open").into());
            }
            _ => {}
        }
        let (session, contact, opened) = match found {
            Found::Open(known) => (known.session.id, known.session.contact, false),
            Found::Closed(contact) => (SessionId::new(), contact, true),
            Found::Nobody => (SessionId::new(), keys.create(tenant), true),
        };
        let mut header = Header::new(RecordKind::Accepted, tenant, session, contact);
        (header.opened, header.at, header.mark) = (opened, inbound.received_at, **mark);
        let body = seal_body(&mut header, &keys.get(contact)?, plain)?;
        let (position, end) = self.append(state, Shared::draft(header, body));
        state.accepted(
            keys,
            Place {
                tenant,
                session,
                contact,
                position,
                end,
            },
            opened,
            mark,
            inbound,
        );
        Ok(Acceptance {
            position,
            session,
            contact,
            duplicate: false,
            ticket: self.ticket(end),
        })
    }

    /// Who is behind an address.
    pub(crate) fn find(
        &self,
        state: &mut State,
        fetched: &Fetched,
        tenant: &TenantId,
        address: &[u8; 16],
    ) -> Result<Found, Interrupt> {
        let keys = &self.keys;
        let Some(Image::Directory(known)) = state
            .overlay
            .look(&Key::directory(tenant, address), fetched)?
        else {
            return Ok(Found::Nobody);
        };
        if keys.is_erased(known.contact) {
            return Ok(Found::Nobody);
        }
        Ok(match state.session(keys, tenant, known.session, fetched)? {
            Some(stored) if !stored.session.closed => Found::Open(stored),
            _ => Found::Closed(known.contact),
        })
    }
}
