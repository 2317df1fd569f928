//! How a sandbox is set up.

use std::ffi::OsString;
use std::path::PathBuf;

/// Settings of a [`Sandbox`](crate::Sandbox).
#[derive(Debug, Clone)]
pub struct Options {
    /// Directory for compiled components; `None` compiles at every load.
    pub cache: Option<PathBuf>,
    /// Where components are compiled.
    pub compiler: Compiler,
    /// Steps that may run at the same time; more wait for a free slot.
    pub concurrency: u32,
}

/// Where components are compiled. Compilation is outside the sandbox's guarantees (a component can be
/// built to make a compiler slow or hungry), so what partners wrote is compiled in a child process.
#[derive(Debug, Clone)]
pub enum Compiler {
    /// In this process: tests, benches, and our own trusted packs only.
    ThisProcess,
    /// In a child process with bounded memory and time. `exe` is called with `args`; it reads the
    /// component from stdin and writes the compiled code to stdout, see [`child_main`](crate::compile::child_main).
    Child {
        /// The program; the host's own binary as a rule.
        exe: PathBuf,
        /// Arguments that make it run the compiler.
        args: Vec<OsString>,
    },
}
