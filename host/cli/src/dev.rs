//! `jackfield dev`: everything on one port, from source, rebuilt on save.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use jackfield_core::{Limits, Permission};
use jackfield_engine::CodeDelivery;
use jackfield_packs::Pack;
use jackfield_sandbox::Sandbox;
use jackfield_server::RasaAccess;
use notify::{RecursiveMode, Watcher as _};
use serde::Deserialize;

use crate::lifecycle::{Lineup, Loaded};
use crate::running::{self, Running, Setup};
use crate::settings::{Admin, PackSettings};
use crate::teaching::Teaching;
use crate::{install, pack};

/// How long files must be quiet before a rebuild.
const QUIET: Duration = Duration::from_millis(300);

/// Build the packs in their source directories, start everything on one port, rebuild on save.
///
/// One-time codes are shown in the conversation, private addresses may be reached, and nothing is signed:
/// for development on your own machine.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directories of packs [default: this one when it has a pack.toml, or else every plugins/*/ that has one]
    packs: Vec<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Directory for everything that is kept
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Do not watch for changes
    #[arg(long)]
    no_watch: bool,
    /// Folder of a sentence encoder (model.safetensors, tokenizer, config.json)
    #[arg(long)]
    encoder: Option<PathBuf>,
}

/// `dev.toml` beside a pack's `pack.toml`: what it needs on a developer's machine.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct DevFile {
    #[serde(default)]
    service: Vec<Service>,
    #[serde(default)]
    config: BTreeMap<String, String>,
}

/// A program that runs beside the pack while developing, such as a simulated back end.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Service {
    /// Program and arguments; `{data}` stands for the directory of everything that is kept.
    command: Vec<String>,
    /// The service prints a line that contains this and ends in its address.
    ready: String,
    /// The pack's config key that is set to the address.
    config: String,
}

/// A service that is ended with the host.
struct Companion {
    child: Child,
    /// The line it printed when it was ready.
    greeting: String,
}

impl Drop for Companion {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A pack that is developed.
struct Source {
    dir: PathBuf,
    settings: PackSettings,
    companions: Vec<Companion>,
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    running::log(false);
    check_port(args.port)?;
    let dirs = if args.packs.is_empty() {
        found_packs()?
    } else {
        args.packs.clone()
    };
    std::fs::create_dir_all(&args.data)
        .with_context(|| format!("cannot make {}", args.data.display()))?;
    crate::serving_runtime()?.block_on(async {
        let sandbox = Arc::new(running::sandbox(&args.data)?);
        let mut sources = Vec::new();
        let mut lineup = Lineup::default();
        for dir in dirs {
            eprintln!("building {}", dir.display());
            let source = Source::open(dir, &args.data)?;
            lineup.current.push(load(&sandbox, &source)?);
            sources.push(source);
        }
        let setup = Setup {
            data: args.data.clone(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)),
            code: CodeDelivery::Shown,
            rasa: RasaAccess::Open,
            title: "Jackfield".to_owned(),
            public: None,
            admin: Admin::default(),
            encoder: args.encoder.clone(),
        };
        let store = running::store(&args.data).await?;
        let running = Running::start(setup, store, &lineup, None).await?;
        greet(running.address, &args.data, &lineup.current, &sources);
        if !args.no_watch {
            let teaching = Arc::clone(&running.teaching);
            std::thread::spawn(move || {
                if let Err(error) = watch(&teaching, &sandbox, &sources, lineup) {
                    tracing::error!("not watching for changes any more: {error:#}");
                }
            });
            return running.serve().await;
        }
        let served = running.serve().await;
        drop(sources);
        served
    })
}

/// Says before anything is built that the port is taken.
fn check_port(port: u16) -> anyhow::Result<()> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    listener.map(drop).with_context(|| {
        format!(
            "port {port} is taken, perhaps by another `jackfield dev`; stop that one, or choose another --port and --data"
        )
    })
}

fn found_packs() -> anyhow::Result<Vec<PathBuf>> {
    if Path::new("pack.toml").is_file() {
        return Ok(vec![PathBuf::from(".")]);
    }
    let mut dirs: Vec<PathBuf> = std::fs::read_dir("plugins")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|dir| dir.join("pack.toml").is_file())
        .collect();
    dirs.sort();
    if dirs.is_empty() {
        bail!(
            "no packs here: give the directory of a pack, or run this where pack.toml or plugins/*/pack.toml exists; `{} pack new DIR` begins one",
            own_name()
        );
    }
    Ok(dirs)
}

fn greet(address: SocketAddr, data: &Path, packs: &[Loaded], sources: &[Source]) {
    println!();
    println!("  Jackfield is running.");
    println!();
    println!("  chat in the browser   http://{address}/");
    println!(
        "  chat in the terminal  {} chat --url http://{address}",
        own_name()
    );
    println!("  Rasa-style REST       POST http://{address}/webhooks/rest/webhook");
    println!(
        "  not understood        {} trainer list --url http://{address} --data {}",
        own_name(),
        data.display()
    );
    println!("  health and metrics    http://{address}/ready  http://{address}/metrics");
    println!();
    for Loaded { pack, installed } in packs {
        let how = if installed.plugin.load_report().cached {
            "cached"
        } else {
            "compiled"
        };
        println!(
            "  pack {} {} ({how}, {})",
            installed.id(),
            pack.manifest.pack.version,
            pack.digest.short()
        );
    }
    for companion in sources.iter().flat_map(|source| &source.companions) {
        println!("  {}", companion.greeting);
    }
    println!("  stop with Ctrl-C; conversations go on where they were at the next start");
    println!();
}

