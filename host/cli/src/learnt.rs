//! What packs teach, for commands that need no running host.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use jackfield_core::manifest::Manifest;
use jackfield_core::{ErrorCode, FlowId, Limits};
use jackfield_language::Training;
use jackfield_packs::{Pack, PackSource, read_source};

/// Where the language data comes from.
#[derive(clap::Args)]
pub(crate) struct Packs {
    /// A pack's source directory or archive; may be repeated
    #[arg(long = "pack", default_value = "plugins/telecom")]
    packs: Vec<PathBuf>,
}

impl Packs {
    /// The language data of all of them.
    pub(crate) fn training(&self) -> anyhow::Result<Training> {
        training(&self.packs)
    }

    /// The language data of all of them, and the flow that each intent starts.
    pub(crate) fn learnt(&self) -> anyhow::Result<Learnt> {
        learnt(&self.packs)
    }
}

/// What packs teach.
#[derive(Debug, Default)]
pub(crate) struct Learnt {
    pub(crate) training: Training,
    /// The flow that each intent starts.
    pub(crate) flows: HashMap<String, FlowId>,
    /// The locales that the packs speak.
    locales: BTreeSet<String>,
}

impl Learnt {
    /// The locales that the packs speak, in order.
    pub(crate) fn locales(&self) -> Vec<&str> {
        self.locales.iter().map(String::as_str).collect()
    }
}

/// The language data of packs, as directories or archives.
pub(crate) fn training(packs: &[PathBuf]) -> anyhow::Result<Training> {
    Ok(learnt(packs)?.training)
}

fn learnt(packs: &[PathBuf]) -> anyhow::Result<Learnt> {
    let mut all = Learnt::default();
    let mut seen = BTreeSet::new();
    for pack in packs {
        is_there(
            pack,
            "name a pack's source directory or archive with --pack",
        )?;
        let (manifest, training) =
            of(pack).with_context(|| format!("cannot learn from {}", pack.display()))?;
        ensure!(
            seen.insert(manifest.pack.id.clone()),
            "{} is named twice: {} is its second place; leave one of them out",
            manifest.pack.id,
            pack.display()
        );
        all.training.add(training);
        all.locales
            .extend(manifest.pack.locales.iter().map(ToString::to_string));
        for (name, spec) in &manifest.flows {
            for intent in &spec.intents {
                let flow = FlowId {
                    pack: manifest.pack.id.clone(),
                    flow: name.clone(),
                };
                all.flows.insert(intent.clone(), flow);
            }
        }
    }
    Ok(all)
}

/// Refuses a path at which nothing is, with what to do.
pub(crate) fn is_there(pack: &Path, help: &str) -> anyhow::Result<()> {
    let code = ErrorCode::NoPack;
    ensure!(
        pack.exists(),
        "{code}: {}: {}; {help}",
        code.summary(),
        pack.display()
    );
    Ok(())
}

/// Manifest and language data of a pack. What is doubtful in a directory is said, as when it is built.
fn of(pack: &Path) -> anyhow::Result<(Manifest, Training)> {
    if pack.is_dir() {
        let PackSource {
            manifest,
            training,
            warnings,
        } = read_source(pack)?;
        for warning in warnings {
            eprintln!("warning: {warning}");
        }
        return Ok((manifest, training));
    }
    let archive = std::fs::read(pack)?;
    let pack = Pack::open(&archive, &Limits::default())?;
    Ok((pack.manifest.clone(), pack.training().clone()))
}
