//! From an error of wasmtime to an outcome that people can use.

use jackfield_core::ErrorCode;
use wasmtime::{Store, Trap};

use crate::adapter::Failed;
use crate::run::Run;
use crate::stop::{Stop, printable};

/// What wasmtime says when the budget of `Store::set_hostcall_fuel` is used up. The error has no type of its
/// own; a test holds this text against the version in use.
const LIFTED_TOO_MUCH: &str = "fuel allocated for hostcalls has been exhausted";

/// Finds why a guest failed. The cause chain and the guest's backtrace stay in the detail.
pub(crate) fn explain(failed: &Failed, store: &Store<Run>) -> Stop {
    let (error, starting) = match failed {
        Failed::Starting(error) => (error, true),
        Failed::Running(error) => (error, false),
    };
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return Stop::new(
            stop.code,
            format!("{}\n{}", stop.detail, backtrace(error))
                .trim_end()
                .to_owned(),
        );
    }
    // Not `{error:?}`: with RUST_BACKTRACE set that looks up the host's own stack, for which it reads all debug
    // information of the program: seconds and hundreds of megabytes, to be had by any guest that crashes.
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    let detail = printable(&chain.join("\ncaused by: "));
    let trap = error.downcast_ref::<Trap>();
    let code = match trap {
        Some(Trap::OutOfFuel) => ErrorCode::OutOfFuel,
        Some(Trap::Interrupt) => ErrorCode::OutOfTime,
        Some(Trap::StackOverflow) => ErrorCode::StackOverflow,
        _ => {
            // A guest whose memory could not grow traps in a way of its own, a little later.
            if let Some(refusal) = store.data().limiter.refused() {
                return Stop::new(refusal.code, format!("{refusal}\n{detail}"));
            }
            if trap.is_none() && detail.contains(LIFTED_TOO_MUCH) {
                ErrorCode::LiftedTooMuch
            } else if starting {
                ErrorCode::TrappedAtStart
            } else {
                ErrorCode::Trapped
            }
        }
    };
    Stop::new(code, detail)
}

fn backtrace(error: &wasmtime::Error) -> String {
    error
        .downcast_ref::<wasmtime::WasmBacktrace>()
        .map(|trace| printable(&trace.to_string()))
        .unwrap_or_default()
}
