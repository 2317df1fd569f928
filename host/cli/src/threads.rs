//! How many threads computing takes.

use std::env::{set_var, var_os};

/// Names the number of threads to the libraries that compute. candle would find out by reading `/proc/cpuinfo` before every product of
/// matrices, which takes as long as the product; and it would keep threads of its own that wait by spinning, for sums that
/// one thread does as fast. What the operator has set counts. To be called before there is a second thread.
pub(crate) fn prepare() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for (name, threads) in [("RAYON_NUM_THREADS", cores), ("CANDLE_NUM_THREADS", 1)] {
        if var_os(name).is_none() {
            #[expect(unsafe_code, reason = "candle is told in no other way")]
            // Safety: nobody reads the environment at the same time, for there is no other thread.
            unsafe {
                set_var(name, threads.to_string());
            }
        }
    }
}
