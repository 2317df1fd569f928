//! How fast the waiting steps of a pack begin: whether it is of any use to wait behind them.

use std::time::{Duration, Instant};

/// The pace is taken over at least this time. Shorter, a moment in which the whole host stood still would say that
/// nobody gets in any more.
const WINDOW: Duration = Duration::from_secs(1);

/// The pace of one pack's queue.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the running count began, and the steps counted since.
    counting: Option<(Instant, u32)>,
    /// Steps a second in the window before, while the queue was never empty.
    per_second: Option<f64>,
}

impl Pace {
    /// Nobody waited before the one that comes now.
    pub(super) fn queue_begins(&mut self, now: Instant) {
        *self = Self {
            counting: Some((now, 0)),
            per_second: None,
        };
    }

    /// A step that waited begins.
    pub(super) fn one_begins(&mut self) {
        if let Some((_, count)) = &mut self.counting {
            *count += 1;
        }
    }

    /// Whether a step that comes now, behind `waiting` others, can begin before `until`. Yes, when not known.
    pub(super) fn leaves_time(&mut self, waiting: usize, now: Instant, until: Instant) -> bool {
        if let Some((since, count)) = self.counting {
            let time = now.duration_since(since);
            if time >= WINDOW {
                // One more than began: one that computes long holds up those behind it, but not for ever.
                self.per_second = Some(f64::from(count + 1) / time.as_secs_f64());
                self.counting = Some((now, 0));
            }
        }
        let left = until.saturating_duration_since(now).as_secs_f64();
        self.per_second
            .is_none_or(|pace| (waiting as f64) < pace * left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    fn queue(count: u32, over: Duration) -> (Pace, Instant) {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.queue_begins(start);
        (0..count).for_each(|_| pace.one_begins());
        (pace, start + over)
    }

    #[test]
    fn nobody_waits_in_vain_behind_a_long_queue() {
        let (mut pace, now) = queue(3, WINDOW);
        assert!(pace.leaves_time(19, now, now + PATIENCE));
        assert!(!pace.leaves_time(20, now, now + PATIENCE));
        assert!(!pace.leaves_time(4, now, now + PATIENCE / 5));
    }

    #[test]
    fn a_moment_of_standstill_turns_nobody_away() {
        let (mut pace, now) = queue(0, WINDOW / 2);
        assert!(pace.leaves_time(10_000, now, now + PATIENCE));
    }

    #[test]
    fn a_queue_that_was_empty_has_no_past() {
        let (mut pace, now) = queue(0, WINDOW);
        assert!(!pace.leaves_time(5, now, now + PATIENCE));
        pace.queue_begins(now);
        assert!(pace.leaves_time(5, now, now + PATIENCE));
    }

    #[test]
    fn behind_one_long_step_a_few_may_wait() {
        let (mut pace, now) = queue(0, WINDOW);
        assert!(pace.leaves_time(4, now, now + PATIENCE));
        assert!(!pace.leaves_time(5, now, now + PATIENCE));
    }

    #[test]
    fn a_queue_that_moves_again_is_waited_in_again() {
        let (mut pace, now) = queue(0, WINDOW);
        assert!(!pace.leaves_time(5, now, now + PATIENCE));
        (0..100).for_each(|_| pace.one_begins());
        let later = now + WINDOW;
        assert!(pace.leaves_time(400, later, later + PATIENCE));
    }
}
