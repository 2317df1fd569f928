//! `jackfield bench sandbox`: one named turn of the telecom pack, in a fresh instance and otherwise.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use jackfield_core::{
    Channel, ChannelKind, ContactView, Event, Limits, Step, StepOutcome, Value, Verification,
};
use jackfield_packs::Pack;
use jackfield_sandbox::{Compiler, Plugin, PluginSpec, Sandbox, StepResult, World};
use serde::Serialize;

use super::latency::Latencies;
use super::native::NativeHost;
use super::packs;
use super::world::BenchWorld;

/// Calls of one instance when instances are reused.
const REUSES: usize = 100;

/// Measure one turn of `change-plan`: the customer chooses a plan, the flow reads it from the table of 10,000
/// plans, checks in its storage whose number it is, and asks for confirmation; the host checks the state
/// against the flow's real schema.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Turns to measure in each way
    #[arg(long, default_value_t = 5_000)]
    rounds: usize,
    /// A pack archive [default: plugins/telecom, which is built; only in the directory of Jackfield's source]
    #[arg(long)]
    pack: Option<PathBuf>,
    /// A pack archive whose component has the same imports and replies at once [default: examples/floor, which is built; only in the
    /// directory of Jackfield's source]
    #[arg(long)]
    floor: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    turn: &'static str,
    fresh_p50_us: f64,
    fresh_p99_us: f64,
    floor_p50_us: f64,
    bare_floor_p50_us: f64,
    reused_p50_us: f64,
    native_p50_us: f64,
    fuel: u64,
    compile_cold_ms: f64,
    compile_cached_ms: f64,
    component_bytes: usize,
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    let open = |archive: Vec<u8>| Pack::open(&archive, &Limits::default());
    let (pack, floor) = (args.pack.as_deref(), args.floor.as_deref());
    let pack = open(packs::archive(pack, packs::TELECOM, "--pack")?)?;
    let floor = open(packs::archive(floor, "examples/floor", "--floor")?)?;
    // One thread: the cost of a turn, not of moving it between cores.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let report = runtime.block_on(measure(&pack, &floor, args.rounds))?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    println!(
        "turn `{}`, component of {} bytes",
        report.turn, report.component_bytes
    );
    println!(
        "  fresh instance   p50 {:.1} µs, p99 {:.1} µs",
        report.fresh_p50_us, report.fresh_p99_us
    );
    println!(
        "  floor            p50 {:.1} µs (a pack with the same imports that returns an empty reply at once)",
        report.floor_p50_us
    );
    println!(
        "  bare floor       p50 {:.1} µs (the same by hand: no imports, two pages of memory)",
        report.bare_floor_p50_us
    );
    println!(
        "  reused instance  p50 {:.1} µs (never done in service)",
        report.reused_p50_us
    );
    println!("  native code      p50 {:.1} µs", report.native_p50_us);
    println!("  fuel             {}", report.fuel);
    println!(
        "  compilation      {:.0} ms cold, {:.1} ms from the cache",
        report.compile_cold_ms, report.compile_cached_ms
    );
    Ok(())
}

async fn measure(pack: &Pack, floor: &Pack, rounds: usize) -> anyhow::Result<Report> {
    let cache = std::env::temp_dir().join(format!("jackfield-bench-{}", std::process::id()));
    std::fs::create_dir_all(&cache)?;
    let measured = measure_with(pack, floor, rounds, &cache).await;
    std::fs::remove_dir_all(&cache)?;
    measured
}

async fn measure_with(
    pack: &Pack,
    floor: &Pack,
    rounds: usize,
    cache: &Path,
) -> anyhow::Result<Report> {
    let sandbox = Sandbox::new(jackfield_sandbox::Options {
        cache: Some(cache.to_path_buf()),
        compiler: Compiler::Child {
            exe: std::env::current_exe()?,
            args: vec!["compile-guest".into()],
        },
        concurrency: 16,
    })?;
    let cold = sandbox
        .load(&pack.component, spec(pack))?
        .load_report()
        .time;
    let plugin = sandbox.load(&pack.component, spec(pack))?;
    let cached = plugin.load_report().time;
    let bare = sandbox.load(&jackfield_sandbox::guests::floor_component(), spec(floor))?;
    let floor = sandbox.load(&floor.component, spec(floor))?;
    let world = Arc::new(BenchWorld::new(pack)?);
    let step = step(&world)?;
    let mut fresh = Latencies::new()?;
    let (mut bottom, mut barest) = (Latencies::new()?, Latencies::new()?);
    let mut fuel = 0;
    // Alternating, so that whatever else the machine does hits all alike; the first tenth warms caches.
    for round in 0..rounds + rounds / 10 {
        let warm = round >= rounds / 10;
        let result = timed(&plugin, &step, &world, warm.then_some(&mut fresh)).await;
        check(&result.outcome)?;
        fuel = result.fuel;
        for (plugin, latencies) in [(&floor, &mut bottom), (&bare, &mut barest)] {
            let empty = timed(plugin, &step, &world, warm.then_some(latencies)).await;
            if !matches!(empty.outcome, StepOutcome::Replied(_)) {
                bail!("the floor component failed: {:?}", empty.outcome);
            }
        }
    }
    let reused = reused(&plugin, &step, &world, rounds).await?;
    Ok(Report {
        turn: "change-plan: choose a plan",
        fresh_p50_us: fresh.micros(0.5),
        fresh_p99_us: fresh.micros(0.99),
        floor_p50_us: bottom.micros(0.5),
        bare_floor_p50_us: barest.micros(0.5),
        reused_p50_us: reused.micros(0.5),
        native_p50_us: native(&step, world, rounds)?.micros(0.5),
        fuel,
        compile_cold_ms: millis(cold),
        compile_cached_ms: millis(cached),
        component_bytes: pack.component.len(),
    })
}

