//! Measures the store on this machine: `cargo run --release -p jackfield-store --example load -- PART [DIR]`, where
//! PART is `rate`, `idle` or `recover`.
//!
//! 1. 12,000 records a second for 10 seconds: events accepted and turns committed, one for one, in 1,000 sessions.
//! 2. 100,000 idle sessions of five turns, with 1 KiB of state, one frame and one timer each; memory, and the start after it.
//! 3. The start after the index was deleted, with a journal of more than 100 MB.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jackfield_core::{
    Address, Content, Decision, Digest, Expectation, FlowId, Frame, Inbound, NamedValue, Outbound,
    PackId, Position, Session, SessionId, TenantId, Timer, TimerPurpose, TurnRecord,
};
use jackfield_store::{JournalStore, Options, Store, StoreError, Ticket};

fn main() -> Result<(), StoreError> {
    let part = std::env::args().nth(1).unwrap_or_default();
    let directory = std::env::args().nth(2).map_or_else(
        || std::env::temp_dir().join("jackfield-load"),
        PathBuf::from,
    );
    let _ = std::fs::remove_dir_all(&directory);
    match part.as_str() {
        "idle" => idle(&directory, 100_000, 5),
        "recover" => idle(&directory, 1_000, 60),
        _ => rate(&directory, 6_000, Duration::from_secs(10)),
    }
}

/// `turns` accepts and as many commits a second.
fn rate(directory: &Path, turns: u64, time: Duration) -> Result<(), StoreError> {
    let store = JournalStore::open(Options::new(directory))?;
    let sessions: Vec<_> = (0..1000)
        .map(|contact| Ok(accept(&store, contact, 0)?.1))
        .collect::<Result<_, StoreError>>()?;
    let (began, cpu) = (Instant::now(), cpu_time());
    let mut waits = Vec::new();
    let mut tickets: Vec<(Instant, Ticket)> = Vec::new();
    let (sender, receiver) = std::sync::mpsc::channel::<Vec<(Instant, Ticket)>>();
    let waiter = std::thread::spawn(move || {
        for (asked, ticket) in receiver.into_iter().flatten() {
            if ticket.wait().is_ok() {
                waits.push(asked.elapsed());
            }
        }
        waits
    });
    let mut done = 0;
    while began.elapsed() < time {
        let planned = (began.elapsed().as_micros() * u128::from(turns) / 1_000_000) as u64;
        while done < planned {
            let contact = (done.wrapping_mul(7919) % 1000) as usize;
            let asked = Instant::now();
            let (position, session, ticket) = accept(&store, contact, done + 1)?;
            tickets.push((asked, ticket));
            let known = sessions.get(contact).copied().unwrap_or(session);
            let record = turn(&store, known, position)?;
            let asked = Instant::now();
            tickets.push((asked, store.commit(record, &[])?.ticket));
            done += 1;
        }
        let _ = sender.send(std::mem::take(&mut tickets));
        std::thread::sleep(Duration::from_micros(500));
    }
    drop(sender);
    let mut waits = waiter.join().unwrap_or_default();
    let (elapsed, cpu) = (began.elapsed(), cpu_time().saturating_sub(cpu));
    waits.sort_unstable();
    let quantile = |q: f64| {
        waits
            .get((waits.len() as f64 * q) as usize)
            .copied()
            .unwrap_or_default()
    };
    let stats = store.stats();
    println!(
        "rate: {:.0} records/s, {:.1} % of one core (load generator included)",
        2.0 * done as f64 / elapsed.as_secs_f64(),
        100.0 * cpu.as_secs_f64() / elapsed.as_secs_f64()
    );
    println!(
        "  durable after: p50 {:?}, p99 {:?}, max {:?}",
        quantile(0.5),
        quantile(0.99),
        waits.last()
    );
    println!(
        "  bytes per record {}, average group {:.1}, syncs {}, {stats:?}",
        stats.journal_written / stats.records.max(1),
        stats.records as f64 / stats.batches.max(1) as f64,
        stats.syncs
    );
    for line in std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
    {
        let read = |file: &str| std::fs::read_to_string(line.path().join(file)).unwrap_or_default();
        let stat = read("stat");
        let ticks = stat.rsplit(')').next().map(|rest| {
            rest.split_whitespace()
                .skip(11)
                .take(2)
                .collect::<Vec<_>>()
                .join("+")
        });
        println!(
            "  thread {:16} user+system ticks {}",
            read("comm").trim(),
            ticks.unwrap_or_default()
        );
    }
    Ok(())
}

