//! Hostile guests: each ends as it has to, and the sandbox goes on.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{TestWorld, floor, sandbox, spec, step, with_schema};
use jackfield_core::{ErrorCode, Failure, Limits, StepOutcome};
use jackfield_sandbox::guests::{Ends, Guest, hostile};
use jackfield_sandbox::{Plugin, PluginSpec, Sandbox, StepResult, StorageView, World};

/// The default limits, but more time for guests that have to meet another limit: the machine may be busy.
fn spec_of(guest: &Guest) -> PluginSpec {
    let mut spec = with_schema(spec(guest.grants));
    if guest.limit != Some("guest_time") {
        spec.limits.guest_time = Duration::from_secs(2);
    }
    spec
}

fn load(sandbox: &Sandbox, guest: &Guest) -> Plugin {
    sandbox
        .load(&guest.component, spec_of(guest))
        .unwrap_or_else(|e| panic!("{}: {e}", guest.name))
}

/// A world that makes the guest meet its limit: a turn that ends soon, a storage that is nearly full.
fn world(guest: &Guest) -> Arc<dyn World> {
    let mut world = TestWorld::new();
    if guest.limit == Some("storage") {
        let kept = BTreeMap::from([("kept".to_owned(), "x".repeat(1_000_000))]);
        let used = StorageView::bytes(&kept);
        world.storage = StorageView::new(Arc::new(kept), used);
    }
    if guest.limit == Some("turn_time") {
        world.deadline = Instant::now() + Duration::from_millis(30);
    }
    Arc::new(world)
}

