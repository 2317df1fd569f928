//! Which steps of the flows were seen.

use std::collections::{BTreeMap, BTreeSet};

use jackfield_core::manifest::Manifest;
use jackfield_core::{StepOutcome, TurnRecord};
use serde::Serialize;

/// The steps that a pack declares, and those that were seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// By the flow's name.
    pub flows: BTreeMap<String, FlowCoverage>,
}

/// The steps of one flow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FlowCoverage {
    /// Steps that were seen.
    pub seen: BTreeSet<String>,
    /// Declared steps that were not.
    pub unseen: BTreeSet<String>,
}

impl Coverage {
    /// Nothing seen yet of what the manifest declares.
    pub fn of(manifest: &Manifest) -> Self {
        let flows = manifest.flows.iter().map(|(name, spec)| {
            let flow = FlowCoverage {
                seen: BTreeSet::new(),
                unseen: spec.steps.iter().cloned().collect(),
            };
            (name.to_string(), flow)
        });
        Self {
            flows: flows.collect(),
        }
    }

    /// Notes the steps of turns.
    pub fn note<'t>(&mut self, turns: impl IntoIterator<Item = &'t TurnRecord>) {
        for step in turns.into_iter().flat_map(|turn| &turn.steps) {
            let flow = self.flows.get_mut(step.flow.flow.as_str());
            if let (Some(flow), StepOutcome::Replied(reply)) = (flow, &step.outcome)
                && flow.unseen.remove(&reply.step)
            {
                flow.seen.insert(reply.step.clone());
            }
        }
    }

    /// How many declared steps were seen, and how many there are.
    pub fn counts(&self) -> (usize, usize) {
        let flows = self.flows.values();
        flows.fold((0, 0), |(seen, all), flow| {
            (
                seen + flow.seen.len(),
                all + flow.seen.len() + flow.unseen.len(),
            )
        })
    }
}
