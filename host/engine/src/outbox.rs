//! The outbox: sends the requests of committed turns until they are answered or given up, and brings the
//! answer back through the session's own door.

use std::time::Duration;

use jackfield_core::{Content, Digest, Failure, Inbound, Outcome, RequestPurpose, Response};
use jackfield_store::{OutboxItem, StoreError};
use tokio::sync::Semaphore;

use crate::clock::now_ms;
use crate::codes::{self, CodeDelivery};
use crate::engine::Engine;
use crate::error::EngineError;

/// Requests on their way at the same time.
const AT_ONCE: usize = 64;
/// First pause between tries; doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause between tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Bounds how many requests are on their way.
#[derive(Debug)]
pub(crate) struct Queue(Semaphore);

impl Default for Queue {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

/// Sends a request in the background.
pub(crate) fn send(engine: Engine, item: OutboxItem) {
    metrics::gauge!("jackfield_outbox_depth").increment(1.0);
    tokio::spawn(async move {
        let outcome = deliver(&engine, &item).await;
        if let Some(outcome) = outcome {
            answer(&engine, item, outcome).await;
        }
        metrics::gauge!("jackfield_outbox_depth").decrement(1.0);
    });
}

/// The same for every try of an entry, through restarts.
fn idempotency_key(item: &OutboxItem) -> String {
    let id = item.entry.id;
    Digest::of(format!("{}|{}|{}|{}", item.session, id.turn, id.step, id.index).as_bytes())
        .to_string()
}

/// Tries until there is an answer or the time is up. `None` when the host shuts down first: the entry stays
/// open and the next start goes on with it.
async fn deliver(engine: &Engine, item: &OutboxItem) -> Option<Outcome> {
    let key = idempotency_key(item);
    let give_up =
        item.entry.made_at + u64::try_from(engine.0.give_up_after.as_millis()).unwrap_or(u64::MAX);
    let mut pause = FIRST_PAUSE;
    loop {
        if engine.is_draining() {
            return None;
        }
        let tried = try_once(engine, item, &key).await;
        let (failure, wanted) = match tried {
            Ok(response) => {
                count("answered");
                match retry_wanted(&response) {
                    None => return Some(Outcome::Response(response)),
                    Some(wanted) => (Outcome::Response(response), wanted),
                }
            }
            Err(failure @ (Failure::Denied(_) | Failure::Invalid(_) | Failure::TooLarge(_))) => {
                count("refused");
                return Some(Outcome::Failure(failure));
            }
            Err(failure) => {
                count("failed");
                (Outcome::Failure(failure), None)
            }
        };
        let wait = wanted
            .unwrap_or(pause)
            .min(LONGEST_PAUSE)
            .mul_f64(rand::random_range(0.8..1.2));
        if now_ms() + u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) >= give_up {
            return Some(failure);
        }
        tokio::time::sleep(wait).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn try_once(engine: &Engine, item: &OutboxItem, key: &str) -> Result<Response, Failure> {
    let most = engine.0.limits.http_response;
    let egress = &engine.0.egress;
    let Ok(_permit) = engine.0.outbox.0.acquire().await else {
        return Err(Failure::Unreachable("the outbox is closed".to_owned()));
    };
    if item.entry.purpose == RequestPurpose::Code {
        let CodeDelivery::Gateway(gateway) = &engine.0.code_delivery else {
            return Err(Failure::Denied("there is no gateway for codes".to_owned()));
        };
        let code = codes::code(&engine.0.secret, item.session, item.entry.id.turn);
        let request = codes::with_code(&item.entry.request, &code)?;
        return egress
            .send(gateway.destinations(), &request, Some(key), most)
            .await;
    }
    let fleet = engine.fleet(&item.tenant);
    let made_by = item.entry.pack.and_then(|digest| fleet.version(&digest));
    let Some(pack) = made_by.or_else(|| fleet.current().pack(&item.entry.flow.pack)) else {
        return Err(Failure::Denied(format!(
            "the pack {} is not installed",
            item.entry.flow.pack
        )));
    };
    pack.send(egress, &item.entry.request, Some(key), most)
        .await
}

/// Whether the answer means "not now", and how long to wait when it says so.
fn retry_wanted(response: &Response) -> Option<Option<Duration>> {
    if response.status < 500 && !matches!(response.status, 408 | 425 | 429) {
        return None;
    }
    let after = response
        .headers
        .iter()
        .find(|header| header.name == "retry-after");
    Some(
        after
            .and_then(|header| header.value.parse().ok())
            .map(Duration::from_secs),
    )
}

/// Brings the answer into the session; tries until the store takes it.
async fn answer(engine: &Engine, item: OutboxItem, outcome: Outcome) {
    let id = item.entry.id;
    let inbound = Inbound {
        address: item.address,
        message_id: format!(
            "answer:{}:{}.{}.{}",
            item.session, id.turn, id.step, id.index
        ),
        received_at: now_ms(),
        sent_at: None,
        locale: None,
        content: Content::RequestAnswered { entry: id, outcome },
    };
    loop {
        match engine
            .accept(&item.tenant, Some(item.session), inbound.clone())
            .await
        {
            Ok(_) | Err(EngineError::Store(StoreError::Stale(_) | StoreError::Erased)) => return,
            Err(error) => {
                tracing::warn!(session = %item.session, "an answer could not be accepted: {error}");
                if !engine.0.store.is_healthy() {
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn count(result: &'static str) {
    metrics::counter!("jackfield_delivery_attempts_total", "result" => result).increment(1);
}
