//! What the plug-in does, in a sandbox whose world is made up.

mod budget;
mod canary;
mod conversations;
mod encode;
mod failures;
mod hostile;
mod isolation;
mod judge;
mod kit;
mod leaks;
mod migration;
mod samples;
mod stage;
mod talk;
mod words;
mod world;

use std::time::Duration;

use jackfield_core::Limits;
use jackfield_core::manifest::LimitRequest;
use jackfield_packs::{ColumnKind, Pack, TableData};
use jackfield_sandbox::{LoadError, Plugin, PluginSpec, Sandbox, TableSet};

use crate::finding::Findings;
use crate::options::Options;
use crate::report::Profile;
pub(crate) use migration::States;
use stage::Stage;

/// How much longer than in service a step may compute here. A busy machine must not look like a slow pack; fuel is what counts, and
/// the clock is judged by the fastest of several runs.
const PATIENCE: u32 = 4;

/// Runs the dynamic part. The states that flows came to.
pub(crate) fn run(
    pack: &Pack,
    options: &Options,
    profile: &mut Profile,
    findings: &mut Findings,
) -> States {
    apart(hold(pack, options, profile, findings)).unwrap_or_else(|problem| {
        let message = format!("the plug-in could not be run: {problem}");
        findings.add("R07.8", None, message);
        States::new()
    })
}

/// Hands the pack what flows of the version before came to.
pub(crate) fn migrate(
    pack: &Pack,
    states: &States,
    from: u32,
    options: &Options,
    findings: &mut Findings,
) {
    let work = async {
        let limits = limits(&pack.manifest.limits);
        // What hinders it to be loaded was found before.
        if let Some(plugin) = load(&sandbox(options)?, pack, &limits, &mut Findings::default()) {
            migration::from_before(&plugin, states, from, findings).await;
        }
        Ok(())
    };
    if let Err(problem) = apart(work) {
        findings.add(
            "R07.8",
            None,
            format!("`migrate` could not be run: {problem}"),
        );
    }
}

/// Runs on a thread of its own, so that it may be called from anywhere and a panic stays in it.
fn apart<T: Send>(work: impl Future<Output = Result<T, String>> + Send) -> Result<T, String> {
    std::thread::scope(|scope| {
        let work = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .map_err(|error| error.to_string())?;
            runtime.block_on(work)
        });
        work.join()
            .unwrap_or_else(|_panic| Err("the host panicked".to_owned()))
    })
}

fn sandbox(options: &Options) -> Result<Sandbox, String> {
    Sandbox::new(jackfield_sandbox::Options {
        cache: None,
        compiler: options.compiler.clone(),
        concurrency: 2,
    })
    .map_err(|error| error.to_string())
}

async fn hold(
    pack: &Pack,
    options: &Options,
    profile: &mut Profile,
    findings: &mut Findings,
) -> Result<States, String> {
    let limits = limits(&pack.manifest.limits);
    let Some(plugin) = load(&sandbox(options)?, pack, &limits, findings) else {
        return Ok(States::new());
    };
    let tables = (tables(pack.tables(), true)?, tables(pack.tables(), false)?);
    let mut stage = Stage::new(plugin, pack, tables, limits, options, findings);
    conversations::hold(&mut stage).await;
    hostile::hold(&mut stage).await;
    isolation::hold(&mut stage).await;
    failures::hold(&mut stage).await;
    migration::hold(&mut stage).await;
    Ok(stage.finish(profile))
}

fn load(
    sandbox: &Sandbox,
    pack: &Pack,
    limits: &Limits,
    findings: &mut Findings,
) -> Option<Plugin> {
    let spec = PluginSpec {
        pack: pack.manifest.pack.id.clone(),
        grants: pack
            .manifest
            .capabilities
            .interfaces()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        limits: Limits {
            guest_time: limits.guest_time * PATIENCE,
            ..limits.clone()
        },
        schemas: pack
            .schemas()
            .iter()
            .map(|(flow, schema)| (flow.to_string(), schema.clone()))
            .collect(),
    };
    match sandbox.load(&pack.component, spec) {
        Ok(plugin) => Some(plugin),
        Err(error) => {
            let rule = match error {
                LoadError::WrongTypes { .. } => "R03.2",
                _ => "R07.1",
            };
            findings.add(rule, None, format!("{}: {error}", error.code()));
            None
        }
    }
}

/// The limits that the pack will run with.
fn limits(asked: &LimitRequest) -> Limits {
    let ceiling = Limits::ceiling();
    let mut limits = Limits::default();
    if let Some(mib) = asked.memory_mib {
        limits.memory = ((mib as usize) << 20).min(ceiling.memory);
    }
    if let Some(fuel) = asked.fuel {
        limits.fuel = fuel.min(ceiling.fuel);
    }
    if let Some(ms) = asked.guest_time_ms {
        limits.guest_time = Duration::from_millis(ms.into()).min(ceiling.guest_time);
    }
    limits
}

/// The pack's tables, with their rows or without.
fn tables(data: &[TableData], full: bool) -> Result<TableSet, String> {
    let mut builder = TableSet::builder();
    for table in data {
        let columns = table
            .columns
            .iter()
            .map(|(name, kind)| (name.clone(), column(kind)))
            .collect();
        let rows = if full { table.rows.clone() } else { Vec::new() };
        builder = builder
            .table(&table.name, columns, rows, &table.indexed)
            .map_err(|error| format!("the table `{}`: {error}", table.name))?;
    }
    Ok(builder.build())
}

fn column(kind: &ColumnKind) -> jackfield_sandbox::ColumnKind {
    use jackfield_sandbox::ColumnKind as Indexed;
    match kind {
        ColumnKind::Text => Indexed::Text,
        ColumnKind::Integer => Indexed::Integer,
        ColumnKind::Number => Indexed::Number,
        ColumnKind::Boolean => Indexed::Boolean,
        ColumnKind::Date => Indexed::Date,
        ColumnKind::Money(currency) => Indexed::Money {
            currency: currency.clone(),
        },
    }
}