/// Runs one step in a fresh instance and notes what it took.
async fn timed(
    plugin: &Plugin,
    step: &Step,
    world: &Arc<BenchWorld>,
    latencies: Option<&mut Latencies>,
) -> StepResult {
    let world = Arc::clone(world) as Arc<dyn World>;
    let began = Instant::now();
    let result = plugin.handle(step, world).await;
    let took = began.elapsed();
    if let Some(latencies) = latencies {
        latencies.record(took);
    }
    result
}

async fn reused(
    plugin: &Plugin,
    step: &Step,
    world: &Arc<BenchWorld>,
    rounds: usize,
) -> anyhow::Result<Latencies> {
    let mut latencies = Latencies::new()?;
    // A guest's heap only grows, so an instance cannot be used for ever; and its first call is not a reuse.
    for _ in 0..rounds.div_ceil(REUSES) {
        let world = Arc::clone(world) as Arc<dyn World>;
        let times = plugin
            .time_reused(step, world, REUSES + 1)
            .await
            .map_err(|outcome| anyhow::anyhow!("{outcome:?}"))?;
        times
            .into_iter()
            .skip(1)
            .for_each(|took| latencies.record(took));
    }
    Ok(latencies)
}

fn native(step: &Step, world: Arc<BenchWorld>, rounds: usize) -> anyhow::Result<Latencies> {
    let mut latencies = Latencies::new()?;
    jackfield_sdk::native::set_host(Some(Box::new(NativeHost(world))));
    for _ in 0..rounds {
        let turn = super::native::turn(step);
        let began = Instant::now();
        let reply = jackfield_telecom::handle(turn);
        latencies.record(began.elapsed());
        if let Err(fault) = reply {
            bail!("the flow failed natively: {fault:?}");
        }
    }
    jackfield_sdk::native::set_host(None);
    Ok(latencies)
}

fn check(outcome: &StepOutcome) -> anyhow::Result<()> {
    match outcome {
        StepOutcome::Replied(reply) if reply.step == "confirm" => Ok(()),
        other => bail!("the measured turn did not go as it should: {other:?}"),
    }
}

fn spec(pack: &Pack) -> PluginSpec {
    PluginSpec {
        pack: pack.manifest.pack.id.clone(),
        grants: pack
            .manifest
            .capabilities
            .interfaces()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        limits: Limits::default(),
        schemas: pack
            .schemas()
            .iter()
            .map(|(flow, schema)| (flow.to_string(), schema.clone()))
            .collect(),
    }
}

/// The session of the measured turn; [`BenchWorld`] knows that this session proved this number.
pub(super) const SESSION: &str = "018f0000-0000-7000-8000-000000000001";
/// The number.
pub(super) const PHONE: &str = "13800138001";

fn step(world: &BenchWorld) -> anyhow::Result<Step> {
    let state = format!(
        r#"{{"customer":{{"phone":"{PHONE}","subscriber":{{"province":"beijing","plan_id":"none","plan_name_zh":"畅享套餐","plan_name_en":"Smooth","price_minor":3800,"data_total_mb":10240,"audience":"all"}}}},"stage":"choosing"}}"#
    );
    Ok(Step {
        session: SESSION.to_owned(),
        turn: 7,
        step: 1,
        now: 1_795_000_000_000,
        time_zone: "Asia/Shanghai".to_owned(),
        seed: 42,
        locale: "zh-CN".to_owned(),
        channel: Channel {
            kind: ChannelKind::Web,
            name: "web".to_owned(),
            choices: true,
            media: true,
            longest_text: None,
        },
        contact: ContactView {
            id: "018f0000-0000-7000-8000-000000000002".to_owned(),
            verification: Verification::Verified,
            attributes: Vec::new(),
        },
        flow: "change-plan".to_owned(),
        frame: "1".to_owned(),
        state: Some(state),
        state_version: 1,
        slots: vec![jackfield_core::NamedValue {
            name: "phone".to_owned(),
            value: Value::Text(PHONE.to_owned()),
        }],
        events: vec![Event::Chose(world.some_plan("beijing")?)],
    })
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
