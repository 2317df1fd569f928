//! What is told about packs.

use std::collections::{BTreeMap, BTreeSet};

use jackfield_core::manifest::Manifest;
use jackfield_core::{Digest, EarlierVersion, PackId, Permission, compare_versions};
use jackfield_engine::Engine;
use jackfield_packs::{Wording, explained};
use serde_json::{Value, json};

use super::{Packs, Refused};

impl Packs {
    /// Every pack with its versions, and how a version on trial does.
    pub(crate) fn list(&self, engine: &Engine) -> Value {
        let fleet = engine.fleet(&self.tenant);
        let given = self.given.iter().map(|given| {
            json!({ "pack": given.id(), "given": true, "current": { "version": given.pack.manifest.pack.version, "digest": given.pack.digest } })
        });
        let packs = self.store.packs(&self.tenant);
        // A trust file that cannot be read is reported where something is installed.
        let trust = self.trust.read().unwrap_or_default();
        let earlier = |earlier: &EarlierVersion| {
            json!({
                "version": earlier.version, "leaving": earlier.leaving,
                "revoked": self.revoked(&trust, &earlier.version),
            })
        };
        let installed = packs.iter().map(|(id, entry)| {
            let trial = fleet.trials().iter().find(|trial| trial.pack() == id);
            let seen = trial.map(|trial| trial.watch().seen()).map(|seen| {
                json!({ "turns": seen.turns, "bad": seen.bad, "steps": seen.steps, "micros": seen.micros, "other_steps": seen.other_steps, "other_micros": seen.other_micros })
            });
            json!({
                "pack": id, "current": entry.current, "canary": entry.canary, "seen": seen,
                "earlier": entry.earlier.iter().map(earlier).collect::<Vec<_>>(), "granted": entry.granted, "newest": entry.newest,
            })
        });
        Value::Array(given.chain(installed).collect())
    }

    /// What an archive is, asks for and changes, before it is installed.
    pub(crate) fn plan(&self, digest: Digest) -> Result<Value, Refused> {
        let candidate = self.candidate(digest)?;
        let manifest = &candidate.pack.manifest;
        let info = &manifest.pack;
        let entry = self.entry(&info.id);
        let asked = Permission::asked(manifest);
        let missing = Permission::missing(&asked, &entry.granted);
        let told = |permission: &Permission| {
            json!({
                "line": permission,
                "address": self.address(permission, manifest),
                "en": explained(permission, manifest, Wording::English),
                "zh": explained(permission, manifest, Wording::Chinese),
                "granted": !missing.contains(&permission),
            })
        };
        let no_longer = Permission::missing(&entry.granted, &asked);
        let older = entry.newest.as_deref();
        let older = older.is_some_and(|newest| compare_versions(&info.version, newest).is_lt());
        let withdrawn = entry.withdrawn(digest);
        let withdrawn =
            withdrawn.map(|(reason, decided)| json!({ "reason": reason, "decided": decided }));
        Ok(json!({
            "pack": info.id, "version": info.version, "digest": digest, "name": info.name, "publisher": info.publisher,
            "signed": candidate.provenance, "current": entry.current,
            "asks": asked.iter().map(told).collect::<Vec<_>>(),
            "missing": missing, "no_longer_asks": no_longer, "older_than_before": older,
            "state_version": info.state_version, "withdrawn": withdrawn,
        }))
    }

    /// What a pack was denied, and what would allow it.
    pub(crate) fn denials(&self, engine: &Engine, id: &PackId) -> Result<Value, Refused> {
        let running = self.running(engine, id)?;
        let denials = running.iter().flat_map(|pack| {
            let asked = Permission::asked(&pack.manifest);
            pack.ledger.denied().into_iter().map(move |(line, denial)| {
                let asked = asked.iter().any(|asked| asked.to_string() == line);
                let remedy = match asked {
                    _ if line == "allow-private" => {
                        format!("allow-private = true under [packs.\"{}\"] in jackfield.toml", pack.id())
                    }
                    true => format!("the line `{line}` among its grants: `jackfield pack grant {} \"{line}\"`", pack.id()),
                    false => format!("`{line}` is not asked for in its pack.toml: the publisher has to add it under [capabilities]"),
                };
                json!({ "version": pack.manifest.pack.version, "line": line, "count": denial.count, "what": denial.what, "remedy": remedy })
            })
        });
        Ok(Value::Array(denials.collect()))
    }

    /// The least that a pack needs of its grants: what was used since the host was started, and what it cannot start without.
    pub(crate) fn uses(&self, engine: &Engine, id: &PackId) -> Result<Value, Refused> {
        let running = self.running(engine, id)?;
        let mut uses = BTreeMap::<String, u64>::new();
        let mut called = BTreeSet::<&str>::new();
        for pack in &running {
            for (line, count) in pack.ledger.used() {
                *uses.entry(line).or_default() += count;
            }
            called.extend(pack.plugin.interfaces().iter().map(String::as_str));
        }
        let granted = self.entry(id).granted;
        let used = |permission: &Permission| uses.contains_key(&permission.to_string());
        let to_start = |permission: &Permission| match permission {
            Permission::Capability(name) => called.contains(name.as_str()),
            // Limits are not told apart by use.
            Permission::MemoryMib(_) | Permission::Fuel(_) | Permission::GuestTimeMs(_) => true,
            _ => false,
        };
        let (needed, unused): (Vec<_>, Vec<_>) = granted
            .iter()
            .partition(|permission| used(permission) || to_start(permission));
        let only: Vec<_> = needed
            .iter()
            .filter(|permission| !used(permission))
            .collect();
        Ok(
            json!({ "pack": id, "grants": needed, "only_to_start": only, "unused": unused, "used": uses }),
        )
    }

    /// Where a destination is, as the host is set up: a setting's value, or its default.
    fn address(&self, permission: &Permission, manifest: &Manifest) -> Option<String> {
        let Permission::Destination(key) = permission else {
            return None;
        };
        let spec = manifest.config.get(key)?;
        let own = self.settings.get(&manifest.pack.id);
        let set = own.and_then(|own| own.config.get(key).cloned());
        set.or_else(|| spec.default.clone())
    }

    fn running(
        &self,
        engine: &Engine,
        id: &PackId,
    ) -> Result<Vec<std::sync::Arc<jackfield_engine::InstalledPack>>, Refused> {
        let entry = self.known(id)?;
        let fleet = engine.fleet(&self.tenant);
        let versions = entry.versions();
        Ok(versions
            .filter_map(|version| fleet.version(&version.digest).cloned())
            .collect())
    }
}
