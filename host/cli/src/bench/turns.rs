//! `jackfield bench turns`: real HTTP on loopback, the real component, fdatasync before every
//! acknowledgement; the load generator runs on the same machine, in this process.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::mpsc;

use super::latency::Latencies;
use super::packs;
use super::server::Server;
use super::talker::{Talker, handled, post};
use crate::http::Connection;

/// Measure whole turns over HTTP, with fdatasync before every acknowledgement.
///
/// Closed loop (default): every connection sends its next message when the reply has come. Open loop (--rate):
/// messages are sent at random times, whatever the server does, and latency counts from the time a message
/// was due to be sent.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Contacts that talk at the same time (closed loop)
    #[arg(long, default_value_t = 256)]
    connections: usize,
    /// Messages a second, Poisson (open loop)
    #[arg(long)]
    rate: Option<f64>,
    /// Contacts that talk (open loop)
    #[arg(long, default_value_t = 1000)]
    sessions: usize,
    /// How long to measure
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// A pack archive [default: plugins/telecom, which is built; only in the directory of Jackfield's source]
    #[arg(long)]
    pack: Option<PathBuf>,
    /// Where the host keeps its data; on the disk you want to measure [default: a new temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    mix: &'static str,
    turns: u64,
    turns_per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// Messages without a reply one second after the last was due.
    backlog: u64,
    bare_http_per_s: f64,
    ratio: f64,
    fsyncs_per_s: f64,
    batch_avg: f64,
    bytes_per_turn: f64,
    rss_mib: f64,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let temporary = std::env::temp_dir().join(format!("jackfield-bench-{}", std::process::id()));
    let data = args.data.clone().unwrap_or_else(|| temporary.clone());
    std::fs::create_dir_all(&data)?;
    let measured = measure(&args, &data).await;
    if args.data.is_none() {
        std::fs::remove_dir_all(&temporary)
            .with_context(|| format!("cannot remove {}", temporary.display()))?;
    }
    let report = measured?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!(
            "{} turns of the mix `{}`, {:.0} turns/s",
            report.turns, report.mix, report.turns_per_s
        );
        println!(
            "  latency   p50 {:.1} ms, p99 {:.1} ms, backlog {}",
            report.p50_ms, report.p99_ms, report.backlog
        );
        println!(
            "  bare axum {:.0} requests/s, {:.1} times our turns",
            report.bare_http_per_s, report.ratio
        );
        println!(
            "  store     {:.0} fsyncs/s, {:.1} records a batch, {:.0} bytes a turn",
            report.fsyncs_per_s, report.batch_avg, report.bytes_per_turn
        );
        println!("  memory    {:.0} MiB resident", report.rss_mib);
    }
    Ok(())
}

async fn measure(args: &Args, data: &Path) -> anyhow::Result<Report> {
    let pack = match &args.pack {
        Some(pack) => pack.clone(),
        None => {
            let file = data.join("bench.jfpack");
            std::fs::write(&file, packs::archive(None, packs::TELECOM, "--pack")?)?;
            file
        }
    };
    let bare_http_per_s = bare_http(args.connections).await?;
    let pack = pack.to_str().context("the pack's path is not UTF-8")?;
    let kept = data.join("host");
    let host = kept.to_str().context("the data path is not UTF-8")?;
    let server = Server::start(&[
        "serve",
        pack,
        "--allow-unsigned",
        "--listen",
        "127.0.0.1:0",
        "--data",
        host,
    ])?;
    let contacts = if args.rate.is_some() {
        args.sessions
    } else {
        args.connections
    };
    let mut talkers = Vec::with_capacity(contacts);
    for number in 0..contacts {
        talkers.push(Talker::open(server.address, number).await?);
    }
    let before = figures(server.address).await?;
    let began = Instant::now();
    let load = match args.rate {
        Some(rate) => open_loop(talkers, rate, Duration::from_secs(args.seconds)).await?,
        None => closed_loop(talkers, Duration::from_secs(args.seconds)).await?,
    };
    let seconds = load.took.as_secs_f64();
    let after = figures(server.address).await?;
    let rss_mib = server.rss_mib()?;
    let (fsyncs, records, bytes) = (
        after.fsyncs - before.fsyncs,
        after.records - before.records,
        after.bytes - before.bytes,
    );
    let whole = began.elapsed().as_secs_f64();
    let turns = load.latencies.count();
    let turns_per_s = turns as f64 / seconds;
    Ok(Report {
        mix: "advice",
        turns,
        turns_per_s,
        p50_ms: load.latencies.millis(0.5),
        p99_ms: load.latencies.millis(0.99),
        backlog: load.backlog,
        bare_http_per_s,
        ratio: bare_http_per_s / turns_per_s,
        fsyncs_per_s: fsyncs / whole,
        batch_avg: records / fsyncs.max(1.0),
        bytes_per_turn: bytes / turns.max(1) as f64,
        rss_mib,
    })
}

struct Load {
    latencies: Latencies,
    backlog: u64,
    took: Duration,
}

