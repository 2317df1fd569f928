//! The address of the web chat's event stream.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::Response;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, header};
use jackfield_core::{ErrorCode, SessionId};
use serde::Deserialize;

use crate::body::bearer;
use crate::chat::contact;
use crate::error::Refusal;
use crate::place::Place;
use crate::state::{Shared, now_ms};
use crate::stream::EventStream;

/// What the page asks the stream with.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// An `EventSource` cannot send headers.
    token: Option<String>,
    /// Id of the last event that the page has, as in `Last-Event-ID`.
    after: Option<String>,
}

/// `GET /chat/api/events`.
pub(crate) async fn events(
    State(state): State<Shared>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let contact = contact(
        &state,
        bearer(&headers).or(asked.token.as_deref()),
        now_ms(),
    )?;
    let place = Place::take(&state.streams, state.options.limits.streams).ok_or_else(|| {
        state.figures.refused_load.increment(1);
        Refusal::new(ErrorCode::Overloaded).retry_in(Duration::from_secs(5))
    })?;
    // The header is what the browser knows itself after a break, so it is newer than the address.
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .or(asked.after.as_deref());
    let seen = last.and_then(|id| id.parse().ok());

    let stream = EventStream::new(state, contact, seen, place);
    let frames = stream::unfold(stream, |mut stream| async {
        let frame = stream.next().await?;
        Some((Ok::<_, Infallible>(frame), stream))
    });
    let mut response = Response::new(Body::from_stream(frames));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    // For nginx, which otherwise holds events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Id of an event: `turn@session`. Turns are numbered from 1 in each session, and a contact's next session must
/// not be taken for the rest of the last one. A turn alone means the open session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventId {
    pub(crate) turn: u64,
    pub(crate) session: Option<SessionId>,
}

impl std::str::FromStr for EventId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (turn, session) = match text.split_once('@') {
            Some((turn, session)) => (turn, Some(session.parse().map_err(|_| ())?)),
            None => (text, None),
        };
        Ok(Self {
            turn: turn.parse().map_err(|_| ())?,
            session,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_ids_name_turn_and_session() {
        let session = SessionId::new();
        assert_eq!(
            format!("7@{session}").parse(),
            Ok(EventId {
                turn: 7,
                session: Some(session)
            })
        );
        assert_eq!(
            "7".parse(),
            Ok(EventId {
                turn: 7,
                session: None
            })
        );
        for broken in ["", "x", "7@", "7@x", "-1"] {
            assert_eq!(broken.parse::<EventId>(), Err(()), "{broken}");
        }
    }
}
