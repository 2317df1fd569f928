//! Hostile guests: each ends as it has to, and the sandbox goes on.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{TestWorld, floor, sandbox, spec, step, with_schema};
use jackfield_core::{ErrorCode, Failure, Limits, StepOutcome, StorageWrite};
use jackfield_sandbox::guests::{Ends, Guest, hostile};
use jackfield_sandbox::{Plugin, PluginSpec, Sandbox, StepResult, World};

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

/// A world whose turn ends soon, for the guest that waits.
fn world(guest: &Guest) -> Arc<dyn World> {
    let mut world = TestWorld::new();
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
                StepOutcome::Replied(_) => Ends::Replied,
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

/// The fields of `Limits` that others enforce: the engine counts steps, the packs crate sizes of packs.
const ENFORCED_ELSEWHERE: &[&str] = &["steps", "pack"];

#[test]
fn every_limit_has_a_hostile_guest() {
    // Destructured, so that a new field does not compile until it is named here.
    let Limits {
        memory: _,
        table_elements: _,
        fuel: _,
        guest_time: _,
        host_calls: _,
        log: _,
        lifted: _,
        steps: _,
        turn_time: _,
        http_reads: _,
        http_response: _,
        reply: _,
        state: _,
        state_depth: _,
        storage: _,
        component: _,
        pack: _,
    } = Limits::default();
    let fields = [
        "memory",
        "table_elements",
        "fuel",
        "guest_time",
        "host_calls",
        "log",
        "lifted",
        "steps",
        "turn_time",
        "http_reads",
        "http_response",
        "reply",
        "state",
        "state_depth",
        "storage",
        "component",
        "pack",
    ];
    let guests = hostile();
    for field in fields {
        let met = guests.iter().any(|guest| guest.limit == Some(field));
        assert!(
            met != ENFORCED_ELSEWHERE.contains(&field),
            "the limit `{field}` has no hostile guest"
        );
    }
    for guest in guests {
        assert!(
            guest.limit.is_none_or(|limit| fields.contains(&limit)),
            "{} names no field",
            guest.name
        );
    }
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
    let result = run("storage-flood").await;
    let written: usize = result
        .storage_writes
        .iter()
        .map(|write| match write {
            StorageWrite::Set { key, value } => key.len() + value.as_ref().map_or(0, String::len),
            StorageWrite::Add { .. } => 0,
        })
        .sum();
    assert!(
        written > 800_000 && written <= Limits::default().storage,
        "{written} bytes written"
    );
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
                    _ => Ends::Replied,
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
