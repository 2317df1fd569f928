//! `jackfield trust`: whose packs are installed.

mod add;
mod file;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use jackfield_core::manifest::Capabilities;
use jackfield_core::{Digest, ErrorCode};
use jackfield_packs::trust::{KeyId, PackPattern, Revocation, Role, Trust, TrustedKey};
use jiff::civil::Date;

pub(crate) use self::file::TrustFile;
use crate::keys;

/// Whose packs are installed.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Trust a key
    Add {
        /// The public key: itself, or its .pub file
        key: String,
        /// Whose it is
        #[arg(long)]
        name: String,
        /// Sign as a reviewer instead of as a publisher
        #[arg(long)]
        reviewer: bool,
        /// Packs that it may vouch for: `com.example.telecom`, `com.example.*`, or `*`; may be repeated
        #[arg(long, required = true)]
        packs: Vec<PackPattern>,
        /// Capabilities that its packs may ask for, with commas between; without this, all
        #[arg(long, value_delimiter = ',', value_parser = capability)]
        capabilities: Option<Vec<String>>,
        /// The last day on which it may be used for an installation
        #[arg(long)]
        expires: Option<Date>,
        /// The key is trusted already: let this take the place of its role, name, packs, capabilities and last day
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        place: Place,
    },
    /// List what is trusted and what is revoked
    List {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Take back trust in a key, or in one archive, for good
    Revoke {
        /// A key's id, or the SHA-256 of an archive
        what: String,
        /// Why
        #[arg(long, value_parser = said)]
        reason: String,
        #[command(flatten)]
        place: Place,
    },
    /// Say how many trusted reviewers must have signed
    Policy {
        /// How many
        #[arg(long)]
        reviewers: usize,
        #[command(flatten)]
        place: Place,
    },
}

/// Which host's trust it is.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// The host's data directory
    #[arg(long, default_value = "data")]
    data: PathBuf,
}

impl Place {
    /// The file of a directory that is there: in one that is misspelt nothing is trusted, and nothing can be revoked.
    fn existing(&self) -> anyhow::Result<TrustFile> {
        let code = ErrorCode::NoData;
        ensure!(
            self.data.is_dir(),
            "{code}: {}: {}; {}",
            code.summary(),
            self.data.display(),
            code.help()
        );
        Ok(TrustFile::of(&self.data))
    }
}

/// A capability that a key's packs may ask for.
fn capability(text: &str) -> Result<String, String> {
    let all = Capabilities::INTERFACES.into_iter().chain(["verify"]);
    match all.clone().any(|name| name == text) {
        true => Ok(text.to_owned()),
        false => Err(format!("it is one of {}", Vec::from_iter(all).join(", "))),
    }
}

/// A reason that says something.
fn said(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("it is empty; say why in a few words, for whoever meets it later".to_owned()),
        said => Ok(said.to_owned()),
    }
}

pub(crate) fn main(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add {
            key,
            name,
            reviewer,
            packs,
            capabilities,
            expires,
            replace,
            place,
        } => {
            let key = TrustedKey {
                name,
                role: if reviewer {
                    Role::Reviewer
                } else {
                    Role::Publisher
                },
                public: keys::public_key(&key)?,
                packs: packs.into_iter().collect(),
                capabilities: capabilities.map(BTreeSet::from_iter),
                expires,
            };
            add::add(&TrustFile::of(&place.data), key, replace)
        }
        Command::List { json, place } => list(&place.existing()?.read()?, json),
        Command::Revoke {
            what,
            reason,
            place,
        } => revoke(&place.existing()?, &what, reason),
        Command::Policy { reviewers, place } => policy(&TrustFile::of(&place.data), reviewers),
    }
}

/// Asks for so many reviewers, as long as there are as many.
fn policy(file: &TrustFile, reviewers: usize) -> anyhow::Result<()> {
    file.change(|trust| {
        let trusted = usable_reviewers(trust);
        ensure!(
            reviewers <= trusted,
            "{}: the policy would ask for {reviewers} reviewers, more than are trusted ({trusted}), so that nothing could be installed; \
             trust more with `jackfield trust add KEY --name NAME --packs PACKS --reviewer`, or ask for fewer",
            ErrorCode::ImpossibleTrust
        );
        trust.policy.reviewers = reviewers;
        Ok(())
    })?;
    println!("{reviewers} reviewers must have signed a pack before it is installed");
    Ok(())
}

/// The reviewers whose signatures count today.
fn usable_reviewers(trust: &Trust) -> usize {
    let today = jiff::Zoned::now().date();
    let counts = |key: &&TrustedKey| {
        key.role == Role::Reviewer
            && !key.is_over(today)
            && trust.key_revoked(key.public.id()).is_none()
    };
    trust.keys.iter().filter(counts).count()
}

fn revoke(file: &TrustFile, what: &str, reason: String) -> anyhow::Result<()> {
    let (key, pack) = match what.parse::<KeyId>() {
        Ok(key) => (Some(key), None),
        Err(_) => {
            let pack: Digest = what.parse().with_context(|| {
                format!("`{what}` is neither a key's id nor an archive's SHA-256")
            })?;
            (None, Some(pack))
        }
    };
    let is_it = |revoked: &Revocation| revoked.key == key && revoked.pack == pack;
    // What was known when it was revoked stays on record.
    if let Some(earlier) = file.read()?.revoked.iter().find(|revoked| is_it(revoked)) {
        println!(
            "{what} is revoked already, and stays so: {}",
            earlier.reason
        );
        return Ok(());
    }
    let mut known = true;
    let (mut needed, mut left) = (0, 0);
    file.change(|trust| {
        known = key.is_none_or(|id| trust.keys.iter().any(|key| key.public.id() == id));
        trust.revoked.push(Revocation { key, pack, reason });
        (needed, left) = (trust.policy.reviewers, usable_reviewers(trust));
        Ok(())
    })?;
    println!("{what} is revoked; a running host notices within seconds");
    if !known {
        eprintln!(
            "warning: no key of this id is trusted here; `jackfield trust list` shows those that are"
        );
    }
    if left < needed {
        eprintln!(
            "warning: {needed} reviewers must have signed, and {left} are trusted now, so that nothing can be installed; trust another with \
             `jackfield trust add KEY --name NAME --packs PACKS --reviewer`, or ask for fewer with `jackfield trust policy`"
        );
    }
    Ok(())
}

fn list(trust: &Trust, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string(trust)?);
        return Ok(());
    }
    if trust.keys.is_empty() {
        println!("no key is trusted; add one with `jackfield trust add`");
    }
    for key in &trust.keys {
        let packs: Vec<String> = key.packs.iter().map(ToString::to_string).collect();
        let mut line = format!(
            "{} {} {} for {}",
            key.public.id(),
            key.role,
            key.name,
            packs.join(", ")
        );
        if let Some(names) = &key.capabilities {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            line.push_str(&format!(" with {}", names.join(", ")));
        }
        if let Some(last) = key.expires {
            line.push_str(&format!(" until {last}"));
        }
        if let Some(revocation) = trust.key_revoked(key.public.id()) {
            line.push_str(&format!(" REVOKED: {}", revocation.reason));
        }
        println!("{line}");
    }
    for revocation in &trust.revoked {
        let what = match (revocation.key, revocation.pack) {
            (Some(key), _) => key.to_string(),
            (None, Some(pack)) => pack.to_string(),
            (None, None) => continue,
        };
        println!("{what} revoked: {}", revocation.reason);
    }
    println!("reviewers needed: {}", trust.policy.reviewers);
    Ok(())
}
