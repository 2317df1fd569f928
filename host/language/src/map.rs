//! Maps of numbers that are made of texts.

use std::collections;

/// A keyed map, so that chosen texts cannot slow it down, with a hash that is much faster than the default one.
pub(crate) type HashMap<K, V> = collections::HashMap<K, V, foldhash::fast::RandomState>;
