//! `jackfield pack test`: holds a pack's conversations with its real component.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, bail};
use jackfield_core::{Limits, Permission};
use jackfield_engine::rehearsal::Rehearsal;
use jackfield_language::Model;
use jackfield_packs::Pack;
use jackfield_rehearsal::{Coverage, Held, Script, hold};
use serde::Serialize;

use crate::lifecycle::{Lineup, Loaded};
use crate::settings::PackSettings;
use crate::{install, running};

/// A file cannot be read, or is no conversation.
const UNUSABLE: u8 = 2;

/// Which conversations to hold, and how to tell.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The pack's directory, or an archive
    #[arg(default_value = ".")]
    pack: PathBuf,
    /// Directory of the conversations (*.chat) [default: conversations in the pack's directory]
    #[arg(long, value_name = "DIR")]
    conversations: Option<PathBuf>,
    /// Only conversations with this in their file's name; each is printed
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Write the results in JUnit's form
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// What came of all of them.
#[derive(Serialize)]
pub(super) struct Results {
    pub(super) pack: String,
    pub(super) conversations: Vec<Conversation>,
    turns: usize,
    seconds: f64,
    turns_per_s: f64,
    coverage: Coverage,
}

/// What came of one.
#[derive(Serialize)]
pub(super) struct Conversation {
    pub(super) file: String,
    pub(super) title: String,
    pub(super) held: bool,
    /// The line that did not hold.
    pub(super) line: Option<usize>,
    /// What did not hold.
    pub(super) what: Option<String>,
    turns: usize,
    /// Requests to other systems for which the file declares no answer.
    undeclared: Vec<String>,
    #[serde(skip)]
    transcript: String,
}

