//! `jackfield pack install`: gets an archive, asks a running host, shows what it is about, and has it granted.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use jackfield_core::{Digest, ErrorCode, PackId, Permission};
use jackfield_packs::GrantFile;
use jackfield_packs::trust::Sidecar;
use jackfield_registry::Fetched;
use jackfield_server::{CanaryWish, InstallRequest};
use serde_json::Value;

use super::grant_file::{check_pack, read_grants};
use super::plan::{not_granted, show, text, withdrawn};
use super::sign::{archive, read_sidecar, sidecar_of};
use super::source;
use crate::remote::{Place, Remote};

/// What to install, and how.
#[derive(clap::Args)]
pub(crate) struct InstallArgs {
    /// The archive, with its signatures beside it in FILE.minisig; with --from, the pack's id, ID@VERSION or ID@1.4
    #[arg(
        value_name = "FILE|ID",
        required_unless_present = "locked",
        conflicts_with = "locked"
    )]
    what: Option<String>,
    /// Where a pack comes from: a directory, https://… of an index, or oci://HOST/NAMESPACE
    #[arg(long, value_name = "SOURCE")]
    from: Option<String>,
    /// With --from, take versions too that come before one, such as 2.0.0-rc.1
    #[arg(long, requires = "from")]
    pre: bool,
    /// With --from, write into this file what was installed
    #[arg(long, value_name = "FILE", requires = "from", conflicts_with_all = ["dry_run", "canary", "contact", "locked"])]
    lock: Option<PathBuf>,
    /// Install the very bytes that this lock file names, all of its packs; with --from, from that source
    #[arg(long, value_name = "FILE", conflicts_with_all = ["grants", "canary", "contact", "pre"])]
    locked: Option<PathBuf>,
    /// Grant all that it asks for, as it is shown
    #[arg(long, conflicts_with = "grants")]
    grant: bool,
    /// Grant what this file says, besides what is granted (`jackfield pack grants FILE` writes one)
    #[arg(long)]
    grants: Option<PathBuf>,
    /// Try it first: on so many of a hundred new conversations
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    canary: Option<u8>,
    /// Try it on this contact, as the channel knows it; may be repeated
    #[arg(long)]
    contact: Vec<String>,
    /// Install it though a newer version was installed before
    #[arg(long)]
    allow_downgrade: bool,
    /// Only show what it is and asks for
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    who: Who,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Who decides.
#[derive(clap::Args)]
pub(crate) struct Who {
    /// Who decides: a name for the record. An API key has a name, which counts then
    #[arg(long, env = "USER", default_value = "operator")]
    pub(crate) by: String,
}

pub(crate) fn install(args: InstallArgs) -> anyhow::Result<()> {
    crate::runtime()?.block_on(async {
        if let Some(file) = &args.locked {
            return all_locked(&args, file).await;
        }
        let what = args.what.as_deref().unwrap_or_default();
        let is_file = what.ends_with(".jfpack") || Path::new(what).is_file();
        let Some(from) = &args.from else {
            let id = !is_file && PackId::new(what.split('@').next().unwrap_or_default()).is_ok();
            ensure!(
                !id,
                "{}: {what} is no file; when it is the id of a pack, say where it comes from with --from",
                ErrorCode::NoPack
            );
            let file = Path::new(what);
            let archive = archive(file)?;
            let sidecar = match sidecar_of(file).exists() {
                true => Some(read_sidecar(file)?),
                false => None,
            };
            let seen = look(&args, &archive, sidecar.as_ref()).await?;
            print(one(&args, seen).await?);
            return Ok(());
        };
        ensure!(!is_file, "{what} is a file, which is installed without --from");
        if let Some(file) = &args.lock {
            source::check_lock(file)?;
        }
        let fetched = source::newest(what, from, args.pre).await?;
        let sidecar = source::signatures(fetched.sidecar.as_deref())?;
        let seen = look(&args, &fetched.archive, sidecar.as_ref()).await?;
        if !source::names_one(what)? {
            refuse_withdrawn(&args, &seen)?;
        }
        print(one(&args, seen).await?);
        match &args.lock {
            Some(file) => source::lock(file, &fetched.release, from),
            None => Ok(()),
        }
    })
}

/// Installs what a lock file names. All of it is fetched and looked at before anything is installed.
async fn all_locked(args: &InstallArgs, file: &Path) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for Fetched {
        archive, sidecar, ..
    } in source::locked(file, args.from.as_deref()).await?
    {
        let sidecar = source::signatures(sidecar.as_deref())?;
        refuse_withdrawn(args, &look(args, &archive, sidecar.as_ref()).await?)?;
        all.push((archive, sidecar));
    }
    let mut done = Vec::new();
    for (archive, sidecar) in all {
        // Handed in again: a host drops those that waited longest when many wait.
        let seen = look(args, &archive, sidecar.as_ref()).await?;
        done.extend(one(args, seen).await?);
    }
    if args.json {
        println!("{}", Value::Array(done));
    }
    Ok(())
}

/// An archive that the host keeps now, and what it says about it.
struct Seen {
    host: Remote,
    digest: Digest,
    plan: Value,
    /// What is to be granted, by a file.
    grants: Option<GrantFile>,
}

