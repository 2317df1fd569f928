//! How long the guest itself has computed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::ticker::TICK;

/// Counts the time in which the guest runs: host calls and waiting for other tasks are left out.
///
/// Time is measured in slices between two points at which the host has control. While a guest runs there is
/// such a point at every tick, so a slice of many ticks means that the operating system gave the processor to
/// something else; it counts as [`LONGEST_SLICE`] only, or a loaded machine would stop honest packs. From the first
/// tick on a slice counts as much as its thread had of a processor. Before that it is not asked: most steps are over by
/// then, and the question is a system call.
///
/// One task has the clock at a time, so its parts are read and written without a bus lock.
#[derive(Debug)]
pub(crate) struct GuestClock {
    origin: Instant,
    slice: AtomicU64,
    /// The thread's processor time when the slice began, or [`UNKNOWN`].
    processor: AtomicU64,
    spent: AtomicU64,
}

const UNKNOWN: u64 = u64::MAX;

const LONGEST_SLICE: Duration = TICK.saturating_mul(2);

impl GuestClock {
    /// A clock whose first slice starts now.
    pub(crate) fn start() -> Self {
        Self {
            origin: Instant::now(),
            slice: AtomicU64::new(0),
            processor: AtomicU64::new(UNKNOWN),
            spent: AtomicU64::new(0),
        }
    }

    /// The host has control: ends the slice.
    pub(crate) fn pause(&self) {
        let elapsed = self
            .now()
            .saturating_sub(self.slice.load(Ordering::Relaxed));
        let slice = match self.processor.load(Ordering::Relaxed) {
            UNKNOWN => elapsed.min(nanos(LONGEST_SLICE)),
            before => elapsed.min(processor_time().saturating_sub(before)),
        };
        self.slice.store(u64::MAX, Ordering::Relaxed);
        self.processor.store(UNKNOWN, Ordering::Relaxed);
        let spent = self.spent.load(Ordering::Relaxed);
        self.spent.store(spent + slice, Ordering::Relaxed);
    }

    /// The guest goes on: starts a slice.
    pub(crate) fn resume(&self) {
        self.slice.store(self.now(), Ordering::Relaxed);
    }

    /// The guest goes on after a tick, on this thread.
    pub(crate) fn resume_after_tick(&self) {
        self.processor.store(processor_time(), Ordering::Relaxed);
        self.resume();
    }

    /// Time the guest has computed in all finished slices.
    pub(crate) fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Ordering::Relaxed))
    }

    /// Time since the clock was started.
    pub(crate) fn total(&self) -> Duration {
        self.origin.elapsed()
    }

    fn now(&self) -> u64 {
        nanos(self.origin.elapsed())
    }
}

/// Processor time of this thread, nanoseconds; [`UNKNOWN`] where it cannot be asked, and elapsed time counts.
fn processor_time() -> u64 {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).map_or(UNKNOWN, nanos)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pausing_twice_counts_once() {
        let clock = GuestClock::start();
        clock.pause();
        let spent = clock.spent();
        clock.pause();
        assert_eq!(clock.spent(), spent);
        clock.resume();
        clock.pause();
        assert!(clock.spent() >= spent && clock.spent() <= clock.total());
    }

    #[test]
    fn time_without_a_processor_does_not_count_after_a_tick() {
        let clock = GuestClock::start();
        clock.pause();
        let spent = clock.spent();
        clock.resume_after_tick();
        std::thread::sleep(LONGEST_SLICE);
        clock.pause();
        assert!(clock.spent() - spent < LONGEST_SLICE / 2);
    }
}
