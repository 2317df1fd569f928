//! Where conversations are held: runs steps, counts what they use, and hands them to the judges.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jackfield_core::{Event, Limits, Request, Step, StepOutcome, Value};
use jackfield_packs::Pack;
use jackfield_sandbox::{Plugin, StepResult, StorageView, TableSet};

use super::budget::Budget;
use super::canary::Search;
use super::kit::{self, Kit};
use super::migration::{KEPT, States};
use super::talk::Talk;
use super::words;
use super::world::{Mode, Virtual};
use super::{judge, leaks};
use crate::finding::{Findings, Place};
use crate::options::Options;
use crate::report::{Profile, Quantiles};

/// What a step is part of, which decides the rule that a crash breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// An ordinary conversation.
    Ordinary,
    /// Hostile input.
    Hostile,
    /// Other systems fail.
    Failing,
    /// Something is used up or missing.
    UsedUp,
}

/// A step that was run.
pub(super) struct Done {
    /// What it was told.
    pub(super) step: Step,
    /// What it did.
    pub(super) result: StepResult,
    /// What it sent inside the turn.
    pub(super) sent: Vec<Request>,
}

/// Where conversations are held.
pub(super) struct Stage<'a> {
    /// The plug-in.
    pub(super) plugin: Plugin,
    /// Its pack.
    pub(super) pack: &'a Pack,
    /// The limits of its steps in service.
    pub(super) limits: Limits,
    /// The two contacts.
    pub(super) kits: [Kit; 2],
    /// Their canaries and those of the operator.
    pub(super) searches: [Search; 2],
    /// The settings.
    pub(super) settings: Arc<BTreeMap<String, Value>>,
    /// What is left.
    pub(super) budget: Budget,
    /// What was found.
    pub(super) findings: &'a mut Findings,
    tables: Arc<TableSet>,
    no_tables: Arc<TableSet>,
    fuel: Vec<u64>,
    calls: Vec<u64>,
    logged: Vec<u64>,
    peak_memory: usize,
    labels: BTreeSet<(String, String)>,
    /// The states that ordinary conversations came to.
    pub(super) states: States,
    conversations: usize,
    steps: usize,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        plugin: Plugin,
        pack: &'a Pack,
        (tables, no_tables): (TableSet, TableSet),
        limits: Limits,
        options: &Options,
        findings: &'a mut Findings,
    ) -> Self {
        let seed = seed(pack);
        let kits = [Kit::new(seed, 0), Kit::new(seed, 1)];
        let (settings, canaries) = kit::settings(&pack.manifest, seed);
        let search = |kit: &Kit| Search::new([kit.canaries(), canaries.clone()].concat());
        Self {
            searches: [search(&kits[0]), search(&kits[1])],
            kits,
            plugin,
            pack,
            limits,
            settings: Arc::new(settings),
            budget: Budget::new(options.steps, options.time),
            findings,
            tables: Arc::new(tables),
            no_tables: Arc::new(no_tables),
            fuel: Vec::new(),
            calls: Vec::new(),
            logged: Vec::new(),
            peak_memory: 0,
            labels: BTreeSet::new(),
            states: States::new(),
            conversations: 0,
            steps: 0,
        }
    }

    /// The flows that are reviewed.
    pub(super) fn flows(&self) -> Vec<String> {
        let flows = self.pack.manifest.flows.keys();
        flows.take(64).map(ToString::to_string).collect()
    }

    /// A contact.
    pub(super) fn kit(&self, number: usize) -> &Kit {
        &self.kits[number % 2]
    }

    /// A new conversation.
    pub(super) fn talk(&mut self, flow: &str, kit: usize, path: u64) -> Talk {
        self.conversations += 1;
        Talk::new(self.pack, flow, &self.kits, kit, path)
    }

    /// The world of one step.
    pub(super) fn world(&self, talk: &Talk, mode: Mode) -> Arc<Virtual> {
        let kit = self.kit(talk.kit);
        let mut entries = talk.storage.clone();
        if mode.full {
            let used = StorageView::bytes(&entries);
            let room = self.limits.storage.saturating_sub(used + 4);
            entries.insert("full".to_owned(), "x".repeat(room));
        }
        let used = StorageView::bytes(&entries);
        let tables = if mode.bare {
            &self.no_tables
        } else {
            &self.tables
        };
        Arc::new(Virtual {
            settings: Arc::clone(&self.settings),
            tables: Arc::clone(tables),
            storage: StorageView::new(Arc::new(entries), used),
            mode,
            answer: words::about(kit, self.pack),
            deadline: Instant::now() + Duration::from_secs(5),
            sent: Mutex::default(),
        })
    }

    /// Runs the step that brings these events, and judges it.
    pub(super) async fn run(
        &mut self,
        talk: &mut Talk,
        events: Vec<Event>,
        mode: Mode,
        part: Part,
    ) -> Done {
        let state_version = self.pack.manifest.pack.state_version;
        let step = talk.step(self.kit(talk.kit), state_version, events);
        let done = self.again(talk, &step, mode).await;
        self.count(&done);
        judge::outcome(self, &done, part, mode).await;
        leaks::check(self, talk, &done);
        if let StepOutcome::Replied(reply) = &done.result.outcome {
            self.labels.insert((talk.flow.clone(), reply.step.clone()));
            let states = self.states.entry(talk.flow.clone()).or_default();
            if part == Part::Ordinary && states.len() < KEPT && !states.contains(&reply.state) {
                states.push(reply.state.clone());
            }
        }
        done
    }

    /// Runs a step without judging it.
    pub(super) async fn again(&mut self, talk: &Talk, step: &Step, mode: Mode) -> Done {
        self.budget.take();
        self.steps += 1;
        let world = self.world(talk, mode);
        let result = self.plugin.handle(step, Arc::clone(&world) as _).await;
        Done {
            step: step.clone(),
            result,
            sent: world.sent(),
        }
    }

    fn count(&mut self, done: &Done) {
        let result = &done.result;
        if matches!(result.outcome, StepOutcome::Stopped { .. }) {
            self.budget.stopped();
        }
        self.fuel.push(result.fuel);
        self.calls.push(result.calls.len() as u64);
        let logged: usize = result.log.iter().map(|line| line.text.len()).sum();
        self.logged.push(logged as u64);
        self.peak_memory = self.peak_memory.max(result.peak_memory);
    }

    /// The place of a finding in a flow.
    pub(super) fn place(flow: &str) -> Option<Place> {
        Some(Place::file(&format!("flow {flow}")))
    }

    /// Writes down what was measured. The states that flows came to.
    pub(super) fn finish(self, profile: &mut Profile) -> States {
        let fuel = Quantiles::of(self.fuel);
        if fuel.max > self.limits.fuel / 5 * 4 && fuel.max < self.limits.fuel {
            let message = format!("a step used {} of {} fuel", fuel.max, self.limits.fuel);
            self.findings.add("R07.6", None, message);
        }
        if self.peak_memory > self.limits.memory / 5 * 4 {
            let (peak, most) = (self.peak_memory, self.limits.memory);
            let message = format!("a step had {peak} of {most} bytes of memory");
            self.findings.add("R07.6", None, message);
        }
        let declared = self.pack.manifest.flows.iter();
        let declared: BTreeSet<(String, String)> = declared
            .flat_map(|(flow, spec)| {
                spec.steps
                    .iter()
                    .map(|label| (flow.to_string(), label.clone()))
            })
            .collect();
        profile.complete = self.budget.is_complete();
        profile.conversations = self.conversations;
        profile.steps = self.steps;
        profile.labels = (declared.intersection(&self.labels).count(), declared.len());
        profile.fuel = fuel;
        profile.peak_memory = self.peak_memory;
        profile.host_calls = Quantiles::of(self.calls);
        profile.log_bytes = Quantiles::of(self.logged);
        self.states
    }
}

/// What everything made-up comes from.
pub(super) fn seed(pack: &Pack) -> u64 {
    let bytes = pack.digest.0.iter().take(8);
    bytes.fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}
