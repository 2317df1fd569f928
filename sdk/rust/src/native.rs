//! Capabilities outside WebAssembly: they ask the host that the thread was given.

use std::cell::RefCell;

use crate::{
    Value,
    wire::{
        Condition, Failure, KnowledgeAnswer, Level, Order, Request, Response, Rows, StorageError,
        TableError,
    },
};

/// What answers a flow's questions when it runs natively: [`crate::testing`] has one for tests, a
/// benchmark may bring its own.
pub trait Host {
    /// Capability `log`.
    fn log(&mut self, level: Level, message: &str);
    /// Capability `config`.
    fn config(&mut self, key: &str) -> Option<Value>;
    /// Capability `knowledge`.
    fn search(&mut self, query: &str, limit: u32) -> Vec<KnowledgeAnswer>;
    /// Capability `tables`.
    ///
    /// # Errors
    /// As the capability's.
    fn query(
        &mut self,
        table: &str,
        columns: &[String],
        conditions: &[Condition],
        order: &[Order],
        limit: u32,
    ) -> Result<Rows, TableError>;
    /// Capability `storage`: read a key.
    fn storage_get(&mut self, key: &str) -> Option<String>;
    /// Capability `storage`: write a key.
    ///
    /// # Errors
    /// As the capability's.
    fn storage_set(&mut self, key: &str, value: &str) -> Result<(), StorageError>;
    /// Capability `storage`: remove a key.
    fn storage_delete(&mut self, key: &str);
    /// Capability `storage`: list keys.
    fn storage_keys(&mut self, prefix: &str) -> Vec<String>;
    /// Capability `storage`: add to a counter.
    ///
    /// # Errors
    /// As the capability's.
    fn storage_add(&mut self, counter: &str, amount: i64) -> Result<(), StorageError>;
    /// Capability `http`.
    ///
    /// # Errors
    /// As the capability's.
    fn http_read(&mut self, request: &Request) -> Result<Response, Failure>;
}

thread_local! {
    static HOST: RefCell<Option<Box<dyn Host>>> = const { RefCell::new(None) };
}

/// Gives this thread a host and returns the one it had.
pub fn set_host(host: Option<Box<dyn Host>>) -> Option<Box<dyn Host>> {
    HOST.with(|cell| cell.replace(host))
}

/// Asks the host of this thread.
///
/// # Panics
/// When the thread has none: a flow runs natively only inside a test or benchmark that gave it one.
pub(crate) fn ask<T>(question: impl FnOnce(&mut dyn Host) -> T) -> T {
    HOST.with_borrow_mut(|host| match host {
        Some(host) => question(host.as_mut()),
        None => {
            panic!("a capability was called natively without a host; see jackfield_sdk::testing")
        }
    })
}
