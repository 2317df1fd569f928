//! What a pack used of what it was granted, and what it was denied.

use std::collections::BTreeMap;

use jackfield_core::{HostCall, PackId, Permission};
use parking_lot::Mutex;

/// Uses and denials of one version of a pack since it was loaded, counted by the line of its grants.
#[derive(Debug, Default)]
pub struct Ledger {
    used: Mutex<BTreeMap<String, u64>>,
    denied: Mutex<BTreeMap<String, Denial>>,
}

/// Something that a pack tried and may not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// How often.
    pub count: u64,
    /// What was answered the first time.
    pub what: String,
}

/// Different denials that are kept; a pack makes up as many as it likes.
const MOST: usize = 100;

impl Ledger {
    /// Lines of grants that were used, with how often.
    pub fn used(&self) -> BTreeMap<String, u64> {
        self.used.lock().clone()
    }

    /// Lines of grants that would have been needed, with how often.
    pub fn denied(&self) -> BTreeMap<String, Denial> {
        self.denied.lock().clone()
    }

    pub(crate) fn note_use(&self, line: &str) {
        let mut used = self.used.lock();
        match used.get_mut(line) {
            Some(count) => *count += 1,
            None => {
                used.insert(line.to_owned(), 1);
            }
        }
    }

    /// Notes the interfaces that a step called.
    pub(crate) fn note_calls(&self, calls: &[HostCall]) {
        let mut last = "";
        for call in calls {
            let interface = call.function.split('.').next().unwrap_or_default();
            if interface != last {
                self.note_use(interface);
                last = interface;
            }
        }
    }

    /// Notes a denial; it is logged the first time only.
    pub(crate) fn note_denial(&self, pack: &PackId, line: &str, what: &str) {
        metrics::counter!("jackfield_denied_total", "pack" => pack.to_string()).increment(1);
        let mut denied = self.denied.lock();
        if let Some(known) = denied.get_mut(line) {
            known.count += 1;
        } else if denied.len() < MOST {
            tracing::warn!(%pack, "denied, and not logged again: {what}; `jackfield pack why-denied {pack}` says what would allow it");
            let what = what.to_owned();
            denied.insert(line.to_owned(), Denial { count: 1, what });
        }
    }

    /// Notes that a permission would have been needed.
    pub(crate) fn note_missing(&self, pack: &PackId, permission: &Permission) {
        let line = permission.to_string();
        self.note_denial(pack, &line, &format!("`{line}` is not granted"));
    }
}
