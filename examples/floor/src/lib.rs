//! The floor of `jackfield bench sandbox`: a component of the same world as the telecom pack, made by the same
//! SDK and toolchain, with the same imports, that takes the same turn and returns an empty reply at once.

#![cfg(target_arch = "wasm32")]

use jackfield_sdk::bindings::{self, exports::jackfield::flow::flow::Guest};
use jackfield_sdk::wire::{Expectation, Expected, Next, Reply, Turn};
use jackfield_sdk::{Fault, config, http, log, storage, tables};

struct Floor;

impl Guest for Floor {
    fn handle(_turn: Turn) -> Result<Reply, Fault> {
        Ok(Reply {
            step: "floor".to_owned(),
            messages: Vec::new(),
            expects: Expectation {
                what: Expected::Anything,
                hints: Vec::new(),
                reprompt: None,
                timeout_ms: None,
                sensitive: false,
            },
            then: Next::Wait,
            state: "{}".to_owned(),
            slots: Vec::new(),
            effects: Vec::new(),
            extensions: Vec::new(),
        })
    }

    /// Never called. What is called here is imported by the component, as it is by the telecom pack's.
    fn migrate(flow: String, _from: u32, state: String) -> Result<String, Fault> {
        log::warn(&state);
        let _ = config::get(&flow);
        let _ = tables::query(&flow, ["floor"]).rows()?;
        storage::set(&flow, &state)?;
        let _ = http::get(flow.as_str()).read();
        Ok(storage::get(&flow).unwrap_or(state))
    }
}

bindings::export_plugin!(Floor with_types_in bindings);
