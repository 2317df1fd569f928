//! `jackfield bench replay`: turns are made in a temporary data directory, and all of them are replayed with the same pack.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::StreamExt as _;
use jackfield_core::{Address, Content, Inbound, Limits, Permission, TenantId};
use jackfield_engine::Engine;
use jackfield_language::Model;
use jackfield_packs::Pack;
use jackfield_store::{JournalReader, JournalStore, Store};
use serde::Serialize;

use super::packs;
use super::talker::MIX;
use crate::lifecycle::Lineup;
use crate::replay::{candidates, pass};
use crate::settings::{PackSettings, Settings};
use crate::{install, running, secret};

/// Contacts that talk at the same time.
const CONTACTS: usize = 64;
/// The longest wait for the last turns.
const PATIENCE: Duration = Duration::from_secs(60);

/// Make turns, replay them with the same pack, and compare: how many a second, and whether they come out byte for byte.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Turns to make
    #[arg(long, default_value_t = 10_000)]
    turns: usize,
    /// A pack archive [default: plugins/telecom, which is built; only in the directory of Jackfield's source]
    #[arg(long)]
    pack: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    turns: u64,
    equal: u64,
    different: u64,
    outside: u64,
    seconds: f64,
    turns_per_s: f64,
    made_per_s: f64,
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    let data = std::env::temp_dir().join(format!("jackfield-bench-{}", std::process::id()));
    std::fs::create_dir_all(&data)?;
    let measured = measure(&args, &data);
    std::fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
    let report = measured?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    println!(
        "{} turns made at {:.0} turns/s, replayed at {:.0} turns/s",
        report.turns, report.made_per_s, report.turns_per_s
    );
    println!(
        "  {} equal, {} different, {} cut short by the clock",
        report.equal, report.different, report.outside
    );
    Ok(())
}

fn measure(args: &Args, data: &Path) -> anyhow::Result<Report> {
    let archive = packs::archive(args.pack.as_deref(), packs::TELECOM, "--pack")?;
    let file = data.join("bench.jfpack");
    std::fs::write(&file, &archive)?;
    let host = data.join("host");
    std::fs::create_dir_all(&host)?;
    let began = Instant::now();
    let made = crate::runtime()?.block_on(make(&archive, &host, args.turns))?;
    let made_per_s = args.turns as f64 / (began.elapsed() - made).as_secs_f64();
    let replay = candidates::load(&[file], &host, &Settings::default())?;
    let reader = JournalReader::open(jackfield_store::Options::new(&host))?;
    let began = Instant::now();
    let found = pass::all(Arc::new(reader), &replay, &pass::Wanted::default())?;
    let seconds = began.elapsed().as_secs_f64();
    Ok(Report {
        turns: found.replayed,
        equal: found.equal,
        different: found.different,
        outside: found.outside.values().sum(),
        seconds,
        turns_per_s: found.replayed as f64 / seconds,
        made_per_s,
    })
}

/// Makes turns as a host does, without HTTP. Returns how long it took to get ready.
async fn make(archive: &[u8], data: &Path, turns: usize) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let sandbox = running::sandbox(data)?;
    let pack = Pack::open(archive, &Limits::default())?;
    let asked = Permission::asked(&pack.manifest);
    let installed = install::install(&sandbox, &pack, &PackSettings::default(), &asked)?;
    let lineup = Lineup::of(pack, installed);
    let model = Model::train(&lineup.training())?;
    let catalog = lineup.catalog(Arc::new(model), None);
    let store = JournalStore::open(jackfield_store::Options::new(data))?;
    let store: Arc<dyn Store> = Arc::new(store);
    let options = jackfield_engine::Options {
        secret: secret::host_secret(data)?,
        ..Default::default()
    };
    let engine = Engine::new(store, catalog, options)?;
    let ready = began.elapsed();
    let script = MIX[0].len();
    let talks = (0..turns.div_ceil(script)).map(|number| {
        let left = (turns - number * script).min(script);
        talk(engine.clone(), number, left)
    });
    let mut talks = futures_util::stream::iter(talks).buffer_unordered(CONTACTS);
    while let Some(talked) = talks.next().await {
        talked?;
    }
    engine.drain(PATIENCE).await?;
    Ok(ready)
}

/// One contact's conversation.
async fn talk(engine: Engine, number: usize, turns: usize) -> anyhow::Result<()> {
    let tenant = TenantId::default();
    let language = number % MIX.len();
    let locale = ["zh-CN", "en-US"].get(language).copied().unwrap_or("zh-CN");
    let script = MIX.get(language).copied().unwrap_or_default();
    for (at, text) in script.iter().take(turns).enumerate() {
        let inbound = Inbound {
            address: Address {
                channel: "web".into(),
                contact: format!("contact-{number}"),
            },
            message_id: format!("{number}.{at}"),
            received_at: jackfield_engine::now_ms(),
            sent_at: None,
            locale: Some(locale.to_owned()),
            content: Content::Text((*text).to_owned()),
        };
        engine.accept(&tenant, None, inbound).await?;
    }
    Ok(())
}
