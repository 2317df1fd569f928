//! How much of the dynamic part is left.

use std::time::{Duration, Instant};

/// Steps that may be stopped by the sandbox before the rest is not worth the time.
const MOST_STOPS: usize = 40;

/// Steps, time and stops that are left.
#[derive(Debug)]
pub(super) struct Budget {
    steps: usize,
    until: Instant,
    stops: usize,
    /// Whether a part ended before it was done.
    cut: bool,
    /// Where the part that runs now has to end, so that one part leaves time for the others.
    part: Instant,
}

impl Budget {
    pub(super) fn new(steps: usize, time: Duration) -> Self {
        let until = Instant::now() + time;
        Self {
            steps,
            until,
            stops: 0,
            cut: false,
            part: until,
        }
    }

    /// Begins a part that may take this share of what is left, in percent.
    pub(super) fn part(&mut self, percent: u32) {
        let left = self.until.saturating_duration_since(Instant::now());
        self.part = Instant::now() + left * percent / 100;
    }

    /// Notes that a part ended before it was done.
    pub(super) fn cut(&mut self) {
        self.cut = true;
    }

    /// Whether every part was done.
    pub(super) fn is_complete(&self) -> bool {
        !self.cut
    }

    /// Takes one step.
    pub(super) fn take(&mut self) {
        self.steps = self.steps.saturating_sub(1);
    }

    /// Counts a step that was stopped.
    pub(super) fn stopped(&mut self) {
        self.stops += 1;
    }

    /// Whether the part has to end here.
    pub(super) fn is_spent(&self) -> bool {
        self.gave_up() || self.out()
    }

    /// Whether enough went wrong.
    pub(super) fn gave_up(&self) -> bool {
        self.stops >= MOST_STOPS
    }

    /// Whether steps or time of the part are used up.
    pub(super) fn out(&self) -> bool {
        self.steps == 0 || Instant::now() >= self.part
    }
}
