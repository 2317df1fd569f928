//! Guests made for tests and benches, small enough to be written by hand: the floor that benches compare
//! with, and [`hostile`] ones.

mod build;
mod hostile;

pub use build::core_module;
pub use hostile::{Ends, Guest, hostile};

use build::{Module, Reply};

/// A component of the full world that imports nothing and returns an empty reply at once: what is left is the
/// cost of the sandbox itself.
pub fn floor_component() -> Vec<u8> {
    Module::default().component()
}

/// A component that calls every capability once, then replies. It writes the storage key `k`.
pub fn busy_component() -> Vec<u8> {
    Module {
        imports: &["log", "config", "knowledge", "tables", "storage", "http"],
        body: "
            (call $log (i32.const 1) (i32.const 2080) (i32.const 5))
            (call $config (i32.const 2080) (i32.const 1) (i32.const 512))
            (call $search (i32.const 2080) (i32.const 5) (i32.const 3) (i32.const 512))
            (call $query (i32.const 2080) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
                (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 512))
            (call $storage_set (i32.const 2080) (i32.const 1) (i32.const 2080) (i32.const 5) (i32.const 512))
            (call $storage_get (i32.const 2080) (i32.const 1) (i32.const 512))
            (call $storage_add (i32.const 2080) (i32.const 1) (i64.const 2) (i32.const 512))
            (call $storage_keys (i32.const 2080) (i32.const 0) (i32.const 512))
            (call $http (i32.const 0) (i32.const 2080) (i32.const 5) (i32.const 0) (i32.const 0)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 512))",
        data: vec![(2080, b"k-key".to_vec())],
        ..Module::default()
    }
    .component()
}

/// A component that returns this state, whatever it is told. `migrate` returns it too.
pub fn stateful_component(state: &str) -> Vec<u8> {
    Module {
        data: vec![(4096, state.as_bytes().to_vec())],
        reply: Reply {
            state: (4096, state.len()),
            ..Reply::default()
        },
        ..Module::default()
    }
    .component()
}
