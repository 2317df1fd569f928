//! What steps cost, by where they left the flow.

use std::collections::BTreeMap;

use jackfield_core::{StepOutcome, TurnRecord};
use serde::Serialize;

/// Fuel of steps, by `flow/label`.
#[derive(Debug, Clone, Default)]
pub struct Costs(BTreeMap<String, Vec<u64>>);

/// A step that costs otherwise than before: fuel in the middle of all times that it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dearer {
    /// `flow/label`.
    pub step: String,
    /// Before.
    pub was: u64,
    /// Now.
    pub now: u64,
}

impl Costs {
    /// Notes the steps of turns.
    pub fn note<'t>(&mut self, turns: impl IntoIterator<Item = &'t TurnRecord>) {
        for step in turns.into_iter().flat_map(|turn| &turn.steps) {
            if let StepOutcome::Replied(reply) = &step.outcome {
                let name = format!("{}/{}", step.flow.flow, reply.step);
                self.0.entry(name).or_default().push(step.fuel);
            }
        }
    }

    /// The steps that take more than `times` as much fuel as before.
    pub fn dearer_than(&self, before: &Self, times: f64) -> Vec<Dearer> {
        let both = self.0.iter().filter_map(|(step, now)| {
            Some(Dearer {
                step: step.clone(),
                was: middle(before.0.get(step)?),
                now: middle(now),
            })
        });
        both.filter(|step| step.now as f64 > step.was as f64 * times)
            .collect()
    }
}

fn middle(fuel: &[u64]) -> u64 {
    let mut fuel = fuel.to_vec();
    fuel.sort_unstable();
    fuel.get(fuel.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_dearer_when_its_middle_is() {
        let costs = |steps: &[(&str, &[u64])]| {
            Costs(
                steps
                    .iter()
                    .map(|(step, fuel)| ((*step).to_owned(), fuel.to_vec()))
                    .collect(),
            )
        };
        let before = costs(&[("a/x", &[10, 12, 900]), ("a/y", &[10])]);
        let now = costs(&[("a/x", &[25]), ("a/y", &[20, 20]), ("a/new", &[9000])]);
        let dearer = now.dearer_than(&before, 2.0);
        let expected = Dearer {
            step: "a/x".to_owned(),
            was: 12,
            now: 25,
        };
        assert_eq!(dearer, [expected]);
    }
}
