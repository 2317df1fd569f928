//! Host calls of a turn, answered from its record.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jackfield_core::{Failure, Request, Response, Step, StepRecord, Value};
use jackfield_language::Model;
use jackfield_language::knowledge::Asker;
use jackfield_sandbox::{
    BoxFuture, Divergence, KnowledgeAnswer, Recording, StepResult, StorageView, TableSet, World,
};
use parking_lot::Mutex;

use crate::installed::InstalledPack;
use crate::world::found;

/// The steps of a recorded turn, to answer those of its replay.
pub(crate) struct Answers<'r> {
    steps: &'r [StepRecord],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Places of the recorded steps that answered one already.
    taken: Vec<usize>,
    divergences: Vec<(String, Divergence)>,
}

impl<'r> Answers<'r> {
    pub(crate) fn new(steps: &'r [StepRecord]) -> Self {
        Self {
            steps,
            state: Mutex::default(),
        }
    }

    /// Runs a step with the answers of its record: the next one of the same flow that nobody took.
    pub(crate) async fn run(
        &self,
        pack: &InstalledPack,
        step: &Step,
        http_reads_left: u32,
        own: Arc<dyn World>,
    ) -> StepResult {
        let recorded = {
            let mut state = self.state.lock();
            let fits = |(place, recorded): &(usize, &StepRecord)| {
                let same = recorded.flow.flow.as_str() == step.flow;
                same && recorded.flow.pack == *pack.id() && !state.taken.contains(place)
            };
            let found = self.steps.iter().enumerate().find(fits);
            state.taken.extend(found.map(|(place, _)| place));
            found.map(|(_, recorded)| recorded)
        };
        let recording = Recording {
            calls: recorded.map_or(&[], |recorded| &recorded.calls),
            http_reads_left: Some(http_reads_left),
            own: Some(own),
            other_content: recorded.is_some_and(|recorded| recorded.pack != pack.digest),
        };
        let (result, divergences) = pack.plugin.replay_with(step, recording).await;
        let divergences = divergences.into_iter();
        let of_flow = divergences.map(|divergence| (step.flow.clone(), divergence));
        self.state.lock().divergences.extend(of_flow);
        result
    }

    /// Calls that the two did not have in common, with the flows that made them.
    pub(crate) fn divergences(self) -> Vec<(String, Divergence)> {
        self.state.into_inner().divergences
    }
}

/// What follows from a pack alone: its settings, its tables and the knowledge as it is now.
pub(crate) struct PackWorld {
    pub(crate) pack: Arc<InstalledPack>,
    pub(crate) model: Arc<Model>,
    pub(crate) asker: Asker,
}

impl World for PackWorld {
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
        static NOTHING: std::sync::LazyLock<StorageView> =
            std::sync::LazyLock::new(StorageView::default);
        &NOTHING
    }

    fn http_read<'a>(&'a self, _: Request) -> BoxFuture<'a, Result<Response, Failure>> {
        let missing = Failure::Unreachable("not in the record".to_owned());
        Box::pin(std::future::ready(Err(missing)))
    }

    fn http_reads_left(&self) -> u32 {
        0
    }

    fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_secs(60)
    }
}
