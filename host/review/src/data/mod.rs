//! What stands in the texts of a pack: its data files, and the texts in its component.

mod active;
mod addresses;
mod catalogues;
mod grouped;
mod hidden;
mod orders;
mod personal;
mod random;
mod secrets;
mod sizes;

use std::collections::{BTreeMap, BTreeSet};

use jackfield_packs::TableData;

use crate::finding::{Findings, Place};

pub(crate) use random::entropy;

/// A text of a pack.
pub(crate) struct Text<'a> {
    /// The file it stands in.
    pub(crate) file: &'a str,
    /// The text.
    pub(crate) text: &'a str,
    /// Whether it is from the component, where texts stand without gaps between them and nothing has lines.
    pub(crate) code: bool,
}

impl Text<'_> {
    /// The place of a byte of it.
    pub(crate) fn place(&self, offset: usize) -> Place {
        if self.code {
            return Place::file(self.file);
        }
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        let newlines = before.iter().filter(|byte| **byte == b'\n').count();
        Place::line(self.file, newlines + 1)
    }
}

/// Looks for what should not stand in any text of a pack.
pub(crate) fn examine(text: &Text<'_>, declared: &BTreeSet<String>, findings: &mut Findings) {
    secrets::examine(text, findings);
    random::examine(text, findings);
    personal::examine(text, findings);
    addresses::examine(text, declared, findings);
    if !text.code {
        hidden::examine(text, findings);
        active::examine(text, findings);
        orders::examine(text, findings);
        sizes::lines(text, findings);
    }
}

/// Looks at the catalogues of a pack, by locale and file.
pub(crate) fn catalogues(files: &BTreeMap<String, Vec<(&str, &str)>>, findings: &mut Findings) {
    catalogues::examine(files, findings);
}

/// Looks at the cells of a table.
pub(crate) fn table(table: &TableData, file: &str, findings: &mut Findings) {
    sizes::cells(table, file, findings);
}

/// A pattern of ours.
fn pattern(text: &str) -> regex::Regex {
    regex::Regex::new(text).expect("a pattern of ours is valid")
}
