//! The packs to replay with, and the model that they and the published corrections make. The host's data is read only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use jackfield_core::{ErrorCode, Limits, Permission, TenantId, Value};
use jackfield_engine::replay::Replay;
use jackfield_engine::{Destinations, InstalledPack};
use jackfield_language::{Model, SentenceEncoder, Training};
use jackfield_packs::Pack;
use jackfield_sandbox::{Compiler, PluginSpec, Sandbox};
use jackfield_trainer::{EntryKey, Trainer};

use super::installed;
use crate::lifecycle::{Lineup, Loaded};
use crate::secret::known_secret;
use crate::settings::{PackSettings, Settings};
use crate::{eval, install, learnt};

/// Steps that run at the same time: one on each processor, and some to spare.
const INSTANCES: u32 = 64;

/// A replay for what a host recorded in `data`: with these packs, and with those that are installed there and have none of these in
/// their place.
pub(crate) fn load(packs: &[PathBuf], data: &Path, settings: &Settings) -> anyhow::Result<Replay> {
    let mut all: Vec<Pack> = Vec::new();
    for path in packs {
        let pack = open(path)?;
        let id = &pack.manifest.pack.id;
        let code = ErrorCode::PackTwice;
        ensure!(
            all.iter().all(|other| other.manifest.pack.id != *id),
            "{code}: {}: {id}; {}",
            code.summary(),
            code.help()
        );
        all.push(pack);
    }
    let all = installed::beside(all, data)?;
    ensure!(
        !all.is_empty(),
        "no pack is installed in {}; name those that the host was started with, with --pack",
        data.display()
    );
    let exe = std::env::current_exe().context("cannot find this program's own file")?;
    let sandbox = Sandbox::new(jackfield_sandbox::Options {
        // The host's own cache is not touched.
        cache: None,
        compiler: Compiler::Child {
            exe,
            args: vec!["compile-guest".into()],
        },
        concurrency: INSTANCES,
    })?;
    let mut lineup = Lineup::default();
    for (pack, granted) in all {
        let id = &pack.manifest.pack.id;
        let own = settings.packs.get(id).cloned().unwrap_or_default();
        let installed = Arc::new(without_world(&sandbox, &pack, &own, granted)?);
        let pack = Arc::new(pack);
        lineup.current.push(Loaded { pack, installed });
    }
    let secret = known_secret(data)?;
    if secret.is_none() {
        eprintln!(
            "warning: {} has no host.secret: one-time codes that contacts entered count as wrong",
            data.display()
        );
    }
    let secret = secret.unwrap_or_default();
    let training = taught(&lineup.training(), data, &secret)?;
    let encoder = eval::encoder(settings.language.encoder.as_ref())?;
    let encoder = encoder.map(|encoder| Arc::new(encoder) as Arc<dyn SentenceEncoder>);
    let model = Model::train_with(&training, encoder)?;
    let catalog = lineup.catalog(Arc::new(model), None);
    let options = jackfield_engine::Options {
        // A gateway's token is not needed: nothing is sent.
        code_delivery: settings
            .identity
            .code
            .delivery()
            .unwrap_or(jackfield_engine::CodeDelivery::None),
        secret,
        ..Default::default()
    };
    Ok(Replay::new(catalog, options, settings.server.public()?)?)
}

fn open(path: &Path) -> anyhow::Result<Pack> {
    learnt::is_there(path, ErrorCode::NoPack.help())?;
    let bytes = if path.is_dir() {
        crate::pack::build(path)?.archive
    } else {
        std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?
    };
    Pack::open(&bytes, &Limits::default()).with_context(|| format!("{}", path.display()))
}

/// Makes a pack ready to run without the systems and secrets that it would reach.
fn without_world(
    sandbox: &Sandbox,
    pack: &Pack,
    settings: &PackSettings,
    granted: BTreeSet<Permission>,
) -> anyhow::Result<InstalledPack> {
    let manifest = &pack.manifest;
    let spec = PluginSpec {
        pack: manifest.pack.id.clone(),
        grants: install::interfaces(manifest, &granted),
        limits: install::limits(&manifest.limits, &granted),
        schemas: pack
            .schemas()
            .iter()
            .map(|(flow, schema)| (flow.to_string(), schema.clone()))
            .collect(),
    };
    let plugin = sandbox
        .load(&pack.component, spec)
        .with_context(|| format!("cannot load the pack {}", manifest.pack.id))?;
    let texts = install::config_texts(manifest, settings)?;
    let value = |(key, spec): (&String, &jackfield_core::manifest::ConfigKey)| {
        Some((key.clone(), spec.parse(texts.get(key)?)?))
    };
    let config: BTreeMap<String, Value> = manifest.config.iter().filter_map(value).collect();
    Ok(InstalledPack::new(
        pack.digest,
        manifest.clone(),
        plugin,
        Arc::clone(pack.catalogues()),
        install::tables(pack.tables())?,
        config,
        Destinations::default(),
    )
    .granted(granted))
}

/// What the packs teach, corrected by what the host's trainer published.
fn taught(own: &Training, data: &Path, secret: &[u8; 32]) -> anyhow::Result<Training> {
    let directory = data.join("trainer");
    // A trainer makes its folder, and this touches nothing.
    if !directory.join("versions").is_dir() {
        return Ok(own.clone());
    }
    let trainer = Trainer::open(jackfield_trainer::Options {
        directory,
        tenant: TenantId::default(),
        key: EntryKey::new(secret),
    })?;
    Ok(trainer.with_corrections(|corrections| corrections.applied_to(own).training))
}
