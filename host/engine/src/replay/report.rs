//! What many turns and their replays add up to.

use std::collections::BTreeMap;

use jackfield_core::{ErrorCode, SessionId};
use serde::Serialize;

use super::{Compared, Difference, Outcome, Taken};

/// Fuel that differs by less than this share is not worth a word.
const FUEL: f64 = 0.1;

/// Differences that are alike: same kind, flow, step and field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Kind of the difference.
    pub kind: &'static str,
    /// The flow that the turns were about; empty when they were about none.
    pub flow: String,
    /// Where the flow was after them.
    pub step: String,
    /// The field of the record.
    pub field: String,
    /// Turns that have it.
    pub turns: u64,
    /// Session of the first of them.
    pub session: SessionId,
    /// Number of that turn.
    pub turn: u64,
    /// What it was there.
    pub was: String,
    /// What it is now there.
    pub now: String,
}

/// Results so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Turns that ran again.
    pub replayed: u64,
    /// Of these, turns that came out as they were.
    pub equal: u64,
    /// Of these, turns that did not.
    pub different: u64,
    /// Turns cut short by the clock, by the reason's code.
    pub outside: BTreeMap<&'static str, u64>,
    /// Turns of contacts who were erased.
    pub erased: u64,
    /// Turns of which not everything is in the journal any more.
    pub incomplete: u64,
    /// Turns that another model understood.
    pub other_model: u64,
    /// Turns that ran on another version of a pack.
    pub other_code: u64,
    /// Turns whose fuel differs by more than a tenth.
    pub fuel_changed: u64,
    ratios: Vec<f32>,
    groups: BTreeMap<(&'static str, String, String, String), Group>,
}

impl Report {
    /// Counts an entry that made no turn to run again.
    pub fn skipped(&mut self, taken: &Taken) {
        match taken {
            Taken::Erased => self.erased += 1,
            Taken::Incomplete => self.incomplete += 1,
            Taken::Nothing | Taken::Turn(_) => {}
        }
    }

    /// Counts a turn.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Outside(code) => self.outside(code, 1),
            Outcome::Replayed(compared) => self.replayed(*compared),
        }
    }

    fn outside(&mut self, code: ErrorCode, turns: u64) {
        *self.outside.entry(code.as_str()).or_default() += turns;
    }

    fn replayed(&mut self, compared: Compared) {
        self.replayed += 1;
        self.other_model += u64::from(compared.other_model);
        self.other_code += u64::from(compared.other_code);
        if let Some((was, now)) = compared.fuel.filter(|(was, now)| *was > 0 && *now > 0) {
            let ratio = now as f64 / was as f64;
            self.fuel_changed += u64::from((ratio - 1.0).abs() > FUEL);
            self.ratios.push(ratio as f32);
        }
        if compared.differences.is_empty() {
            self.equal += 1;
            return;
        }
        self.different += 1;
        let (session, turn) = (compared.session, compared.turn);
        let mut seen = Vec::new();
        for difference in compared.differences {
            let Difference {
                kind,
                field,
                was,
                now,
            } = difference;
            let key = (kind, compared.flow.clone(), compared.step.clone(), field);
            if seen.contains(&key) {
                continue;
            }
            let group = self.groups.entry(key.clone()).or_insert_with(|| Group {
                kind,
                flow: key.1.clone(),
                step: key.2.clone(),
                field: key.3.clone(),
                turns: 0,
                session,
                turn,
                was,
                now,
            });
            group.turns += 1;
            seen.push(key);
        }
    }

    /// Adds what was found elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.replayed += other.replayed;
        self.equal += other.equal;
        self.different += other.different;
        self.erased += other.erased;
        self.incomplete += other.incomplete;
        self.other_model += other.other_model;
        self.other_code += other.other_code;
        self.fuel_changed += other.fuel_changed;
        self.ratios.extend(other.ratios);
        for (code, turns) in other.outside {
            *self.outside.entry(code).or_default() += turns;
        }
        for (key, theirs) in other.groups {
            let turns = theirs.turns;
            let group = self
                .groups
                .entry(key)
                .or_insert(Group { turns: 0, ..theirs });
            group.turns += turns;
        }
    }

    /// The differences by likeness, the most frequent first.
    pub fn groups(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.turns));
        groups
    }

    /// Fuel now as a share of what was recorded: the median turn, and the one above which a hundredth lies.
    pub fn fuel(&self) -> Option<(f32, f32)> {
        let mut ratios = self.ratios.clone();
        ratios.sort_by(f32::total_cmp);
        let at = |share: f64| ratios.get(((ratios.len() as f64 - 1.0) * share).round() as usize);
        Some((*at(0.5)?, *at(0.99)?))
    }
}
