//! `jackfield pack test`: holds a pack's conversations with its real component.

mod junit;
mod stage;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use jackfield_rehearsal::{Costs, Coverage, Dearer, Held, Script};
use serde::Serialize;

use stage::Stage;

/// A file cannot be read, or is no conversation.
const UNUSABLE: u8 = 2;
/// A step that takes so many times the fuel of the version before takes too much.
const MUCH: f64 = 2.0;

/// Which conversations to hold, and how to tell.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The pack's directory, or an archive
    #[arg(default_value = ".")]
    pack: PathBuf,
    /// Directory of the conversations (*.chat) [default: conversations in the pack's directory]
    #[arg(long, value_name = "DIR")]
    conversations: Option<PathBuf>,
    /// The version before, a directory or an archive: a step that takes more than twice its fuel is a failure
    #[arg(long, value_name = "PACK")]
    previous: Option<PathBuf>,
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
    /// Steps that take more than twice the fuel that they took in the version before.
    dearer: Vec<Dearer>,
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
    let before = args.previous.as_deref().map(|previous| {
        let (_, costs) = hold_all(Stage::of(previous)?, scripts.clone())?;
        anyhow::Ok(costs)
    });
    let before = before.transpose()?;
    let (mut results, costs) = hold_all(Stage::of(&args.pack)?, scripts)?;
    results.dearer = before.map_or_else(Vec::new, |before| costs.dearer_than(&before, MUCH));
    if let Some(file) = &args.junit {
        std::fs::write(file, junit::page(&results))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    if args.json {
        println!("{}", serde_json::to_string(&results)?);
    } else {
        print!("{}", summary(&results, &folder, args.only.is_some()));
    }
    let all = results.conversations.iter().all(|one| one.held);
    Ok(if all && results.dearer.is_empty() {
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

fn hold_all(stage: Stage, scripts: Vec<(String, Script)>) -> anyhow::Result<(Results, Costs)> {
    let began = Instant::now();
    let held = stage.hold(&scripts)?;
    let seconds = began.elapsed().as_secs_f64();
    let (mut coverage, mut costs) = (stage.coverage, Costs::default());
    let mut conversations = Vec::new();
    for ((file, script), held) in scripts.into_iter().zip(held) {
        coverage.note(&held.turns);
        costs.note(&held.turns);
        let Held {
            undeclared, missed, ..
        } = held;
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
    let results = Results {
        pack: stage.name,
        conversations,
        turns,
        seconds,
        turns_per_s: turns as f64 / seconds,
        coverage,
        dearer: Vec::new(),
    };
    Ok((results, costs))
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
    for step in &results.dearer {
        out += &format!(
            "  {} takes {} fuel, and took {} in the version before\n",
            step.step, step.now, step.was
        );
    }
    out
}
