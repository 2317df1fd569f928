//! API keys, by tenant.

use std::collections::BTreeMap;
use std::sync::Arc;

use jackfield_core::{ApiKey, KeyId, TenantId};

use super::State;
use crate::image::{Image, KeptKey, Key};

impl State {
    /// The API keys of a tenant; `None` when it never had any.
    pub(crate) fn api_keys(&self, tenant: &TenantId) -> Option<&BTreeMap<KeyId, Arc<ApiKey>>> {
        self.api_keys.get(tenant)
    }

    /// A key was made or revoked, and another one may have made room for it.
    pub(crate) fn key_changed(
        &mut self,
        tenant: &TenantId,
        after: Arc<ApiKey>,
        forgotten: Option<&KeyId>,
    ) {
        if let Some(id) = forgotten {
            self.overlay.remove(Key::api_key(tenant, id));
            if let Some(keys) = self.api_keys.get_mut(tenant) {
                keys.remove(id);
            }
        }
        let image = KeptKey {
            tenant: tenant.clone(),
            key: Arc::clone(&after),
        };
        self.overlay.put(
            Key::api_key(tenant, &after.id),
            Image::ApiKey(Arc::new(image)),
        );
        self.keep_key(tenant, after);
    }

    pub(super) fn keep_key(&mut self, tenant: &TenantId, key: Arc<ApiKey>) {
        let keys = self.api_keys.entry(tenant.clone()).or_default();
        keys.insert(key.id.clone(), key);
    }
}
