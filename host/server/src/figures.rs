//! Metrics of the server. Handles are registered once: a lookup by name for every request would cost more than
//! the request's own work.

use std::collections::HashMap;
use std::time::Duration;

use http::StatusCode;
use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};

use crate::Receipt;
use crate::routes::{self, OTHER};

pub(crate) struct Figures {
    routes: HashMap<&'static str, RouteFigures>,
    other: RouteFigures,
    pub(crate) connections: Gauge,
    pub(crate) streams: Gauge,
    pub(crate) web: InboundFigures,
    pub(crate) rest: InboundFigures,
    pub(crate) callbacks: InboundFigures,
    pub(crate) refused_connection: Counter,
    pub(crate) refused_rate: Counter,
    pub(crate) refused_load: Counter,
    pub(crate) lagged: Counter,
}

struct RouteFigures {
    answered: Counter,
    client_error: Counter,
    server_error: Counter,
    seconds: Histogram,
}

impl RouteFigures {
    fn new(route: &'static str) -> Self {
        let requests =
            |class| counter!("jackfield_http_requests_total", "route" => route, "status" => class);
        Self {
            answered: requests("2xx"),
            client_error: requests("4xx"),
            server_error: requests("5xx"),
            seconds: histogram!("jackfield_http_request_seconds", "route" => route),
        }
    }
}

/// What became of inbound messages of one channel.
pub(crate) struct InboundFigures {
    pub(crate) accepted: Counter,
    pub(crate) duplicate: Counter,
    pub(crate) invalid: Counter,
    pub(crate) refused: Counter,
}

impl InboundFigures {
    fn new(channel: &'static str) -> Self {
        let inbound =
            |result| counter!("jackfield_inbound_total", "channel" => channel, "result" => result);
        Self {
            accepted: inbound("accepted"),
            duplicate: inbound("duplicate"),
            invalid: inbound("invalid"),
            refused: inbound("refused"),
        }
    }

    /// Counts an event that was handed to the host; without a receipt it was refused.
    pub(crate) fn count(&self, receipt: Option<&Receipt>) {
        match receipt {
            Some(receipt) if receipt.duplicate => self.duplicate.increment(1),
            Some(_) => self.accepted.increment(1),
            None => self.refused.increment(1),
        }
    }
}

impl Figures {
    /// For requests at these addresses.
    pub(crate) fn new(paths: impl Iterator<Item = &'static str>) -> Self {
        describe_counter!(
            "jackfield_http_requests_total",
            "Requests answered, by route and class of status."
        );
        describe_histogram!(
            "jackfield_http_request_seconds",
            "Time to the head of the answer, by route."
        );
        describe_gauge!("jackfield_http_connections", "Open connections.");
        describe_gauge!("jackfield_http_streams", "Open event streams.");
        describe_counter!(
            "jackfield_http_refused_total",
            "Connections and requests refused unread, by reason."
        );
        describe_counter!(
            "jackfield_http_lagged_total",
            "Times that an event stream fell behind and read the transcript again."
        );
        describe_counter!(
            "jackfield_inbound_total",
            "Inbound messages, by channel and what became of them."
        );
        let refused = |reason| counter!("jackfield_http_refused_total", "reason" => reason);
        Self {
            routes: paths
                .map(|route| (route, RouteFigures::new(route)))
                .collect(),
            other: RouteFigures::new(OTHER),
            connections: gauge!("jackfield_http_connections"),
            streams: gauge!("jackfield_http_streams"),
            web: InboundFigures::new(routes::WEB_CHANNEL),
            rest: InboundFigures::new(routes::REST_CHANNEL),
            callbacks: InboundFigures::new(routes::CALLBACKS),
            refused_connection: refused("connections"),
            refused_rate: refused("rate"),
            refused_load: refused("load"),
            lagged: counter!("jackfield_http_lagged_total"),
        }
    }

    /// Counts a request that was answered.
    pub(crate) fn answered(&self, route: Option<&str>, status: StatusCode, took: Duration) {
        let figures = route
            .and_then(|route| self.routes.get(route))
            .unwrap_or(&self.other);
        if status.is_server_error() {
            figures.server_error.increment(1);
        } else if status.is_client_error() {
            figures.client_error.increment(1);
        } else {
            figures.answered.increment(1);
        }
        figures.seconds.record(took);
    }
}
