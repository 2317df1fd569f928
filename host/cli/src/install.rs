//! From an opened pack to one that runs: compile, grant, fill in settings, index tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use jackfield_core::manifest::{LimitRequest, Manifest};
use jackfield_core::{Limits, Permission, Value};
use jackfield_engine::{Catalog, Destinations, InstalledPack, Secret};
use jackfield_language::Model;
use jackfield_packs::{Pack, TableData};
use jackfield_sandbox::{ColumnKind, PluginSpec, Sandbox, TableSet};

use crate::lifecycle::Loaded;
use crate::settings::PackSettings;

/// Makes a pack ready to run. It may do what its manifest asks for and the operator granted.
pub(crate) fn install(
    sandbox: &Sandbox,
    pack: &Pack,
    settings: &PackSettings,
    granted: &BTreeSet<Permission>,
) -> anyhow::Result<InstalledPack> {
    let manifest = &pack.manifest;
    let id = &manifest.pack.id;
    let spec = PluginSpec {
        pack: id.clone(),
        grants: interfaces(manifest, granted),
        limits: limits(&manifest.limits, granted),
        schemas: pack
            .schemas()
            .iter()
            .map(|(flow, schema)| (flow.to_string(), schema.clone()))
            .collect(),
    };
    let plugin = sandbox
        .load(&pack.component, spec)
        .with_context(|| format!("cannot load the pack {id}"))?;
    let texts = config_texts(manifest, settings)?;
    let config = manifest
        .config
        .iter()
        .filter_map(|(key, spec)| Some((key.clone(), spec.parse(texts.get(key)?)?)))
        .collect::<BTreeMap<String, Value>>();
    let destinations =
        destinations(manifest, &texts, settings, granted).with_context(|| format!("pack {id}"))?;
    Ok(InstalledPack::new(
        pack.digest,
        manifest.clone(),
        plugin,
        Arc::clone(pack.catalogues()),
        tables(pack.tables())?,
        config,
        destinations,
    )
    .granted(granted.clone()))
}

/// The packs as one catalog, with a model to understand sentences.
pub(crate) fn catalog(packs: &[Loaded], model: Arc<Model>, earlier: Option<&Catalog>) -> Catalog {
    let installed = packs
        .iter()
        .map(|loaded| Arc::clone(&loaded.installed))
        .collect();
    Catalog::new(installed, model, earlier)
}

/// The interfaces that a pack asked for and was granted.
pub(crate) fn interfaces(manifest: &Manifest, granted: &BTreeSet<Permission>) -> BTreeSet<String> {
    let asked = manifest.capabilities.interfaces().into_iter();
    let may = |name: &&str| granted.contains(&Permission::Capability((*name).to_owned()));
    asked.filter(may).map(str::to_owned).collect()
}

/// The limits a pack asked for and was granted, up to the ceiling.
pub(crate) fn limits(request: &LimitRequest, granted: &BTreeSet<Permission>) -> Limits {
    let ceiling = Limits::ceiling();
    let mut limits = Limits::default();
    let may = |asked: Permission| granted.iter().any(|granted| granted.covers(&asked));
    let asked = request.memory_mib;
    if let Some(mib) = asked.filter(|mib| may(Permission::MemoryMib(*mib))) {
        limits.memory = (mib as usize * 1024 * 1024).min(ceiling.memory);
    }
    let asked = request.fuel;
    if let Some(fuel) = asked.filter(|fuel| may(Permission::Fuel(*fuel))) {
        limits.fuel = fuel.min(ceiling.fuel);
    }
    let asked = request.guest_time_ms;
    if let Some(ms) = asked.filter(|ms| may(Permission::GuestTimeMs(*ms))) {
        limits.guest_time = Duration::from_millis(ms.into()).min(ceiling.guest_time);
    }
    limits
}

pub(crate) fn config_texts(
    manifest: &Manifest,
    settings: &PackSettings,
) -> anyhow::Result<BTreeMap<String, String>> {
    for (key, value) in &settings.config {
        let Some(spec) = manifest.config.get(key) else {
            bail!(
                "the setting `{key}` is not declared by the pack {}",
                manifest.pack.id
            );
        };
        if spec.parse(value).is_none() {
            bail!(
                "the setting `{key}` of the pack {} must be of kind {}",
                manifest.pack.id,
                spec.kind
            );
        }
    }
    Ok(manifest
        .config
        .iter()
        .filter_map(|(key, spec)| {
            let value = settings.config.get(key).or(spec.default.as_ref())?;
            Some((key.clone(), value.clone()))
        })
        .collect())
}

fn destinations(
    manifest: &Manifest,
    config: &BTreeMap<String, String>,
    settings: &PackSettings,
    may: &BTreeSet<Permission>,
) -> anyhow::Result<Destinations> {
    let Some(http) = &manifest.capabilities.http else {
        return Ok(Destinations::default());
    };
    let mut granted = Destinations {
        private: settings.allow_private,
        ..Destinations::default()
    };
    let allowed =
        |destination: &&String| may.contains(&Permission::Destination((*destination).clone()));
    for destination in http.destinations.iter().filter(allowed) {
        let address = match manifest.config.contains_key(destination) {
            true => {
                let base = config.get(destination).ok_or_else(|| {
                    anyhow!("the setting `{destination}` has no value; set it in jackfield.toml")
                })?;
                granted.bases.insert(destination.clone(), base.clone());
                base
            }
            false => destination,
        };
        granted.allowed.push(
            address
                .parse()
                .with_context(|| format!("`{address}` is not an address"))?,
        );
    }
    for (name, source) in &settings.secrets {
        if !may.contains(&Permission::Secret(name.clone())) {
            continue;
        }
        let base = config.get(&source.destination).ok_or_else(|| {
            anyhow!(
                "the secret `{name}` names no known destination: `{}`",
                source.destination
            )
        })?;
        let value = std::env::var(&source.env).with_context(|| {
            format!(
                "the secret `{name}` is read from the environment variable {}",
                source.env
            )
        })?;
        granted.secrets.insert(
            name.clone(),
            Secret {
                value,
                origin: base.parse()?,
            },
        );
    }
    Ok(granted)
}

pub(crate) fn tables(data: &[TableData]) -> anyhow::Result<TableSet> {
    let mut builder = TableSet::builder();
    for table in data {
        let columns = table
            .columns
            .iter()
            .map(|(name, kind)| (name.clone(), column_kind(kind)))
            .collect();
        builder = builder
            .table(&table.name, columns, table.rows.clone(), &table.indexed)
            .with_context(|| format!("table `{}`", table.name))?;
    }
    Ok(builder.build())
}

/// The manifest's column types are the packs crate's; the query engine's are the sandbox's.
fn column_kind(kind: &jackfield_packs::ColumnKind) -> ColumnKind {
    use jackfield_packs::ColumnKind as Declared;
    match kind {
        Declared::Text => ColumnKind::Text,
        Declared::Integer => ColumnKind::Integer,
        Declared::Number => ColumnKind::Number,
        Declared::Boolean => ColumnKind::Boolean,
        Declared::Date => ColumnKind::Date,
        Declared::Money(currency) => ColumnKind::Money {
            currency: currency.clone(),
        },
    }
}