/// Hands an archive in, to be looked at.
async fn look(
    args: &InstallArgs,
    archive: &[u8],
    sidecar: Option<&Sidecar>,
) -> anyhow::Result<Seen> {
    let grants = args.grants.as_deref().map(read_grants).transpose()?;
    let host = Remote::new(&args.place, "/api/v1/")?;
    let kept = host.send("POST", "archives", archive).await?;
    let digest: Digest = serde_json::from_value(kept["digest"].clone())?;
    if let Some(sidecar) = sidecar {
        let path = format!("archives/{digest}/signatures");
        host.send("PUT", &path, sidecar.to_string().as_bytes())
            .await?;
    }
    let plan = host.ask("GET", &format!("archives/{digest}"), None).await?;
    Ok(Seen {
        host,
        digest,
        plan,
        grants,
    })
}

/// Nobody asked for this very version: what somebody took back does not come back by itself.
fn refuse_withdrawn(args: &InstallArgs, seen: &Seen) -> anyhow::Result<()> {
    let Some(withdrawn) = withdrawn(&seen.plan).filter(|_| !args.dry_run) else {
        return Ok(());
    };
    let (pack, version) = (text(&seen.plan["pack"]), text(&seen.plan["version"]));
    let lock = match args.locked.is_some() {
        true => format!(
            "; to have the lock file name another one, `jackfield pack install {pack}@VERSION --from SOURCE --lock FILE`"
        ),
        false => String::new(),
    };
    bail!(
        "{}: {withdrawn}; nothing was changed. To install it on purpose, name it: \
         `jackfield pack install {pack}@{version} --from SOURCE`{lock}",
        ErrorCode::ImpossibleChange
    )
}

fn print(done: Option<Value>) {
    if let Some(done) = done {
        println!("{done}");
    }
}

/// Installs one archive; with `--json`, what is to be printed.
async fn one(args: &InstallArgs, seen: Seen) -> anyhow::Result<Option<Value>> {
    let Seen {
        host,
        digest,
        plan,
        grants,
    } = seen;
    if !args.json {
        show(&plan);
    }
    if let Some(withdrawn) = withdrawn(&plan) {
        eprintln!("warning: {withdrawn}");
    }
    if args.dry_run {
        return Ok(args.json.then_some(plan));
    }
    let (pack, version) = (text(&plan["pack"]), text(&plan["version"]));
    // A lock file asks for what is to be in use, however it came to be.
    let by_lock = args.locked.is_some() || args.lock.is_some();
    if by_lock && plan["current"]["digest"] == digest.to_string() {
        if !args.json {
            println!("{pack} {version} is installed already");
        }
        if grants.is_some() {
            eprintln!("note: what it is granted stays as it is; `jackfield pack grant` changes it");
        }
        return Ok(args.json.then_some(plan));
    }
    let request = InstallRequest {
        digest,
        canary: (args.canary.is_some() || !args.contact.is_empty()).then(|| CanaryWish {
            share: args.canary.unwrap_or(0),
            contacts: args.contact.clone(),
        }),
        grants: decided(args, &plan, grants)?,
        allow_downgrade: args.allow_downgrade,
        by: args.who.by.clone(),
    };
    let tried = request.canary.is_some();
    let done = host
        .ask("POST", "versions", Some(&serde_json::to_value(&request)?))
        .await?;
    if args.json {
        return Ok(Some(done));
    }
    match (tried, plan["current"].is_null()) {
        (true, _) => println!(
            "{pack} {version} is tried; `jackfield pack list` shows how it does, `jackfield pack promote {pack}` keeps it, `jackfield pack rollback {pack}` ends it"
        ),
        (false, true) => println!("{pack} {version} is installed"),
        (false, false) => {
            println!("{pack} {version} is installed; `jackfield pack rollback {pack}` goes back")
        }
    }
    Ok(None)
}

/// The grants that are decided on: those of the file, all, or what is answered now.
fn decided(
    args: &InstallArgs,
    plan: &Value,
    of_file: Option<GrantFile>,
) -> anyhow::Result<Option<BTreeSet<Permission>>> {
    let lines = |list: &Value| -> anyhow::Result<BTreeSet<Permission>> {
        Ok(serde_json::from_value(list.clone())?)
    };
    if let Some(file) = of_file {
        check_pack(&file, text(&plan["pack"]))?;
        return Ok(Some(file.grants));
    }
    let missing = lines(&plan["missing"])?;
    if missing.is_empty() {
        return Ok(None);
    }
    if args.grant {
        return Ok(Some(missing));
    }
    if !std::io::stdin().is_terminal() || args.json {
        let code = ErrorCode::NotGranted;
        bail!(
            "{code}: {}: {}; nothing was changed. Add --grant to grant it, or --grants FILE",
            code.summary(),
            not_granted(plan, &missing, args.json)
        );
    }
    print!("Grant this? 是否授权？ [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    ensure!(
        matches!(answer.trim(), "y" | "Y" | "yes" | "是"),
        "not granted; nothing was changed"
    );
    Ok(Some(missing))
}
