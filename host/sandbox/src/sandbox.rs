//! The sandbox: one WebAssembly engine, its pool of instances, its compiler.

use std::sync::Arc;
use std::time::Instant;

use jackfield_core::Digest;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::Linker;

use crate::compile::Compile;
use crate::error::{LoadError, SandboxError};
use crate::options::Options;
use crate::plugin::{Inner, LoadReport, Plugin, PluginSpec};
use crate::run::Run;
use crate::schema::Schema;
use crate::ticker::Ticker;
use crate::{engine, inspect, metrics};

/// Loads components and runs them. One per process.
#[derive(Debug)]
pub struct Sandbox {
    engine: Engine,
    compile: Compile,
    slots: Arc<Semaphore>,
    ticker: Arc<Ticker>,
}

impl Sandbox {
    /// Sets up the engine and its pool.
    ///
    /// # Errors
    /// The engine cannot reserve its address space, or the cache directory cannot be used.
    pub fn new(options: Options) -> Result<Self, SandboxError> {
        let concurrency = options.concurrency.max(1);
        let engine = engine::serving(concurrency)?;
        metrics::describe();
        Ok(Self {
            compile: Compile::new(&engine, options)?,
            slots: Arc::new(Semaphore::new(concurrency as usize)),
            ticker: Arc::new(Ticker::start(&engine)?),
            engine,
        })
    }

    /// Checks, compiles and links a component. Blocks while it compiles, which takes seconds for a large one.
    ///
    /// # Errors
    /// The component is not valid, or asks for something it may not have.
    pub fn load(&self, component: &[u8], spec: PluginSpec) -> Result<Plugin, LoadError> {
        let started = Instant::now();
        check_header(component)?;
        if component.len() > spec.limits.component {
            return Err(LoadError::TooLarge {
                bytes: component.len(),
                limit: spec.limits.component,
            });
        }
        let schemas = spec
            .schemas
            .iter()
            .map(|(flow, schema)| match Schema::new(schema) {
                Ok(schema) => Ok((flow.clone(), schema)),
                Err(detail) => Err(LoadError::BadSchema {
                    flow: flow.clone(),
                    detail,
                }),
            })
            .collect::<Result<_, _>>()?;
        let digest = Digest::of(component);
        let compiled = self.compile.get(&self.engine, component, digest)?;
        let fit = inspect::inspect(&self.engine, &compiled.component, &spec.grants)?;
        let wrong_types = |error: wasmtime::Error| LoadError::WrongTypes {
            interface: fit.contract.exports.to_owned(),
            detail: format!("{error:#}"),
        };
        let mut linker: Linker<Run> = Linker::new(&self.engine);
        for offer in &fit.offers {
            (offer.link)(&mut linker).map_err(wrong_types)?;
        }
        let instance = linker
            .instantiate_pre(&compiled.component)
            .map_err(wrong_types)?;
        let adapter = (fit.contract.adapt)(instance).map_err(wrong_types)?;
        Ok(Plugin::new(Inner {
            digest,
            interfaces: fit
                .offers
                .iter()
                .map(|offer| offer.capability.to_owned())
                .collect(),
            report: LoadReport {
                cached: compiled.cached,
                time: started.elapsed(),
                component_bytes: component.len(),
                compiled_bytes: compiled.bytes,
            },
            engine: self.engine.clone(),
            slots: Arc::clone(&self.slots),
            adapter: adapter.into(),
            limits: Arc::new(spec.limits),
            schemas: Arc::new(schemas),
            metrics: Arc::new(metrics::Metrics::new(&spec.pack)),
            _ticker: Arc::clone(&self.ticker),
        }))
    }
}

/// Tells a core module from a component, before anything expensive happens.
fn check_header(bytes: &[u8]) -> Result<(), LoadError> {
    match bytes.get(..8) {
        Some([0, b'a', b's', b'm', _, _, 1, 0]) => Ok(()),
        Some([0, b'a', b's', b'm', _, _, 0, 0]) => Err(LoadError::CoreModule),
        Some(_) => Err(LoadError::BadComponent(
            "it does not start like WebAssembly".to_owned(),
        )),
        None => Err(LoadError::BadComponent(format!(
            "it has only {} bytes",
            bytes.len()
        ))),
    }
}
