//! What the index does not hold yet, and what it held when it was last asked.

use std::collections::HashMap;
use std::sync::Arc;

use lru::LruCache;

use crate::StoreError;
use crate::image::{Image, Key};

/// A heavier image is not kept in the cache: reading it again costs little beside the turn that needs it, and a few
/// contacts with much to remember would push out thousands of others.
const HEAVIEST_CACHED: usize = 4 << 10;

/// Changes: an image, or `None` for a removed entry.
pub(crate) type Changes = HashMap<Key, Change>;

/// One change.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) image: Option<Image>,
    /// The index has never had an entry under this key.
    fresh: bool,
}

/// Changes since the last checkpoint in front of the index, and a bounded cache of what is in it.
#[derive(Debug)]
pub(crate) struct Overlay {
    current: Changes,
    /// What is being written to the index right now.
    flushing: Arc<Changes>,
    /// Number of finished checkpoints. What was read from the index holds while this stays the same and the
    /// changes do not have the key.
    epoch: u64,
    /// Rough bytes of the current changes.
    weight: usize,
    /// While the journal is replayed the index may be ahead of what is replayed, so nothing is fresh.
    pub(crate) replaying: bool,
    cache: LruCache<Key, Image>,
    cache_weight: usize,
    cache_bound: usize,
}

/// What was read from the index outside the lock.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    epoch: u64,
    images: HashMap<Key, Option<Image>>,
}

impl Fetched {
    /// Adds what the index held when `epoch` was current.
    pub(crate) fn add(&mut self, epoch: u64, key: Key, image: Option<Image>) {
        if self.epoch != epoch {
            self.images.clear();
            self.epoch = epoch;
        }
        self.images.insert(key, image);
    }
}

/// Why a step under the lock did not come to its end.
#[derive(Debug)]
pub(crate) enum Interrupt {
    /// Read this from the index, then begin again.
    Missing(Key),
    /// Give up.
    Store(StoreError),
}

impl From<StoreError> for Interrupt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Overlay {
    pub(crate) fn new(cache_bound: usize) -> Self {
        Self {
            current: Changes::new(),
            flushing: Arc::default(),
            epoch: 0,
            weight: 0,
            replaying: false,
            cache: LruCache::unbounded(),
            cache_weight: 0,
            cache_bound,
        }
    }

    /// The newest image under a key.
    pub(crate) fn look(
        &mut self,
        key: &Key,
        fetched: &Fetched,
    ) -> Result<Option<Image>, Interrupt> {
        if let Some(change) = self.current.get(key).or_else(|| self.flushing.get(key)) {
            return Ok(change.image.clone());
        }
        if let Some(image) = self.cache.get(key) {
            return Ok(Some(image.clone()));
        }
        match fetched.images.get(key) {
            Some(image) if fetched.epoch == self.epoch => {
                if let Some(image) = image {
                    self.remember(key, image);
                }
                Ok(image.clone())
            }
            _ => Err(Interrupt::Missing(key.clone())),
        }
    }

    /// Replaces what stands under a key.
    pub(crate) fn put(&mut self, key: Key, image: Image) {
        self.put_as(key, image, false);
    }

    /// Puts something under a key that never had anything; removed again before the next checkpoint, it never
    /// reaches the index.
    pub(crate) fn put_fresh(&mut self, key: Key, image: Image) {
        let fresh = !self.replaying && !self.flushing.contains_key(&key);
        self.put_as(key, image, fresh);
    }

    fn put_as(&mut self, key: Key, image: Image, fresh: bool) {
        self.remember(&key, &image);
        self.weight += image.weight();
        match self.current.get_mut(&key) {
            Some(change) => {
                let old = change.image.replace(image);
                self.weight -= old.map_or(0, |old| old.weight());
            }
            None => {
                self.current.insert(
                    key,
                    Change {
                        image: Some(image),
                        fresh,
                    },
                );
            }
        }
    }

    /// Removes what stands under a key.
    pub(crate) fn remove(&mut self, key: Key) {
        self.forget(&key);
        match self.current.get_mut(&key) {
            Some(change) => {
                let old = change.image.take();
                self.weight -= old.map_or(0, |old| old.weight());
                if change.fresh {
                    self.current.remove(&key);
                }
            }
            None => {
                self.current.insert(
                    key,
                    Change {
                        image: None,
                        fresh: false,
                    },
                );
            }
        }
    }