/// Holds them; the exit code says whether all held.
pub(crate) fn main(args: &Args) -> anyhow::Result<ExitCode> {
    let read = folder(args).and_then(|folder| Ok((read(&folder, args.only.as_deref())?, folder)));
    let (scripts, folder) = match read {
        Ok(read) => read,
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(UNUSABLE));
        }
    };
    let archive = if args.pack.is_dir() {
        super::build(&args.pack)?.archive
    } else {
        std::fs::read(&args.pack).with_context(|| format!("cannot read {}", args.pack.display()))?
    };
    let results = hold_all(Pack::open(&archive, &Limits::default())?, scripts)?;
    if let Some(file) = &args.junit {
        std::fs::write(file, super::junit::page(&results))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    if args.json {
        println!("{}", serde_json::to_string(&results)?);
    } else {
        print!("{}", summary(&results, &folder, args.only.is_some()));
    }
    let all = results.conversations.iter().all(|one| one.held);
    Ok(if all {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Where the conversations are.
fn folder(args: &Args) -> anyhow::Result<PathBuf> {
    match &args.conversations {
        Some(folder) => Ok(folder.clone()),
        None if args.pack.is_dir() => Ok(args.pack.join("conversations")),
        None => bail!(
            "an archive carries no conversations; name their directory with --conversations DIR"
        ),
    }
}

/// The conversations, by name.
fn read(folder: &Path, only: Option<&str>) -> anyhow::Result<Vec<(String, Script)>> {
    let listed = std::fs::read_dir(folder).with_context(|| {
        format!(
            "there are no conversations; write {} with lines such as `User: hello` and `Bot: Hello`",
            folder.join("hello.chat").display()
        )
    })?;
    let mut paths = Vec::new();
    for entry in listed {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        let name = path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned());
        let wanted = |name: &String| only.is_none_or(|only| name.contains(only));
        if path.extension().is_some_and(|end| end == "chat")
            && let Some(name) = name.filter(wanted)
        {
            paths.push((name, path));
        }
    }
    paths.sort();
    if paths.is_empty() {
        bail!("there is no such conversation in {}", folder.display());
    }
    let read = |(name, path): (String, PathBuf)| {
        let script = Script::read(&path).with_context(|| path.display().to_string())?;
        Ok((name, script))
    };
    paths.into_iter().map(read).collect()
}

fn hold_all(pack: Pack, scripts: Vec<(String, Script)>) -> anyhow::Result<Results> {
    let name = format!("{} {}", pack.manifest.pack.id, pack.manifest.pack.version);
    let mut coverage = Coverage::of(&pack.manifest);
    let compiled = std::env::temp_dir().join(format!("jackfield-test-{}", std::process::id()));
    let rehearsal = rehearsal(&compiled, pack)?;
    let began = Instant::now();
    let held = on_all_processors(&scripts, &rehearsal);
    let seconds = began.elapsed().as_secs_f64();
    std::fs::remove_dir_all(&compiled)
        .with_context(|| format!("cannot remove {}", compiled.display()))?;
    let mut conversations = Vec::new();
    for ((file, script), held) in scripts.into_iter().zip(held?) {
        coverage.note(&held.turns);
        let undeclared = held.undeclared;
        let missed = held.missed;
        conversations.push(Conversation {
            file,
            title: script.title,
            held: missed.is_none() && undeclared.is_empty(),
            line: missed.as_ref().map(|missed| missed.line),
            what: missed.map(|missed| missed.what),
            turns: held.turns.len(),
            undeclared,
            transcript: held.transcript,
        });
    }
    let turns = conversations.iter().map(|one| one.turns).sum();
    Ok(Results {
        pack: name,
        conversations,
        turns,
        seconds,
        turns_per_s: turns as f64 / seconds,
        coverage,
    })
}

/// The pack by itself, with all that it asks for.
fn rehearsal(compiled: &Path, pack: Pack) -> anyhow::Result<Rehearsal> {
    std::fs::create_dir_all(compiled)
        .with_context(|| format!("cannot make {}", compiled.display()))?;
    let sandbox = running::sandbox(compiled)?;
    let asked = Permission::asked(&pack.manifest);
    let settings = PackSettings {
        allow_private: true,
        ..PackSettings::default()
    };
    let installed = install::install(&sandbox, &pack, &settings, &asked)?;
    let lineup = Lineup {
        current: vec![Loaded {
            pack: Arc::new(pack),
            installed: Arc::new(installed),
        }],
        ..Lineup::default()
    };
    let model = Model::train(&lineup.training())?;
    let catalog = lineup.catalog(Arc::new(model), None);
    Ok(Rehearsal::new(
        catalog,
        jackfield_engine::Options::default(),
    )?)
}

/// Holds the conversations, as many at a time as there are processors; the results are in their order.
fn on_all_processors(
    scripts: &[(String, Script)],
    rehearsal: &Rehearsal,
) -> anyhow::Result<Vec<Held>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Held)>> = Mutex::default();
    let work = || -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((_, script)) = scripts.get(at) else {
                return Ok(());
            };
            let held = runtime.block_on(hold(script, rehearsal));
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((at, held));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let ended = worker.join();
            ended.map_err(|_| anyhow::anyhow!("a thread of the test ended early"))??;
        }
        anyhow::Ok(())
    })?;
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, held)| held).collect())
}

/// A request wherever the system is: `GET {config:base}/plans` is `GET */plans`.
fn anywhere(request: &str) -> String {
    match (request.split_once('{'), request.split_once('}')) {
        (Some((method, _)), Some((_, path))) => format!("{method}*{path}"),
        _ => request.to_owned(),
    }
}

fn summary(results: &Results, folder: &Path, all: bool) -> String {
    let mut out = format!("{}\n", results.pack);
    for one in &results.conversations {
        if all || !one.held {
            out += &format!("{} ({})\n{}", one.file, one.title, one.transcript);
        }
        if let (Some(line), Some(what)) = (one.line, &one.what) {
            let file = folder.join(format!("{}.chat", one.file));
            out += &format!("  {}:{line}: {what}\n", file.display());
        }
        for request in &one.undeclared {
            out += &format!(
                "  nothing is declared for {request}; write a line before it such as `Back-end {}: 200 {{}}`\n",
                anywhere(request)
            );
        }
    }
    let held = results.conversations.iter().filter(|one| one.held).count();
    out += &format!(
        "{held} of {} conversations held; {} turns, {:.0} a second\n",
        results.conversations.len(),
        results.turns,
        results.turns_per_s
    );
    let (seen, steps) = results.coverage.counts();
    out += &format!("{seen} of {steps} steps seen\n");
    for (name, flow) in &results.coverage.flows {
        if !flow.unseen.is_empty() {
            let unseen: Vec<&str> = flow.unseen.iter().map(String::as_str).collect();
            out += &format!("  {name}: not {}\n", unseen.join(", "));
        }
    }
    out
}
