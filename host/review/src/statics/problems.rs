//! Which rule a refusal of the pack reader breaks.

use jackfield_core::ErrorCode;
use jackfield_packs::{PackError, Problem};

use crate::finding::{Findings, Place};

/// Notes why a pack cannot be opened.
pub(super) fn refusals(error: &PackError, findings: &mut Findings) {
    for problem in error.problems() {
        note(rule(problem), problem, findings);
    }
}

/// Notes what is doubtful in a pack that can be opened. Hints for its author are no matter of a review.
pub(super) fn warnings(warnings: &[Problem], findings: &mut Findings) {
    for problem in warnings {
        if problem.what.contains("does not import it") {
            note("R06.2", problem, findings);
        }
    }
}

fn note(rule: &'static str, problem: &Problem, findings: &mut Findings) {
    let place = problem.place.as_ref();
    let place = place.map(|place| Place::line(&place.file, place.line));
    let message = format!("{}: {} ({})", problem.code, problem.what, problem.why);
    findings.add(rule, place, message);
}

fn rule(problem: &Problem) -> &'static str {
    match problem.code {
        ErrorCode::PackTooLarge | ErrorCode::ComponentTooLarge => "R01.2",
        ErrorCode::CoreModule | ErrorCode::BadComponent => "R01.3",
        ErrorCode::UnknownImport if problem.what.contains("`wasi:") => "R02.2",
        ErrorCode::UnknownImport => "R02.1",
        ErrorCode::MissingExport => "R03.1",
        ErrorCode::UngrantedImport => "R06.1",
        ErrorCode::BadManifest => "R06.3",
        ErrorCode::BadSchema => "R05.8",
        ErrorCode::MissingFile | ErrorCode::BadPackData => "R05.9",
        _ => "R01.1",
    }
}
