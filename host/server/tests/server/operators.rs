//! What operators ask of: keys, packs and a trainer in memory, each remembering what it was asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jackfield_core::{ApiKey, Digest, ErrorCode, KeyChange, KeyId, Position, Role, TenantId};
use jackfield_server::{
    Administration, HostError, OperatorAccess, OperatorToken, Options, PackAccess, PackKeeper,
    PackRequest, Trainer, TrainerRequest,
};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::client::options;

/// The operator's token.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// The largest archive.
pub(crate) const LARGEST: usize = 1_000;

/// Everything that operators can ask of.
#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) keys: Mutex<BTreeMap<(TenantId, KeyId), Arc<ApiKey>>>,
    /// Who changed a key.
    pub(crate) changed_by: Mutex<Vec<String>>,
    /// Pages of the audit that were asked for.
    pub(crate) audited: Mutex<Vec<(Option<Position>, usize)>>,
    /// What the trainer was asked.
    pub(crate) trained: Mutex<Vec<TrainerRequest>>,
    /// What was asked about packs.
    pub(crate) packed: Mutex<Vec<PackRequest>>,
    /// The trainer refuses everything with this code.
    pub(crate) refuses: Mutex<Option<ErrorCode>>,
    /// How long the trainer thinks.
    pub(crate) thinks: Duration,
}

impl Fake {
    /// Keeps a key, and gives it as its holder has it.
    pub(crate) fn give(&self, number: u64, role: Role, change: impl FnOnce(&mut ApiKey)) -> String {
        self.give_in(&TenantId::default(), number, role, change)
    }

    /// The same in a tenant.
    pub(crate) fn give_in(
        &self,
        tenant: &TenantId,
        number: u64,
        role: Role,
        change: impl FnOnce(&mut ApiKey),
    ) -> String {
        let secret = format!("{number:064x}");
        let mut key = ApiKey {
            id: KeyId::new(format!("{number:012x}")).unwrap(),
            name: format!("The {role}"),
            roles: [role].into(),
            secret: Digest::of(secret.as_bytes()),
            created: 1,
            expires: None,
            revoked: None,
        };
        change(&mut key);
        let text = format!("jfk_{}_{secret}", key.id);
        let place = (tenant.clone(), key.id.clone());
        self.keys.lock().insert(place, Arc::new(key));
        text
    }

    /// How often anything was asked for.
    pub(crate) fn asked(&self) -> usize {
        self.trained.lock().len()
            + self.packed.lock().len()
            + self.changed_by.lock().len()
            + self.audited.lock().len()
    }

    /// Options of a server that asks it.
    pub(crate) fn served(self: &Arc<Self>) -> Options {
        let mut options = options();
        options.operators = Some(OperatorAccess {
            token: OperatorToken::new(TOKEN).unwrap(),
            administration: self.clone(),
            trainer: self.clone(),
            packs: Some(PackAccess {
                keeper: self.clone(),
                largest: LARGEST,
            }),
        });
        options
    }
}

impl Administration for Fake {
    fn key(&self, tenant: &TenantId, id: &KeyId) -> Option<Arc<ApiKey>> {
        let place = (tenant.clone(), id.clone());
        self.keys.lock().get(&place).cloned()
    }

    fn keys(&self, tenant: &TenantId) -> Vec<Arc<ApiKey>> {
        let keys = self.keys.lock();
        let own = keys.iter().filter(|((of, _), _)| of == tenant);
        own.map(|(_, key)| key.clone()).collect()
    }

    fn change_key<'a>(
        &'a self,
        tenant: &'a TenantId,
        by: String,
        change: KeyChange,
    ) -> BoxFuture<'a, Result<Arc<ApiKey>, HostError>> {
        async move {
            let own = self.keys(tenant).into_iter();
            let own = own.map(|key| (key.id.clone(), key)).collect();
            let done = change.among(&own, 77);
            let done =
                done.map_err(|why| HostError::new(ErrorCode::UnknownKey, why.to_string()))?;
            let key = Arc::new(done.after);
            let place = (tenant.clone(), key.id.clone());
            self.keys.lock().insert(place, key.clone());
            self.changed_by.lock().push(by);
            Ok(key)
        }
        .boxed()
    }

    fn audit<'a>(
        &'a self,
        _: &'a TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Value, HostError>> {
        self.audited.lock().push((after, limit));
        async { Ok(json!({ "decisions": [], "more_after": null })) }.boxed()
    }
}

impl Trainer for Fake {
    fn ask(&self, request: TrainerRequest) -> BoxFuture<'_, Result<Value, HostError>> {
        async move {
            tokio::time::sleep(self.thinks).await;
            if let Some(code) = *self.refuses.lock() {
                return Err(HostError::new(code, "told to"));
            }
            self.trained.lock().push(request);
            Ok(json!({ "done": self.trained.lock().len() }))
        }
        .boxed()
    }
}

impl PackKeeper for Fake {
    fn ask(&self, request: PackRequest) -> BoxFuture<'_, Result<Value, HostError>> {
        self.packed.lock().push(request);
        async { Ok(json!({})) }.boxed()
    }
}
