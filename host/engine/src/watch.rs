//! How a version does that is tried, against the one in use.

use std::time::Duration;

use jackfield_core::TurnRecord;
use parking_lot::Mutex;

use jackfield_core::Digest;

/// Bad turns after which a trial ends, when they are more than the tolerated share.
const BAD_TURNS: u64 = 3;
/// Of so many turns one may be bad.
const TOLERATED: u64 = 50;
/// A step may use so many times the fuel, and the time, of the version in use.
const TIMES: u64 = 2;
/// Steps of each version before their times are compared.
const STEPS: u64 = 200;
/// Longer steps by less than this are noise.
const NOISE: Duration = Duration::from_micros(500);
/// Fuel below which nobody notices.
const LITTLE_FUEL: u64 = 50_000;

/// What was seen of a version that is tried.
#[derive(Debug, Default)]
pub struct Watch(Mutex<Seen>);

/// Counts of a trial.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Turns that were held on it.
    pub turns: u64,
    /// Turns that went wrong on it and right on the version in use.
    pub bad: u64,
    /// Steps of it.
    pub steps: u64,
    /// What its steps took, microseconds.
    pub micros: u64,
    /// Steps of the version in use, meanwhile.
    pub other_steps: u64,
    /// What those took, microseconds.
    pub other_micros: u64,
}

impl Watch {
    /// What was seen so far.
    pub fn seen(&self) -> Seen {
        *self.0.lock()
    }

    /// Notes a turn of the trial. The reason to end it, when there is one.
    pub(crate) fn note(&self, record: &TurnRecord, digest: Digest, bad: bool) -> Option<String> {
        let mut seen = self.0.lock();
        seen.turns += 1;
        seen.bad += u64::from(bad);
        for step in record.steps.iter().filter(|step| step.pack == digest) {
            seen.steps += 1;
            seen.micros += step.micros;
        }
        seen.verdict()
    }

    /// Notes a turn of the version in use.
    pub(crate) fn note_other(&self, record: &TurnRecord, digest: Digest) {
        let steps = record.steps.iter().filter(|step| step.pack == digest);
        let (count, micros) = steps.fold((0, 0), |(n, sum), step| (n + 1, sum + step.micros));
        if count > 0 {
            let mut seen = self.0.lock();
            seen.other_steps += count;
            seen.other_micros += micros;
        }
    }
}

impl Seen {
    fn verdict(&self) -> Option<String> {
        if self.bad >= BAD_TURNS && self.bad * TOLERATED > self.turns {
            return Some(format!(
                "{} of {} turns went wrong on it and right on the version before",
                self.bad, self.turns
            ));
        }
        if self.steps < STEPS || self.other_steps < STEPS {
            return None;
        }
        let (mean, other) = (
            self.micros / self.steps,
            self.other_micros / self.other_steps,
        );
        let noise = u64::try_from(NOISE.as_micros()).unwrap_or(u64::MAX);
        (mean > other * TIMES + noise).then(|| {
            format!("its steps take {mean} microseconds, and those of the version before {other}")
        })
    }
}

/// Whether a turn used so much fuel on `digest` that it is worth holding it on the version in use, to compare.
pub(crate) fn is_suspicious(record: &TurnRecord, digest: Digest, usual: Option<u64>) -> bool {
    let most = record
        .steps
        .iter()
        .filter(|step| step.pack == digest)
        .map(|step| step.fuel)
        .max();
    match (most, usual) {
        (Some(most), Some(usual)) => most > LITTLE_FUEL && most > usual.saturating_mul(TIMES),
        _ => false,
    }
}

/// Whether the turn used over twice the fuel that the same turn used on the version in use.
pub(crate) fn is_wasteful(record: &TurnRecord, other: &TurnRecord) -> bool {
    let fuel = |record: &TurnRecord| record.steps.iter().map(|step| step.fuel).sum::<u64>();
    let (fuel, other) = (fuel(record), fuel(other));
    fuel > LITTLE_FUEL && fuel > other.saturating_mul(TIMES)
}
