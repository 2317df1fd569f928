//! What a step costs without a fresh instance: for benches only. In service every step has an instance of
//! its own, so that no byte of one customer can meet another.

use std::sync::Arc;
use std::time::Duration;

use jackfield_core::{Step, StepOutcome};

use crate::plugin::Plugin;
use crate::run::Source;
use crate::world::World;

impl Plugin {
    /// Runs a step so many times in one instance and returns the time of each call.
    ///
    /// # Errors
    /// The outcome of the first call that did not reply.
    pub async fn time_reused(
        &self,
        step: &Step,
        world: Arc<dyn World>,
        rounds: usize,
    ) -> Result<Vec<Duration>, StepOutcome> {
        let mut store = self.store(Source::World(world))?;
        match self
            .inner
            .adapter
            .time_handle(&mut store, step, rounds)
            .await
        {
            Ok(Ok(times)) => Ok(times),
            Ok(Err(fault)) => Err(StepOutcome::Faulted(fault)),
            Err(failed) => Err(crate::outcome::explain(&failed, &store).into()),
        }
    }
}
