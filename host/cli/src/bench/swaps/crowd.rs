//! Customers who come, say what they want, and leave, however the host does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::task::JoinSet;

use super::super::latency::Latencies;
use super::super::talker::{MIX, Talker};

/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the customers saw.
pub(super) struct Seen {
    /// Answers, with how long they took.
    pub(super) latencies: Latencies,
    /// Conversations that ended early: no answer in time, or a refusal.
    pub(super) broken: u64,
}

/// Begins conversations at random times, so many turns a second, until `stop`; ends with the last of them.
pub(super) async fn come_and_go(
    server: SocketAddr,
    rate: f64,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<Seen> {
    let latencies = Arc::new(Mutex::new(Latencies::new()?));
    let broken = Arc::new(AtomicU64::new(0));
    let mut conversations = JoinSet::new();
    // The greeting is a turn, too.
    let pause = (MIX[0].len() + 1) as f64 / rate;
    let mut due = Instant::now();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        if let Some(ahead) = due.checked_duration_since(Instant::now()) {
            tokio::time::sleep(ahead).await;
        }
        // Everybody who is due by now: the timer's grain is a millisecond.
        while due <= Instant::now() {
            let (latencies, broken) = (Arc::clone(&latencies), Arc::clone(&broken));
            number += 1;
            let language = number % MIX.len();
            conversations.spawn(async move {
                if converse(server, language, &latencies).await.is_err() {
                    broken.fetch_add(1, Ordering::Relaxed);
                }
            });
            due += Duration::from_secs_f64(-(1.0 - rand::random::<f64>()).ln() * pause);
        }
        while conversations.try_join_next().is_some() {}
    }
    while conversations.join_next().await.is_some() {}
    let latencies = std::mem::replace(&mut *latencies.lock(), Latencies::new()?);
    Ok(Seen {
        latencies,
        broken: broken.load(Ordering::Relaxed),
    })
}

async fn converse(
    server: SocketAddr,
    language: usize,
    latencies: &Mutex<Latencies>,
) -> anyhow::Result<()> {
    let mut talker = tokio::time::timeout(PATIENCE, Talker::open(server, language)).await??;
    for _ in talker.script {
        let took = tokio::time::timeout(PATIENCE, talker.say()).await??;
        latencies.lock().record(took);
    }
    Ok(())
}
