//! Host calls answered from a record.

use std::collections::VecDeque;

use std::sync::Arc;
use std::time::Instant;

use jackfield_core::{HostCall, Step};

use crate::plugin::Plugin;
use crate::run::Source;
use crate::step::{Divergence, DivergenceKind, StepResult};
use crate::world::World;

/// What a step is run again with.
#[derive(Clone)]
pub struct Recording<'a> {
    /// The recorded calls, which answer those of the replay.
    pub calls: &'a [HostCall],
    /// HTTP reads that the turn could still make when the step began; the limit's when that is `None`.
    pub http_reads_left: Option<u32>,
    /// Answers what the record does not, where it follows from the pack alone: settings, tables and knowledge. Such a call is
    /// a divergence all the same.
    pub own: Option<Arc<dyn World>>,
    /// The plug-in runs with other content than when the calls were recorded: what its tables and the knowledge say is asked of
    /// `own`, also where the record has an answer.
    pub other_content: bool,
}

/// The calls of a recorded step that no call of the replay has taken yet.
pub(crate) struct Recorded {
    left: VecDeque<(usize, HostCall)>,
    divergences: Vec<Divergence>,
    own: Option<Arc<dyn World>>,
    other_content: bool,
    pub(crate) http_reads_left: Option<u32>,
}

/// So many times as long as a step may take, its replay may.
pub(crate) const PATIENCE: u32 = 20;
/// Interfaces whose answers follow from the pack alone.
const OWN: [&str; 3] = ["config.", "tables.", "knowledge."];
/// Those whose answers are what the pack itself carries. Settings are the operator's.
const CONTENT: [&str; 2] = ["tables.", "knowledge."];

impl Recorded {
    pub(crate) fn new(recording: Recording<'_>) -> Self {
        Self {
            left: recording.calls.iter().cloned().enumerate().collect(),
            divergences: Vec::new(),
            own: recording.own,
            other_content: recording.other_content,
            http_reads_left: recording.http_reads_left,
        }
    }

    /// Who answers a call: the pack's own world where the record does not, and where it answers for content that is another now.
    pub(crate) fn own(&self, call: Option<&HostCall>, recorded: bool) -> Option<Arc<dyn World>> {
        let own: &[&str] = match (recorded, self.other_content) {
            (false, _) => &OWN,
            (true, true) => &CONTENT,
            (true, false) => &[],
        };
        let own = |call: &&HostCall| own.iter().any(|name| call.function.starts_with(name));
        call.filter(own).and(self.own.clone())
    }

    /// The answer recorded for the last of `calls`: the first that has the same function and arguments and
    /// was not taken before. The order of different calls may differ; that is a refactoring, not a divergence.
    pub(crate) fn take(&mut self, calls: &[HostCall]) -> Option<Vec<u8>> {
        let call = calls.last()?;
        let place = self.left.iter().position(|(_, other)| {
            other.function == call.function && other.arguments == call.arguments
        });
        match place {
            Some(place) => self.left.remove(place)?.1.answer,
            None => {
                self.divergences.push(Divergence {
                    call: calls.len() - 1,
                    function: call.function.to_string(),
                    kind: DivergenceKind::NotRecorded,
                });
                None
            }
        }
    }

    /// All divergences, those of calls that were never made included. Log lines are not part of what a turn
    /// does, so they are left out.
    pub(crate) fn finish(mut self) -> Vec<Divergence> {
        self.divergences
            .extend(self.left.into_iter().map(|(call, recorded)| Divergence {
                call,
                function: recorded.function.into_owned(),
                kind: DivergenceKind::NotCalled,
            }));
        self.divergences
            .retain(|divergence| divergence.function != "log.write");
        self.divergences
    }
}

impl Plugin {
    /// Runs a recorded step again. Calls to the host are answered from the record, matched by function and
    /// arguments; what does not match is reported.
    pub async fn replay(&self, step: &Step, answers: &[HostCall]) -> (StepResult, Vec<Divergence>) {
        let recording = Recording {
            calls: answers,
            http_reads_left: None,
            own: None,
            other_content: false,
        };
        self.replay_with(step, recording).await
    }

    /// The same, with more to answer from. Fuel bounds it as it bounds [`handle`](Self::handle); time does much later, so that
    /// a busy machine changes nothing.
    pub async fn replay_with(
        &self,
        step: &Step,
        recording: Recording<'_>,
    ) -> (StepResult, Vec<Divergence>) {
        let deadline = Instant::now() + self.inner.limits.turn_time * PATIENCE;
        self.run_step(step, Source::Record(Recorded::new(recording)), deadline)
            .await
    }
}
