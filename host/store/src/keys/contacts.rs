//! The contacts whose keys are in memory.

use dashmap::DashMap;
use jackfield_core::{ContactId, TenantId};
use parking_lot::RwLock;

use crate::seal::Key;

/// All contacts. In many parts, so that none of them keeps others waiting for long when it must grow.
#[derive(Debug)]
pub(super) struct Contacts {
    by_id: DashMap<ContactId, Contact>,
    tenants: RwLock<Vec<TenantId>>,
}

/// Parts of the table; a power of two.
const PARTS: usize = 256;

#[derive(Debug)]
struct Contact {
    /// `None`: it was destroyed.
    key: Option<Key>,
    slot: u32,
    /// Place in the list of tenants.
    tenant: u32,
}

/// What there is of a contact.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    Here(T),
    Erased,
    Nobody,
}

impl Default for Contacts {
    fn default() -> Self {
        Self {
            by_id: DashMap::with_shard_amount(PARTS),
            tenants: RwLock::default(),
        }
    }
}

impl Contacts {
    /// A contact's key.
    pub(super) fn key(&self, contact: ContactId) -> Found<Key> {
        match self.by_id.get(&contact) {
            Some(found) => found.key.clone().map_or(Found::Erased, Found::Here),
            None => Found::Nobody,
        }
    }

    /// Whether there is such a contact, and whether it was erased.
    pub(super) fn look(&self, contact: ContactId) -> Found<()> {
        match self.by_id.get(&contact) {
            Some(found) if found.key.is_some() => Found::Here(()),
            Some(_) => Found::Erased,
            None => Found::Nobody,
        }
    }

    /// A contact's slot and tenant.
    pub(super) fn place(&self, contact: ContactId) -> Option<(u32, TenantId)> {
        let (slot, tenant) = {
            let found = self.by_id.get(&contact)?;
            (found.slot, found.tenant)
        };
        let tenant = self.tenants.read().get(tenant as usize).cloned();
        Some((slot, tenant?))
    }

    /// Adds a contact; without a key one that was erased.
    pub(super) fn add(&self, tenant: &TenantId, id: ContactId, key: Option<Key>, slot: u32) {
        let tenant = self.number(tenant);
        self.by_id.insert(id, Contact { key, slot, tenant });
    }

    fn number(&self, tenant: &TenantId) -> u32 {
        let known = |tenants: &[TenantId]| tenants.iter().position(|known| known == tenant);
        let found = known(&self.tenants.read());
        let place = found.unwrap_or_else(|| {
            let mut tenants = self.tenants.write();
            known(&tenants).unwrap_or_else(|| {
                tenants.push(tenant.clone());
                tenants.len() - 1
            })
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// A contact's key is gone.
    pub(super) fn forget(&self, contact: ContactId) {
        if let Some(mut found) = self.by_id.get_mut(&contact) {
            found.key = None;
        }
    }
}
