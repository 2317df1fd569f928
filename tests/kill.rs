//! Kills the host under load, again and again, and audits the journal: what was acknowledged was handled in exactly
//! one turn, in order, and no start fails. `tests/kill.sh SEED KILLS` runs it long, with a large journal.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "kill/audit.rs"]
mod audit;
#[path = "kill/contact.rs"]
mod contact;
#[path = "kill/fill.rs"]
mod fill;
#[path = "load/mod.rs"]
mod load;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use contact::{Contact, Talk};
use load::Process;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

/// The longest a start may take.
const START: Duration = Duration::from_secs(10);

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// What the lives of the process showed.
#[derive(Debug, Default)]
struct Lives {
    kills: u64,
    killed_while_starting: u64,
    without_index: u64,
    longest_start: Duration,
    longest_start_without_index: Duration,
    smallest_journal_then: u64,
    violations: Vec<String>,
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run(
        setting("KILL_SEED", 1),
        setting("KILL_KILLS", 12),
        setting("KILL_FILL_MIB", 8),
    ));
}

async fn run(seed: u64, kills: u64, fill: u64) {
    let began = Instant::now();
    let directory = tempfile::tempdir().unwrap();
    let (data, log) = (directory.path().join("data"), directory.path().join("log"));
    fill::fill(&data, fill << 20).await;
    let pack = load::pack();
    let talk = Arc::new(Talk::default());
    // Some say one thing at a time, some several at once; the last ones use the channel without message ids.
    let contacts: Vec<_> = (0..48)
        .map(|number| Contact {
            number,
            burst: if number % 4 == 3 { 3 } else { 1 },
            rest: number >= 32,
        })
        .map(|contact| tokio::spawn(contact.talk(seed, Arc::clone(&talk))))
        .collect();

    let mut random = StdRng::seed_from_u64(seed);
    let mut lives = Lives {
        smallest_journal_then: u64::MAX,
        ..Lives::default()
    };
    while lives.kills < kills {
        live(&mut lives, &mut random, &pack, &data, &log, &talk).await;
    }
    let mut last = Process::start(&[pack], &data, &log);
    match last.ready(START).await {
        Ok((address, _)) => talk.host.send_replace(Some(address)),
        Err(problem) => panic!("the last start: {problem}; seed {seed}"),
    };
    talk.finish();
    for contact in contacts {
        tokio::time::timeout(Duration::from_secs(60), contact)
            .await
            .expect("a contact waits for ever")
            .unwrap();
    }
    match last.stop(Duration::from_secs(20)).await {
        Ok(status) if status.success() => {}
        other => lives.violations.push(format!("the end: {other:?}")),
    }
    let (summary, found) = audit::audit(&data, &talk);
    lives.violations.extend(found);
    lives.violations.extend(talk.take_problems());
    println!(
        "seed {seed}, {:.1} s: {} kills, {} of them while starting, {} starts without index (journal then >= {} MiB)\n\
         longest start {:.2} s, without index {:.2} s\n{summary}\nviolations: {}",
        began.elapsed().as_secs_f64(),
        lives.kills,
        lives.killed_while_starting,
        lives.without_index,
        lives
            .smallest_journal_then
            .checked_shr(20)
            .filter(|_| lives.without_index > 0)
            .unwrap_or(0),
        lives.longest_start.as_secs_f64(),
        lives.longest_start_without_index.as_secs_f64(),
        lives.violations.len(),
    );
    if !lives.violations.is_empty() {
        // Kept for whoever looks for the cause.
        let kept = directory.keep();
        panic!(
            "seed {seed}, data in {}: {:#?}",
            kept.display(),
            lives.violations.iter().take(20).collect::<Vec<_>>()
        );
    }
}

/// One life of the process, from start to `kill -9`.
async fn live(
    lives: &mut Lives,
    random: &mut StdRng,
    pack: &Path,
    data: &Path,
    log: &Path,
    talk: &Talk,
) {
    let without_index = random.random_ratio(1, 10) || lives.kills == 2;
    let while_starting = random.random_ratio(1, 4);
    let pause = Duration::from_millis(random.random_range(10..=400));
    if without_index {
        lives.without_index += 1;
        lives.smallest_journal_then = lives.smallest_journal_then.min(size(&data.join("journal")));
        let _ = std::fs::remove_dir_all(data.join("sled"));
    }
    let mut process = Process::start(&[pack.to_owned()], data, log);
    if while_starting {
        lives.killed_while_starting += 1;
        let mut address = process.address();
        let up = tokio::time::timeout(pause, async {
            *address.wait_for(Option::is_some).await.unwrap()
        });
        if let Ok(address) = up.await {
            talk.host.send_replace(address);
        }
    } else {
        match process.ready(START).await {
            Ok((address, time)) => {
                talk.host.send_replace(Some(address));
                lives.longest_start = lives.longest_start.max(time);
                if without_index {
                    lives.longest_start_without_index = lives.longest_start_without_index.max(time);
                }
            }
            Err(problem) => lives
                .violations
                .push(format!("life {}: {problem}", lives.kills)),
        }
        tokio::time::sleep(pause).await;
    }
    talk.host.send_replace(None);
    if !process.kill() {
        lives
            .violations
            .push(format!("life {}: the process ended by itself", lives.kills));
    }
    lives.kills += 1;
}

/// Bytes of the files in a directory.
fn size(directory: &Path) -> u64 {
    let files = std::fs::read_dir(directory).into_iter().flatten();
    files
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum()
}
