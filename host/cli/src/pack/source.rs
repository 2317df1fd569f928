//! Packs from sources: looking what there is, fetching, publishing.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use jackfield_core::{ErrorCode, Limits, PackId};
use jackfield_packs::trust::Sidecar;
use jackfield_registry::{Access, Damaged, Fetched, Lock, Locked, Release, Source, Wanted};
use serde_json::json;

use super::sign::{archive, read_sidecar, sidecar_of};

/// Where packs come from.
#[derive(clap::Args)]
pub(crate) struct From {
    /// Where from: a directory, https://… of an index, or oci://HOST/NAMESPACE
    #[arg(long, value_name = "SOURCE")]
    from: String,
    /// Take versions too that come before one, such as 2.0.0-rc.1
    #[arg(long)]
    pre: bool,
}

/// What to fetch.
#[derive(clap::Args)]
pub(crate) struct FetchArgs {
    /// The pack's id; ID@VERSION for one version, ID@1.4 for the newest like it
    pack: String,
    #[command(flatten)]
    source: From,
    /// The directory to put the archive and its signatures into
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Which versions to list.
#[derive(clap::Args)]
pub(crate) struct VersionsArgs {
    /// The pack's id
    pack: PackId,
    /// Where to look: a directory, https://… of an index, or oci://HOST/NAMESPACE
    #[arg(long, value_name = "SOURCE")]
    from: String,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// What to publish.
#[derive(clap::Args)]
pub(crate) struct PublishArgs {
    /// The archive; its signatures stand beside it in FILE.minisig
    file: PathBuf,
    /// Where to: a directory, or oci://HOST/NAMESPACE
    #[arg(long, value_name = "SOURCE")]
    to: String,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// The newest of the wanted versions that runs here. What was passed over goes to stderr.
pub(super) async fn newest(text: &str, from: &str, pre: bool) -> anyhow::Result<Fetched> {
    let (pack, wanted) = Wanted::parse(text, pre)?;
    let source = named(from)?;
    let found = source.newest(&pack, &wanted, &Limits::default()).await?;
    for note in &found.notes {
        eprintln!("note: {note}");
    }
    for skipped in &found.skipped {
        eprintln!("{pack} {} is passed over: {}", skipped.version, skipped.why);
    }
    let release = &found.fetched.release;
    eprintln!("{} {} from {source}", release.pack, release.version);
    Ok(found.fetched)
}

/// Whether one very version is asked for, and not the newest of several.
pub(super) fn names_one(text: &str) -> anyhow::Result<bool> {
    Ok(Wanted::parse(text, false)?.1.is_one())
}

/// All that a lock file names, from the sources that it names or from one that has them all.
pub(super) async fn locked(lock: &Path, from: Option<&str>) -> anyhow::Result<Vec<Fetched>> {
    let mut all = Vec::new();
    for locked in Lock::read(lock)?.packs() {
        let source = match from {
            Some(from) => named(from)?,
            None => Source::new(&locked.source_from(lock), Access::for_locked())?,
        };
        all.push(source.locked(locked, &Limits::default()).await?);
    }
    Ok(all)
}

/// Sees that a lock file can be written, before anything is installed that is to be noted there.
pub(super) fn check_lock(file: &Path) -> anyhow::Result<()> {
    Lock::check(file).context("nothing was installed, because the lock file could not say so")
}

/// Notes in a lock file what was installed.
pub(super) fn lock(file: &Path, release: &Release, from: &str) -> anyhow::Result<()> {
    let locked = Locked {
        pack: release.pack.clone(),
        version: release.version.clone(),
        digest: release.digest,
        source: from.to_owned(),
    };
    Lock::put(file, locked).context(
        "it is installed, and the lock file does not say so; mend that, then do the same again",
    )
}

pub(crate) fn fetch(args: &FetchArgs) -> anyhow::Result<()> {
    let From { from, pre } = &args.source;
    let fetched = crate::runtime()?.block_on(newest(&args.pack, from, *pre))?;
    let dir = &args.output;
    let file = fetched
        .write_to(dir)
        .with_context(|| format!("cannot write to {}", dir.display()))?;
    let Fetched {
        release, sidecar, ..
    } = &fetched;
    if args.json {
        let found = json!({ "file": file, "signed": sidecar.is_some(), "release": release });
        println!("{found}");
        return Ok(());
    }
    println!("{}", file.display());
    println!("  sha256 {}", release.digest);
    if sidecar.is_none() {
        println!("  NOT SIGNED");
    }
    Ok(())
}

pub(crate) fn versions(args: &VersionsArgs) -> anyhow::Result<()> {
    let source = named(&args.from)?;
    let listing = crate::runtime()?.block_on(source.releases(&args.pack, &Wanted::all()))?;
    for note in &listing.notes {
        eprintln!("note: {note}");
    }
    let code = ErrorCode::NoRelease;
    let (releases, damaged) = (&listing.releases, &listing.damaged);
    ensure!(
        !releases.is_empty() || !damaged.is_empty(),
        "{code}: {source} has no {}; mend its id, or name with --from where it was published",
        args.pack
    );
    if args.json {
        let told = releases.iter().map(|release| {
            let mut told = json!(release);
            told["unmet"] = json!(release.unmet());
            told
        });
        let told = told.chain(damaged.iter().map(|damaged| json!(damaged)));
        println!("{}", serde_json::Value::Array(told.collect()));
        return Ok(());
    }
    let taken = |release: &&Release| release.version.pre.is_empty() && release.unmet().is_empty();
    let taken = releases.iter().find(taken).map(|release| &release.version);
    // `install` takes nothing older in place of a damaged one.
    let mut hiding = damaged
        .iter()
        .filter(|damaged| damaged.version.pre.is_empty());
    let hiding = hiding.next().map(|damaged| &damaged.version);
    let taken = taken.filter(|taken| hiding.is_none_or(|damaged| damaged < taken));
    let mut damaged = damaged.iter().peekable();
    for release in releases {
        while let Some(damaged) = damaged.next_if(|damaged| damaged.version > release.version) {
            print_damaged(damaged);
        }
        let version = &release.version;
        let mut says = release.unmet();
        if !version.pre.is_empty() {
            says.push("a pre-release".to_owned());
        }
        if Some(version) == taken {
            says.push("what `jackfield pack install` takes".to_owned());
        }
        println!(
            "{version:<14} {}  {}",
            release.digest.short(),
            says.join("; ")
        );
    }
    damaged.for_each(print_damaged);
    Ok(())
}

fn print_damaged(damaged: &Damaged) {
    let Damaged { version, file, why } = damaged;
    let file = file.display();
    println!(
        "{version:<14} DAMAGED   {file}: {why}; publish it again, or install another version in full"
    );
}

pub(crate) fn publish(args: &PublishArgs) -> anyhow::Result<()> {
    let bytes = archive(&args.file)?;
    let sidecar = match sidecar_of(&args.file).exists() {
        true => Some(read_sidecar(&args.file)?.to_string()),
        false => None,
    };
    if sidecar.is_none() {
        eprintln!(
            "warning: it is not signed, so hosts will refuse it; sign it with `jackfield pack sign` and publish it again"
        );
    }
    let source = named(&args.to)?;
    let release = crate::runtime()?.block_on(source.publish(bytes, sidecar))?;
    if args.json {
        println!("{}", json!(release));
        return Ok(());
    }
    println!(
        "{} {} is published in {source}",
        release.pack, release.version
    );
    println!("  sha256 {}", release.digest);
    Ok(())
}

/// The signatures that came with an archive.
pub(super) fn signatures(text: Option<&str>) -> anyhow::Result<Option<Sidecar>> {
    let read = |text: &str| text.parse().context("the signatures that came with it");
    text.map(read).transpose()
}

/// A source that stands on the command line.
fn named(text: &str) -> anyhow::Result<Source> {
    Ok(Source::new(text, Access::for_named())?)
}
