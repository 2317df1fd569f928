//! `jackfield bench swaps`: one version after the other is tried on half of the new conversations, while customers talk over
//! HTTP. Sound versions are promoted as an operator would do it; bad ones the host has to take back by itself.

mod crowd;
mod record;
mod versions;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use jackfield_core::Permission;
use jackfield_server::{CanaryWish, InstallRequest};
use serde::Serialize;
use serde_json::{Value, json};

use self::versions::{Kind, Versions};
use super::packs;
use super::server::Server;
use crate::remote::Remote;
use crate::secret::TOKEN_FILE;

/// Of a hundred new conversations, so many are held on the version that is tried.
const SHARE: u8 = 50;
/// Steps without a fault after which a version is promoted.
const ENOUGH_STEPS: u64 = 20;
/// How often it is looked how a version does.
const LOOKS: Duration = Duration::from_millis(20);
/// The longest trial.
const PATIENCE: Duration = Duration::from_secs(60);
/// Who decides, in the record.
const WHO: &str = "bench";

/// Swap versions of a pack under load, every third one bad, and count what customers saw of it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Versions to try
    #[arg(long, default_value_t = 200)]
    swaps: usize,
    /// Turns a second, in conversations that begin at random times
    #[arg(long, default_value_t = 2000.0)]
    rate: f64,
    /// A pack archive [default: plugins/telecom, which is built; only in the directory of Jackfield's source]
    #[arg(long)]
    pack: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    versions: usize,
    promoted: usize,
    taken_back: usize,
    /// Sound versions that were taken back, and bad ones that were not.
    misjudged: usize,
    turns: u64,
    seconds: f64,
    turns_per_s: f64,
    /// Turns in which a customer was told that something went wrong.
    failed: u64,
    /// Turns with two versions of one pack.
    mixed: u64,
    /// Conversations without an answer.
    broken: u64,
    /// Versions that any turn was committed on.
    versions_used: usize,
    p50_ms: f64,
    p99_ms: f64,
}

pub(crate) fn main(args: &Args) -> anyhow::Result<()> {
    let data = std::env::temp_dir().join(format!("jackfield-bench-{}", std::process::id()));
    std::fs::create_dir_all(&data)?;
    let measured = measure(args, &data);
    std::fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
    let report = measured?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    println!(
        "{} versions in {:.0} s: {} promoted, {} taken back by the host, {} misjudged",
        report.versions, report.seconds, report.promoted, report.taken_back, report.misjudged
    );
    println!(
        "  {} turns, {:.0} a second: {} failed, {} with two versions of a pack",
        report.turns, report.turns_per_s, report.failed, report.mixed
    );
    println!(
        "  latency p50 {:.1} ms, p99 {:.1} ms; {} conversations without an answer",
        report.p50_ms, report.p99_ms, report.broken
    );
    Ok(())
}

fn measure(args: &Args, data: &Path) -> anyhow::Result<Report> {
    let archive = packs::archive(args.pack.as_deref(), packs::TELECOM, "--pack")?;
    let versions = Versions::of(&archive, data.join("versions"))?;
    let host = data.join("host");
    let path = host.to_str().context("the data path is not UTF-8")?;
    let arguments = [
        "serve",
        "--allow-unsigned",
        "--listen",
        "127.0.0.1:0",
        "--data",
        path,
    ];
    // What the host says when it takes a version back is what is wanted here.
    let server = Server::start_logging(&arguments, "off")?;
    // Not the environment's: this host is the bench's own.
    let token = std::fs::read_to_string(host.join(TOKEN_FILE))?;
    let url = format!("http://{}", server.address);
    let operator = Operator(Remote::with_token(&url, &token, "/api/v1/")?);
    let stop = Arc::new(AtomicBool::new(false));
    let run = async {
        operator
            .install(&versions.archive(0, Kind::Sound)?, None)
            .await?;
        let began = Instant::now();
        let crowd = crowd::come_and_go(server.address, args.rate, Arc::clone(&stop));
        let crowd = tokio::spawn(crowd);
        let swapped = swap(&operator, &versions, args.swaps).await;
        stop.store(true, Ordering::Relaxed);
        let seen = crowd.await??;
        anyhow::Ok((swapped?, began.elapsed().as_secs_f64(), seen))
    };
    let (swapped, seconds, seen) = crate::runtime()?.block_on(run)?;
    drop(server);
    let held = record::read(&host)?;
    Ok(Report {
        versions: args.swaps,
        promoted: swapped.promoted,
        taken_back: swapped.taken_back,
        misjudged: swapped.misjudged,
        turns: held.turns,
        seconds,
        turns_per_s: held.turns as f64 / seconds,
        failed: held.failed,
        mixed: held.mixed,
        broken: seen.broken,
        versions_used: held.versions.len(),
        p50_ms: seen.latencies.millis(0.5),
        p99_ms: seen.latencies.millis(0.99),
    })
}

