//! What packs are granted: held against what they ask for, and told.

use std::collections::BTreeSet;

use jackfield_core::manifest::Manifest;
use jackfield_core::{ErrorCode, Limits, PackEntry, PackId, PackVersion, Permission};
use jackfield_packs::{Pack, Wording, explained};
use jackfield_sandbox::LoadError;
use serde_json::{Value, json};

use super::{Packs, Refused};

impl Packs {
    /// What a pack is granted, by whom and when, and what it asks for besides.
    pub(crate) fn grants(&self, id: &PackId) -> Result<Value, Refused> {
        let entry = self.known(id)?;
        let asked = self.asked_by_kept(&entry);
        let grants = entry.granted.iter().map(|line| {
            let decided = entry.granted_by.get(line);
            json!({
                "line": line, "asked": asked.contains(line),
                "by": decided.map(|decided| &decided.by), "at": decided.map(|decided| decided.at),
            })
        });
        let grants = grants.collect::<Vec<_>>();
        let mut missing = Vec::new();
        let on_trial = entry.canary.iter().map(|canary| &canary.version);
        for version in entry.current.iter().chain(on_trial) {
            let manifest = self.manifest(version)?;
            let asked = Permission::asked(&manifest);
            missing.extend(
                Permission::missing(&asked, &entry.granted)
                    .into_iter()
                    .map(|line| {
                        json!({
                            "version": version.version, "line": line,
                            "en": explained(line, &manifest, Wording::English),
                            "zh": explained(line, &manifest, Wording::Chinese),
                        })
                    }),
            );
        }
        Ok(json!({ "pack": id, "grants": grants, "missing": missing }))
    }

    /// Refuses lines that neither a version that is kept nor `asked` has: they would do nothing, and look as if they did. Lines that
    /// were granted before may stay.
    pub(super) fn check_asked(
        &self,
        id: &PackId,
        entry: &PackEntry,
        asked: BTreeSet<Permission>,
        lines: &BTreeSet<Permission>,
    ) -> Result<(), Refused> {
        let new: BTreeSet<&Permission> = lines.difference(&entry.granted).collect();
        if new.iter().all(|line| asked.contains(*line)) {
            return Ok(());
        }
        let mut all = self.asked_by_kept(entry);
        all.extend(asked);
        let unasked = new.into_iter().filter(|line| !all.contains(*line));
        let unasked = in_words(unasked);
        if unasked.is_empty() {
            return Ok(());
        }
        let asks = match all.is_empty() {
            true => "nothing".to_owned(),
            false => in_words(&all),
        };
        let what = format!("{id} does not ask for {unasked}; it asks for {asks}");
        Err(Refused::new(ErrorCode::NotAsked, what))
    }

    /// All that versions that are kept ask for. One whose archive is lost asks for nothing, and hinders nobody.
    fn asked_by_kept(&self, entry: &PackEntry) -> BTreeSet<Permission> {
        let manifests = entry
            .versions()
            .filter_map(|version| self.manifest(version).ok());
        manifests
            .flat_map(|manifest| Permission::asked(&manifest))
            .collect()
    }

    /// The manifest of a version that is kept, also of one that may not be used any more.
    fn manifest(&self, version: &PackVersion) -> Result<Manifest, Refused> {
        let known = self.loaded.lock().get(&version.digest).cloned();
        if let Some((_, loaded)) = known {
            return Ok(loaded.pack.manifest.clone());
        }
        let archive = self.shelf.archive(version.digest)?;
        Ok(Pack::open(&archive, &Limits::default())?.manifest)
    }
}

/// Why a pack does not start, for who granted it less than it needs: with what the publisher could do about it, it is not told.
pub(super) fn why_not_loaded(error: anyhow::Error, manifest: &Manifest) -> Refused {
    let capability = match error.downcast_ref::<LoadError>() {
        Some(LoadError::UngrantedImport { capability, .. }) => capability,
        _ => return error.into(),
    };
    if !manifest
        .capabilities
        .interfaces()
        .contains(&capability.as_str())
    {
        return error.into();
    }
    let (id, version) = (&manifest.pack.id, &manifest.pack.version);
    let what = format!(
        "{id} {version} asks for `{capability}`, which would not be granted, and cannot start without it\n  \
         why: its code calls it, so it is no line that can be left out\n  \
         fix: leave the line `{capability}` granted; a pack that is not to have it can only be removed, with `jackfield pack remove {id}`"
    );
    Refused::new(ErrorCode::UngrantedImport, what)
}

fn in_words<'a>(lines: impl IntoIterator<Item = &'a Permission>) -> String {
    let lines: Vec<String> = lines.into_iter().map(|line| format!("`{line}`")).collect();
    lines.join(", ")
}
