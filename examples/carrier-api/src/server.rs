//! Listening, and closing connections on purpose.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::civil::Date;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

use crate::Error;
use crate::api::{Api, CloseInstead, router};
use crate::carrier::Carrier;
use crate::codes::Codes;
use crate::control::{Control, Setting};
use crate::notify::Notifier;
use crate::plan::Catalogue;

/// The telecom pack's own table of plans.
const PLANS: &str = include_str!("../../../plugins/telecom/data/plans.csv");

/// How to start.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Port on 127.0.0.1; 0 = any that is free.
    pub port: u16,
    /// A table of plans instead of the telecom pack's own.
    pub data: Option<PathBuf>,
    /// Where plan changes, and call-backs that are owed, are kept across restarts.
    pub state: Option<PathBuf>,
    /// The date to go by instead of today's date in China.
    pub today: Option<Date>,
}

/// A running operator. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    api: Arc<Api>,
    task: JoinHandle<()>,
}

/// Starts the operator on 127.0.0.1. Must be called within a tokio runtime.
pub async fn start(options: Options) -> Result<Running, Error> {
    let catalogue = match &options.data {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|source| Error::File {
                path: path.clone(),
                source,
            })?;
            Catalogue::from_csv(&text)?
        }
        None => Catalogue::from_csv(PLANS)?,
    };
    let carrier = Carrier::new(catalogue, options.state.as_deref(), options.today)?;
    let port = options.port;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|source| Error::Listen { port, source })?;
    let address = listener
        .local_addr()
        .map_err(|source| Error::Listen { port, source })?;
    let api = Arc::new(Api {
        carrier,
        control: Control::default(),
        codes: Codes::default(),
        notifier: Notifier::default(),
    });
    for call in api.carrier.owed() {
        api.call_back(call, Duration::ZERO);
    }
    let task = tokio::spawn(accept(listener, router(Arc::clone(&api))));
    Ok(Running { address, api, task })
}

impl Running {
    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base address of its interface: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Does what `POST /control` does.
    pub fn control(&self, setting: Setting) {
        self.api.control.set(setting);
    }

    /// What was called back so far, understood or not: addresses and bodies.
    pub fn called(&self) -> Vec<(String, String)> {
        self.api.notifier.called()
    }

    /// Stops listening and closes all connections, answered or not.
    pub async fn stop(mut self) {
        self.task.abort();
        // The only error is that it was aborted, as asked.
        let _aborted = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes connections until it is aborted, which closes them all.
async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, router.clone()));
                }
                // Out of file handles, most likely: wait until some are free again.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, router: Router) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response): Result<_, Infallible> =
                router.oneshot(request.map(axum::body::Body::new)).await;
            match response.extensions().get::<CloseInstead>() {
                Some(CloseInstead) => Err(Closed),
                None => Ok(response),
            }
        }
    });
    // A connection that breaks is the caller's business, and often what was asked for.
    let _ended = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Makes hyper close the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed instead of answered")]
struct Closed;
