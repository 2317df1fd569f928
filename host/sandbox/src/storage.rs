//! A contact's storage as a step sees it.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use jackfield_core::StorageWrite;

/// A snapshot of the storage of one pack and contact, with the writes of the current turn on top.
#[derive(Debug, Clone, Default)]
pub struct StorageView {
    snapshot: Arc<BTreeMap<String, String>>,
    changes: BTreeMap<String, Option<String>>,
    used: usize,
}

impl StorageView {
    /// A view of `snapshot`. `used` is the bytes of all its keys and values, see [`bytes`](Self::bytes).
    pub fn new(snapshot: Arc<BTreeMap<String, String>>, used: usize) -> Self {
        Self {
            snapshot,
            changes: BTreeMap::new(),
            used,
        }
    }

    /// The bytes that count against [`Limits::storage`](jackfield_core::Limits::storage): all keys and values.
    pub fn bytes(entries: &BTreeMap<String, String>) -> usize {
        entries
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum()
    }

    /// Bytes of all keys and values of this view.
    pub fn used(&self) -> usize {
        self.used
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        match self.changes.get(key) {
            Some(change) => change.as_deref(),
            None => self.snapshot.get(key).map(String::as_str),
        }
    }

    /// Bytes of this view after `key` were set to `value`.
    pub fn used_after(&self, key: &str, value: Option<&str>) -> usize {
        let entry = |value: Option<&str>| value.map_or(0, |value| key.len() + value.len());
        self.used - entry(self.get(key)).min(self.used) + entry(value)
    }

    /// Sets or removes a key in this view.
    pub fn set(&mut self, key: String, value: Option<String>) {
        self.used = self.used_after(&key, value.as_deref());
        self.changes.insert(key, value);
    }

    /// Applies the writes of a step, so that the next step of the turn sees them.
    pub fn apply(&mut self, writes: &[StorageWrite]) {
        for write in writes {
            if let StorageWrite::Set { key, value } = write {
                self.set(key.clone(), value.clone());
            }
        }
    }

    /// Keys that start with `prefix`, sorted, at most `limit`.
    pub fn keys(&self, prefix: &str, limit: usize) -> Vec<String> {
        let range = (Bound::Included(prefix), Bound::Unbounded);
        let mut stored = self
            .snapshot
            .range::<str, _>(range)
            .map(|(key, _)| key)
            .take_while(|key| key.starts_with(prefix))
            .filter(|key| !self.changes.contains_key(*key))
            .peekable();
        let mut changed = self
            .changes
            .range::<str, _>(range)
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter_map(|(key, value)| value.as_ref().map(|_| key))
            .peekable();
        let mut keys = Vec::new();
        while keys.len() < limit {
            let next = match (stored.peek(), changed.peek()) {
                (Some(a), Some(b)) if a < b => stored.next(),
                (_, Some(_)) => changed.next(),
                (Some(_), None) => stored.next(),
                (None, None) => None,
            };
            match next {
                Some(key) => keys.push(key.clone()),
                None => break,
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(entries: &[(&str, &str)]) -> StorageView {
        let map: BTreeMap<_, _> = entries
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let used = StorageView::bytes(&map);
        StorageView::new(Arc::new(map), used)
    }

    #[test]
    fn a_step_sees_the_writes_of_earlier_steps() {
        let mut storage = view(&[("a", "1"), ("b", "2")]);
        storage.apply(&[
            StorageWrite::Set {
                key: "a".into(),
                value: Some("three".into()),
            },
            StorageWrite::Set {
                key: "b".into(),
                value: None,
            },
            StorageWrite::Add {
                counter: "n".into(),
                amount: 1,
            },
        ]);
        assert_eq!(storage.get("a"), Some("three"));
        assert_eq!(storage.get("b"), None);
        assert_eq!(storage.used(), "a".len() + "three".len());
    }

    #[test]
    fn keys_merge_snapshot_and_changes_in_order() {
        let mut storage = view(&[("p/a", ""), ("p/c", ""), ("p/e", ""), ("q", "")]);
        storage.set("p/b".into(), Some(String::new()));
        storage.set("p/c".into(), None);
        storage.set("p/e".into(), Some("new".into()));
        storage.set("p/f".into(), Some(String::new()));
        assert_eq!(storage.keys("p/", 1000), ["p/a", "p/b", "p/e", "p/f"]);
        assert_eq!(storage.keys("p/", 2), ["p/a", "p/b"]);
        assert_eq!(storage.keys("", 1000).len(), 5);
    }
}
