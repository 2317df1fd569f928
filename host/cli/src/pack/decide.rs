//! Decisions about the packs of a running host: promoting, going back, moving, removing, granting.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context as _;
use jackfield_core::{Digest, ErrorCode, PackId, Permission};
use serde_json::{Value, json};

use super::grant_file::{check_pack, read_grants};
use super::install::Who;
use super::view::get;
use crate::remote::{Place, Remote};

/// A decision about an installed pack.
#[derive(clap::Args)]
pub(crate) struct DecideArgs {
    /// The pack's id
    pack: PackId,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn decide(args: &DecideArgs, action: &str) -> anyhow::Result<()> {
    let mut body = json!({ "by": args.who.by });
    if action == "rollback" {
        let reason = args.reason.as_deref();
        body["reason"] = reason.unwrap_or("an operator took it back").into();
    }
    post(&args.place, &args.pack, action, body)?;
    println!("done: {action} {}", args.pack);
    Ok(())
}

/// What to remove.
#[derive(clap::Args)]
pub(crate) struct RemoveArgs {
    /// The pack's id
    pack: PackId,
    /// An earlier version, by the digest that `jackfield pack list` prints; without this, no version is current any more
    #[arg(long)]
    digest: Option<Digest>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn remove(args: &RemoveArgs) -> anyhow::Result<()> {
    let body = json!({ "by": args.who.by, "digest": args.digest });
    post(&args.place, &args.pack, "remove", body)?;
    println!("removed; flows that run on it end on it unless it was an earlier version");
    Ok(())
}

/// What to grant.
#[derive(clap::Args)]
pub(crate) struct GrantArgs {
    /// The pack's id
    pack: PackId,
    /// Lines to add to what is granted, such as `http to billing-url`
    lines: Vec<Permission>,
    /// Lines to take back; may be repeated
    #[arg(long)]
    revoke: Vec<Permission>,
    /// Put what this file says in place of all that is granted (`jackfield pack suggest-grants ID` writes one)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lines", "revoke"])]
    grants: Option<PathBuf>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn grant(args: &GrantArgs) -> anyhow::Result<()> {
    let granted = match &args.grants {
        Some(file) => {
            let file = read_grants(file)?;
            check_pack(&file, args.pack.as_str())?;
            file.grants
        }
        None => changed(args)?,
    };
    let body = json!({ "by": args.who.by, "permissions": granted });
    post(&args.place, &args.pack, "grants", body)?;
    for line in &granted {
        println!("{line}");
    }
    Ok(())
}

/// What is granted, with the lines that are added and without those that are taken back.
fn changed(args: &GrantArgs) -> anyhow::Result<BTreeSet<Permission>> {
    let listed = get(&args.place, "packs")?;
    let mut packs = listed.as_array().into_iter().flatten();
    let entry = packs.find(|entry| entry["pack"] == args.pack.as_str());
    let code = ErrorCode::UnknownPack;
    let entry = entry.with_context(|| format!("{code}: {}: {}", code.summary(), args.pack))?;
    let mut granted: BTreeSet<Permission> = serde_json::from_value(entry["granted"].clone())?;
    granted.extend(args.lines.iter().cloned());
    granted.retain(|line| !args.revoke.contains(line));
    Ok(granted)
}

fn post(place: &Place, pack: &PackId, action: &str, body: Value) -> anyhow::Result<()> {
    let host = Remote::new(place, "/api/v1/")?;
    let path = format!("packs/{pack}/{action}");
    crate::runtime()?
        .block_on(host.ask("POST", &path, Some(&body)))
        .map(drop)
}
