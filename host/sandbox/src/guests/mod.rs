//! Guests made for tests and benches, small enough to be written by hand: the floor that benches compare
//! with, and [`hostile`] ones.

mod build;
mod hostile;

pub use build::{Module, Reply, core_module};
pub use hostile::{Ends, Guest, hostile};

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

/// Computes for as many rounds as stand at 600.
const BURN: &str = "(local.set $x (f64.const 1.7))
            (loop $l
                (local.set $x (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt
                    (local.get $x))))))))))
                (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.load (i32.const 600)))))";
/// Reads the address of 19 bytes at 2080.
const READ: &str =
    "(call $http (i32.const 0) (i32.const 2080) (i32.const 19) (i32.const 0) (i32.const 0)
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 512))";
const NEVER: &[u8; 19] = b"{config:base}/never";

/// A component that computes for this many rounds, about 0.05 µs each, most of it in slow instructions, and
/// then replies: within its limits, and a burden all the same.
pub fn burning_component(rounds: u32) -> Vec<u8> {
    Module {
        body: BURN,
        data: vec![(600, rounds.to_le_bytes().to_vec())],
        ..Module::default()
    }
    .component()
}

/// A component that reads `{config:base}/never` over HTTP, then replies.
pub fn reading_component() -> Vec<u8> {
    Module {
        imports: &["http"],
        body: READ,
        data: vec![(2080, NEVER.to_vec())],
        ..Module::default()
    }
    .component()
}

/// A component that reads the same, then computes for this many rounds.
pub fn reading_and_burning_component(rounds: u32) -> Vec<u8> {
    Module {
        imports: &["http"],
        body: [READ, BURN].concat().leak(),
        data: vec![(600, rounds.to_le_bytes().to_vec()), (2080, NEVER.to_vec())],
        ..Module::default()
    }
    .component()
}