/// What to type to run this program once more.
pub(crate) fn own_name() -> String {
    let program = std::env::current_exe().ok();
    let here = std::env::current_dir().ok();
    let near = program
        .as_deref()
        .zip(here.as_deref())
        .and_then(|(program, here)| program.strip_prefix(here).ok());
    near.or(program.as_deref())
        .map_or("jackfield".to_owned(), |path| path.display().to_string())
}

impl Source {
    fn open(dir: PathBuf, data: &Path) -> anyhow::Result<Self> {
        let file = dir.join("dev.toml");
        let dev: DevFile = match std::fs::read_to_string(&file) {
            Ok(text) => {
                toml::from_str(&text).with_context(|| format!("{} is not valid", file.display()))?
            }
            Err(_) => DevFile::default(),
        };
        let mut settings = PackSettings {
            config: dev.config,
            allow_private: true,
            ..PackSettings::default()
        };
        let mut companions = Vec::new();
        for service in dev.service {
            let (companion, address) = service.start(data)?;
            settings.config.insert(service.config.clone(), address);
            companions.push(companion);
        }
        Ok(Self {
            dir,
            settings,
            companions,
        })
    }
}

impl Service {
    /// Starts the program and waits until it prints its address.
    fn start(&self, data: &Path) -> anyhow::Result<(Companion, String)> {
        let data = data.display().to_string();
        let command = self.command.iter();
        let command: Vec<String> = command.map(|word| word.replace("{data}", &data)).collect();
        let line = command.join(" ");
        let [program, arguments @ ..] = command.as_slice() else {
            bail!("a service needs a command")
        };
        eprintln!("starting {line}");
        let mut child = Command::new(program)
            .args(arguments)
            // The service ends itself when this pipe closes, even when the host is killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{line}`"))?;
        let output = child.stdout.take().context("no output")?;
        let mut companion = Companion {
            child,
            greeting: String::new(),
        };
        let mut lines = BufReader::new(output).lines();
        for text in lines.by_ref() {
            let text = text?;
            if text.contains(&self.ready) {
                let address = text
                    .split_whitespace()
                    .next_back()
                    .unwrap_or_default()
                    .to_owned();
                companion.greeting = text;
                // Whoever writes to a pipe that nobody reads is ended by it.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok((companion, address));
            }
        }
        bail!("`{line}` ended before it printed `{}`", self.ready)
    }
}

/// Builds and installs a pack from source.
fn load(sandbox: &Sandbox, source: &Source) -> anyhow::Result<Loaded> {
    let built = pack::build(&source.dir)?;
    let pack = Pack::open(&built.archive, &Limits::default())?;
    let asked = Permission::asked(&pack.manifest);
    let installed = install::install(sandbox, &pack, &source.settings, &asked)?;
    Ok(Loaded {
        pack: Arc::new(pack),
        installed: Arc::new(installed),
    })
}

/// Rebuilds what changed and swaps it in. Sessions in flight finish on the version they started with; a
/// version that does not build leaves the old one in place.
fn watch(
    teaching: &Teaching,
    sandbox: &Sandbox,
    sources: &[Source],
    mut lineup: Lineup,
) -> anyhow::Result<()> {
    let (sender, changes) = std::sync::mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender)?;
    let mut files: Vec<Vec<PathBuf>> = Vec::new();
    for source in sources {
        let own = jackfield_packs::source_files(&source.dir);
        for dir in directories(&own) {
            watcher.watch(&dir, RecursiveMode::NonRecursive)?;
        }
        files.push(own);
    }
    while let Ok(first) = changes.recv() {
        let mut changed = paths(first);
        let mut last = Instant::now();
        while last.elapsed() < QUIET {
            if let Ok(event) = changes.recv_timeout(QUIET.saturating_sub(last.elapsed())) {
                changed.extend(paths(event));
                last = Instant::now();
            }
        }
        for (at, source) in sources.iter().enumerate() {
            let own = files.get(at).map(Vec::as_slice).unwrap_or_default();
            if !changed
                .iter()
                .any(|path| own.iter().any(|file| same_file(file, path)))
            {
                continue;
            }
            match load(sandbox, source) {
                Ok(loaded)
                    if lineup
                        .current
                        .get(at)
                        .is_some_and(|old| old.pack.digest == loaded.pack.digest) => {}
                Ok(loaded) => {
                    let digest = loaded.pack.digest.short();
                    if let Some(slot) = lineup.current.get_mut(at) {
                        *slot = loaded;
                    }
                    teaching.install(&lineup, true)?;
                    tracing::info!(pack = %source.dir.display(), %digest, "rebuilt; new conversations use it");
                }
                Err(error) => tracing::error!("kept the old version: {error:#}"),
            }
        }
    }
    Ok(())
}

fn paths(event: notify::Result<notify::Event>) -> Vec<PathBuf> {
    match event {
        Ok(event) if !event.kind.is_access() => event.paths,
        _ => Vec::new(),
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn directories(files: &[PathBuf]) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = files
        .iter()
        .filter_map(|file| file.parent())
        .map(Path::to_path_buf)
        .collect();
    dirs.sort();
    dirs.dedup();
    dirs
}
