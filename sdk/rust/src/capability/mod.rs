//! What a flow may ask of the host during a step, one module per capability.
//!
//! Each asks the host through the component's import on WebAssembly, and through [`crate::native`] elsewhere.

pub mod config;
pub mod http;
pub mod knowledge;
pub mod log;
pub mod storage;
pub mod tables;
