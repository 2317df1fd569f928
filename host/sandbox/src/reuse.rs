//! Steps without a fresh instance: for benches, which measure what it costs, and for reviews, which look whether a
//! plug-in keeps anything. In service every step has an instance of its own, so that no byte of one customer can
//! meet another.

use std::sync::Arc;
use std::time::Duration;

use jackfield_core::{Reply, Step, StepOutcome};

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

    /// Runs steps of several contacts one after the other in one instance.
    ///
    /// # Errors
    /// The outcome of the first step that did not reply.
    pub async fn handle_in_one(
        &self,
        steps: &[(Step, Arc<dyn World>)],
    ) -> Result<Vec<Reply>, StepOutcome> {
        let mut store = self.store(Source::Nowhere)?;
        match self.inner.adapter.handle_in_one(&mut store, steps).await {
            Ok(Ok(replies)) => Ok(replies),
            Ok(Err(fault)) => Err(StepOutcome::Faulted(fault)),
            Err(failed) => Err(crate::outcome::explain(&failed, &store).into()),
        }
    }
}
