//! Labels that are not published yet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{EntryId, Label, TrainerError, file};

/// A label, and the sentence when it is none from the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Drafted {
    pub(crate) label: Label,
    /// What a person typed. Sentences of customers are not written down here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) typed: Option<Typed>,
}

/// A sentence that a person typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typed {
    pub(crate) text: String,
    pub(crate) locale: String,
}

/// Labels that are not published yet, on the disk with every change.
#[derive(Debug)]
pub(crate) struct Draft {
    path: PathBuf,
    labels: BTreeMap<EntryId, Drafted>,
}

impl Draft {
    /// Reads the draft. One that is damaged is put aside: labels can be given again.
    pub(crate) fn open(directory: &Path) -> Self {
        let path = directory.join("draft.json");
        let labels = file::read(&path).unwrap_or_else(|error| {
            tracing::error!(code = %error.code(), "{error}; the labels that were not published are lost, begin the draft again");
            let _ = std::fs::rename(&path, path.with_extension("damaged"));
            None
        });
        Self {
            path,
            labels: labels.unwrap_or_default(),
        }
    }

    pub(crate) fn get(&self, id: EntryId) -> Option<&Drafted> {
        self.labels.get(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (EntryId, &Drafted)> {
        self.labels.iter().map(|(id, drafted)| (*id, drafted))
    }

    /// Changes the draft, on the disk first.
    pub(crate) fn change(
        &mut self,
        change: impl FnOnce(&mut BTreeMap<EntryId, Drafted>),
    ) -> Result<(), TrainerError> {
        let mut labels = self.labels.clone();
        change(&mut labels);
        file::write(&self.path, &labels)?;
        self.labels = labels;
        Ok(())
    }
}
