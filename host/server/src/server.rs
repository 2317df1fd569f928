//! The accept loop: connections in, bounded in number and in time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::connections::{Connection, Connections};
use crate::front::Peer;
use crate::state::{Shared, State};
use crate::timed::Timed;
use crate::{Host, Options, routes};

/// How often what clients left behind is tidied up.
const TIDY: Duration = Duration::from_secs(5);
/// Pause after the system refused a connection, most often because no file descriptor is left.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);
/// Bytes for the head of a request; more is answered 431.
const HEAD: usize = 32 * 1024;
/// Header fields of a request; more is answered 431.
const HEADERS: usize = 64;
const BUSY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}; choose another address or port, or stop what uses it")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// The HTTP server, bound to its address.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: Shared,
    router: Router,
    drain: watch::Sender<bool>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Binds to `options.listen`. Connections wait until [`run`](Self::run).
    ///
    /// # Errors
    /// [`ServerError::Listen`] when the address cannot be had.
    pub async fn bind(options: Options, host: Arc<dyn Host>) -> Result<Self, ServerError> {
        let asked = options.listen;
        let error = |source| ServerError::Listen {
            address: asked,
            source,
        };
        let listener = TcpListener::bind(asked).await.map_err(error)?;
        let address = listener.local_addr().map_err(error)?;
        let (drain, draining) = watch::channel(false);
        let api = routes::api(&options);
        let state = Arc::new(State::new(options, host, &api, draining));
        let router = routes::router(api, state.clone());
        Ok(Self {
            listener,
            address,
            state,
            router,
            drain,
        })
    }

    /// The address that was bound.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` resolves; then takes no more connections, ends the event streams, and lets requests
    /// go on for at most `limits.drain_time`.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let Self {
            listener,
            state,
            router,
            drain,
            ..
        } = self;
        let limits = state.options.limits.clone();
        let connections = Connections::new(limits.connections, limits.connections_per_address);
        let graceful = GracefulShutdown::new();
        let mut tasks = JoinSet::new();
        let mut tidy = tokio::time::interval(TIDY);
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                _ = tidy.tick() => self::tidy(&state),
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => match connections.take(peer.ip()) {
                        Some(connection) => {
                            let served = serve(stream, peer, connection, router.clone(), &state, &graceful);
                            tasks.spawn(served);
                        }
                        None => refuse(&stream, &state),
                    },
                    Err(error) => {
                        tracing::warn!(%error, "a connection was not accepted");
                        tokio::time::sleep(AFTER_REFUSAL).await;
                    }
                },
            }
            while tasks.try_join_next().is_some() {}
        }
        drop(listener);
        drain.send_replace(true);
        if tokio::time::timeout(limits.drain_time, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("requests were still in work when the time to drain was over");
        }
        tasks.shutdown().await;
    }
}

fn tidy(state: &Shared) {
    state.rates.tidy();
    state.new_contacts.tidy();
    if let Some(metrics) = &state.options.metrics {
        metrics.run_upkeep();
    }
}

/// Says that there is no room, as far as the socket takes it at once.
fn refuse(stream: &TcpStream, state: &Shared) {
    state.figures.refused_connection.increment(1);
    let _ = stream.try_write(BUSY);
}

/// The future that serves one connection until it ends.
fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    connection: Connection,
    router: Router,
    state: &Shared,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + Send + 'static {
    // Answers are small and wanted at once.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was not set");
    }
    let limits = &state.options.limits;
    let service = service_fn(move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    let http = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        .keep_alive(true)
        .serve_connection(TokioIo::new(Timed::new(stream, limits.write_time)), service);
    let served = graceful.watch(http);
    let gauge = state.figures.connections.clone();
    async move {
        let _connection = connection;
        gauge.increment(1);
        // Clients hang up and send rubbish all day long; that is not worth a line in the log.
        if let Err(error) = served.await {
            tracing::trace!(%error, "a connection ended");
        }
        gauge.decrement(1);
    }
}
