//! The compiling side.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::engine;
use crate::error::LoadError;

/// Address space of the compiling child, bytes.
const MEMORY: u64 = 4 << 30;
/// Processor time of the compiling child, seconds.
const SECONDS: u64 = 120;
/// The largest component the child reads, bytes. The pack's own limit is checked before.
const LARGEST: u64 = 128 << 20;

/// Exit code for a component that is not valid.
pub(super) const INVALID: u8 = 65;
/// Exit code for a component that is valid and could not be compiled.
pub(super) const FAILED: u8 = 70;

/// The compiling child: bounds its own memory and time, reads a component from stdin, writes the compiled
/// code to stdout, or a sentence to stderr and a code that says whose fault it is.
pub fn child_main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let code = if matches!(error, LoadError::CompileFailed(_)) {
                FAILED
            } else {
                INVALID
            };
            let (LoadError::BadComponent(text) | LoadError::CompileFailed(text)) = error else {
                return ExitCode::from(code);
            };
            // Whoever started us may be gone; then nobody reads this.
            let _ = std::io::stderr().write_all(text.as_bytes());
            ExitCode::from(code)
        }
    }
}

fn run() -> Result<(), LoadError> {
    let failed = |error: std::io::Error| LoadError::CompileFailed(error.to_string());
    for (resource, limit) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ] {
        setrlimit(
            resource,
            Rlimit {
                current: Some(limit),
                maximum: Some(limit),
            },
        )
        .map_err(|e| failed(e.into()))?;
    }
    let mut component = Vec::new();
    std::io::stdin()
        .lock()
        .take(LARGEST)
        .read_to_end(&mut component)
        .map_err(failed)?;
    let code = compile(&component)?;
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(&code)
        .and_then(|()| stdout.flush())
        .map_err(failed)
}

/// Compiles a component for the serving engine.
pub(super) fn compile(component: &[u8]) -> Result<Vec<u8>, LoadError> {
    let engine =
        engine::compiling().map_err(|error| LoadError::CompileFailed(error.to_string()))?;
    engine.precompile_component(component).map_err(|error| {
        let text = format!("{error:#}");
        if text.contains("Compilation error") {
            LoadError::CompileFailed(text)
        } else {
            LoadError::BadComponent(text)
        }
    })
}
