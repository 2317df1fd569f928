//! Circuit breaker, of a pack or of a back end: after repeated faults it is not called for a while, then tried once.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Faults in a row that open a pack's breaker.
const FAULTS: u32 = 10;
/// How long it stays open before one step is tried.
const PAUSE: Duration = Duration::from_secs(20);
/// Faults older than this do not count.
const WINDOW: Duration = Duration::from_secs(60);

#[derive(Debug)]
enum State {
    Closed {
        faults: u32,
        last: Option<Instant>,
    },
    Open {
        until: Instant,
    },
    /// One step is being tried.
    Trying {
        since: Instant,
    },
}

/// The breaker of one pack version, or of one system that it reads from.
#[derive(Debug)]
pub(crate) struct Breaker {
    faults: u32,
    pause: Duration,
    state: Mutex<State>,
}

impl Default for Breaker {
    /// A pack's.
    fn default() -> Self {
        Self::new(FAULTS, PAUSE)
    }
}

impl Breaker {
    /// Opens after `faults` in a row, and tries one call after `pause`.
    pub(crate) fn new(faults: u32, pause: Duration) -> Self {
        Self {
            faults,
            pause,
            state: Mutex::new(State::Closed {
                faults: 0,
                last: None,
            }),
        }
    }

    /// Whether no step would be let through now. Changes nothing.
    pub(crate) fn is_open(&self, now: Instant) -> bool {
        match *self.state.lock() {
            State::Closed { .. } => false,
            State::Open { until } | State::Trying { since: until } => now < until,
        }
    }

    /// Whether a step may run now. When the pause is over, the first caller is let through as a trial.
    pub(crate) fn allows(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        match *state {
            State::Closed { .. } => true,
            State::Open { until } | State::Trying { since: until } if now >= until => {
                // A trial that never reports (its session was dropped) does not block the pack for ever.
                *state = State::Trying {
                    since: now + self.pause,
                };
                true
            }
            State::Open { .. } | State::Trying { .. } => false,
        }
    }

    /// A step went well.
    pub(crate) fn succeeded(&self) {
        *self.state.lock() = State::Closed {
            faults: 0,
            last: None,
        };
    }

    /// A step failed by the pack's own doing. True when this opened the breaker.
    pub(crate) fn failed(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        let faults = match *state {
            State::Closed { faults, last } => {
                let recent = last.is_some_and(|last| now.duration_since(last) < WINDOW);
                if recent { faults + 1 } else { 1 }
            }
            State::Trying { .. } => self.faults,
            State::Open { .. } => return false,
        };
        let opens = faults >= self.faults;
        *state = if opens {
            State::Open {
                until: now + self.pause,
            }
        } else {
            State::Closed {
                faults,
                last: Some(now),
            }
        };
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_faults_in_a_row_and_tries_one_step_later() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for fault in 1..=FAULTS {
            assert!(breaker.allows(start));
            assert_eq!(breaker.failed(start), fault == FAULTS);
        }
        assert!(!breaker.allows(start));
        let later = start + PAUSE;
        assert!(breaker.allows(later), "one trial");
        assert!(!breaker.allows(later), "and only one");
        assert!(breaker.failed(later), "the trial failed: open again");
        assert!(breaker.allows(later + PAUSE));
        breaker.succeeded();
        assert!(breaker.allows(later + PAUSE));
    }

    #[test]
    fn a_success_forgets_earlier_faults() {
        let breaker = Breaker::default();
        let now = Instant::now();
        for _ in 0..FAULTS * 3 {
            assert!(!breaker.failed(now));
            breaker.succeeded();
        }
    }
}
