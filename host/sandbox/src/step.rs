//! What one step gives back.

use jackfield_core::{HostCall, StepOutcome, StorageWrite};

/// Everything a step did.
#[derive(Debug, Clone, PartialEq)]
pub struct StepResult {
    /// How it ended.
    pub outcome: StepOutcome,
    /// Calls to the host, in order.
    pub calls: Vec<HostCall>,
    /// Fuel used. Too low for a step that ran out of time: a guest notes its fuel only at calls.
    pub fuel: u64,
    /// Time the guest computed, microseconds; host calls and waiting are not in it.
    pub guest_micros: u64,
    /// Time from the start of instantiation to the end, microseconds; waiting for a free slot is not in it.
    pub micros: u64,
    /// Storage writes, in order. Empty unless the flow replied.
    pub storage_writes: Vec<StorageWrite>,
    /// Whether the step read the contact's storage, so that the commit has to check for a conflict.
    pub storage_read: bool,
    /// Fields of [`Limits`](jackfield_core::Limits) that were met and answered with an error value.
    pub refused: Vec<&'static str>,
    /// Log lines, control characters escaped.
    pub log: Vec<LogLine>,
    /// Bytes of log text that were dropped because the step logged more than its limit.
    pub log_dropped: u64,
    /// The most linear memory the step had, bytes.
    pub peak_memory: usize,
}

impl StepResult {
    /// A step of which nothing but the outcome is known, as when it was stopped before it began.
    pub fn stopped(outcome: StepOutcome) -> Self {
        Self {
            outcome,
            calls: Vec::new(),
            fuel: 0,
            guest_micros: 0,
            micros: 0,
            storage_writes: Vec::new(),
            storage_read: false,
            refused: Vec::new(),
            log: Vec::new(),
            log_dropped: 0,
            peak_memory: 0,
        }
    }
}

/// How serious a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
    Error,
}

/// One line that a plug-in logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How serious it is.
    pub level: LogLevel,
    /// The text; control characters are escaped.
    pub text: String,
}

/// A difference between a recorded step and its replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The place of the call among the step's calls, from 0.
    pub call: usize,
    /// The function that was called, or should have been.
    pub function: String,
    /// What differs.
    pub kind: DivergenceKind,
}

/// What differs between a recorded step and its replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DivergenceKind {
    /// The replay called the host with arguments that the record has no answer for; it got an empty answer.
    NotRecorded,
    /// The record has a call that the replay did not make.
    NotCalled,
}
