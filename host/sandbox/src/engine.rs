//! Settings of the WebAssembly engine: one set for code, shared by whoever compiles and whoever runs, and
//! the pool of the process that runs.

use std::num::NonZeroUsize;

use wasmtime::{Config, Enabled, Engine, PoolingAllocationConfig, Strategy};

use crate::error::SandboxError;

/// The most linear memory one component can be given, whatever its limits say: the size of a pool slot.
pub const MOST_MEMORY: usize = 128 << 20;
/// The most elements one table can be given: the size of a pool slot.
pub const MOST_TABLE_ELEMENTS: usize = 20_000;
/// Core instances in one component. A Python guest has 38.
pub const MOST_CORE_INSTANCES: u32 = 64;
/// Linear memories in one component, all counted against its one memory limit.
pub const MOST_MEMORIES: u32 = 4;
/// Tables in one component.
pub const MOST_TABLES: u32 = 16;

/// Slots beyond the number of concurrent steps, for instances that are being torn down while their
/// successors start.
const SPARE_SLOTS: u32 = 4;

/// Bytes of a memory that stay mapped between two steps and are cleared by writing; what is above is given back
/// to the kernel. Larger costs resident memory per slot, smaller costs page faults per step. Measured with a
/// Rust pack that writes a dozen pages: none 43 µs a step and 6 page faults, 64 KiB 27 µs and none, and the
/// same with 256 KiB to 2 MiB.
const KEEP_RESIDENT: usize = 64 << 10;

/// Frames of a guest's backtrace: the top tells where, a few dozen how it came there.
const BACKTRACE_FRAMES: usize = 32;

/// What decides how code is compiled. Both sides must agree, or compiled code does not load.
fn code() -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        // A turn is replayed on other machines: no instruction may leave a choice to the processor.
        .cranelift_nan_canonicalization(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        .concurrency_support(false)
        .wasm_component_model(true)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .wasm_backtrace_max_frames(NonZeroUsize::new(BACKTRACE_FRAMES));
    config
}

/// The engine of the compiling child: nothing is run in it, so nothing is reserved.
pub(crate) fn compiling() -> Result<Engine, SandboxError> {
    Engine::new(&code()).map_err(|error| SandboxError::Engine(format!("{error:#}")))
}

/// The engine of the serving process, with room for `concurrency` steps at a time.
pub(crate) fn serving(concurrency: u32) -> Result<Engine, SandboxError> {
    let slots = concurrency.saturating_add(SPARE_SLOTS);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots.saturating_mul(MOST_CORE_INSTANCES))
        .total_memories(slots.saturating_mul(MOST_MEMORIES))
        .total_tables(slots.saturating_mul(MOST_TABLES))
        .total_stacks(slots)
        .max_core_instances_per_component(MOST_CORE_INSTANCES)
        .max_memories_per_component(MOST_MEMORIES)
        .max_tables_per_component(MOST_TABLES)
        .max_memories_per_module(MOST_MEMORIES)
        .max_tables_per_module(MOST_TABLES)
        .max_memory_size(MOST_MEMORY)
        .table_elements(MOST_TABLE_ELEMENTS)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(KEEP_RESIDENT)
        .pagemap_scan(pagemap_scan());
    let mut config = code();
    config.memory_init_cow(true).allocation_strategy(pool);
    Engine::new(&config).map_err(|error| SandboxError::Engine(format!("{error:#}")))
}

/// Whether pages to reset may be found by asking the kernel which were written. An open report upstream says
/// that swapped-out pages can be missed, so never on a host with swap.
fn pagemap_scan() -> Enabled {
    let no_swap =
        std::fs::read_to_string("/proc/swaps").is_ok_and(|swaps| swaps.lines().count() <= 1);
    if no_swap { Enabled::Auto } else { Enabled::No }
}
