//! `jackfield pack`.

mod decide;
mod grant_file;
mod install;
mod overwrite;
mod plan;
mod review;
pub(crate) mod sign;
mod source;
mod test;
mod view;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use jackfield_core::Limits;
use jackfield_packs::{BuildOptions, Built, CodeLanguage, PackError};

pub(crate) use install::Who;

/// What to do with packs.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Begin a pack: a small one that can be built, tested and talked to at once
    New {
        /// The directory to make; its name becomes the pack's
        dir: PathBuf,
        /// What it is written in. Python needs componentize-py: `pip install componentize-py==0.25.1`
        #[arg(long, value_enum, default_value_t = Lang::Rust)]
        lang: Lang,
    },
    /// Build a pack from its source directory: compile, check, archive
    Build {
        /// The pack's directory, with its pack.toml
        dir: PathBuf,
        /// The archive to write [default: DIR/target/ID-VERSION.jfpack]
        #[arg(short, long)]
        output: Option<PathBuf>,
        /// Put this component into it, which another tool built, instead of compiling one
        #[arg(long)]
        component: Option<PathBuf>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Hold the conversations of a pack with its real component, and say which steps of its flows they reach
    ///
    /// Exit code 0: all held. 1: some did not. 2: a file cannot be read.
    Test(test::Args),
    /// Sign an archive as its publisher
    Sign(sign::SignArgs),
    /// Say who signed an archive, and whether that is enough to install it
    Verify(sign::VerifyArgs),
    /// Put an archive with its signatures where others get it from: a directory, or an OCI registry
    Publish(source::PublishArgs),
    /// List the versions of a pack that a source has, and whether they run on this host
    Versions(source::VersionsArgs),
    /// Fetch a pack from a source without installing it
    Fetch(source::FetchArgs),
    /// Install an archive in a running host, or try it on some of the conversations
    Install(install::InstallArgs),
    /// List the packs of a running host with their versions
    List(view::ListArgs),
    /// Make the version that is tried the current one
    Promote(decide::DecideArgs),
    /// Take back the version that is tried, or else the current one
    Rollback(decide::DecideArgs),
    /// Move conversations on earlier versions to the current one at their next turn
    Move(decide::DecideArgs),
    /// Remove a pack, or an earlier version of it
    Remove(decide::RemoveArgs),
    /// Change what a pack may do
    Grant(decide::GrantArgs),
    /// Print what an installed pack is granted, by whom and when; or, of an archive, the file of grants that gives it all it asks for
    Grants(view::GrantsArgs),
    /// Say what a pack was denied, and what would allow it
    WhyDenied(view::ViewArgs),
    /// Propose the least grants, from what a pack used since the host was started
    SuggestGrants(view::ViewArgs),
    /// Review a pack archive: what it is made of, and what it does in a sandbox whose world is made up
    ///
    /// Exit code 0: pass, or signed with the doubts accepted. 1: fail. 3: a person has to look. 2: not signed, or the file cannot be read.
    Review(review::Args),
}

pub(crate) fn main(command: Command) -> anyhow::Result<ExitCode> {
    let done = match command {
        Command::Review(args) => return Ok(review::main(&args)),
        Command::Test(args) => return test::main(&args),
        Command::New { dir, lang } => begin(&dir, lang),
        Command::Build {
            dir,
            output,
            component,
            json,
        } => make(&dir, output, component.as_deref(), json),
        Command::Sign(args) => sign::sign(&args),
        Command::Verify(args) => sign::verify(&args),
        Command::Publish(args) => source::publish(&args),
        Command::Versions(args) => source::versions(&args),
        Command::Fetch(args) => source::fetch(&args),
        Command::Install(args) => install::install(args),
        Command::List(args) => view::list(&args),
        Command::Promote(args) => decide::decide(&args, "promote"),
        Command::Rollback(args) => decide::decide(&args, "rollback"),
        Command::Move(args) => decide::decide(&args, "move"),
        Command::Remove(args) => decide::remove(&args),
        Command::Grant(args) => decide::grant(&args),
        Command::Grants(args) => view::grants(&args),
        Command::WhyDenied(args) => view::why_denied(&args),
        Command::SuggestGrants(args) => view::suggest_grants(&args),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// What a new pack is written in.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Lang {
    Rust,
    Python,
}

fn begin(dir: &Path, lang: Lang) -> anyhow::Result<()> {
    let language = match lang {
        Lang::Rust => CodeLanguage::Rust,
        Lang::Python => CodeLanguage::Python,
    };
    let files = jackfield_packs::begin(dir, language)?;
    println!("{}", dir.display());
    for file in files {
        println!("  {}", file.display());
    }
    let (name, dir) = (crate::dev::own_name(), dir.display());
    println!("next:");
    println!(
        "  {name} dev {dir}   talk to it in a browser or a terminal; it is rebuilt when you save"
    );
    println!("  {name} pack test {dir}   hold its conversations");
    println!("  {name} pack build {dir}");
    Ok(())
}

fn make(
    dir: &Path,
    output: Option<PathBuf>,
    component: Option<&Path>,
    json: bool,
) -> anyhow::Result<()> {
    if let Some(output) = &output {
        // Said before the time that building takes.
        overwrite::only_an_archive(output)?;
    }
    let built = match component {
        None => build(dir)?,
        Some(file) => {
            let component =
                std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            warned(
                jackfield_packs::assemble(dir, &component, &Limits::default()),
                dir,
            )?
        }
    };
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
    warned(jackfield_packs::build(dir, options), dir)
}

/// What was built, and what is doubtful about it on stderr.
fn warned(built: Result<Built, PackError>, dir: &Path) -> anyhow::Result<Built> {
    let built = built.with_context(|| format!("cannot build {}", dir.display()))?;
    for warning in &built.warnings {
        eprintln!("warning: {warning}");
    }
    Ok(built)
}
