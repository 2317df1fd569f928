//! `jackfield_sandbox_*`.

use std::sync::OnceLock;

use jackfield_core::{PackId, StepOutcome};
use metrics::{Histogram, counter, describe_counter, describe_histogram, histogram};

use crate::step::StepResult;

/// The metrics of one pack.
pub(crate) struct Metrics {
    pack: String,
    /// Looked up at the first step: a recorder that is installed after the pack was loaded shall see them.
    histograms: OnceLock<Histograms>,
}

struct Histograms {
    fuel: Histogram,
    guest_seconds: Histogram,
    seconds: Histogram,
    peak_memory: Histogram,
}

impl Metrics {
    pub(crate) fn new(pack: &PackId) -> Self {
        Self {
            pack: pack.to_string(),
            histograms: OnceLock::new(),
        }
    }

    fn histograms(&self) -> &Histograms {
        self.histograms.get_or_init(|| {
            let pack = &self.pack;
            Histograms {
                fuel: histogram!("jackfield_sandbox_fuel", "pack" => pack.clone()),
                guest_seconds: histogram!("jackfield_sandbox_guest_seconds", "pack" => pack.clone()),
                seconds: histogram!("jackfield_sandbox_step_seconds", "pack" => pack.clone()),
                peak_memory: histogram!("jackfield_sandbox_peak_memory_bytes", "pack" => pack.clone()),
            }
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "metrics are floats")]
    pub(crate) fn record(&self, result: &StepResult) {
        let outcome = match &result.outcome {
            StepOutcome::Replied(_) => "replied",
            StepOutcome::Faulted(_) => "faulted",
            StepOutcome::Stopped { code, .. } => code.as_str(),
        };
        counter!("jackfield_sandbox_steps_total", "pack" => self.pack.clone(), "outcome" => outcome).increment(1);
        if result.log_dropped > 0 {
            counter!("jackfield_sandbox_log_dropped_bytes_total", "pack" => self.pack.clone())
                .increment(result.log_dropped);
        }
        for limit in &result.refused {
            counter!("jackfield_sandbox_refused_total", "pack" => self.pack.clone(), "limit" => *limit).increment(1);
        }
        let histograms = self.histograms();
        histograms.fuel.record(result.fuel as f64);
        histograms
            .guest_seconds
            .record(result.guest_micros as f64 / 1e6);
        histograms.seconds.record(result.micros as f64 / 1e6);
        histograms.peak_memory.record(result.peak_memory as f64);
    }
}

/// Describes the metrics to the recorder.
pub(crate) fn describe() {
    describe_counter!(
        "jackfield_sandbox_steps_total",
        "Steps by pack and outcome: replied, faulted, or an error code"
    );
    describe_counter!(
        "jackfield_sandbox_log_dropped_bytes_total",
        "Log text dropped because a step logged too much"
    );
    describe_counter!(
        "jackfield_sandbox_refused_total",
        "Host calls answered with an error because a limit was met, by pack and limit"
    );
    describe_histogram!("jackfield_sandbox_fuel", "Fuel of a step");
    describe_histogram!(
        "jackfield_sandbox_guest_seconds",
        "Time a step computed, host calls left out"
    );
    describe_histogram!(
        "jackfield_sandbox_step_seconds",
        "Time of a step, host calls included"
    );
    describe_histogram!(
        "jackfield_sandbox_peak_memory_bytes",
        "The most linear memory a step had"
    );
}
