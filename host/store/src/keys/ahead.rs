//! Keys that were made before their contacts come, by tenant.

use std::collections::HashMap;

use jackfield_core::{ContactId, TenantId};

use crate::seal::Key;

/// So many keys of a tenant are made ahead …
const FULL: usize = 512;
/// … when it has fewer than this.
const FEW: usize = 256;

/// A key that is durable, and the id of the contact who will have it.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) contact: ContactId,
    pub(super) key: Key,
    pub(super) slot: u32,
}

/// All keys that no contact has yet.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    by_tenant: HashMap<TenantId, Vec<Ready>>,
    /// Slots of those that were taken, not noted in the file yet.
    taken: Vec<u32>,
}

impl Ahead {
    /// Adds keys for contacts of a tenant.
    pub(super) fn add(&mut self, tenant: &TenantId, keys: impl IntoIterator<Item = Ready>) {
        self.of(tenant).extend(keys);
    }

    fn of(&mut self, tenant: &TenantId) -> &mut Vec<Ready> {
        let room = || Vec::with_capacity(FULL);
        self.by_tenant.entry(tenant.clone()).or_insert_with(room)
    }

    /// A key for a new contact, if there is one, and whether few are left.
    pub(super) fn take(&mut self, tenant: &TenantId) -> (Option<Ready>, bool) {
        let keys = self.of(tenant);
        let key = keys.pop();
        let few = keys.len() < FEW;
        self.taken.extend(key.as_ref().map(|key| key.slot));
        (key, few)
    }

    /// The key with this id, which a contact took.
    pub(super) fn take_this(&mut self, tenant: &TenantId, contact: ContactId) -> Option<Ready> {
        let keys = self.by_tenant.get_mut(tenant)?;
        let place = keys.iter().position(|key| key.contact == contact)?;
        let key = keys.swap_remove(place);
        self.taken.push(key.slot);
        Some(key)
    }

    /// Slots that were taken since this was asked last.
    pub(super) fn newly_taken(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.taken)
    }

    /// A tenant that has few, and how many it lacks.
    pub(super) fn short(&self) -> Option<(TenantId, usize)> {
        let mut tenants = self.by_tenant.iter();
        let (tenant, keys) = tenants.find(|(_, keys)| keys.len() < FEW)?;
        Some((tenant.clone(), FULL - keys.len()))
    }
}
