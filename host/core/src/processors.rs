//! Which processor a thread runs on.

use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Gives each of a runtime's workers a processor of its own.
///
/// Linux looks for a free processor for a thread that wakes only while the machine is not busy. Threads that
/// [stand back](crate::priority::only_when_idle) make it look busy, and two workers then wait behind each other for
/// milliseconds while the other processor does what has time. Measured with two processors: of each second, workers
/// waited 0.62 s together, and 0.34 s with a processor each.
#[derive(Debug)]
pub struct OneEach {
    started: AtomicUsize,
    allowed: CpuSet,
}

impl OneEach {
    /// For this many workers; `None` when the process may use more or fewer processors than that. Which ones are best
    /// left alone is then not known.
    pub fn new(workers: usize) -> Option<Self> {
        let allowed = sched_getaffinity(None).ok()?;
        (usize::try_from(allowed.count()).ok()? == workers).then(|| Self {
            started: AtomicUsize::new(0),
            allowed,
        })
    }

    /// To be called by each of the runtime's threads when it starts, workers first. The others may run anywhere, whoever
    /// started them.
    pub fn starts(&self) {
        let place = self.started.fetch_add(1, Ordering::Relaxed);
        let only = (0..CpuSet::MAX_CPU)
            .filter(|cpu| self.allowed.is_set(*cpu))
            .nth(place)
            .map(|cpu| {
                let mut only = CpuSet::new();
                only.set(cpu);
                only
            });
        // A refusal changes nothing.
        let _ = sched_setaffinity(None, &only.unwrap_or(self.allowed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_have_a_processor_each_and_other_threads_all() {
        let all = sched_getaffinity(None).unwrap();
        let count = all.count() as usize;
        let one_each = OneEach::new(count).unwrap();
        let mine = || {
            std::thread::scope(|scope| {
                let started = scope.spawn(|| {
                    one_each.starts();
                    sched_getaffinity(None).unwrap()
                });
                started.join().unwrap()
            })
        };
        let workers: Vec<CpuSet> = (0..count).map(|_| mine()).collect();
        for (place, worker) in workers.iter().enumerate() {
            assert_eq!(worker.count(), 1);
            assert!(!workers[..place].contains(worker), "two share a processor");
        }
        assert_eq!(mine(), all);
    }

    #[test]
    fn with_more_processors_than_workers_the_system_chooses() {
        let count = sched_getaffinity(None).unwrap().count() as usize;
        assert!(OneEach::new(count + 1).is_none());
    }
}
