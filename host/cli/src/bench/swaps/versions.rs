//! Versions of a pack to swap, made of one archive: sound ones, and ones that go wrong in their own ways.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use jackfield_core::Limits;
use toml::{Table, Value};

/// What the archive calls its manifest and its component.
const MANIFEST: &str = "pack.toml";
const COMPONENT: &str = "plugin.wasm";

/// How a version does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As the one before.
    Sound,
    /// Its steps are stopped at a limit: no fuel to speak of.
    OutOfFuel,
    /// Its replies are refused: no state of its flows fits their schemas.
    BrokenSchema,
    /// It cannot even be started: less memory than it begins with.
    OutOfMemory,
}

impl Kind {
    /// Every third one is bad, each time in another way.
    pub(super) fn of(number: usize) -> Self {
        match (number % 3, number / 3 % 3) {
            (2, 0) => Self::OutOfFuel,
            (2, 1) => Self::BrokenSchema,
            (2, _) => Self::OutOfMemory,
            _ => Self::Sound,
        }
    }
}

/// A pack whose versions are made.
pub(super) struct Versions {
    files: BTreeMap<String, Vec<u8>>,
    /// Where they are put together.
    dir: PathBuf,
}

impl Versions {
    pub(super) fn of(archive: &[u8], dir: PathBuf) -> anyhow::Result<Self> {
        let files = jackfield_packs::contents(archive, &Limits::default())?;
        Ok(Self { files, dir })
    }

    /// The archive of a version. Each is newer than those before it.
    pub(super) fn archive(&self, number: usize, kind: Kind) -> anyhow::Result<Vec<u8>> {
        let mut files = self.files.clone();
        let component = files
            .remove(COMPONENT)
            .context("the pack has no component")?;
        let manifest = files
            .get_mut(MANIFEST)
            .context("the pack has no manifest")?;
        let mut table: Table = std::str::from_utf8(manifest)?.parse()?;
        section(&mut table, "pack")?.insert("version".into(), format!("1000.0.{number}").into());
        let (key, little) = match kind {
            Kind::OutOfFuel => ("fuel", 1_000),
            Kind::OutOfMemory => ("memory-mib", 1),
            Kind::Sound | Kind::BrokenSchema => ("", 0),
        };
        if !key.is_empty() {
            section(&mut table, "limits")?.insert(key.into(), Value::Integer(little));
        }
        *manifest = toml::to_string(&table)?.into_bytes();
        if kind == Kind::BrokenSchema {
            let schemas = files
                .iter_mut()
                .filter(|(name, _)| name.starts_with("schemas/"));
            for (_, schema) in schemas {
                *schema = br#"{"type":"object","required":["what no flow keeps"]}"#.to_vec();
            }
        }
        for (name, content) in &files {
            let file = self.dir.join(name);
            std::fs::create_dir_all(file.parent().unwrap_or(&self.dir))?;
            std::fs::write(file, content)?;
        }
        let built = jackfield_packs::assemble(&self.dir, &component, &Limits::default())?;
        Ok(built.archive)
    }
}

fn section<'t>(table: &'t mut Table, name: &str) -> anyhow::Result<&'t mut Table> {
    let section = table.entry(name).or_insert_with(|| Table::new().into());
    section
        .as_table_mut()
        .with_context(|| format!("`{name}` is no table"))
}
