//! What a turn runs against: the world, its own record, or a world that is made up.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jackfield_core::{HostCall, Step};
use jackfield_sandbox::StepResult;

use super::Turn;
use super::knowledge::asker;
use crate::engine::Inner;
use crate::installed::InstalledPack;
use crate::rehearsal::Stage;
use crate::replay::{Answers, PackWorld};

/// Where a turn's host calls are answered, and what it reads comes from.
#[derive(Clone, Copy)]
pub(crate) enum Source<'e> {
    /// The world.
    Live(&'e Inner),
    /// The record of the same turn. Nothing is read, and nothing is learnt about packs.
    Recorded(&'e Answers<'e>),
    /// A made-up world. Nothing is learnt about packs either.
    Staged(&'e Stage<'e>),
}

/// When a turn starts, and its randomness.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) at: u64,
    pub(crate) seed: u64,
}

impl Turn<'_> {
    /// Runs a step with the answers that were recorded.
    pub(super) async fn run_again(
        &self,
        answers: &Answers<'_>,
        pack: &Arc<InstalledPack>,
        step: &Step,
    ) -> StepResult {
        let own = self.pack_world(pack);
        let left = self.http_reads_left.load(Ordering::Relaxed);
        let result = answers.run(pack, step, left, Arc::new(own)).await;
        let read = |call: &&HostCall| call.function == "http.read" && call.answer.is_some();
        let reads = result.calls.iter().filter(read).count();
        let left = left.saturating_sub(u32::try_from(reads).unwrap_or(u32::MAX));
        self.http_reads_left.store(left, Ordering::Relaxed);
        result
    }

    /// What follows from a pack alone, now.
    pub(super) fn pack_world(&self, pack: &Arc<InstalledPack>) -> PackWorld {
        PackWorld {
            pack: Arc::clone(pack),
            model: Arc::clone(&self.catalog.model),
            asker: asker(&self.session, self.at, Some(pack.id())),
        }
    }
}
