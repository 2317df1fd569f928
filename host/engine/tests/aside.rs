//! Which threads compute long steps. Alone in its process: it looks at how much they computed.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(target_os = "linux")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use jackfield_core::Limits;
use jackfield_sandbox::guests;

use support::{MANIFEST, Setup, engine_with, talk};

/// Processor time, in ticks of the kernel: of the threads that long steps run on, and of all.
fn computed() -> (u64, u64) {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let stats =
        threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("stat")).ok());
    let mut computed = (0, 0);
    for stat in stats {
        let (name, fields) = stat.rsplit_once(") ").unwrap();
        // User time is the 14th field, the state after the name the third.
        let ticks: u64 = fields.split(' ').nth(11).unwrap().parse().unwrap();
        computed.1 += ticks;
        if name.ends_with("(steps-aside") {
            computed.0 += ticks;
        }
    }
    computed
}

/// The host's own threads are left alone by a pack of which nothing is known yet.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_long_step_of_a_pack_is_computed_aside() {
    let component = guests::burning_component(10_000_000);
    let limits = Limits {
        fuel: 1 << 40,
        guest_time: Duration::from_secs(60),
        turn_time: Duration::from_secs(120),
        ..Limits::default()
    };
    let setup = Setup {
        manifest: MANIFEST.replace("asked", "floor"),
        limits,
        ..Setup::default()
    };
    let engine = engine_with(&component, Arc::default(), setup);
    let before = computed();
    talk(&engine, &["run the test flow"]).await;
    let after = computed();
    // The first few milliseconds are computed elsewhere.
    let (aside, all) = (after.0 - before.0, after.1 - before.1);
    assert!(aside * 2 > all && all > 0, "{aside} of {all} ticks");
}
