//! What can be seen of packs: which run and how they do, what they asked for, used and were denied.

use anyhow::Context as _;
use jackfield_core::{PackId, Permission};
use jackfield_packs::GrantFile;
use serde_json::Value;

use super::install::text;
use super::sign::archive;
use crate::remote::{Place, Remote};

/// Prints the file of grants that gives an archive all it asks for.
pub(crate) fn grants(file: &std::path::Path) -> anyhow::Result<()> {
    let pack = jackfield_packs::Pack::open(&archive(file)?, &jackfield_core::Limits::default())
        .with_context(|| file.display().to_string())?;
    let grants = GrantFile {
        pack: pack.manifest.pack.id.clone(),
        grants: Permission::asked(&pack.manifest),
    };
    print!("{}", toml::to_string_pretty(&grants)?);
    Ok(())
}

/// What to look at.
#[derive(clap::Args)]
pub(crate) struct ListArgs {
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn list(args: &ListArgs) -> anyhow::Result<()> {
    let listed = get(&args.place, "packs")?;
    if args.json {
        println!("{listed}");
        return Ok(());
    }
    let packs = listed.as_array().map(Vec::as_slice).unwrap_or_default();
    if packs.is_empty() {
        println!("no pack is installed; install one with `jackfield pack install FILE`");
    }
    for entry in packs {
        println!("{}", text(&entry["pack"]));
        let line = |what: &str, version: &Value, more: String| {
            let digest = text(&version["digest"]);
            println!("  {what:<8} {} {digest}{more}", text(&version["version"]));
        };
        if entry["given"] == true {
            line("given", &entry["current"], String::new());
            continue;
        }
        if !entry["current"].is_null() {
            line("current", &entry["current"], String::new());
        }
        let canary = &entry["canary"];
        if !canary.is_null() {
            let seen = &entry["seen"];
            let more = format!(
                "  {} % of new conversations, {} contacts; {} turns, {} bad",
                canary["share"],
                canary["contacts"].as_array().map_or(0, Vec::len),
                seen["turns"].as_u64().unwrap_or(0),
                seen["bad"].as_u64().unwrap_or(0)
            );
            line("on trial", &canary["version"], more);
        }
        for earlier in entry["earlier"].as_array().into_iter().flatten() {
            let leaving = &earlier["leaving"];
            let more = match leaving["withdrawn"]["reason"].as_str() {
                Some(reason) => format!("  withdrawn: {reason}"),
                None => format!("  {}", text(leaving)),
            };
            line("earlier", &earlier["version"], more);
        }
    }
    Ok(())
}

/// Which pack to look at.
#[derive(clap::Args)]
pub(crate) struct ViewArgs {
    /// The pack's id
    pack: PackId,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn why_denied(args: &ViewArgs) -> anyhow::Result<()> {
    let denials = get(&args.place, &format!("packs/{}/denials", args.pack))?;
    if args.json {
        println!("{denials}");
        return Ok(());
    }
    let denials = denials.as_array().map(Vec::as_slice).unwrap_or_default();
    if denials.is_empty() {
        println!(
            "nothing was denied to {} since the host was started",
            args.pack
        );
    }
    for denial in denials {
        println!("{} times: {}", denial["count"], text(&denial["what"]));
        println!("  would be allowed by {}", text(&denial["remedy"]));
    }
    Ok(())
}

pub(crate) fn suggest_grants(args: &ViewArgs) -> anyhow::Result<()> {
    let uses = get(&args.place, &format!("packs/{}/uses", args.pack))?;
    if args.json {
        println!("{uses}");
        return Ok(());
    }
    let grants = GrantFile {
        pack: args.pack.clone(),
        grants: serde_json::from_value(uses["grants"].clone())?,
    };
    println!("# What was used since the host was started; run all its flows first.");
    print!("{}", toml::to_string_pretty(&grants)?);
    for line in uses["unused"].as_array().into_iter().flatten() {
        println!("# not used: {}", text(line));
    }
    Ok(())
}

pub(super) fn get(place: &Place, path: &str) -> anyhow::Result<Value> {
    let host = Remote::new(place, "/api/v1/")?;
    crate::runtime()?.block_on(host.ask("GET", path, None))
}
