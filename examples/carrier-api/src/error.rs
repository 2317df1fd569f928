//! What can go wrong while the simulated operator starts.

use std::path::PathBuf;

/// Why the operator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The table of plans cannot be used.
    #[error("the table of plans cannot be used: {0}")]
    Catalogue(String),
    /// A file cannot be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line of the state file is not one this program wrote.
    #[error("{path}, line {line}: {reason}; mend or remove the file")]
    State {
        /// Which file.
        path: PathBuf,
        /// Line number from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The port cannot be opened.
    #[error("cannot listen on 127.0.0.1:{port}: {source}; choose another --port, or 0 for any")]
    Listen {
        /// Which port.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
}
