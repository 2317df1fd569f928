//! The contacts whose keys are in memory, and the keys that wait for a contact.

use std::collections::HashMap;

use jackfield_core::{ContactId, TenantId};

use crate::seal::Key;

/// All contacts.
#[derive(Debug, Default)]
pub(super) struct Contacts {
    by_id: HashMap<ContactId, Contact>,
    tenants: Vec<Tenant>,
    pub(super) next_slot: u32,
    /// Slots of keys made ahead that contacts took, not noted in the file yet.
    taken: Vec<u32>,
}

#[derive(Debug)]
pub(super) struct Contact {
    pub(super) secret: Secret,
    pub(super) slot: u32,
    /// Place in the list of tenants.
    tenant: u32,
}

/// What there is of a contact's key.
#[derive(Debug)]
pub(super) enum Secret {
    /// It was destroyed.
    Erased,
    Key(Key),
    /// Made ahead: no contact has this id yet.
    Ahead(Key),
}

#[derive(Debug)]
struct Tenant {
    id: TenantId,
    /// Ids whose keys were made ahead and are durable.
    ahead: Vec<ContactId>,
}

impl Contacts {
    pub(super) fn get(&self, contact: ContactId) -> Option<&Contact> {
        self.by_id.get(&contact)
    }

    /// The tenant of a contact.
    pub(super) fn tenant_of(&self, contact: &Contact) -> Option<&TenantId> {
        let tenant = self.tenants.get(contact.tenant as usize);
        tenant.map(|tenant| &tenant.id)
    }

    fn tenant(&mut self, tenant: &TenantId) -> usize {
        let known = self.tenants.iter().position(|known| known.id == *tenant);
        known.unwrap_or_else(|| {
            self.tenants.push(Tenant {
                id: tenant.clone(),
                ahead: Vec::new(),
            });
            self.tenants.len() - 1
        })
    }

    /// Slots for so many new keys: the first of them.
    pub(super) fn reserve(&mut self, slots: u32) -> u32 {
        let first = self.next_slot;
        self.next_slot += slots;
        first
    }

    /// Adds what stands in a slot.
    pub(super) fn add(&mut self, tenant: &TenantId, id: ContactId, secret: Secret, slot: u32) {
        let tenant = self.tenant(tenant);
        if let Secret::Ahead(_) = secret
            && let Some(tenant) = self.tenants.get_mut(tenant)
        {
            tenant.ahead.push(id);
        }
        let tenant = u32::try_from(tenant).unwrap_or(u32::MAX);
        let contact = Contact {
            secret,
            slot,
            tenant,
        };
        self.by_id.insert(id, contact);
    }

    /// Gives one of the keys made ahead to a new contact.
    pub(super) fn take(&mut self, tenant: &TenantId) -> Option<ContactId> {
        let tenant = self.tenant(tenant);
        let id = self.tenants.get_mut(tenant)?.ahead.pop()?;
        self.becomes_a_contact(id);
        Some(id)
    }

    /// This id is a contact's from now on; nothing changes when it was.
    fn becomes_a_contact(&mut self, id: ContactId) {
        if let Some(contact) = self.by_id.get_mut(&id)
            && let Secret::Ahead(key) = &contact.secret
        {
            contact.secret = Secret::Key(key.clone());
            self.taken.push(contact.slot);
        }
    }

    /// The journal has records of this contact.
    pub(super) fn was_taken(&mut self, id: ContactId) {
        if let Some(contact) = self.by_id.get(&id)
            && let Secret::Ahead(_) = contact.secret
            && let Some(tenant) = self.tenants.get_mut(contact.tenant as usize)
        {
            tenant.ahead.retain(|ahead| *ahead != id);
            self.becomes_a_contact(id);
        }
    }

    /// Slots that were taken since this was asked last.
    pub(super) fn newly_taken(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.taken)
    }

    /// A tenant with fewer keys than this ahead, and how many it lacks of `full`.
    pub(super) fn short_of(&self, few: usize, full: usize) -> Option<(TenantId, usize)> {
        let short = self.tenants.iter().find(|tenant| tenant.ahead.len() < few);
        short.map(|tenant| (tenant.id.clone(), full - tenant.ahead.len()))
    }

    /// Whether a tenant has fewer keys than this ahead.
    pub(super) fn is_short(&self, tenant: &TenantId, few: usize) -> bool {
        let mut tenants = self.tenants.iter();
        tenants.any(|known| known.id == *tenant && known.ahead.len() < few)
    }

    /// A contact's key is gone.
    pub(super) fn forget(&mut self, id: ContactId) {
        if let Some(contact) = self.by_id.get_mut(&id) {
            contact.secret = Secret::Erased;
        }
    }
}
