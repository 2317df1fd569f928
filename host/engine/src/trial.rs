//! Turns while a version is tried: what goes wrong on it is held once more on the version in use, before anything is
//! committed, so that no customer sees it.

use std::sync::Arc;

use jackfield_core::{Accepted, Session, TenantId};
use jackfield_store::StoreError;

use crate::engine::{Engine, Regression};
use crate::fleet::{Chosen, Fleet, Trial};
use crate::installed::Catalog;
use crate::turn::{Finished, Turn};
use crate::watch::{is_suspicious, is_wasteful};

impl Engine {
    /// Holds one turn on what its session belongs to.
    pub(crate) async fn held_on(
        &self,
        fleet: &Fleet,
        tenant: &TenantId,
        base: &Session,
        accepted: &Accepted,
    ) -> Result<Finished, StoreError> {
        let hold = |catalog: &Arc<Catalog>| {
            let catalog = Arc::clone(catalog);
            Turn::new(&self.0, tenant.clone(), base, accepted.clone(), catalog).run()
        };
        match fleet.choose(base) {
            Chosen::Current(catalog) => {
                let finished = hold(catalog).await?;
                for trial in fleet.trials() {
                    if let Some(current) = fleet.current().pack(trial.pack()) {
                        trial.watch.note_other(&finished.record, current.digest);
                    }
                }
                Ok(finished)
            }
            Chosen::Trial(trial) => {
                let tried = hold(trial.catalog()).await?;
                let usual = fleet.current().pack(trial.pack());
                let usual = usual.and_then(|pack| pack.most_fuel());
                let digest = trial.digest();
                let wasteful = is_suspicious(&tried.record, digest, usual);
                if !tried.failed && !wasteful {
                    self.judge(trial, tenant, &tried, false);
                    return Ok(tried);
                }
                let again = hold(trial.fallback()).await?;
                // What goes wrong on both is not the new version's doing; but a flow that could not leave it ran on one only.
                let left = again.record.steps.iter().all(|step| step.pack != digest);
                let bad = match tried.failed {
                    true => !(again.failed && left),
                    false => !again.failed && is_wasteful(&tried.record, &again.record),
                };
                self.judge(trial, tenant, &tried, bad);
                if bad {
                    metrics::counter!("jackfield_canary_bad_turn_total", "pack" => trial.pack().to_string())
                        .increment(1);
                    tracing::warn!(session = %base.id, pack = %trial.pack(), digest = %digest.short(), "a turn went wrong on the version that is tried, and was held on the one in use: {}", tried.record.decision.reason);
                    return Ok(again);
                }
                Ok(tried)
            }
        }
    }

    /// Notes how a turn went, and ends the trial when it is enough.
    fn judge(&self, trial: &Trial, tenant: &TenantId, tried: &Finished, bad: bool) {
        let verdict = trial.watch.note(&tried.record, trial.digest(), bad);
        let Some(reason) = verdict.filter(|_| trial.end()) else {
            return;
        };
        tracing::error!(pack = %trial.pack(), digest = %trial.digest().short(), "the version that is tried is taken back: {reason}");
        metrics::counter!("jackfield_canary_rolled_back_total", "pack" => trial.pack().to_string())
            .increment(1);
        let regression = Regression {
            tenant: tenant.clone(),
            pack: trial.pack().clone(),
            digest: trial.digest(),
            reason,
        };
        // Nobody listens in tests and benches; the trial is over all the same.
        let _ = self.0.regressions.send(regression);
    }
}
