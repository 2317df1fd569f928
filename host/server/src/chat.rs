//! The web chat's API: open a conversation, post a message.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};
use jackfield_channels::webchat;
use jackfield_core::{Address, Content, ErrorCode, Inbound, Position, SessionId};
use serde::Serialize;

use crate::Receipt;
use crate::body::{bearer, read};
use crate::error::Refusal;
use crate::front::Client;
use crate::routes::WEB_CHANNEL;
use crate::state::{Shared, now_ms};
use crate::token::Tokens;

#[derive(Serialize)]
struct Opened {
    token: String,
    session: SessionId,
}

#[derive(Serialize)]
struct Accepted {
    session: SessionId,
    position: Position,
    duplicate: bool,
}

/// `POST /chat/api/sessions`: a token, renewed when a good one is shown, and a session, opened when there is none.
pub(crate) async fn open(
    State(state): State<Shared>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let locale = webchat::opened(&read(body, state.options.limits.body).await?)?;
    let now = now_ms();
    let known = bearer(&headers).and_then(|token| state.tokens.contact(token, now / 1_000));
    let contact = match known {
        Some(contact) => contact.to_owned(),
        None => {
            let limits = &state.options.limits;
            if limits.limit_loopback || !client.is_loopback() {
                let taken = state.new_contacts.take(client.0);
                taken.map_err(|wait| Refusal::new(ErrorCode::TooFast).retry_in(wait))?;
            }
            Tokens::new_contact()
        }
    };
    let address = Address {
        channel: WEB_CHANNEL.to_owned(),
        contact,
    };
    let token = state.tokens.issue(&address.contact, now / 1_000);
    let session = match state.host.open(&state.options.tenant, &address) {
        Some(session) => session,
        None => {
            let message_id = format!("{}/opened-{}", address.contact, SessionId::new());
            let inbound = Inbound {
                address,
                message_id,
                received_at: now,
                sent_at: None,
                locale,
                content: Content::Opened,
            };
            accept_web(&state, inbound).await?.session
        }
    };
    Ok((StatusCode::CREATED, Json(Opened { token, session })).into_response())
}

/// `POST /chat/api/messages`: 202 once the message is durable.
pub(crate) async fn message(
    State(state): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let now = now_ms();
    let contact = contact(&state, bearer(&headers), now)?;
    let posted = read(body, state.options.limits.body)
        .await
        .and_then(|body| Ok(webchat::posted(&body)?));
    let posted = posted.inspect_err(|_| state.figures.web.invalid.increment(1))?;
    let address = Address {
        channel: WEB_CHANNEL.to_owned(),
        contact,
    };
    let receipt = accept_web(&state, posted.into_inbound(address, now)).await?;
    let Receipt {
        session,
        position,
        duplicate,
    } = receipt;
    Ok((
        StatusCode::ACCEPTED,
        Json(Accepted {
            session,
            position,
            duplicate,
        }),
    )
        .into_response())
}

/// The contact of a token.
pub(crate) fn contact(state: &Shared, token: Option<&str>, now_ms: u64) -> Result<String, Refusal> {
    let contact = token.and_then(|token| state.tokens.contact(token, now_ms / 1_000));
    contact
        .map(str::to_owned)
        .ok_or_else(|| Refusal::new(ErrorCode::BadToken))
}

/// Hands an event to the host and tells the contact's streams which session took it.
async fn accept_web(state: &Shared, inbound: Inbound) -> Result<Receipt, Refusal> {
    let contact = inbound.address.contact.clone();
    let accepted = state
        .host
        .accept(&state.options.tenant, None, inbound)
        .await;
    state.figures.web.count(accepted.as_ref().ok());
    let receipt = accepted?;
    // A message that is sent again may belong to a session that has ended since.
    if !receipt.duplicate {
        state.addresses.announce(&contact, receipt.session);
    }
    Ok(receipt)
}
