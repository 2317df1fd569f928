//! Which keys the index may have. A question about one that it has not is answered without sled, and such questions
//! are the most: whether a new event came before, whether a new contact is known.

use std::sync::atomic::{AtomicBool, Ordering};

use fastbloom::AtomicBloomFilter;

/// Bytes of the filter, so that one key in fifty that is not there is looked for all the same: at least for four
/// million keys, at most for sixty million.
const LEAST_BYTES: u64 = 4 << 20;
const MOST_BYTES: u64 = 64 << 20;
/// Bits that stand for a key.
const HASHES: u32 = 4;
/// Keys are digests under the store's own key, so nobody chooses what collides.
const SEED: u128 = 0;

/// A Bloom filter over the keys of the index.
#[derive(Debug)]
pub(crate) struct Filter {
    keys: AtomicBloomFilter,
    /// Every key of the index is in it.
    complete: AtomicBool,
}

impl Filter {
    /// For an index of so many bytes on disk: an entry has far more of them there than bits here.
    pub(crate) fn new(index_bytes: u64) -> Self {
        let bytes = (index_bytes / 8).clamp(LEAST_BYTES, MOST_BYTES);
        let bits = usize::try_from(bytes * 8).unwrap_or(usize::MAX);
        Self {
            keys: AtomicBloomFilter::with_num_bits(bits)
                .seed(&SEED)
                .hashes(HASHES),
            complete: AtomicBool::new(false),
        }
    }

    /// The index has this key, or is about to.
    pub(crate) fn add(&self, key: &[u8]) {
        self.keys.insert(key);
    }

    /// Every key that the index had when it was opened was added.
    pub(crate) fn has_all(&self) {
        self.complete.store(true, Ordering::Release);
    }

    /// Whether the index may have this key.
    pub(crate) fn may_have(&self, key: &[u8]) -> bool {
        !self.complete.load(Ordering::Acquire) || self.keys.contains(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_no_only_when_it_knows_all_keys() {
        let filter = Filter::new(0);
        filter.add(b"one");
        assert!(filter.may_have(b"one") && filter.may_have(b"two"));
        filter.has_all();
        assert!(filter.may_have(b"one"));
        let found = (0..10_000_u32).filter(|n| filter.may_have(&n.to_be_bytes()));
        assert!(found.count() < 500);
    }
}
