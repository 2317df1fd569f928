//! An opened pack.

use std::collections::BTreeMap;
use std::sync::Arc;

use jackfield_core::manifest::Manifest;
use jackfield_core::{Digest, FlowName, Limits};

use crate::{PackError, Problem, TableData};

/// A pack that was checked as a whole: whoever holds one need not check again.
#[derive(Debug)]
pub struct Pack {
    /// What the pack says about itself.
    pub manifest: Manifest,
    /// SHA-256 of the archive.
    pub digest: Digest,
    /// The WebAssembly component.
    pub component: Arc<[u8]>,
    /// What is doubtful and yet allowed.
    pub warnings: Vec<Problem>,
}

impl Pack {
    /// Opens an archive and checks everything in it. The bytes may come from anyone.
    ///
    /// # Errors
    /// [`PackError`] with every problem found.
    pub fn open(bytes: &[u8], limits: &Limits) -> Result<Self, PackError> {
        let _ = (bytes, limits);
        todo!("being written")
    }

    /// What the host learns from the pack: examples, knowledge, names.
    pub fn training(&self) -> &jackfield_language::Training {
        todo!("being written")
    }

    /// The pack's Fluent catalogues.
    pub fn catalogues(&self) -> &jackfield_language::catalogue::Catalogue {
        todo!("being written")
    }

    /// The pack's tables.
    pub fn tables(&self) -> &[TableData] {
        todo!("being written")
    }

    /// JSON Schemas of the private states of flows that have one.
    pub fn schemas(&self) -> &BTreeMap<FlowName, serde_json::Value> {
        todo!("being written")
    }
}
