//! Host calls answered from a record.

use std::collections::VecDeque;

use std::sync::Arc;

use jackfield_core::HostCall;

use crate::step::{Divergence, DivergenceKind};
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
}

/// The calls of a recorded step that no call of the replay has taken yet.
pub(crate) struct Recorded {
    left: VecDeque<(usize, HostCall)>,
    divergences: Vec<Divergence>,
    own: Option<Arc<dyn World>>,
    pub(crate) http_reads_left: Option<u32>,
}

/// Interfaces whose answers follow from the pack alone.
const OWN: [&str; 3] = ["config.", "tables.", "knowledge."];

impl Recorded {
    pub(crate) fn new(recording: Recording<'_>) -> Self {
        Self {
            left: recording.calls.iter().cloned().enumerate().collect(),
            divergences: Vec::new(),
            own: recording.own,
            http_reads_left: recording.http_reads_left,
        }
    }

    /// Who answers a call that is not in the record.
    pub(crate) fn own(&self, call: Option<&HostCall>) -> Option<Arc<dyn World>> {
        let own = |call: &&HostCall| OWN.iter().any(|name| call.function.starts_with(name));
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
