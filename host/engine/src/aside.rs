//! Where steps run that take long: on threads of their own, which get a processor when nothing else wants it. A
//! pack whose steps are over in an instant has them run where the host's own work runs; when it computes long or is
//! stopped again and again, they run aside. Of a pack that has not shown much yet they begin among the others; one that
//! computes long there is given up and begun anew aside. To go on with it there would save a few milliseconds, but it would
//! wait with its instance and all its memory.
//!
//! What nothing else wants may be nothing. Then steps of such packs run among the others after all, a few at a time.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jackfield_core::{ErrorCode, StepOutcome, priority};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::{JoinError, JoinSet};

use crate::gate::Gate;

mod starvation;

use starvation::Starvation;

/// A guest that computed as long as this computed long.
const LONG: Duration = Duration::from_millis(2);
/// Quick steps in a row after which steps of a pack begin among the others. One that is new has shown as much …
const PROVEN: u32 = 4;
/// … and loses it with its first long step, because each halves them. More than this do not count.
const MOST: u32 = 64;
/// After so many one long step is an accident, and nobody looks out for it.
const SURE: u32 = MOST / 4;
/// Steps that may be under way among the others because nothing is left aside.
const RESCUED: usize = 4;

/// What a step is likely to be, after what its pack has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outlook {
    /// Over in an instant.
    Quick,
    /// The pack is new, or both happened.
    Unsure,
    Long,
}

/// What a pack has shown of its steps.
#[derive(Debug)]
pub(crate) struct Record(AtomicU32);

impl Default for Record {
    fn default() -> Self {
        Self(AtomicU32::new(PROVEN))
    }
}

impl Record {
    /// What its next step is likely to be.
    pub(crate) fn outlook(&self) -> Outlook {
        match self.0.load(Ordering::Relaxed) {
            SURE.. => Outlook::Quick,
            PROVEN.. => Outlook::Unsure,
            _ => Outlook::Long,
        }
    }

    /// Notes how a step went. That a turn's time was over says nothing of the pack.
    pub(crate) fn note(&self, outcome: &StepOutcome, computed: Duration) {
        let quick = match outcome {
            StepOutcome::Stopped { code, .. } if *code == ErrorCode::TurnOutOfTime => return,
            StepOutcome::Stopped { .. } => false,
            StepOutcome::Replied(_) | StepOutcome::Faulted(_) => computed < LONG,
        };
        if quick {
            self.change(|shown| (shown + 1).min(MOST));
        } else {
            self.note_long();
        }
    }

    /// Notes that a step computes long, which is known before its end.
    pub(crate) fn note_long(&self) {
        self.change(|shown| shown / 2);
    }

    fn change(&self, next: impl Fn(u32) -> u32) {
        // The function always gives a value.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |shown| {
                Some(next(shown))
            });
    }
}

/// The threads aside: half as many as there are cores, with a gate of their own.
#[derive(Debug)]
pub(crate) struct Aside {
    pub(crate) gate: Arc<Gate>,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
    starvation: Arc<Starvation>,
    rescue: Semaphore,
}

impl Aside {
    /// `seats` steps at a time may be under way, waiting for other systems included.
    pub(crate) fn start(seats: usize) -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (cores / 2).max(1);
        let starvation = Arc::new(Starvation::default());
        let watched = Arc::clone(&starvation);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("steps-aside")
            .on_thread_start(move || {
                watched.joins();
                priority::only_when_idle();
            })
            .enable_all()
            .build()?;
        Ok(Self {
            gate: Gate::new(threads, seats),
            runtime: Some(runtime),
            starvation,
            rescue: Semaphore::new(RESCUED),
        })
    }

    /// Waits, while a step of the caller computes there (the number tells that it did so without a break), until it is
    /// seen that the machine has no processor left for it.
    pub(crate) async fn starves(&self, computes: impl Fn() -> Option<u32>) {
        self.starvation.seen(computes).await;
    }

    /// Whether that was seen not long ago.
    pub(crate) fn is_starving(&self) -> bool {
        self.starvation.is_known()
    }

    /// The right to run a step among the others instead; a few at a time have it.
    pub(crate) async fn rescue(&self) -> SemaphorePermit<'_> {
        match self.rescue.acquire().await {
            Ok(permit) => permit,
            // It is never closed.
            Err(_) => std::future::pending().await,
        }
    }

    /// Runs a step there.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        step: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = Result<T, JoinError>> {
        let running = self
            .runtime
            .as_ref()
            .map(|runtime| on(runtime.handle(), step));
        async move {
            match running {
                Some(running) => running.await,
                None => std::future::pending().await,
            }
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // May happen inside another runtime, where nobody may wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Runs a future on a runtime; it is ended when the caller does not wait any longer. It begins at once, so that the
/// caller, who may be one of thousands, need not keep it.
pub(crate) fn on<T: Send + 'static>(
    runtime: &Handle,
    future: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = Result<T, JoinError>> {
    // A set ends its tasks when it is dropped.
    let mut task = JoinSet::new();
    task.spawn_on(future, runtime);
    async move {
        match task.join_next().await {
            Some(ended) => ended,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_is_trusted_until_long_steps_and_again_after_quick_ones() {
        let fault = || StepOutcome::Faulted(jackfield_core::Fault::Bug("a bug".into()));
        let stopped = |code| StepOutcome::Stopped {
            code,
            detail: String::new(),
        };
        let quick = Duration::from_micros(100);
        let record = Record::default();
        assert_eq!(record.outlook(), Outlook::Unsure);
        record.note(&fault(), LONG);
        for _ in 0..PROVEN / 2 {
            assert_eq!(record.outlook(), Outlook::Long);
            record.note(&fault(), quick);
        }
        assert_eq!(record.outlook(), Outlook::Unsure);
        for _ in 0..MOST {
            record.note(&fault(), quick);
        }
        record.note(&stopped(ErrorCode::TurnOutOfTime), quick);
        record.note(&fault(), LONG);
        assert_eq!(record.outlook(), Outlook::Quick, "an accident");
        for _ in 0..2 {
            record.note(&stopped(ErrorCode::OutOfFuel), quick);
        }
        assert_eq!(record.outlook(), Outlook::Unsure);
        for _ in 0..2 {
            record.note(&stopped(ErrorCode::OutOfFuel), quick);
        }
        assert_eq!(record.outlook(), Outlook::Long);
    }
}
