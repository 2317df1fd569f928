//! Sends messages at a rate, whatever the host does (open loop), and measures from the time each was due.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::load::Connection;

pub(crate) const SCRIPT: &[&str] = &[
    "recommend a plan for me",
    "Beijing",
    "30 GB",
    "100 yuan",
    "cancel",
];
/// A connection that was idle for longer is opened anew: the host closes it after ten seconds.
const IDLE: Duration = Duration::from_secs(5);
const PATH: &str = "/webhooks/rest/webhook";

/// What came of a load.
pub(crate) struct Load {
    took: Duration,
    pub(crate) failed: u64,
    /// One of the failures.
    pub(crate) sample: String,
    latencies: Histogram<u64>,
}

impl Load {
    fn new() -> Self {
        Self {
            took: Duration::ZERO,
            failed: 0,
            sample: String::new(),
            latencies: Histogram::new(3).unwrap(),
        }
    }

    fn record(&mut self, due: Instant, failure: Option<String>) {
        let micros = u64::try_from(due.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.latencies.record(micros.max(1)).unwrap();
        if let Some(failure) = failure {
            self.failed += 1;
            self.sample = failure;
        }
    }

    /// A quantile of the latency, milliseconds.
    pub(crate) fn millis(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64 / 1000.0
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = self.latencies.len() as f64 / self.took.as_secs_f64();
        write!(
            f,
            "{} answered, {rate:.0}/s, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms, {} failed",
            self.latencies.len(),
            self.millis(0.5),
            self.millis(0.99),
            self.millis(1.0),
            self.failed
        )
    }
}

/// Calls `send` with the time each of the messages is due.
async fn at_rate(rate: f64, time: Duration, mut send: impl FnMut(u64, Instant)) {
    let began = Instant::now();
    let pause = Duration::from_secs_f64(1.0 / rate);
    let (mut due, mut number) = (began, 0);
    while due < began + time {
        if let Some(ahead) = due.checked_duration_since(Instant::now()) {
            tokio::time::sleep(ahead).await;
        }
        let now = Instant::now();
        while due <= now && due < began + time {
            send(number, due);
            number += 1;
            due += pause;
        }
    }
}

/// Customers who are recommended a plan. They have a thread of their own, so that what they wait for is the host and not
/// whoever else sends.
pub(crate) struct Normal {
    wanted: mpsc::UnboundedSender<(f64, Duration)>,
    loads: mpsc::UnboundedReceiver<Load>,
}

impl Normal {
    pub(crate) fn start(host: SocketAddr, contacts: usize) -> Self {
        let (wanted, mut asked) = mpsc::unbounded_channel();
        let (done, loads) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut customers = Customers::arrive(host, contacts).await;
                while let Some((rate, time)) = asked.recv().await {
                    done.send(customers.load(rate, time).await).unwrap();
                }
            });
        });
        Self { wanted, loads }
    }

    /// Talks at this rate and waits for every answer.
    pub(crate) async fn load(&mut self, rate: f64, time: Duration) -> Load {
        self.wanted.send((rate, time)).unwrap();
        self.loads.recv().await.unwrap()
    }
}

struct Customers {
    contacts: Vec<mpsc::UnboundedSender<Instant>>,
    results: mpsc::UnboundedReceiver<(Instant, Instant, Option<String>)>,
}

impl Customers {
    async fn arrive(host: SocketAddr, contacts: usize) -> Self {
        let (report, results) = mpsc::unbounded_channel();
        let mut senders = Vec::new();
        for number in 0..contacts {
            let (sender, mut due) = mpsc::unbounded_channel();
            senders.push(sender);
            let mut connection = Connection::open(host).await.unwrap();
            let report = report.clone();
            tokio::spawn(async move {
                let (mut place, mut last) = (0, Instant::now());
                while let Some(due) = due.recv().await {
                    let body = format!(
                        r#"{{"sender":"normal-{number}","message":"{}"}}"#,
                        SCRIPT[place]
                    );
                    place = (place + 1) % SCRIPT.len();
                    if last.elapsed() > IDLE {
                        connection = Connection::open(host).await.unwrap();
                    }
                    last = Instant::now();
                    let failure = match connection.post(PATH, None, &body).await {
                        Ok((200, answer)) if answer.len() > 2 => None,
                        other => Some(format!("{other:?}")),
                    };
                    if report.send((due, Instant::now(), failure)).is_err() {
                        return;
                    }
                }
            });
        }
        Self {
            contacts: senders,
            results,
        }
    }

