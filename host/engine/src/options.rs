//! How an engine behaves.

use std::time::Duration;

use jackfield_core::Limits;

use crate::codes::CodeDelivery;

/// How an engine behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bounds of steps and turns.
    pub limits: Limits,
    /// Steps that compute at the same time.
    pub parallel_steps: usize,
    /// Steps that are under way at the same time, those included that wait for other systems: the sandbox's instances.
    pub instances: usize,
    /// How one-time codes reach a contact.
    pub code_delivery: CodeDelivery,
    /// Key for digests of one-time codes.
    pub secret: [u8; 32],
    /// How long the outbox tries to get a request answered.
    pub give_up_after: Duration,
    /// Locale of contacts whose language is not known yet.
    pub locale: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            parallel_steps: std::thread::available_parallelism().map_or(2, usize::from),
            instances: 256,
            code_delivery: CodeDelivery::None,
            secret: rand::random(),
            give_up_after: Duration::from_secs(120),
            locale: "zh-CN".to_owned(),
        }
    }
}