fn idle(directory: &Path, sessions: usize, turns: u64) -> Result<(), StoreError> {
    let store = JournalStore::open(Options::new(directory))?;
    let began = Instant::now();
    let mut ids = Vec::new();
    for contact in 0..sessions {
        let mut last = None;
        for message in 0..turns {
            let (position, session, _) = accept(&store, contact, message)?;
            last = Some((
                session,
                store.commit(turn(&store, session, position)?, &[])?.ticket,
            ));
        }
        if let Some((session, ticket)) = last {
            ids.push(session);
            if contact % 100 == 0 {
                ticket.wait()?;
            }
        }
    }
    println!(
        "idle: {sessions} sessions made in {:?}, {} MiB resident",
        began.elapsed(),
        resident_mib()
    );
    let began = Instant::now();
    store.flush()?;
    println!(
        "  flushed in {:?}, {} MiB resident; {:?}",
        began.elapsed(),
        resident_mib(),
        store.stats()
    );
    drop(store);
    let exe =
        std::env::current_exe().map_err(|error| StoreError::Failed(error.to_string().into()))?;
    let _ = (exe, &ids);
    let (began, cpu) = (Instant::now(), cpu_time());
    let store = JournalStore::open(Options::new(directory))?;
    println!("  processor time {:?}", cpu_time().saturating_sub(cpu));
    println!(
        "  opened in {:?} with {} timers due",
        began.elapsed(),
        store.due(u64::MAX, 10).len()
    );
    println!(
        "  {} MiB resident after opening (in this process, which made them)",
        resident_mib()
    );
    let began = Instant::now();
    for id in ids.iter().step_by(ids.len().div_ceil(1000)) {
        store.load(&TenantId::default(), *id)?;
    }
    println!(
        "  touched 1000 in {:?}, {} MiB resident",
        began.elapsed(),
        resident_mib()
    );
    drop(store);
    let _ = std::fs::remove_dir_all(directory.join("sled"));
    let (began, cpu) = (Instant::now(), cpu_time());
    let store = JournalStore::open(Options::new(directory))?;
    println!("  processor time {:?}", cpu_time().saturating_sub(cpu));
    let stats = store.stats();
    println!(
        "  without its index opened in {:?}: {} records replayed of a journal of {} MiB",
        began.elapsed(),
        stats.replayed,
        stats.journal_bytes >> 20
    );
    drop(store);
    let _ = std::fs::remove_dir_all(directory.join("sled"));
    let _ = std::fs::remove_dir_all(directory.join("snapshots"));
    let (began, cpu) = (Instant::now(), cpu_time());
    let store = JournalStore::open(Options::new(directory))?;
    println!("  processor time {:?}", cpu_time().saturating_sub(cpu));
    println!(
        "  without index and snapshots in {:?}: {} records replayed",
        began.elapsed(),
        store.stats().replayed
    );
    Ok(())
}

fn accept(
    store: &dyn Store,
    contact: usize,
    message: u64,
) -> Result<(Position, SessionId, Ticket), StoreError> {
    let inbound = Inbound {
        address: Address {
            channel: "web".into(),
            contact: format!("contact {contact}"),
        },
        message_id: format!("{contact}.{message}"),
        received_at: 1_700_000_000_000,
        sent_at: None,
        locale: Some("en".into()),
        content: Content::Text("how much data do I have left this month?".into()),
    };
    let accepted = store.accept(&TenantId::default(), None, inbound)?;
    Ok((accepted.position, accepted.session, accepted.ticket))
}

fn turn(
    store: &dyn Store,
    session: SessionId,
    handled: Position,
) -> Result<TurnRecord, StoreError> {
    let before = store
        .load(&TenantId::default(), session)?
        .ok_or(StoreError::UnknownSession)?;
    let mut session: Session = (*before).clone();
    session.turn += 1;
    if session.frames.is_empty()
        && let (Ok(pack), Ok(flow)) = (PackId::new("com.example.telecom"), "change-plan".parse())
    {
        session.frames.push(Frame {
            id: 1,
            flow: FlowId { pack, flow },
            pack: Digest([1; 32]),
            state: Some(format!("{{\"text\":\"{}\"}}", "x".repeat(1024))),
            state_version: 1,
            slots: vec![
                NamedValue::new("plan", "M"),
                NamedValue::new("province", "Sichuan"),
            ],
            expects: Expectation::default(),
            step: "confirm".into(),
            prompt: None,
            choice_ids: Vec::new(),
            called: false,
            returns: 0,
            background: false,
            listed: Vec::new(),
        });
        session.timers = vec![Timer {
            id: 1,
            frame: 1,
            name: "remind".into(),
            due: 1_900_000_000_000,
            purpose: TimerPurpose::Flow,
        }];
    }
    Ok(TurnRecord {
        at: 1_700_000_000_000,
        seed: 1,
        handled: vec![handled],
        decision: Decision {
            action: "continue".into(),
            reason: "the flow goes on".into(),
            utterance: None,
        },
        steps: Vec::new(),
        messages: vec![Outbound::text(
            "You have 3.2 GB left until the end of the month.",
            "en",
        )],
        session,
        outbox: Vec::new(),
        storage: Vec::new(),
        timers_set: Vec::new(),
        timers_ended: Vec::new(),
        attributes: Vec::new(),
        cases: Vec::new(),
        outcomes: Vec::new(),
        model: "m1".into(),
        micros: 100,
        by_clock: None,
        said: Vec::new(),
    })
}

/// Processor time of this process.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or_default();
    line.trim()
        .trim_end_matches(" kB")
        .trim()
        .parse::<u64>()
        .unwrap_or_default()
        / 1024
}
