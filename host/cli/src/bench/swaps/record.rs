//! What the journal says of the turns that were held meanwhile.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use jackfield_core::{Digest, FlowId, PackId, TurnRecord};
use jackfield_store::{Entry, JournalReader, Options};

/// Counts of committed turns.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) turns: u64,
    /// Customers were told that something went wrong.
    pub(super) failed: u64,
    /// One pack ran in two versions.
    pub(super) mixed: u64,
    /// Versions that any turn ran on.
    pub(super) versions: BTreeSet<Digest>,
}

/// Reads the journal of a host that was stopped.
pub(super) fn read(data: &Path) -> anyhow::Result<Held> {
    let reader = Arc::new(JournalReader::open(Options::new(data))?);
    let (records, opener) = reader.records()?;
    let mut held = Held::default();
    for record in records {
        if let Entry::Committed(turn) = opener.open(&record?)?.entry {
            held.add(&turn);
        }
    }
    Ok(held)
}

impl Held {
    fn add(&mut self, turn: &TurnRecord) {
        self.turns += 1;
        self.failed += u64::from(turn.decision.action == "fault");
        let mut ran: HashMap<&PackId, BTreeSet<Digest>> = HashMap::new();
        for step in &turn.steps {
            let FlowId { pack, .. } = &step.flow;
            ran.entry(pack).or_default().insert(step.pack);
        }
        self.mixed += u64::from(ran.values().any(|versions| versions.len() > 1));
        self.versions.extend(ran.into_values().flatten());
    }
}
