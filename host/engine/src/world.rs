//! What the capabilities of one step answer from.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use jackfield_core::{Failure, Limits, Request, Response, Value};
use jackfield_language::Model;
use jackfield_language::knowledge::Asker;
use jackfield_sandbox::{BoxFuture, KnowledgeAnswer, StorageView, TableSet, World};
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::aside;
use crate::egress::Egress;
use crate::gate::Place;
use crate::installed::InstalledPack;

/// The world as one step of one pack sees it.
pub(crate) struct StepWorld {
    pub(crate) pack: Arc<InstalledPack>,
    pub(crate) model: Arc<Model>,
    pub(crate) asker: Asker,
    pub(crate) storage: StorageView,
    /// Of the turn.
    pub(crate) http_reads_left: AtomicU32,
    pub(crate) deadline: Instant,
    pub(crate) egress: Egress,
    pub(crate) limits: Limits,
    /// The host's own runtime, which connections to other systems stay on whoever asks first.
    pub(crate) runtime: tokio::runtime::Handle,
    /// Holds the right to compute, which is laid down while the step waits for another system.
    pub(crate) place: Mutex<Option<Place>>,
    /// For a step that is to end when it computes long: then its caller is told, and it goes no further.
    pub(crate) long: Option<Notify>,
    /// It waited for another system. It is not to wait there twice, so it goes on however long it computes.
    pub(crate) has_read: AtomicBool,
}

impl StepWorld {
    /// While the step computes, or would if it had a processor: how often it may still wait for another system.
    pub(crate) fn computes(&self) -> Option<u32> {
        let place = self.place.lock();
        let computes = place.as_ref().is_some_and(Place::computes);
        computes.then(|| self.http_reads_left.load(Ordering::Relaxed))
    }

    /// The step is given up, but may not know it for a while: it must not keep others from computing.
    pub(crate) fn give_up(&self) {
        if let Some(place) = self.place.lock().as_mut() {
            place.rest();
        }
    }

    async fn read(&self, request: Request) -> Result<Response, Failure> {
        self.http_reads_left.fetch_sub(1, Ordering::Relaxed);
        self.has_read.store(true, Ordering::Relaxed);
        if !request.method.is_safe() {
            return Err(Failure::Denied(format!(
                "{} is not a safe method; return a `request` effect, which is sent after the commit",
                request.method.as_str()
            )));
        }
        let origin = self.pack.destinations.origin(&request);
        let origin = origin.inspect_err(|failure| self.pack.note_denied(&request, failure))?;
        let asked = self.pack.back_ends.ask(&origin)?;
        if let Some(place) = self.place.lock().as_mut() {
            place.rest();
        }
        let (egress, pack) = (self.egress.clone(), Arc::clone(&self.pack));
        let most = self.limits.http_response;
        let sent = aside::on(&self.runtime, async move {
            pack.send(&egress, &request, None, most).await
        });
        let lost = |error| Failure::Unreachable(format!("the request was lost: {error}"));
        let answer = sent.await.map_err(lost).flatten();
        asked.ended(&answer);
        let place = self.place.lock().take();
        if let Some(place) = place {
            let place = place.go_on().await;
            *self.place.lock() = Some(place);
        }
        answer
    }
}

/// Answers of the knowledge, as a pack gets them.
pub(crate) fn found(model: &Model, asker: &Asker, query: &str, limit: u32) -> Vec<KnowledgeAnswer> {
    let answers = model.search(query, asker, limit.min(10) as usize);
    let answers = answers.into_iter().map(|answer| KnowledgeAnswer {
        id: answer.id,
        question: answer.question,
        text: answer.text,
        score: answer.score,
    });
    answers.collect()
}

impl World for StepWorld {
    fn config(&self, key: &str) -> Option<Value> {
        self.pack.config.get(key).cloned()
    }

    fn search(&self, query: &str, limit: u32) -> Vec<KnowledgeAnswer> {
        found(&self.model, &self.asker, query, limit)
    }

    fn tables(&self) -> &TableSet {
        &self.pack.tables
    }

    fn storage(&self) -> &StorageView {
        &self.storage
    }

    fn http_read<'a>(&'a self, request: Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(self.read(request))
    }

    fn http_reads_left(&self) -> u32 {
        self.http_reads_left.load(Ordering::Relaxed)
    }

    fn deadline(&self) -> Instant {
        self.deadline
    }

    fn give_way(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let place = self.place.lock().take();
            if let Some(place) = place {
                let ends = place.is_long() && !self.has_read.load(Ordering::Relaxed);
                if let Some(long) = self.long.as_ref().filter(|_| ends) {
                    long.notify_one();
                    std::future::pending::<()>().await;
                }
                let place = place.give_way().await;
                *self.place.lock() = Some(place);
            }
            tokio::task::yield_now().await;
        })
    }
}
