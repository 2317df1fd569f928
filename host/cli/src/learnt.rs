//! What packs teach, for commands that need no running host.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jackfield_core::Limits;
use jackfield_language::Training;
use jackfield_packs::{Pack, read_training};

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
        let mut all = Training::default();
        for pack in &self.packs {
            let own = of(pack).with_context(|| format!("cannot learn from {}", pack.display()))?;
            all.add(own);
        }
        Ok(all)
    }
}

fn of(pack: &Path) -> anyhow::Result<Training> {
    if pack.is_dir() {
        return Ok(read_training(pack)?);
    }
    let archive = std::fs::read(pack)?;
    Ok(Pack::open(&archive, &Limits::default())?.training().clone())
}