fn assert_serves(outcome: &StepOutcome, after: &str) {
    assert!(
        matches!(outcome, StepOutcome::Replied(_)),
        "after {after}: {outcome:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_hostile_guest_ends_as_it_has_to_and_the_host_serves_on() {
    let sandbox = sandbox();
    let good = floor(&sandbox);
    let mut wrong = Vec::new();
    for guest in hostile() {
        let ended = match sandbox.load(&guest.component, spec_of(&guest)) {
            Err(error) => Ends::Refused(error.code()),
            Ok(plugin) => match plugin.handle(&step(), world(&guest)).await.outcome {
                StepOutcome::Stopped { code, detail } => {
                    assert!(
                        !detail.is_empty() && detail.len() < 5_000,
                        "{}: {} bytes",
                        guest.name,
                        detail.len()
                    );
                    Ends::Stopped(code)
                }
                StepOutcome::Replied(_) => match guest.ends {
                    Ends::TurnStopped(code) => Ends::TurnStopped(code),
                    _ => Ends::Replied,
                },
                StepOutcome::Faulted(fault) => panic!("{}: {fault}", guest.name),
            },
        };
        if ended != guest.ends {
            wrong.push(format!("{}: {ended:?}, not {:?}", guest.name, guest.ends));
        }
        assert_serves(
            &good.handle(&step(), TestWorld::shared()).await.outcome,
            guest.name,
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn run(name: &str) -> StepResult {
    let guest = hostile()
        .into_iter()
        .find(|guest| guest.name == name)
        .unwrap();
    load(&sandbox(), &guest)
        .handle(&step(), world(&guest))
        .await
}

#[tokio::test]
async fn a_log_flood_is_cut_and_counted() {
    let result = run("log-flood").await;
    let kept: usize = result.log.iter().map(|line| line.text.len()).sum();
    assert!(kept <= Limits::default().log, "{kept} bytes kept");
    assert!(result.log_dropped > 0);
}

#[tokio::test]
async fn a_full_storage_takes_no_more() {
    let result = run("fills-its-storage-bit-by-bit").await;
    assert_eq!(result.storage_writes.len(), 2, "what still fits");
    assert_eq!(result.refused, ["storage"]);
}

#[tokio::test]
async fn a_step_that_writes_too_much_writes_nothing() {
    for name in ["storage-flood", "writes-one-key-again-and-again"] {
        let result = run(name).await;
        assert_eq!(result.storage_writes, [], "{name}");
        let limit = Limits::default().storage_writes;
        assert!(result.calls.len() <= limit / 20_000 + 1, "{name}");
    }
}

#[tokio::test]
async fn what_a_step_is_answered_is_bounded() {
    let result = run("reads-its-storage-again-and-again").await;
    let answers = result.calls.iter().filter_map(|call| call.answer.as_ref());
    let bytes: usize = answers.map(Vec::len).sum();
    assert!(bytes < Limits::default().answers + 40_000, "{bytes} bytes");
}

#[tokio::test]
async fn a_giant_response_does_not_reach_the_guest() {
    let result = run("asks-for-a-giant-response").await;
    let answer: Result<jackfield_core::Response, Failure> =
        minicbor::decode(result.calls[0].answer.as_ref().unwrap()).unwrap();
    assert_eq!(
        answer,
        Err(Failure::TooLarge(Limits::default().http_response as u64))
    );
}

#[tokio::test]
async fn a_crash_takes_its_writes_with_it() {
    let result = run("crash-after-host-calls").await;
    assert!(matches!(
        result.outcome,
        StepOutcome::Stopped {
            code: ErrorCode::Trapped,
            ..
        }
    ));
    assert_eq!(result.storage_writes, []);
    assert_eq!(result.calls.len(), 1);
}

#[tokio::test]
async fn a_trap_keeps_its_cause_and_backtrace() {
    let StepOutcome::Stopped { detail, .. } = run("endless-recursion").await.outcome else {
        panic!()
    };
    assert!(
        detail.contains("call stack exhausted") && detail.contains("deeper"),
        "{detail}"
    );
    let StepOutcome::Stopped { detail, .. } = run("memory-growth").await.outcome else {
        panic!()
    };
    assert!(
        detail.contains("the limit is 33554432") && detail.contains("unreachable"),
        "{detail}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_spinning_guest_leaves_room_for_others_on_one_thread() {
    let sandbox = sandbox();
    let guest = hostile()
        .into_iter()
        .find(|guest| guest.limit == Some("guest_time"))
        .unwrap();
    let (spinning, good) = (load(&sandbox, &guest), floor(&sandbox));
    let spin = tokio::spawn(async move { spinning.handle(&step(), TestWorld::shared()).await });
    tokio::task::yield_now().await;
    let mut served = 0;
    while !spin.is_finished() {
        assert_serves(
            &good.handle(&step(), TestWorld::shared()).await.outcome,
            "the start of a spinning guest",
        );
        served += 1;
        tokio::task::yield_now().await;
    }
    let result = spin.await.unwrap();
    assert!(
        matches!(
            result.outcome,
            StepOutcome::Stopped {
                code: ErrorCode::OutOfTime,
                ..
            }
        ),
        "{:?}",
        result.outcome
    );
    assert!(
        served > 5,
        "only {served} steps were served while the guest span"
    );
    assert!(
        result.guest_micros >= 50_000 && result.guest_micros < 80_000,
        "{} µs",
        result.guest_micros
    );
}

#[tokio::test]
async fn time_in_host_calls_is_not_guest_time() {
    let result = run("waits-longer-than-the-turn").await;
    assert!(matches!(
        result.outcome,
        StepOutcome::Stopped {
            code: ErrorCode::TurnOutOfTime,
            ..
        }
    ));
    assert!(result.micros >= 20_000, "{} µs", result.micros);
    assert!(result.guest_micros < 10_000, "{} µs", result.guest_micros);
}

/// Resident memory of this process, bytes.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_comes_back() {
    let sandbox = sandbox();
    let guests: Vec<_> = hostile()
        .into_iter()
        .filter(|guest| !matches!(guest.ends, Ends::Refused(_)) && guest.limit != Some("turn_time"))
        .collect();
    let plugins: Vec<_> = guests
        .iter()
        .map(|guest| (guest, load(&sandbox, guest)))
        .collect();
    let round = async || {
        for (guest, plugin) in &plugins {
            let result = plugin.handle(&step(), TestWorld::shared()).await;
            assert_eq!(
                match result.outcome {
                    StepOutcome::Stopped { code, .. } => Ends::Stopped(code),
                    _ => match guest.ends {
                        Ends::TurnStopped(code) => Ends::TurnStopped(code),
                        _ => Ends::Replied,
                    },
                },
                guest.ends,
                "{}",
                guest.name
            );
        }
    };
    for _ in 0..3 {
        round().await;
    }
    let before = resident();
    for _ in 0..10 {
        round().await;
    }
    let after = resident();
    assert!(
        after < before + before / 10 + (4 << 20),
        "{} KiB before, {} KiB after",
        before >> 10,
        after >> 10
    );
}
