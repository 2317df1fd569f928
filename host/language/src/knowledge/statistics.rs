//! How many texts hold a term. A copy shares everything with the original until one of them changes, and then only
//! the changed part is copied, so that a new version of a large knowledge base costs little.

use std::sync::Arc;

use crate::map::HashMap;

use super::views::{Term, VIEWS, Views};

const SHARDS: u32 = 512;

/// Counts of a set of texts.
#[derive(Debug, Clone)]
pub(super) struct Statistics {
    /// Texts by term; the number's lower part chooses the shard. Hash maps are keyed, so that chosen text cannot slow them down.
    shards: Vec<Arc<HashMap<Term, u32>>>,
    /// Number of texts.
    texts: u32,
    /// Terms of all texts, by view.
    lengths: [u64; VIEWS],
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            shards: vec![Arc::default(); SHARDS as usize],
            texts: 0,
            lengths: [0; VIEWS],
        }
    }
}

impl Statistics {
    /// Counts a text.
    pub(super) fn add(&mut self, text: &Views) {
        self.texts += 1;
        for (length, view) in self.lengths.iter_mut().zip(&text.views) {
            *length += u64::from(view.length);
        }
        for term in terms(text) {
            if let Some(shard) = self.shards.get_mut(shard(term)) {
                *Arc::make_mut(shard).entry(term).or_default() += 1;
            }
        }
    }

    /// Counts a text no longer.
    pub(super) fn remove(&mut self, text: &Views) {
        self.texts = self.texts.saturating_sub(1);
        for (length, view) in self.lengths.iter_mut().zip(&text.views) {
            *length = length.saturating_sub(u64::from(view.length));
        }
        for term in terms(text) {
            let Some(shard) = self.shards.get_mut(shard(term)).map(Arc::make_mut) else {
                continue;
            };
            if let Some(count) = shard.get_mut(&term) {
                *count -= 1;
                if *count == 0 {
                    shard.remove(&term);
                }
            }
        }
    }

    /// In how many texts the term stands.
    pub(super) fn frequency(&self, term: Term) -> u32 {
        let shard = self.shards.get(shard(term));
        shard
            .and_then(|shard| shard.get(&term))
            .copied()
            .unwrap_or(0)
    }

    /// Number of texts.
    pub(super) fn texts(&self) -> u32 {
        self.texts
    }

    /// Mean number of terms of a text in a view, at least 1.
    pub(super) fn mean_length(&self, view: usize) -> f32 {
        let length = self.lengths.get(view).copied().unwrap_or(0);
        (length as f32 / self.texts.max(1) as f32).max(1.0)
    }

    /// Weight of a term in BM25.
    pub(super) fn weight(&self, term: Term) -> f32 {
        let frequency = self.frequency(term) as f32;
        (1.0 + (self.texts as f32 - frequency + 0.5) / (frequency + 0.5)).ln()
    }

    /// Weight of a term for the cosine, never 0.
    pub(super) fn smooth_weight(&self, term: Term) -> f32 {
        ((1.0 + self.texts as f32) / (1.0 + self.frequency(term) as f32)).ln() + 1.0
    }

    /// Terms that at least `share` of the texts have, and at least `least` texts, in no order.
    pub(super) fn common(&self, share: f32, least: u32) -> Vec<Term> {
        let least = least.max((share * self.texts as f32).ceil() as u32);
        self.shards
            .iter()
            .flat_map(|shard| shard.iter())
            .filter(|(_, count)| **count >= least)
            .map(|(term, _)| *term)
            .collect()
    }
}

fn terms(text: &Views) -> impl Iterator<Item = Term> + '_ {
    text.views
        .iter()
        .flat_map(|view| view.terms.iter().copied())
}

fn shard(term: Term) -> usize {
    // The lowest bits of a term have a meaning of their own.
    ((term >> 2) % SHARDS) as usize
}
