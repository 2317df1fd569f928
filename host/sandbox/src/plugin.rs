//! A loaded component.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jackfield_core::{Digest, ErrorCode, HostCall, Limits, PackId, Step, StepOutcome};

use crate::step::{Divergence, StepResult};
use crate::world::World;

/// What a component may do, and how much of it.
#[derive(Debug, Clone)]
pub struct PluginSpec {
    /// The pack it belongs to, for logs and metrics.
    pub pack: PackId,
    /// Granted capabilities by name: `log`, `config`, `knowledge`, `tables`, `storage`, `http`.
    pub grants: BTreeSet<String>,
    /// Bounds. Memory above 128 MiB and tables above the pool's size are bounded by those.
    pub limits: Limits,
    /// JSON Schemas of the state of each flow that has one.
    pub schemas: BTreeMap<String, serde_json::Value>,
}

/// How a component came to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadReport {
    /// Whether the compiled code came from the cache.
    pub cached: bool,
    /// Time from the bytes to a plug-in that can run.
    pub time: Duration,
    /// Bytes of the component.
    pub component_bytes: usize,
    /// Bytes of the compiled code.
    pub compiled_bytes: usize,
}

/// A loaded component, ready to run. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Plugin {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    digest: Digest,
    interfaces: Vec<String>,
    report: LoadReport,
}

impl Plugin {
    /// SHA-256 of the component.
    pub fn digest(&self) -> Digest {
        self.inner.digest
    }

    /// Names of the capabilities it imports functions from.
    pub fn interfaces(&self) -> &[String] {
        &self.inner.interfaces
    }

    /// How it was loaded.
    pub fn load_report(&self) -> &LoadReport {
        &self.inner.report
    }

    /// Runs one step in a fresh instance. Every failure is an outcome; nothing of the guest survives.
    pub async fn handle(&self, step: &Step, world: Arc<dyn World>) -> StepResult {
        let _ = (step, world);
        unimplemented()
    }

    /// Runs a recorded step again. Calls to the host are answered from the record, matched by function and
    /// arguments; what does not match is reported.
    pub async fn replay(&self, step: &Step, answers: &[HostCall]) -> (StepResult, Vec<Divergence>) {
        let _ = (step, answers);
        (unimplemented(), Vec::new())
    }

    /// Brings a flow's state from an earlier `state-version` to the current one.
    ///
    /// # Errors
    /// The outcome of the step when the pack did not answer with a valid state.
    pub async fn migrate(&self, flow: &str, from: u32, state: &str) -> Result<String, StepOutcome> {
        let _ = (flow, from, state);
        Err(unimplemented().outcome)
    }
}

fn unimplemented() -> StepResult {
    StepResult {
        outcome: StepOutcome::Stopped { code: ErrorCode::Internal, detail: "not built yet".to_owned() },
        calls: Vec::new(),
        fuel: 0,
        guest_micros: 0,
        micros: 0,
        storage_writes: Vec::new(),
        storage_read: false,
        log: Vec::new(),
        log_dropped: 0,
        peak_memory: 0,
    }
}
