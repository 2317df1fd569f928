//! A pack by itself, with all that it asks for, and conversations held with it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow};
use jackfield_core::{Limits, Permission};
use jackfield_engine::rehearsal::Rehearsal;
use jackfield_language::Model;
use jackfield_packs::Pack;
use jackfield_rehearsal::{Coverage, Held, Script, hold};

use crate::lifecycle::Lineup;
use crate::settings::PackSettings;
use crate::{install, running};

/// A pack to hold conversations with.
pub(super) struct Stage {
    /// Id and version.
    pub(super) name: String,
    /// Nothing seen yet of what it declares.
    pub(super) coverage: Coverage,
    rehearsal: Rehearsal,
}

impl Stage {
    /// Takes a directory, which is built, or an archive.
    pub(super) fn of(path: &Path) -> anyhow::Result<Self> {
        if path.is_dir() {
            let archive = crate::pack::build(path)?.archive;
            // Beside what cargo compiled, so that the next time is quick.
            let compiled = path.join("target").join("jackfield");
            std::fs::create_dir_all(&compiled)
                .with_context(|| format!("cannot make {}", compiled.display()))?;
            return Self::load(&archive, &compiled);
        }
        let archive =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let scratch = Scratch::new()?;
        Self::load(&archive, &scratch.0)
    }

    fn load(archive: &[u8], compiled: &Path) -> anyhow::Result<Self> {
        let pack = Pack::open(archive, &Limits::default())?;
        let name = format!("{} {}", pack.manifest.pack.id, pack.manifest.pack.version);
        let coverage = Coverage::of(&pack.manifest);
        let sandbox = running::sandbox(compiled)?;
        let asked = Permission::asked(&pack.manifest);
        let settings = PackSettings {
            allow_private: true,
            ..PackSettings::default()
        };
        let installed = install::install(&sandbox, &pack, &settings, &asked)?;
        let lineup = Lineup::of(pack, installed);
        let model = Model::train(&lineup.training())?;
        let catalog = lineup.catalog(Arc::new(model), None);
        let rehearsal = Rehearsal::new(catalog, jackfield_engine::Options::default())?;
        Ok(Self {
            name,
            coverage,
            rehearsal,
        })
    }

    /// Holds the conversations, as many at a time as there are processors; the results are in their order.
    pub(super) fn hold(&self, scripts: &[(String, Script)]) -> anyhow::Result<Vec<Held>> {
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(usize, Held)>> = Mutex::default();
        let work = || -> anyhow::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()?;
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((_, script)) = scripts.get(at) else {
                    return Ok(());
                };
                let held = runtime.block_on(hold(script, &self.rehearsal));
                done.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((at, held));
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                let ended = worker.join();
                ended.map_err(|_| anyhow!("a thread of the test ended early"))??;
            }
            anyhow::Ok(())
        })?;
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(at, _)| *at);
        Ok(done.into_iter().map(|(_, held)| held).collect())
    }
}

/// A directory of this run alone.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("jackfield-test-{:x}", rand::random::<u64>()));
        // Not one that somebody else made.
        std::fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is only compiled code.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
