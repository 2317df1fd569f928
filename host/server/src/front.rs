//! What every request passes before its handler: rates, load, time, panics, headers, metrics.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, header};
use jackfield_core::ErrorCode;

use crate::error::Refusal;
use crate::explained::explained;
use crate::place::Place;
use crate::routes;
use crate::state::Shared;

/// The other end of the connection, put into every request by the accept loop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The client that a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) IpAddr);

impl Client {
    /// Behind a proxy the client is who the proxy says, otherwise who holds the connection.
    fn of(request: &Request, behind_proxy: bool) -> Self {
        let peer = request
            .extensions()
            .get::<Peer>()
            .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
        let forwarded = behind_proxy
            .then(|| forwarded_for(request.headers()))
            .flatten();
        Self(forwarded.unwrap_or(peer).to_canonical())
    }

    pub(crate) fn is_loopback(self) -> bool {
        self.0.is_loopback()
    }
}

/// The last entry: it is the one that our proxy wrote, all before it is the client's own say.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?
        .to_str()
        .ok()?
        .rsplit(',')
        .next()?
        .trim()
        .parse()
        .ok()
}

pub(crate) async fn front(
    State(state): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let client = Client::of(&request, state.options.behind_proxy);
    request.extensions_mut().insert(client);
    let path = request.extensions().get::<MatchedPath>().cloned();
    let route = path.as_ref().map(MatchedPath::as_str);

    let mut response = match admit(&state, client, route) {
        Ok(place) => {
            let method = request.method().clone();
            let answer = answer(&state, request, next, route).await;
            let answer = explained(&method, answer).await;
            drop(place);
            answer
        }
        Err(refusal) => refusal.into_response(),
    };
    secure(response.headers_mut());
    state
        .figures
        .answered(route, response.status(), began.elapsed());
    response
}

/// Refuses before anything of the body is read.
fn admit(state: &Shared, client: Client, route: Option<&str>) -> Result<Option<Place>, Refusal> {
    if matches!(route, Some("/live" | "/ready" | "/metrics")) {
        return Ok(None);
    }
    let limits = &state.options.limits;
    if limits.limit_loopback || !client.is_loopback() {
        state.rates.take(client.0).map_err(|wait| {
            state.figures.refused_rate.increment(1);
            Refusal::new(ErrorCode::TooFast).retry_in(wait)
        })?;
    }
    Place::take(&state.requests, limits.requests)
        .map(Some)
        .ok_or_else(|| {
            state.figures.refused_load.increment(1);
            Refusal::new(ErrorCode::Overloaded)
        })
}

async fn answer(state: &Shared, request: Request, next: Next, route: Option<&str>) -> Response {
    let limits = &state.options.limits;
    // The head of an event stream is answered at once, so the bound holds for it as well.
    let time = if route == Some(routes::RASA) {
        limits.rasa_wait + limits.request_time
    } else if route.is_some_and(|route| state.long.contains(route)) {
        limits.learning_time
    } else {
        limits.request_time
    };
    // A panic is a mistake of ours in one request; the others must not suffer for it.
    match tokio::time::timeout(time, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!(route, code = %ErrorCode::Internal, "a request handler panicked");
            Refusal::new(ErrorCode::Internal).into_response()
        }
        Err(_) => {
            tracing::warn!(route, code = %ErrorCode::Overloaded, "a request took too long");
            Refusal::because(ErrorCode::Overloaded, "the request took too long").into_response()
        }
    }
}

/// Headers for every response; a handler that needs another value has set it already.
fn secure(headers: &mut HeaderMap) {
    let defaults = [
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_cannot_choose_its_own_address() {
        let mut request = Request::new(axum::body::Body::empty());
        request
            .extensions_mut()
            .insert(Peer(([192, 0, 2, 1], 80).into()));
        request.headers_mut().insert(
            "x-forwarded-for",
            HeaderValue::from_static("127.0.0.1, 198.51.100.7"),
        );
        assert_eq!(Client::of(&request, false).0.to_string(), "192.0.2.1");
        assert_eq!(Client::of(&request, true).0.to_string(), "198.51.100.7");
    }
}
