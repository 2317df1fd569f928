//! `jackfield bench idle`: what many sleeping conversations cost, and how fast a host with them starts.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use jackfield_core::{
    Address, Content, Decision, Expectation, FlowId, Frame, Inbound, Limits, NamedValue, Outbound,
    Said, TenantId, Timer, TimerPurpose, TurnRecord,
};
use jackfield_packs::Pack;
use jackfield_store::{JournalStore, Store};
use serde::Serialize;

use super::packs;
use super::server::Server;
use crate::http::Connection;

/// Sessions whose turns are on their way to the disk together.
const GROUP: usize = 1000;
/// Bytes of private state of a sleeping flow.
const STATE: usize = 1100;

/// Measure memory and start-up with many sleeping conversations.
///
/// Every session has five committed turns, one open flow with more than 1 KiB of state, and one timer. They are
/// written through the store, the host is started on them, and some of them go on talking.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Sleeping sessions
    #[arg(long, default_value_t = 100_000)]
    sessions: usize,
    /// Turns of each
    #[arg(long, default_value_t = 5)]
    turns: u64,
    /// Sessions that go on talking after the start
    #[arg(long, default_value_t = 1000)]
    touch: usize,
    /// A pack archive [default: plugins/telecom, which is built; only in the directory of Jackfield's source]
    #[arg(long)]
    pack: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    sessions: usize,
    turns: u64,
    state_bytes: usize,
    ready_s: f64,
    rss_after_start_mib: f64,
    touched: usize,
    rss_after_touch_mib: f64,
    data_mib: f64,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let data = std::env::temp_dir().join(format!("jackfield-bench-{}", std::process::id()));
    std::fs::create_dir_all(&data)?;
    let measured = measure(&args, &data).await;
    std::fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
    let report = measured?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!(
            "{} sessions of {} turns, {} bytes of state each",
            report.sessions, report.turns, report.state_bytes
        );
        println!(
            "  start to ready {:.2} s, {:.0} MiB resident",
            report.ready_s, report.rss_after_start_mib
        );
        println!(
            "  after {} of them went on talking {:.0} MiB resident",
            report.touched, report.rss_after_touch_mib
        );
        println!("  {:.0} MiB on disk", report.data_mib);
    }
    Ok(())
}

async fn measure(args: &Args, data: &Path) -> anyhow::Result<Report> {
    let archive = packs::archive(args.pack.as_deref(), packs::TELECOM, "--pack")?;
    let pack = Pack::open(&archive, &Limits::default())?;
    let file = data.join("bench.jfpack");
    std::fs::write(&file, &archive)?;
    let host = data.join("host");
    fill(&host, &pack, args.sessions, args.turns).await?;
    let arguments = [
        "serve",
        path(&file)?,
        "--allow-unsigned",
        "--listen",
        "127.0.0.1:0",
        "--data",
        path(&host)?,
    ];
    // The first start compiles the component; the one that is measured finds it in the cache.
    drop(Server::start(&arguments)?);
    let began = Instant::now();
    let server = Server::start(&arguments)?;
    let ready_s = began.elapsed().as_secs_f64();
    let rss_after_start_mib = server.rss_mib()?;
    let mut connection = Connection::open(server.address).await?;
    for number in 0..args.touch.min(args.sessions) {
        let sender = contact(number * (args.sessions / args.touch.max(1)).max(1));
        let body = serde_json::json!({ "sender": sender, "message": "你好" }).to_string();
        let (status, answer) = connection
            .post("/webhooks/rest/webhook", None, &body)
            .await?;
        anyhow::ensure!(status == 200 && answer.len() > 2, "no answer: {status}");
    }
    Ok(Report {
        sessions: args.sessions,
        turns: args.turns,
        state_bytes: STATE,
        ready_s,
        rss_after_start_mib,
        touched: args.touch.min(args.sessions),
        rss_after_touch_mib: server.rss_mib()?,
        data_mib: size(&host)? as f64 / 1_048_576.0,
    })
}

