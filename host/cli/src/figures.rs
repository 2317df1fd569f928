//! How figures for `/metrics` are collected.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

const SECONDS: [f64; 15] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];
const RECORDS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
const FUEL: [f64; 9] = [1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 1e8, 1e9];
const KIB: f64 = 1024.0;
const BYTES: [f64; 8] = [
    64.0 * KIB,
    256.0 * KIB,
    1024.0 * KIB,
    2048.0 * KIB,
    4096.0 * KIB,
    8192.0 * KIB,
    16384.0 * KIB,
    65536.0 * KIB,
];

/// What collects them. All in buckets: a figure without takes up to some hundred KiB for its quantiles, for every
/// pack.
///
/// # Errors
/// When a list of buckets is empty, which none is.
pub(crate) fn collector() -> Result<PrometheusBuilder, BuildError> {
    let named = |name: &str| Matcher::Full(name.to_owned());
    PrometheusBuilder::new()
        .set_buckets(&SECONDS)?
        .set_buckets_for_metric(named("jackfield_commit_batch_size"), &RECORDS)?
        .set_buckets_for_metric(named("jackfield_sandbox_fuel"), &FUEL)?
        .set_buckets_for_metric(Matcher::Suffix("_bytes".to_owned()), &BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_figure_is_kept_as_quantiles() {
        let recorder = collector().unwrap().build_recorder();
        let shown = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            for name in [
                "jackfield_turn_seconds",
                "jackfield_sandbox_fuel",
                "jackfield_sandbox_peak_memory_bytes",
                "one_that_nobody_thought_of",
            ] {
                metrics::histogram!(name).record(1.0);
            }
        });
        let shown = shown.render();
        assert_eq!(shown.matches("_count 1").count(), 4, "{shown}");
        assert!(!shown.contains("quantile"), "{shown}");
    }
}