/// How the trials ended.
#[derive(Debug, Default)]
struct Swapped {
    promoted: usize,
    taken_back: usize,
    misjudged: usize,
}

async fn swap(operator: &Operator, versions: &Versions, swaps: usize) -> anyhow::Result<Swapped> {
    let mut swapped = Swapped::default();
    for number in 0..swaps {
        let kind = Kind::of(number);
        let archive = tokio::task::block_in_place(|| versions.archive(number + 1, kind))?;
        let pack = operator.install(&archive, Some(SHARE)).await?;
        let is_good = operator.verdict(&pack).await?;
        match is_good {
            true => {
                operator.promote(&pack).await?;
                swapped.promoted += 1;
            }
            false => swapped.taken_back += 1,
        }
        swapped.misjudged += usize::from(is_good != (kind == Kind::Sound));
    }
    Ok(swapped)
}

/// What an operator does, over the API.
struct Operator(Remote);

impl Operator {
    /// Installs an archive with all that it asks for, or tries it on a share of the new conversations. The pack's id.
    async fn install(&self, archive: &[u8], share: Option<u8>) -> anyhow::Result<String> {
        let kept = self.0.send("POST", "archives", archive).await?;
        let digest = kept["digest"].as_str().context("no digest")?;
        let plan = self
            .0
            .ask("GET", &format!("archives/{digest}"), None)
            .await?;
        let missing: BTreeSet<Permission> = serde_json::from_value(plan["missing"].clone())?;
        let request = InstallRequest {
            digest: digest.parse()?,
            canary: share.map(|share| CanaryWish {
                share,
                contacts: Vec::new(),
            }),
            grants: (!missing.is_empty()).then_some(missing),
            allow_downgrade: false,
            by: WHO.to_owned(),
        };
        let request = serde_json::to_value(&request)?;
        self.0.ask("POST", "versions", Some(&request)).await?;
        Ok(plan["pack"].as_str().context("no pack")?.to_owned())
    }

    /// Waits until the version on trial has proved itself, or is taken back.
    async fn verdict(&self, pack: &str) -> anyhow::Result<bool> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let packs = self.0.ask("GET", "packs", None).await?;
            let all = packs.as_array().into_iter().flatten();
            let entry = all.clone().find(|entry| entry["pack"] == pack);
            let entry = entry.context("the pack is not there any more")?;
            if entry["canary"].is_null() {
                return Ok(false);
            }
            let seen = |key: &str| entry["seen"][key].as_u64();
            if seen("bad") == Some(0) && seen("steps") >= Some(ENOUGH_STEPS) {
                return Ok(true);
            }
            tokio::time::sleep(LOOKS).await;
        }
        bail!(
            "nothing was decided about a version in {} s",
            PATIENCE.as_secs()
        )
    }

    async fn promote(&self, pack: &str) -> anyhow::Result<Value> {
        let body = json!({ "by": WHO });
        self.0
            .ask("POST", &format!("packs/{pack}/promote"), Some(&body))
            .await
    }
}
