//! Latencies with three significant digits in constant memory.

use std::time::Duration;

use hdrhistogram::Histogram;

/// A distribution of durations from 100 ns to ten minutes.
pub(crate) struct Latencies(Histogram<u64>);

impl Latencies {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(Histogram::new_with_bounds(100, 600_000_000_000, 3)?))
    }

    pub(crate) fn record(&mut self, duration: Duration) {
        self.0
            .saturating_record(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        Ok(self.0.add(&other.0)?)
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    pub(crate) fn millis(&self, quantile: f64) -> f64 {
        self.micros(quantile) / 1000.0
    }

    pub(crate) fn micros(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1000.0
    }
}