    async fn load(&mut self, rate: f64, time: Duration) -> Load {
        let mut load = Load::new();
        let began = Instant::now();
        let mut sent = 0;
        at_rate(rate, time, |number, due| {
            let contact = number as usize % self.contacts.len();
            self.contacts[contact].send(due).unwrap();
            sent += 1;
        })
        .await;
        load.took = began.elapsed();
        for _ in 0..sent {
            let (due, done, failure) = self.results.recv().await.unwrap();
            let micros = u64::try_from(done.duration_since(due).as_micros()).unwrap_or(u64::MAX);
            load.latencies.record(micros.max(1)).unwrap();
            if let Some(failure) = failure {
                load.failed += 1;
                load.sample = failure;
            }
        }
        load
    }
}

/// Who says one thing and no more in each load: nobody is handed to a person and falls silent. Every load has the same
/// contacts in the same order, so that after the first one the host keeps nothing new for them.
pub(crate) struct Visitors {
    queue: mpsc::UnboundedSender<(Instant, String)>,
    shared: Arc<Shared>,
}

struct Shared {
    waiting: AtomicU64,
    load: Mutex<Load>,
}

impl Visitors {
    pub(crate) fn start(host: SocketAddr, connections: usize) -> Self {
        let (queue, due) = mpsc::unbounded_channel::<(Instant, String)>();
        let due = Arc::new(tokio::sync::Mutex::new(due));
        let shared = Arc::new(Shared {
            waiting: AtomicU64::new(0),
            load: Mutex::new(Load::new()),
        });
        for _ in 0..connections {
            let (due, shared) = (Arc::clone(&due), Arc::clone(&shared));
            tokio::spawn(async move {
                let mut line = None;
                loop {
                    let Some((due, body)) = due.lock().await.recv().await else {
                        return;
                    };
                    let mut connection: Connection = match line.take() {
                        Some((connection, since)) if Instant::now() < since + IDLE => connection,
                        _ => Connection::open(host).await.unwrap(),
                    };
                    let failure = match connection.post(PATH, None, &body).await {
                        Ok((200, _)) => {
                            line = Some((connection, Instant::now()));
                            None
                        }
                        other => Some(format!("{other:?}")),
                    };
                    shared.load.lock().record(due, failure);
                    shared.waiting.fetch_sub(1, Ordering::Relaxed);
                }
            });
        }
        Self { queue, shared }
    }

    /// Sends these messages in turn, at this rate. What is answered later than that is not waited for.
    pub(crate) async fn load(&self, rate: f64, time: Duration, sayings: &[String]) -> Load {
        *self.shared.load.lock() = Load::new();
        let began = Instant::now();
        at_rate(rate, time, |number, due| {
            let saying = &sayings[number as usize % sayings.len()];
            let body = format!(r#"{{"sender":"visitor-{number}","message":"{saying}"}}"#);
            self.shared.waiting.fetch_add(1, Ordering::Relaxed);
            self.queue.send((due, body)).unwrap();
        })
        .await;
        let mut load = std::mem::replace(&mut *self.shared.load.lock(), Load::new());
        load.took = began.elapsed();
        load
    }

    /// Waits until everything is answered.
    pub(crate) async fn settle(&self, patience: Duration) {
        let began = Instant::now();
        while self.shared.waiting.load(Ordering::Relaxed) > 0 {
            assert!(began.elapsed() < patience, "visitors are not answered");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
