//! The world of a rehearsal, as one turn and its steps see it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jackfield_core::{Failure, PackId, Request, Response, Step, Value};
use jackfield_sandbox::{BoxFuture, KnowledgeAnswer, StepResult, StorageView, TableSet, World};

use super::BackEnd;
use crate::replay::PackWorld;

/// What is made up for a turn.
pub(crate) struct Stage<'s> {
    pub(crate) back_end: &'s Arc<dyn BackEnd>,
    /// What packs stored about the contact.
    pub(crate) stored: &'s HashMap<PackId, StorageView>,
    pub(crate) now: u64,
}

impl Stage<'_> {
    /// What a pack stored.
    pub(crate) fn storage(&self, pack: &PackId) -> StorageView {
        self.stored.get(pack).cloned().unwrap_or_default()
    }

    /// Runs a step. How many reads are left is counted in `reads_left`.
    pub(crate) async fn run(
        &self,
        step: &Step,
        own: PackWorld,
        storage: StorageView,
        reads_left: &AtomicU32,
    ) -> StepResult {
        let pack = Arc::clone(&own.pack);
        let world = Arc::new(StagedWorld {
            own,
            storage,
            back_end: Arc::clone(self.back_end),
            now: self.now,
            reads_left: AtomicU32::new(reads_left.load(Ordering::Relaxed)),
            deadline: Instant::now() + PATIENCE,
        });
        let seen = Arc::clone(&world) as Arc<dyn World>;
        let result = pack.plugin.handle(step, seen).await;
        reads_left.store(world.reads_left.load(Ordering::Relaxed), Ordering::Relaxed);
        result
    }
}

/// A busy machine is no reason for a test to fail: fuel bounds a step.
const PATIENCE: Duration = Duration::from_secs(60);

struct StagedWorld {
    own: PackWorld,
    storage: StorageView,
    back_end: Arc<dyn BackEnd>,
    now: u64,
    reads_left: AtomicU32,
    deadline: Instant,
}

impl StagedWorld {
    fn read(&self, request: &Request) -> Result<Response, Failure> {
        self.reads_left.fetch_sub(1, Ordering::Relaxed);
        if !request.method.is_safe() {
            return Err(Failure::Denied(format!(
                "{} is not a safe method; return a `request` effect, which is sent after the commit",
                request.method.as_str()
            )));
        }
        let pack = &self.own.pack;
        let origin = pack.destinations.origin(request);
        origin.inspect_err(|failure| pack.note_denied(request, failure))?;
        self.back_end.answer(request, self.now)
    }
}

impl World for StagedWorld {
    fn config(&self, key: &str) -> Option<Value> {
        self.own.config(key)
    }

    fn search(&self, query: &str, limit: u32) -> Vec<KnowledgeAnswer> {
        self.own.search(query, limit)
    }

    fn tables(&self) -> &TableSet {
        self.own.tables()
    }

    fn storage(&self) -> &StorageView {
        &self.storage
    }

    fn http_read<'a>(&'a self, request: Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(std::future::ready(self.read(&request)))
    }

    fn http_reads_left(&self) -> u32 {
        self.reads_left.load(Ordering::Relaxed)
    }

    fn deadline(&self) -> Instant {
        self.deadline
    }
}