async fn closed_loop(talkers: Vec<Talker>, time: Duration) -> anyhow::Result<Load> {
    let stop = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let tasks: Vec<_> = talkers
        .into_iter()
        .map(|mut talker| {
            let stop = Arc::clone(&stop);
            tokio::spawn(async move {
                let mut latencies = Latencies::new()?;
                while !stop.load(Ordering::Relaxed) {
                    latencies.record(talker.say().await?);
                }
                anyhow::Ok(latencies)
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let took = began.elapsed();
    let mut latencies = Latencies::new()?;
    for task in tasks {
        latencies.add(&task.await??)?;
    }
    Ok(Load {
        latencies,
        backlog: 0,
        took,
    })
}

async fn open_loop(talkers: Vec<Talker>, rate: f64, time: Duration) -> anyhow::Result<Load> {
    let answered = Arc::new(AtomicU64::new(0));
    let latencies = Arc::new(Mutex::new(Latencies::new()?));
    let mut queues = Vec::with_capacity(talkers.len());
    let mut tasks = Vec::new();
    for talker in talkers {
        let (queue, due) = mpsc::unbounded_channel();
        queues.push(queue);
        tasks.extend(talk(
            talker,
            due,
            Arc::clone(&answered),
            Arc::clone(&latencies),
        ));
    }
    let began = Instant::now();
    let mut due = began;
    let mut sent = 0u64;
    while due < began + time {
        if let Some(ahead) = due.checked_duration_since(Instant::now()) {
            tokio::time::sleep(ahead).await;
        }
        // Everything that is due by now: the timer's grain is a millisecond.
        let now = Instant::now();
        while due <= now && due < began + time {
            let queue = &queues[rand::random_range(0..queues.len())];
            queue
                .send(due)
                .map_err(|_| anyhow::anyhow!("a contact stopped early"))?;
            sent += 1;
            let pause = -(1.0 - rand::random::<f64>()).ln() / rate;
            due += Duration::from_secs_f64(pause);
        }
    }
    let took = began.elapsed();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let backlog = sent - answered.load(Ordering::Relaxed).min(sent);
    drop(queues);
    for task in &tasks {
        task.abort();
    }
    let latencies = std::mem::replace(&mut *latencies.lock(), Latencies::new()?);
    Ok(Load {
        latencies,
        backlog,
        took,
    })
}

/// Sends what is due in one task and reads replies in another.
fn talk(
    talker: Talker,
    mut due: mpsc::UnboundedReceiver<Instant>,
    answered: Arc<AtomicU64>,
    latencies: Arc<Mutex<Latencies>>,
) -> [tokio::task::JoinHandle<anyhow::Result<()>>; 2] {
    let waiting: Arc<Mutex<HashMap<u64, Instant>>> = Arc::default();
    let Talker {
        token,
        mut send,
        mut events,
        script,
        mut at,
        mut sent,
    } = talker;
    let sender = tokio::spawn({
        let waiting = Arc::clone(&waiting);
        async move {
            while let Some(scheduled) = due.recv().await {
                sent += 1;
                waiting.lock().insert(sent, scheduled);
                let body = format!(r#"{{"id":"{sent}","text":"{}"}}"#, script[at]);
                at = (at + 1) % script.len();
                post(&mut send, &token, &body).await?;
            }
            Ok(())
        }
    });
    let reader = tokio::spawn(async move {
        loop {
            let event = events.next().await?;
            if event.name != "turn" {
                continue;
            }
            let scheduled = handled(&event.data).and_then(|id| waiting.lock().remove(&id));
            if let Some(scheduled) = scheduled {
                answered.fetch_add(1, Ordering::Relaxed);
                latencies.lock().record(scheduled.elapsed());
            }
        }
    });
    [sender, reader]
}

/// Requests a second of a bare axum server with as many connections.
async fn bare_http(connections: usize) -> anyhow::Result<f64> {
    let server = Server::start(&["bench", "bare-http"])?;
    let stop = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let mut tasks = Vec::with_capacity(connections);
    for _ in 0..connections {
        let mut connection = Connection::open(server.address).await?;
        let stop = Arc::clone(&stop);
        tasks.push(tokio::spawn(async move {
            let mut count = 0u64;
            while !stop.load(Ordering::Relaxed) {
                connection
                    .post("/echo", None, r#"{"id":"1","text":"hello"}"#)
                    .await?;
                count += 1;
            }
            anyhow::Ok(count)
        }));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    stop.store(true, Ordering::Relaxed);
    let took = began.elapsed().as_secs_f64();
    let mut count = 0;
    for task in tasks {
        count += task.await??;
    }
    Ok(count as f64 / took)
}

/// What the server says of its store.
struct Figures {
    fsyncs: f64,
    records: f64,
    bytes: f64,
}

async fn figures(server: SocketAddr) -> anyhow::Result<Figures> {
    let text = Connection::open(server).await?.get("/metrics").await?;
    let value = |name: &str| {
        text.lines()
            .filter(|line| line.starts_with(name))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .next()
            .with_context(|| format!("the server has no figure `{name}`"))
    };
    Ok(Figures {
        fsyncs: value("jackfield_store_fsync_seconds_count")?,
        records: value("jackfield_commit_batch_size_sum")?,
        bytes: value("jackfield_journal_written_bytes_total")?,
    })
}
