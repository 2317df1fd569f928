//! The sandbox: one WebAssembly engine, its pool of instances, its compiler.

use crate::error::{LoadError, SandboxError};
use crate::options::Options;
use crate::plugin::{Plugin, PluginSpec};

/// Loads components and runs them. One per process.
#[derive(Debug)]
pub struct Sandbox {
    options: Options,
}

impl Sandbox {
    /// Sets up the engine and its pool.
    ///
    /// # Errors
    /// The engine cannot reserve its address space, or the cache directory cannot be used.
    pub fn new(options: Options) -> Result<Self, SandboxError> {
        Ok(Self { options })
    }

    /// Checks, compiles and links a component. Blocks while it compiles.
    ///
    /// # Errors
    /// The component is not valid, or asks for something it may not have.
    pub fn load(&self, component: &[u8], spec: PluginSpec) -> Result<Plugin, LoadError> {
        let _ = (component, spec, &self.options);
        Err(LoadError::CompileFailed("not built yet".to_owned()))
    }
}
