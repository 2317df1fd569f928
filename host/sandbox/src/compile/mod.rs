//! Compiling components, outside the serving process, and keeping the result.

mod cache;
mod child;
mod parent;

pub use child::child_main;

use std::hash::Hash as _;

use jackfield_core::Digest;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::{LoadError, SandboxError};
use crate::options::{Compiler, Options};
use cache::Cache;

/// Compiles components, or finds them compiled.
#[derive(Debug)]
pub(crate) struct Compile {
    compiler: Compiler,
    cache: Option<Cache>,
    /// Names the engine: code compiled for another one is not even looked at.
    engine: String,
}

/// A component ready to be linked.
pub(crate) struct Compiled {
    pub(crate) component: Component,
    pub(crate) cached: bool,
    /// Bytes of compiled code.
    pub(crate) bytes: usize,
}

impl Compile {
    pub(crate) fn new(engine: &Engine, options: Options) -> Result<Self, SandboxError> {
        let cache = options.cache.map(Cache::open).transpose()?;
        Ok(Self {
            compiler: options.compiler,
            cache,
            engine: engine_id(engine),
        })
    }

    pub(crate) fn get(
        &self,
        engine: &Engine,
        component: &[u8],
        digest: Digest,
    ) -> Result<Compiled, LoadError> {
        let name = format!("{digest}-{}.cwasm", self.engine);
        if let Some(code) = self.cache.as_ref().and_then(|cache| cache.get(&name)) {
            match load(engine, &code) {
                Ok(component) => {
                    return Ok(Compiled {
                        component,
                        cached: true,
                        bytes: code.len(),
                    });
                }
                // Ours, but of no use: for example from a processor with other instructions.
                Err(error) => {
                    tracing::info!(name, %error, "compiled again: the cached code does not fit")
                }
            }
        }
        let code = match &self.compiler {
            Compiler::ThisProcess => child::compile(component)?,
            Compiler::Child { exe, args } => parent::compile(exe, args, component)?,
        };
        let loaded = load(engine, &code).map_err(LoadError::BadComponent)?;
        if let Some(cache) = &self.cache {
            cache.put(&name, &code);
        }
        Ok(Compiled {
            component: loaded,
            cached: false,
            bytes: code.len(),
        })
    }
}

/// Makes code of what [`child::compile`] wrote.
fn load(engine: &Engine, code: &[u8]) -> Result<Component, String> {
    #[expect(
        unsafe_code,
        reason = "loading compiled code is what a compile cache is for; this is the only unsafe block of the crate"
    )]
    // SAFETY: wasmtime requires that `code` was produced by its own compiler and not changed since. It comes
    // either from our compiler, in this process or over a pipe from a child we started from a path the operator
    // set, or from a cache file whose HMAC-SHA256, made with a key only this user can read, was checked over
    // these very bytes and the file's name. Code of another version or configuration is refused by wasmtime itself.
    let component = unsafe { Component::deserialize(engine, code) };
    component.map_err(|error| format!("{error:#}"))
}

/// Sixteen hexadecimal digits that differ when code compiled for one engine does not load in another.
fn engine_id(engine: &Engine) -> String {
    /// Feeds what is hashed to SHA-256, because the hashers of the standard library may change.
    struct Sha256Hasher(sha2::Sha256);
    impl std::hash::Hasher for Sha256Hasher {
        fn write(&mut self, bytes: &[u8]) {
            sha2::Digest::update(&mut self.0, bytes);
        }
        fn finish(&self) -> u64 {
            let digest: [u8; 32] = sha2::Digest::finalize(self.0.clone()).into();
            let (first, _) = digest.split_at(8);
            first
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte))
        }
    }
    let mut hasher = Sha256Hasher(sha2::Digest::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{:016x}", std::hash::Hasher::finish(&hasher))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_runs_where_we_serve() {
        let serving = crate::engine::serving(1).unwrap();
        let compiling = crate::engine::compiling().unwrap();
        assert_eq!(engine_id(&serving), engine_id(&compiling));
    }
}
