//! Version 0.0.1 of the contract.

mod from_guest;
mod host;
mod to_guest;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jackfield_core::{Fault, Reply, Step};
use wasmtime::Store;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{HasSelf, InstancePre, Linker};
use wasmtime::error::Context as _;

use super::{Adapter, Answered, Contract, Failed, Offer};
use crate::run::Run;
use crate::world::{BoxFuture, World};

/// What wasmtime makes of the WIT files.
mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "plugin",
        imports: {
            "jackfield:http/http": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        require_store_data_send: true,
    });
}

use bindings::exports::jackfield::flow::flow::{self, Turn};
use bindings::jackfield::{config, http, knowledge, log, storage, tables};

/// Version 0.0.1.
pub(super) const CONTRACT: Contract = Contract {
    exports: "jackfield:flow/flow@0.0.1",
    offers: &[
        Offer {
            capability: "log",
            interface: "jackfield:log/log@0.0.1",
            link: |linker| log::log::add_to_linker::<Run, HasSelf<Run>>(linker, |run| run),
        },
        Offer {
            capability: "config",
            interface: "jackfield:config/config@0.0.1",
            link: |linker| config::config::add_to_linker::<Run, HasSelf<Run>>(linker, |run| run),
        },
        Offer {
            capability: "knowledge",
            interface: "jackfield:knowledge/knowledge@0.0.1",
            link: |linker| {
                knowledge::knowledge::add_to_linker::<Run, HasSelf<Run>>(linker, |run| run)
            },
        },
        Offer {
            capability: "tables",
            interface: "jackfield:tables/tables@0.0.1",
            link: |linker| tables::tables::add_to_linker::<Run, HasSelf<Run>>(linker, |run| run),
        },
        Offer {
            capability: "storage",
            interface: "jackfield:storage/storage@0.0.1",
            link: |linker| storage::storage::add_to_linker::<Run, HasSelf<Run>>(linker, |run| run),
        },
        Offer {
            capability: "http",
            interface: "jackfield:http/http@0.0.1",
            link: |linker: &mut Linker<Run>| {
                http::http::add_to_linker::<Run, HasSelf<Run>>(linker, |run| run)
            },
        },
    ],
    adapt: |instance| {
        check_types(&instance)?;
        Ok(Box::new(Flow(bindings::PluginPre::new(instance)?)))
    },
};

/// Checks the types of the exported functions. wasmtime itself does so at every instantiation only, which is
/// too late to refuse a component.
fn check_types(instance: &InstancePre<Run>) -> wasmtime::Result<()> {
    let engine = instance.engine();
    let types = instance.component().component_type();
    let cx = instance.instance_type();
    let function = |name: &str| match types
        .get_export(engine, CONTRACT.exports)
        .map(|export| export.ty)
    {
        Some(ComponentItem::ComponentInstance(flow)) => {
            match flow.get_export(engine, name).map(|export| export.ty) {
                Some(ComponentItem::ComponentFunc(function)) => Ok(function),
                _ => Err(wasmtime::format_err!("it has no function `{name}`")),
            }
        }
        _ => Err(wasmtime::format_err!("it is not an interface")),
    };
    function("handle")?
        .typecheck::<(&Turn,), (Result<flow::Reply, flow::Fault>,)>(&cx)
        .context("type of `handle`")?;
    function("migrate")?
        .typecheck::<(&str, u32, &str), (Result<String, flow::Fault>,)>(&cx)
        .context("type of `migrate`")?;
    Ok(())
}

/// A linked component of this version.
struct Flow(bindings::PluginPre<Run>);

impl Adapter for Flow {
    fn handle<'a>(
        &'a self,
        store: &'a mut Store<Run>,
        step: &'a Step,
    ) -> BoxFuture<'a, Answered<Reply>> {
        Box::pin(async move {
            let plugin = self
                .0
                .instantiate_async(&mut *store)
                .await
                .map_err(Failed::Starting)?;
            let turn = to_guest::turn(step);
            let answer = plugin
                .jackfield_flow_flow()
                .call_handle(store, &turn)
                .await
                .map_err(Failed::Running)?;
            Ok(answer.map(from_guest::reply).map_err(Fault::from))
        })
    }

    fn time_handle<'a>(
        &'a self,
        store: &'a mut Store<Run>,
        step: &'a Step,
        rounds: usize,
    ) -> BoxFuture<'a, Answered<Vec<Duration>>> {
        Box::pin(async move {
            let fuel = store.get_fuel().map_err(Failed::Starting)?;
            let plugin = self
                .0
                .instantiate_async(&mut *store)
                .await
                .map_err(Failed::Starting)?;
            let mut times = Vec::with_capacity(rounds);
            for _ in 0..rounds {
                store.set_fuel(fuel).map_err(Failed::Running)?;
                store.data_mut().begin_again();
                let began = Instant::now();
                let turn = to_guest::turn(step);
                let answer = plugin
                    .jackfield_flow_flow()
                    .call_handle(&mut *store, &turn)
                    .await
                    .map_err(Failed::Running)?;
                if let Err(fault) = answer.map(from_guest::reply) {
                    return Ok(Err(Fault::from(fault)));
                }
                times.push(began.elapsed());
            }
            Ok(Ok(times))
        })
    }

    fn handle_in_one<'a>(
        &'a self,
        store: &'a mut Store<Run>,
        steps: &'a [(Step, Arc<dyn World>)],
    ) -> BoxFuture<'a, Answered<Vec<Reply>>> {
        Box::pin(async move {
            let fuel = store.get_fuel().map_err(Failed::Starting)?;
            let plugin = self
                .0
                .instantiate_async(&mut *store)
                .await
                .map_err(Failed::Starting)?;
            let mut replies = Vec::with_capacity(steps.len());
            for (step, world) in steps {
                store.set_fuel(fuel).map_err(Failed::Running)?;
                store.data_mut().begin_again();
                store.data_mut().see(Arc::clone(world));
                let turn = to_guest::turn(step);
                let answer = plugin
                    .jackfield_flow_flow()
                    .call_handle(&mut *store, &turn)
                    .await
                    .map_err(Failed::Running)?;
                match answer.map(from_guest::reply) {
                    Ok(reply) => replies.push(reply),
                    Err(fault) => return Ok(Err(Fault::from(fault))),
                }
            }
            Ok(Ok(replies))
        })
    }

    fn migrate<'a>(
        &'a self,
        store: &'a mut Store<Run>,
        flow: &'a str,
        from: u32,
        state: &'a str,
    ) -> BoxFuture<'a, Answered<String>> {
        Box::pin(async move {
            let plugin = self
                .0
                .instantiate_async(&mut *store)
                .await
                .map_err(Failed::Starting)?;
            let answer = plugin
                .jackfield_flow_flow()
                .call_migrate(store, flow, from, state)
                .await
                .map_err(Failed::Running)?;
            Ok(answer.map_err(Fault::from))
        })
    }
}
