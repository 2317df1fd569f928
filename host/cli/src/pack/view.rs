//! What can be seen of packs: which run and how they do, what they asked for, used and were denied.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use jackfield_core::{PackId, Permission};
use jackfield_packs::GrantFile;
use serde_json::Value;

use super::plan::text;
use super::sign::archive;
use crate::audit::{plain, when};
use crate::remote::{Place, Remote};

/// What to print the grants of.
#[derive(clap::Args)]
pub(crate) struct GrantsArgs {
    /// An archive, or the id of an installed pack
    #[arg(value_name = "FILE|ID")]
    what: String,
    /// Print what an installed pack is granted as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn grants(args: &GrantsArgs) -> anyhow::Result<()> {
    let file = Path::new(&args.what);
    match PackId::new(&args.what) {
        Ok(pack) if !args.what.ends_with(".jfpack") && !file.exists() => {
            granted(&pack, args.json, &args.place)
        }
        _ => asked(file),
    }
}

/// Prints what an installed pack is granted, by whom, and what it asks for besides.
fn granted(pack: &PackId, json: bool, place: &Place) -> anyhow::Result<()> {
    let told = get(place, &format!("packs/{pack}/grants"))?;
    if json {
        println!("{told}");
        return Ok(());
    }
    let lines = |list: &str| told[list].as_array().cloned().unwrap_or_default();
    println!("{pack}");
    for grant in lines("grants") {
        let (line, by) = (text(&grant["line"]), grant["by"].as_str());
        let by = by.map_or("granted before names were noted".to_owned(), |by| {
            format!(
                "{} by {}",
                when(grant["at"].as_u64().unwrap_or(0)),
                plain(by)
            )
        });
        let unasked = match grant["asked"].as_bool() {
            Some(false) => "; no version that is kept asks for it",
            _ => "",
        };
        println!("  granted      {line:<32} {by}{unasked}");
    }
    for asked in lines("missing") {
        let (line, version) = (text(&asked["line"]), text(&asked["version"]));
        println!(
            "  not granted  {line:<32} {version} asks for it: {}",
            text(&asked["en"])
        );
    }
    Ok(())
}

/// Prints the file of grants that gives an archive all it asks for.
fn asked(file: &Path) -> anyhow::Result<()> {
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
        } else {
            println!("  no version is in use: no conversation begins with this pack");
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
            let withdrawn = leaving["withdrawn"]["reason"].as_str();
            let more = match (earlier["revoked"].as_str(), withdrawn) {
                (Some(why), _) => format!("  out of use: {why}"),
                (None, Some(reason)) => format!("  withdrawn: {reason}"),
                (None, None) => format!("  {}", text(leaving)),
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
    println!(
        "# What was used since the host was started, and what it cannot start without; run all its flows first."
    );
    println!(
        "# `jackfield pack grant {} --grants FILE` puts it in place of what is granted.",
        args.pack
    );
    print!("{}", toml::to_string_pretty(&grants)?);
    let only: BTreeSet<Permission> = serde_json::from_value(uses["only_to_start"].clone())?;
    for line in grants.grants.difference(&only) {
        println!("# used: {line}");
    }
    for line in &only {
        println!("# not used, and it cannot start without: {line}");
    }
    for line in uses["unused"].as_array().into_iter().flatten() {
        println!("# not used, and left out: {}", text(line));
    }
    Ok(())
}

pub(super) fn get(place: &Place, path: &str) -> anyhow::Result<Value> {
    let host = Remote::new(place, "/api/v1/")?;
    crate::runtime()?.block_on(host.ask("GET", path, None))
}
