//! Host calls answered from a record.

use std::collections::VecDeque;

use jackfield_core::HostCall;

use crate::step::{Divergence, DivergenceKind};

/// The calls of a recorded step that no call of the replay has taken yet.
pub(crate) struct Recorded {
    left: VecDeque<(usize, HostCall)>,
    divergences: Vec<Divergence>,
}

impl Recorded {
    pub(crate) fn new(calls: &[HostCall]) -> Self {
        Self {
            left: calls.iter().cloned().enumerate().collect(),
            divergences: Vec::new(),
        }
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
