//! How a pack is reviewed.

use std::time::Duration;

use jackfield_sandbox::Compiler;

use crate::Advisories;

/// How a pack is reviewed.
#[derive(Debug, Clone)]
pub struct Options {
    /// The archive of the version before, to tell what changed.
    pub previous: Option<Vec<u8>>,
    /// What the parts of the component are held against.
    pub advisories: Option<Advisories>,
    /// Do not run the plug-in.
    pub static_only: bool,
    /// Where the component is compiled.
    pub compiler: Compiler,
    /// Steps of the dynamic part at most.
    pub steps: usize,
    /// Time of the dynamic part at most. A review that is cut short says so, and asks for a person.
    pub time: Duration,
}

impl Options {
    /// A whole review with the usual bounds.
    pub fn new(compiler: Compiler) -> Self {
        Self {
            previous: None,
            advisories: None,
            static_only: false,
            compiler,
            steps: 20_000,
            time: Duration::from_secs(40),
        }
    }
}
