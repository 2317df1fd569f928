//! What the host takes out of use by itself: versions that do badly on trial, and what is no longer trusted.

use std::sync::Arc;
use std::time::Duration;

use jackfield_core::{ErrorCode, PackChange, PackId, PackVersion};
use jackfield_engine::Engine;
use jackfield_packs::trust::Trust;

use super::decide::HOST;
use super::{Packs, Refused};
use crate::teaching::Teaching;

/// How often it is looked whether what is trusted has changed.
const TRUST_EVERY: Duration = Duration::from_secs(2);

impl Packs {
    /// Takes out of use what is revoked.
    fn look_at_trust(&self, teaching: &Teaching) -> Result<(), Refused> {
        let trust = self.trust.read()?;
        let _deciding = self.deciding.lock();
        for id in self.store.packs(&self.tenant).into_keys() {
            let mut changed = false;
            // Back to the version before, until one is sound or none is left.
            while let Some((version, reason)) = self.revoked_in_use(&trust, &id) {
                tracing::error!(pack = %id, version = version.version, code = %ErrorCode::Revoked, "taken out of use: {reason}");
                let digest = version.digest;
                self.note(&id, HOST, PackChange::Revoke { digest, reason })?;
                changed = true;
            }
            if changed {
                self.put_in_place(teaching)?;
            }
        }
        Ok(())
    }

    /// A version in use that is revoked, and why.
    fn revoked_in_use(&self, trust: &Trust, id: &PackId) -> Option<(PackVersion, String)> {
        let entry = self.entry(id);
        let on_trial = entry.canary.iter().map(|canary| &canary.version);
        let mut in_use = on_trial.chain(&entry.current);
        in_use.find_map(|version| Some((version.clone(), self.revoked(trust, version)?)))
    }
}

/// Takes back what does badly, and what is no longer trusted, as long as the host runs.
pub(crate) async fn watch(packs: Arc<Packs>, teaching: Arc<Teaching>, engine: Engine) {
    let Some(mut regressions) = engine.regressions() else {
        return;
    };
    // Revoked while the host was down: the first look is at once.
    let mut last = None;
    loop {
        let heard = tokio::time::timeout(TRUST_EVERY, regressions.recv()).await;
        let (packs, teaching) = (Arc::clone(&packs), Arc::clone(&teaching));
        let done = match heard {
            Ok(None) => return,
            Ok(Some(bad)) => tokio::task::spawn_blocking(move || {
                packs.withdraw(&teaching, &bad.pack, bad.digest, bad.reason)
            }),
            Err(_) if packs.trust.changed() == last => continue,
            Err(_) => {
                last = packs.trust.changed();
                tokio::task::spawn_blocking(move || packs.look_at_trust(&teaching))
            }
        };
        match done.await {
            Ok(Ok(())) => {}
            Ok(Err(refused)) => tracing::error!(code = %refused.code, "{refused}"),
            Err(error) => tracing::error!("deciding about packs: {error}"),
        }
    }
}
