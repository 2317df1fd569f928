//! Which failures of a turn are a pack's own doing, and open its breaker.

use std::time::Instant;

use jackfield_core::{ErrorCode, Fault, StepOutcome};

use super::Failed;
use crate::installed::InstalledPack;

/// Counts a step that ended badly. Whether one that replied went well, only the rest of the turn tells.
pub(super) fn blame_step(pack: &InstalledPack, outcome: &StepOutcome) {
    match outcome {
        StepOutcome::Replied(_) => {}
        // A dependency that is down, or a refusal, says nothing about the pack.
        StepOutcome::Faulted(Fault::Unavailable(_) | Fault::Rejected(_)) => {}
        // The back end was slow, not the pack.
        StepOutcome::Stopped {
            code: ErrorCode::TurnOutOfTime,
            ..
        } => {}
        _ => failed(pack),
    }
}

/// Counts a reply that could not be used. That another pack is missing is not this pack's doing.
pub(super) fn blame_reply(pack: &InstalledPack, why: &Failed) {
    if let Failed::Stopped {
        code: code @ (ErrorCode::BadReply | ErrorCode::HttpDenied),
        ..
    } = why
    {
        stopped(pack, *code);
    }
}

/// Counts a turn that was stopped though the pack's steps replied.
pub(super) fn stopped(pack: &InstalledPack, code: ErrorCode) {
    metrics::counter!("jackfield_turn_stopped_total", "pack" => pack.id().to_string(), "code" => code.as_str())
        .increment(1);
    failed(pack);
}

fn failed(pack: &InstalledPack) {
    if pack.breaker.failed(Instant::now()) {
        tracing::warn!(pack = %pack.id(), "circuit breaker opened: the pack failed too often");
        metrics::counter!("jackfield_breaker_opened_total", "pack" => pack.id().to_string())
            .increment(1);
    }
}
