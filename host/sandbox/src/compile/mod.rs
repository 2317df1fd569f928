//! Compiling components, outside the serving process.

use std::process::ExitCode;

/// The compiling child: reads a component from stdin, writes the compiled code to stdout, and bounds its own
/// memory and time first.
pub fn child_main() -> ExitCode {
    ExitCode::FAILURE
}