fn path(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("the path is not UTF-8")
}

fn contact(number: usize) -> String {
    format!("contact-{number}")
}

async fn fill(data: &Path, pack: &Pack, sessions: usize, turns: u64) -> anyhow::Result<()> {
    let store = JournalStore::open(jackfield_store::Options::new(data))?;
    let tenant = TenantId::default();
    let flow = FlowId {
        pack: pack.manifest.pack.id.clone(),
        flow: pack
            .manifest
            .flows
            .keys()
            .next()
            .context("the pack has no flow")?
            .clone(),
    };
    let due = jackfield_engine::now_ms() + 30 * 24 * 60 * 60 * 1000;
    for group in (0..sessions).collect::<Vec<_>>().chunks(GROUP) {
        for turn in 1..=turns {
            let mut tickets = Vec::with_capacity(2 * GROUP);
            for number in group {
                let address = Address {
                    channel: "rest".to_owned(),
                    contact: contact(*number),
                };
                let inbound = Inbound {
                    address,
                    message_id: format!("{number}-{turn}"),
                    received_at: jackfield_engine::now_ms(),
                    sent_at: None,
                    locale: None,
                    content: Content::Text("20G".to_owned()),
                };
                let accepted = store.accept(&tenant, None, inbound)?;
                let mut session = store
                    .load(&tenant, accepted.session)?
                    .context("a session that was just accepted is not there")?
                    .as_ref()
                    .clone();
                session.turn = turn;
                session.next_id = 3;
                session.frames = vec![frame(flow.clone(), pack, *number)];
                session.timers = vec![Timer {
                    id: 2,
                    frame: 1,
                    name: "slow".to_owned(),
                    due,
                    purpose: TimerPurpose::Flow,
                }];
                let record = record(session, accepted.position, turn == 1);
                tickets.push(accepted.ticket);
                tickets.push(store.commit(record, &[])?.ticket);
            }
            for ticket in tickets {
                ticket.await?;
            }
        }
    }
    store.flush()?;
    Ok(())
}

fn frame(flow: FlowId, pack: &Pack, number: usize) -> Frame {
    let mut state = format!(r#"{{"number":{number},"note":""#);
    while state.len() < STATE - 2 {
        state.push(char::from(b'a' + (state.len() * 7 + number) as u8 % 26));
    }
    state.push_str(r#""}"#);
    Frame {
        id: 1,
        flow,
        pack: pack.digest,
        state: Some(state),
        state_version: pack.manifest.pack.state_version,
        slots: vec![NamedValue::new("phone", "13800138001")],
        expects: Expectation::default(),
        step: "ask-phone".to_owned(),
        prompt: Some(Outbound::text("请问您的手机号码是多少？", "zh-CN")),
        choice_ids: Vec::new(),
        called: false,
        returns: 0,
        background: false,
        listed: Vec::new(),
    }
}

fn record(
    session: jackfield_core::Session,
    handled: jackfield_core::Position,
    first: bool,
) -> TurnRecord {
    TurnRecord {
        at: jackfield_engine::now_ms(),
        seed: 1,
        handled: vec![handled],
        decision: Decision {
            action: "continue".to_owned(),
            reason: "filled".to_owned(),
            utterance: None,
        },
        steps: Vec::new(),
        messages: vec![Outbound::text("请问您的手机号码是多少？", "zh-CN")],
        session,
        outbox: Vec::new(),
        storage: Vec::new(),
        timers_set: if first { vec![2] } else { Vec::new() },
        timers_ended: Vec::new(),
        attributes: Vec::new(),
        cases: Vec::new(),
        outcomes: Vec::new(),
        model: "bench".to_owned(),
        micros: 0,
        by_clock: None,
        said: vec![Said {
            message_id: "1".to_owned(),
            text: "20G".to_owned(),
        }],
    }
}

fn size(path: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() {
            size(&entry.path())?
        } else {
            meta.len()
        };
    }
    Ok(bytes)
}
