//! `jackfield pack review`.

mod page;
mod summary;
mod words;

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use jackfield_packs::trust::{Role, SigningKey};
use jackfield_review::{Advisories, Options, Report, Verdict};
use jackfield_sandbox::Compiler;

use super::{overwrite, sign};
use crate::keys;

/// Exit codes: 0 pass, or signed; 1 fail.
const PERSON: u8 = 3;
const UNUSABLE: u8 = 2;

/// What to review, and how to tell.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The archive
    file: PathBuf,
    /// The archive of the version before: tells what changed
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// Known weaknesses to hold the parts of the component against: a file of OSV advisories, or a directory of them
    #[arg(long, value_name = "PATH")]
    advisories: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Write the report as a page that stands by itself
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Do not run the plug-in
    #[arg(long, conflicts_with = "sign")]
    static_only: bool,
    /// Sign the archive as a reviewer with this secret key, unless the verdict is `fail`. The report that the signature
    /// names is written to FILE.review.json
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// With --sign: you have looked at the doubts, and sign all the same; then the exit code is 0
    #[arg(long, requires = "sign")]
    accept_doubts: bool,
}

/// Reviews, and tells by the exit code.
pub(crate) fn main(args: &Args) -> ExitCode {
    match review(args) {
        Ok(Verdict::Pass) => ExitCode::SUCCESS,
        Ok(Verdict::Fail) => ExitCode::FAILURE,
        // Whoever signed is the person who looked.
        Ok(Verdict::Person) if args.sign.is_some() => ExitCode::SUCCESS,
        Ok(Verdict::Person) => ExitCode::from(PERSON),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(UNUSABLE)
        }
    }
}

fn review(args: &Args) -> anyhow::Result<Verdict> {
    let archive = read(&args.file)?;
    let key = args.sign.as_deref().map(keys::signing_key).transpose()?;
    if let Some(key) = &key {
        // Said before the minute that a review takes.
        sign::may_sign(&args.file, &archive, key, Role::Reviewer)?;
    }
    if let Some(page) = &args.html {
        let archives = [Some(&args.file), args.previous.as_ref()];
        overwrite::no_archive(page, archives.into_iter().flatten())?;
    }
    let mut options = Options::new(Compiler::Child {
        exe: std::env::current_exe().context("this program does not know where it is")?,
        args: vec!["compile-guest".into()],
    });
    options.previous = args.previous.as_deref().map(read).transpose()?;
    options.advisories = args
        .advisories
        .as_deref()
        .map(Advisories::read)
        .transpose()?;
    options.static_only = args.static_only;
    if !args.json && !args.static_only {
        eprintln!(
            "   compiling the component and holding conversations; this takes up to a minute"
        );
    }
    let began = Instant::now();
    let report = jackfield_review::review(&archive, &options);
    let seconds = began.elapsed().as_secs_f64();
    if let Some(path) = &args.html {
        let page = page::page(&report, &args.file)?;
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let text = match args.json {
        true => serde_json::to_string(&report)? + "\n",
        false => summary::summary(&report, &args.file, seconds),
    };
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever closed the pipe has the exit code.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        // A report that is not there must not pass.
        written => written.context("cannot write the report")?,
    }
    if let Some(key) = &key {
        countersign(args, &archive, &report, key)?;
    }
    Ok(report.verdict)
}

/// Makes the report a signature that hosts can require.
fn countersign(
    args: &Args,
    archive: &[u8],
    report: &Report,
    key: &SigningKey,
) -> anyhow::Result<()> {
    let refused = match report.verdict {
        Verdict::Fail => Some("the verdict is `fail`"),
        Verdict::Person if !args.accept_doubts => {
            Some("there are doubts; look at them, then add --accept-doubts")
        }
        _ if !report.profile.complete => Some("the pack was not looked at to the end"),
        _ => None,
    };
    if let Some(why) = refused {
        bail!("not signed: {why}");
    }
    let path = args.file.with_added_extension("review.json");
    std::fs::write(&path, report.canonical())
        .with_context(|| format!("cannot write {}", path.display()))?;
    let digest = Some(report.digest());
    let made = sign::add(&args.file, archive, key, Role::Reviewer, digest)?;
    eprintln!(
        "{made} signed by the reviewer {}; the report is {}",
        key.public()?.id(),
        path.display()
    );
    Ok(())
}

/// Reads an archive, though not more than one may have: what is larger is refused by its size alone.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let most = jackfield_core::Limits::default().pack as u64 + 1;
    let mut archive = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut archive))
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(archive)
}
