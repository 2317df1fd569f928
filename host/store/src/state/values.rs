//! What packs store: values of a contact, attributes, counters.

use std::collections::BTreeMap;
use std::sync::Arc;

use jackfield_core::{PackId, StorageWrite, TenantId, TurnRecord};

use super::{Place, State};
use crate::image::{Attributes, Image, Key, PackCounters, Storage};
use crate::overlay::{Fetched, Interrupt};

impl State {
    /// What a pack stored for a contact.
    pub(crate) fn storage(
        &mut self,
        key: &Key,
        fetched: &Fetched,
    ) -> Result<Option<Arc<Storage>>, Interrupt> {
        Ok(match self.overlay.look(key, fetched)? {
            Some(Image::Storage(storage)) => Some(storage),
            _ => None,
        })
    }

    /// Attributes of a contact.
    pub(crate) fn attributes(
        &mut self,
        key: &Key,
        fetched: &Fetched,
    ) -> Result<Option<Arc<Attributes>>, Interrupt> {
        Ok(match self.overlay.look(key, fetched)? {
            Some(Image::Attributes(attributes)) => Some(attributes),
            _ => None,
        })
    }

    /// Counters of a pack.
    pub(crate) fn counters(&self, tenant: &TenantId, pack: &PackId) -> Arc<BTreeMap<String, i64>> {
        let found = self.counters.get(&(tenant.clone(), pack.clone()));
        found
            .map(|counters| counters.values.clone())
            .unwrap_or_default()
    }

    /// Counters of all packs of a tenant.
    pub(crate) fn all_counters(&self, tenant: &TenantId) -> Vec<(PackId, BTreeMap<String, i64>)> {
        let of_tenant = self
            .counters
            .values()
            .filter(|counters| counters.tenant == *tenant);
        of_tenant
            .map(|counters| (counters.pack.clone(), (*counters.values).clone()))
            .collect()
    }

    /// Storage after the turn, of each pack that wrote.
    pub(super) fn written(
        &mut self,
        Place {
            tenant,
            contact,
            position,
            ..
        }: Place<'_>,
        record: &TurnRecord,
        fetched: &Fetched,
    ) -> Result<Vec<(Key, Image)>, Interrupt> {
        let mut images: BTreeMap<Key, Storage> = BTreeMap::new();
        for (pack, writes) in &record.storage {
            let Ok(pack) = PackId::new(pack.as_str()) else {
                continue;
            };
            let mut sets = writes
                .iter()
                .filter_map(|write| match write {
                    StorageWrite::Set { key, value } => Some((key, value)),
                    StorageWrite::Add { .. } => None,
                })
                .peekable();
            if sets.peek().is_none() {
                continue;
            }
            let key = Key::storage(tenant, contact, &pack);
            if !images.contains_key(&key) {
                let now = self.storage(&key, fetched)?;
                let values = now.map(|now| now.values.clone()).unwrap_or_default();
                // Position 0 is a position; version 0 means that nothing was ever written.
                images.insert(
                    key.clone(),
                    Storage {
                        contact,
                        version: position.0 + 1,
                        values,
                    },
                );
            }
            let Some(image) = images.get_mut(&key) else {
                continue;
            };
            let values = Arc::make_mut(&mut image.values);
            for (key, value) in sets {
                match value {
                    Some(value) => values.insert(key.clone(), value.clone()),
                    None => values.remove(key),
                };
            }
        }
        Ok(images
            .into_iter()
            .map(|(key, storage)| (key, Image::Storage(Arc::new(storage))))
            .collect())
    }

    pub(super) fn attributed(
        &mut self,
        Place {
            tenant, contact, ..
        }: Place<'_>,
        record: &TurnRecord,
        fetched: &Fetched,
    ) -> Result<Option<(Key, Image)>, Interrupt> {
        if record.attributes.is_empty() {
            return Ok(None);
        }
        let key = Key::attributes(tenant, contact);
        let mut values = self
            .attributes(&key, fetched)?
            .map(|now| now.values.clone())
            .unwrap_or_default();
        values.extend(
            record
                .attributes
                .iter()
                .map(|attribute| (attribute.name.clone(), attribute.clone())),
        );
        Ok(Some((
            key,
            Image::Attributes(Arc::new(Attributes { contact, values })),
        )))
    }

    /// Adds to counters. A replay may meet counters that have these additions already.
    pub(super) fn add(
        &mut self,
        Place {
            tenant, position, ..
        }: Place<'_>,
        record: &TurnRecord,
    ) {
        for (pack, writes) in &record.storage {
            let Ok(pack) = PackId::new(pack.as_str()) else {
                continue;
            };
            let adds = writes.iter().filter_map(|write| match write {
                StorageWrite::Add { counter, amount } => Some((counter, *amount)),
                StorageWrite::Set { .. } => None,
            });
            let adds: Vec<_> = adds.collect();
            let now = self.counters.get(&(tenant.clone(), pack.clone()));
            if adds.is_empty() || now.is_some_and(|now| now.up_to > position.0) {
                continue;
            }
            let mut values = now.map(|now| (*now.values).clone()).unwrap_or_default();
            for (counter, amount) in adds {
                let value = values.entry(counter.clone()).or_default();
                *value = value.saturating_add(amount);
            }
            self.count(PackCounters {
                tenant: tenant.clone(),
                pack,
                up_to: position.0 + 1,
                values: Arc::new(values),
            });
        }
    }

    pub(super) fn count(&mut self, counters: PackCounters) {
        let counters = Arc::new(counters);
        self.overlay.put(
            Key::counters(&counters.tenant, &counters.pack),
            Image::Counters(counters.clone()),
        );
        self.counters
            .insert((counters.tenant.clone(), counters.pack.clone()), counters);
    }
}
