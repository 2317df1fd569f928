//! The limits table: what one step, one turn, one pack may use.

use std::time::Duration;

/// Bounds that the host enforces. The defaults are the table in ARCHITECTURE.md; a manifest may ask for
/// other values up to the operator's ceiling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory of one step, bytes.
    pub memory: usize,
    /// Elements of all tables of one step.
    pub table_elements: usize,
    /// Fuel of one step.
    pub fuel: u64,
    /// Time one step may compute, host calls not counted.
    pub guest_time: Duration,
    /// Calls to the host in one step.
    pub host_calls: u32,
    /// Log text of one step, bytes.
    pub log: usize,
    /// Bytes that one host call may lift out of the guest.
    pub lifted: usize,
    /// Steps of one turn.
    pub steps: u32,
    /// Wall time of one turn.
    pub turn_time: Duration,
    /// HTTP reads of one turn.
    pub http_reads: u32,
    /// Bytes of one HTTP response.
    pub http_response: usize,
    /// Bytes of one reply, all texts together.
    pub reply: usize,
    /// Bytes of one frame's state.
    pub state: usize,
    /// Depth of one frame's state.
    pub state_depth: usize,
    /// Storage of one pack and contact, bytes.
    pub storage: usize,
    /// Bytes of keys and values that one step writes to storage, those written over again included: each stands
    /// in the record of the turn.
    pub storage_writes: usize,
    /// Bytes of the host's answers to one step, responses over HTTP not counted: each stands in the record.
    pub answers: usize,
    /// Size of a component, bytes.
    pub component: usize,
    /// Size of a pack, bytes.
    pub pack: usize,
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 32 * MIB,
            table_elements: 20_000,
            fuel: 20_000_000,
            guest_time: Duration::from_millis(50),
            host_calls: 64,
            log: 16 * KIB,
            lifted: MIB,
            steps: 8,
            turn_time: Duration::from_secs(5),
            http_reads: 8,
            http_response: MIB,
            reply: 256 * KIB,
            state: 64 * KIB,
            state_depth: 32,
            storage: MIB,
            storage_writes: 64 * KIB,
            answers: 256 * KIB,
            component: 32 * MIB,
            pack: 64 * MIB,
        }
    }
}

impl Limits {
    /// The most a manifest can ask for unless the operator says otherwise.
    pub fn ceiling() -> Self {
        Self {
            memory: 128 * MIB,
            fuel: 100_000_000,
            guest_time: Duration::from_millis(250),
            ..Self::default()
        }
    }
}
