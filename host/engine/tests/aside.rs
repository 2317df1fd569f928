//! Which threads compute long steps. Alone in its process: it looks at how much they computed.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(target_os = "linux")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use jackfield_core::Limits;
use jackfield_sandbox::guests;

use support::{MANIFEST, Setup, engine_with, talk};

/// Processor time of the threads that long steps run on, in ticks of the kernel.
fn computed_aside() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let stats =
        threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("stat")).ok());
    let of_one = |stat: String| {
        let (name, fields) = stat.rsplit_once(") ")?;
        // User time is the 14th field, the state after the name the third.
        let ticks = || fields.split(' ').nth(11)?.parse::<u64>().ok();
        name.ends_with("(steps-aside").then(ticks)?
    };
    stats.filter_map(of_one).sum()
}

/// The host's own threads are left alone by a pack of which nothing is known yet.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_long_step_of_a_pack_moves_aside() {
    let component = guests::burning_component(2_000_000);
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
    let before = computed_aside();
    let turns = talk(&engine, &["run the test flow"]).await;
    let step = turns[0].record.steps.last().unwrap();
    let ticks = computed_aside() - before;
    // A tick of the kernel is ten milliseconds; the first few milliseconds are computed elsewhere.
    let computed = step.micros / 10_000;
    assert!(computed >= 5, "a long step: {computed}");
    assert!(ticks * 2 >= computed, "{ticks} of {computed} ticks");
}
