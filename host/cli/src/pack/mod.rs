//! `jackfield pack`.

mod review;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use jackfield_core::Limits;
use jackfield_packs::{BuildOptions, Built};

/// What to do with packs.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Build a pack from its source directory: compile, check, archive
    Build {
        /// The pack's directory, with its pack.toml
        dir: PathBuf,
        /// The archive to write [default: DIR/target/ID-VERSION.jfpack]
        #[arg(short, long)]
        output: Option<PathBuf>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Review a pack archive: what it is made of, and what it does in a sandbox whose world is made up
    ///
    /// Exit code 0: pass. 1: fail. 3: a person has to look. 2: the file cannot be read.
    Review(review::Args),
}

pub(crate) fn main(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Build { dir, output, json } => {
            build_archive(&dir, output, json)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Review(args) => Ok(review::main(&args)),
    }
}

fn build_archive(dir: &Path, output: Option<PathBuf>, json: bool) -> anyhow::Result<()> {
    let built = build(dir)?;
    let pack = jackfield_packs::Pack::open(&built.archive, &Limits::default())?;
    let output = output.unwrap_or_else(|| {
        dir.join("target").join(format!(
            "{}-{}.jfpack",
            pack.manifest.pack.id, pack.manifest.pack.version
        ))
    });
    if let Some(parent) = output.parent() {
        std::fs::create_dir_all(parent)
            .with_context(|| format!("cannot make {}", parent.display()))?;
    }
    std::fs::write(&output, &built.archive)
        .with_context(|| format!("cannot write {}", output.display()))?;
    if json {
        println!(
            "{}",
            serde_json::json!({
                "file": output,
                "digest": built.digest,
                "bytes": built.archive.len(),
                "component_bytes": built.component_bytes,
            })
        );
    } else {
        println!("{}", output.display());
        println!(
            "  {} bytes, component {} bytes",
            built.archive.len(),
            built.component_bytes
        );
        println!("  sha256 {}", built.digest);
    }
    Ok(())
}

/// Builds a pack; progress and warnings go to stderr.
pub(crate) fn build(dir: &Path) -> anyhow::Result<Built> {
    let mut progress = |line: &str| eprintln!("   {line}");
    let options = BuildOptions {
        limits: Limits::default(),
        progress: &mut progress,
    };
    let built = jackfield_packs::build(dir, options)
        .with_context(|| format!("cannot build {}", dir.display()))?;
    for warning in &built.warnings {
        eprintln!("warning: {warning}");
    }
    Ok(built)
}
