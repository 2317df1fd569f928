//! One adapter for each version of the contract, chosen by the name of the interface that a component
//! exports. The rest of the sandbox sees only this trait and the types of `jackfield_core`.

use std::sync::Arc;
use std::time::Duration;

use jackfield_core::{Fault, Reply, Step};
use wasmtime::Store;
use wasmtime::component::{InstancePre, Linker};

use crate::run::Run;
use crate::world::{BoxFuture, World};

mod v0_0_1;

/// Why a call of the guest failed, and when.
#[derive(Debug)]
pub(crate) enum Failed {
    /// While it was instantiated.
    Starting(wasmtime::Error),
    /// While it ran, or while its answer was read.
    Running(wasmtime::Error),
}

/// What the guest answered.
pub(crate) type Answered<T> = Result<Result<T, Fault>, Failed>;

/// A linked component, seen through one version of the contract.
pub(crate) trait Adapter: Send + Sync {
    /// Runs `handle` in a new instance.
    fn handle<'a>(
        &'a self,
        store: &'a mut Store<Run>,
        step: &'a Step,
    ) -> BoxFuture<'a, Answered<Reply>>;

    /// Runs `handle` so many times in one instance, and times each call.
    fn time_handle<'a>(
        &'a self,
        store: &'a mut Store<Run>,
        step: &'a Step,
        rounds: usize,
    ) -> BoxFuture<'a, Answered<Vec<Duration>>>;

    /// Runs `handle` once for each of the steps, all in one instance, each with its own world.
    fn handle_in_one<'a>(
        &'a self,
        store: &'a mut Store<Run>,
        steps: &'a [(Step, Arc<dyn World>)],
    ) -> BoxFuture<'a, Answered<Vec<Reply>>>;

    /// Runs `migrate` in a new instance.
    fn migrate<'a>(
        &'a self,
        store: &'a mut Store<Run>,
        flow: &'a str,
        from: u32,
        state: &'a str,
    ) -> BoxFuture<'a, Answered<String>>;
}

/// A capability as one version of the contract offers it.
pub(crate) struct Offer {
    /// The name of the grant: `tables`.
    pub(crate) capability: &'static str,
    /// The name of the import: `jackfield:tables/tables@0.0.1`.
    pub(crate) interface: &'static str,
    /// Adds its functions to a linker.
    pub(crate) link: fn(&mut Linker<Run>) -> wasmtime::Result<()>,
}

/// One version of the contract.
pub(crate) struct Contract {
    /// The interface that a plug-in exports.
    pub(crate) exports: &'static str,
    /// The capabilities it may import.
    pub(crate) offers: &'static [Offer],
    /// Checks the types of the export.
    pub(crate) adapt: fn(InstancePre<Run>) -> wasmtime::Result<Box<dyn Adapter>>,
}

/// All versions that this host runs, oldest first.
pub(crate) const CONTRACTS: &[Contract] = &[v0_0_1::CONTRACT];
