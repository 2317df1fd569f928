//! `jackfield pack install`: asks a running host, shows what it is about, and has it granted.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use jackfield_core::{Digest, ErrorCode, Permission};
use jackfield_packs::GrantFile;
use jackfield_server::{CanaryWish, InstallRequest};
use serde_json::Value;

use super::sign::{archive, read_sidecar, sidecar_of};
use crate::remote::{Place, Remote};

/// What to install, and how.
#[derive(clap::Args)]
pub(crate) struct InstallArgs {
    /// The archive; its signatures stand beside it in FILE.minisig
    file: PathBuf,
    /// Grant all that it asks for, as it is shown
    #[arg(long, conflicts_with = "grants")]
    grant: bool,
    /// Grant what this file says (`jackfield pack grants FILE` writes one)
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
    /// Who decides: a name for the record
    #[arg(long, env = "USER", default_value = "operator")]
    pub(super) by: String,
}

pub(crate) fn install(args: InstallArgs) -> anyhow::Result<()> {
    let bytes = archive(&args.file)?;
    let sidecar = match sidecar_of(&args.file).exists() {
        true => Some(read_sidecar(&args.file)?),
        false => None,
    };
    let asked_for = match &args.grants {
        Some(file) => Some(read_grants(file)?),
        None => None,
    };
    crate::runtime()?.block_on(async {
        let host = Remote::new(&args.place, "/api/v1/")?;
        let kept = host.send("POST", "archives", &bytes).await?;
        let digest: Digest = serde_json::from_value(kept["digest"].clone())?;
        if let Some(sidecar) = &sidecar {
            let path = format!("archives/{digest}/signatures");
            host.send("PUT", &path, sidecar.to_string().as_bytes()).await?;
        }
        let plan = host.ask("GET", &format!("archives/{digest}"), None).await?;
        if !args.json {
            show(&plan);
        }
        if args.dry_run {
            if args.json {
                println!("{plan}");
            }
            return Ok(());
        }
        let request = InstallRequest {
            digest,
            canary: (args.canary.is_some() || !args.contact.is_empty()).then(|| CanaryWish {
                share: args.canary.unwrap_or(0),
                contacts: args.contact.clone(),
            }),
            grants: decided(&args, &plan, asked_for)?,
            allow_downgrade: args.allow_downgrade,
            by: args.who.by.clone(),
        };
        let tried = request.canary.is_some();
        let done = host.ask("POST", "versions", Some(&serde_json::to_value(&request)?)).await?;
        if args.json {
            println!("{done}");
            return Ok(());
        }
        let (pack, version) = (text(&plan["pack"]), text(&plan["version"]));
        match tried {
            true => println!("{pack} {version} is tried; `jackfield pack list` shows how it does, `jackfield pack promote {pack}` keeps it, `jackfield pack rollback {pack}` ends it"),
            false => println!("{pack} {version} is installed; `jackfield pack rollback {pack}` goes back"),
        }
        Ok(())
    })
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
        ensure!(
            plan["pack"] == file.pack.as_str(),
            "the grants are for {}, and the archive is {}",
            file.pack,
            text(&plan["pack"])
        );
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
        let lines: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let code = ErrorCode::NotGranted;
        bail!(
            "{code}: {}: {}; nothing was changed. Add --grant to grant it, or --grants FILE",
            code.summary(),
            lines.join(", ")
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

fn show(plan: &Value) {
    println!("{} {}", text(&plan["pack"]), text(&plan["version"]));
    println!("  sha256 {}", text(&plan["digest"]));
    match &plan["signed"] {
        Value::Null => println!("  NOT SIGNED  未签名"),
        signed => {
            let name =
                |signer: &Value| format!("{} ({})", text(&signer["name"]), text(&signer["key"]));
            println!("  signed by {}", name(&signed["publisher"]));
            for reviewer in signed["reviewers"].as_array().into_iter().flatten() {
                println!("  reviewed by {}", name(reviewer));
            }
        }
    }
    match &plan["current"] {
        Value::Null => println!("  not installed yet"),
        current => println!("  in use now: {}", text(&current["version"])),
    }
    let upgrade = !plan["current"].is_null();
    for asked in plan["asks"].as_array().into_iter().flatten() {
        let granted = asked["granted"].as_bool().unwrap_or(false);
        let mark = match (granted, upgrade) {
            (true, _) => "   ",
            (false, true) => "NEW",
            (false, false) => "  ?",
        };
        match asked["address"].as_str() {
            Some(address) => println!("{mark} {} = {address}", text(&asked["line"])),
            None => println!("{mark} {}", text(&asked["line"])),
        }
        println!("      {}", text(&asked["en"]));
        println!("      {}", text(&asked["zh"]));
    }
    for line in plan["no_longer_asks"].as_array().into_iter().flatten() {
        println!("  - {} (no longer asked for 不再需要)", text(line));
    }
    if plan["older_than_before"] == true {
        println!("  older than a version that was installed before");
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn read_grants(file: &std::path::Path) -> anyhow::Result<GrantFile> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is no file of grants", file.display()))
}
