//! How a step that was begun among the others comes to run aside once it computes long.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::Notify;

use crate::gate::{Gate, NoTime, Place};
use crate::installed::InstalledPack;

/// The way aside that is open to a step.
#[derive(Debug)]
pub(crate) struct WayAside {
    gate: Arc<Gate>,
    /// How it went when the step wanted to take it.
    tried: OnceLock<Result<(), NoTime>>,
    changed: Notify,
}

impl WayAside {
    /// Leads to the threads behind this gate.
    pub(crate) fn to(gate: &Arc<Gate>) -> Self {
        Self {
            gate: Arc::clone(gate),
            tried: OnceLock::new(),
            changed: Notify::new(),
        }
    }

    /// Waits until the step has its place there: from then on it is to be run there.
    ///
    /// # Errors
    /// When too many wait there already. The step is to be given up then: it does not go on among the others.
    pub(crate) async fn taken(&self) -> Result<(), NoTime> {
        loop {
            if let Some(tried) = self.tried.get() {
                return *tried;
            }
            self.changed.notified().await;
        }
    }

    /// To be called now and then by a step that computes, like [`Place::give_way`]. Who computes long changes its place
    /// for one aside.
    pub(crate) async fn give_way(
        &self,
        mut place: Place,
        pack: &InstalledPack,
        until: Instant,
    ) -> Place {
        if place.is_of(&self.gate) || !place.is_long() {
            return place.give_way().await;
        }
        // Those that come next need not wait for its end to know.
        pack.record.note_long();
        // Waiting it computes nothing, but keeps its seat: its instance is still there.
        place.rest();
        let entered = self.gate.enter(pack.digest, until).await;
        let (place, tried) = match entered {
            Ok(aside) => (aside, Ok(())),
            Err(no_time) => (place, Err(no_time)),
        };
        // Only the first way aside is tried: afterwards the place is of that gate, or the step is given up.
        let _ = self.tried.set(tried);
        self.changed.notify_one();
        place
    }
}