    /// What has changed of a kind since the last checkpoint.
    pub(crate) fn changed(&self, kind: u8) -> Changes {
        let of_kind = self.current.iter().filter(|(key, _)| key.kind() == kind);
        of_kind
            .map(|(key, change)| (key.clone(), change.clone()))
            .collect()
    }

    /// Number of finished checkpoints.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Rough bytes of the changes since the last checkpoint began.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }

    /// How many changes there are since the last checkpoint began.
    pub(crate) fn len(&self) -> usize {
        self.current.len()
    }

    /// Begins a checkpoint: from now on the changes so far do not change any more. The next ones go into `next`, an
    /// empty table with room for them: one that grows under the lock holds everybody up.
    pub(crate) fn begin(&mut self, next: Changes) -> Arc<Changes> {
        self.flushing = Arc::new(std::mem::replace(&mut self.current, next));
        self.weight = 0;
        self.flushing.clone()
    }

    /// Ends a checkpoint: the index has everything that [`begin`](Self::begin) gave out. Gives it back, to be
    /// dropped outside the lock.
    pub(crate) fn end(&mut self) -> Arc<Changes> {
        self.epoch += 1;
        std::mem::take(&mut self.flushing)
    }

    /// Nothing has changed for a while: no room is kept for changes.
    pub(crate) fn rest(&mut self) {
        self.current.shrink_to_fit();
    }

    /// Keeps in the cache what is asked for again and again. It has the newest of a key even while a change has it too:
    /// at the end of a checkpoint nothing is left to do.
    fn remember(&mut self, key: &Key, image: &Image) {
        if !matches!(
            image,
            Image::Session(_) | Image::Storage(_) | Image::Attributes(_) | Image::Directory(_)
        ) {
            return;
        }
        let weight = image.weight();
        if weight > HEAVIEST_CACHED {
            return self.forget(key);
        }
        self.cache_weight += weight;
        if let Some(old) = self.cache.put(key.clone(), image.clone()) {
            self.cache_weight -= old.weight();
        }
        while self.cache_weight > self.cache_bound
            && let Some((_, old)) = self.cache.pop_lru()
        {
            self.cache_weight -= old.weight();
        }
    }

    fn forget(&mut self, key: &Key) {
        if let Some(old) = self.cache.pop(key) {
            self.cache_weight -= old.weight();
        }
    }

    /// Drops from memory what is sealed for a contact that was erased. The index keeps sealed bytes nobody can open.
    pub(crate) fn erase(&mut self, contact: jackfield_core::ContactId) {
        let of_contact = |image: &Image| image.sealed_for() == Some(contact);
        let cached: Vec<Key> = self
            .cache
            .iter()
            .filter(|(_, image)| of_contact(image))
            .map(|(key, _)| key.clone())
            .collect();
        cached.iter().for_each(|key| self.forget(key));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jackfield_core::{ContactId, PackId, TenantId};

    use super::*;
    use crate::image::Storage;

    #[test]
    fn an_image_that_grew_heavy_is_read_from_the_index_and_not_as_it_was() {
        let contact = ContactId::from_bytes([1; 16]);
        let pack = PackId::new("com.example.notes").unwrap();
        let key = Key::storage(&TenantId::default(), contact, &pack);
        let of_length = |bytes| {
            Image::Storage(Arc::new(Storage {
                contact,
                version: bytes as u64,
                values: Arc::new(BTreeMap::from([("note".to_owned(), "x".repeat(bytes))])),
            }))
        };
        let mut overlay = Overlay::new(1 << 20);
        let checkpoint = |overlay: &mut Overlay| {
            overlay.begin(Changes::new());
            overlay.end();
        };
        overlay.put(key.clone(), of_length(1));
        checkpoint(&mut overlay);
        assert!(overlay.look(&key, &Fetched::default()).is_ok(), "cached");
        overlay.put(key.clone(), of_length(HEAVIEST_CACHED));
        checkpoint(&mut overlay);
        assert!(matches!(
            overlay.look(&key, &Fetched::default()),
            Err(Interrupt::Missing(_))
        ));
    }
}
