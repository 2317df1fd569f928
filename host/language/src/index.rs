//! An inverted index of texts by their features, for cosine similarity with TF-IDF weights.

use std::collections::HashMap;

/// Texts, found by what they share with another one.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Feature to its number. The hash map is keyed, so that chosen text cannot slow it down.
    features: HashMap<u64, u32>,
    /// Weight of each feature.
    weights: Vec<f32>,
    /// Text and weight, by feature.
    postings: Vec<Vec<(u32, f32)>>,
    /// Number of texts.
    size: usize,
    /// Weight of a feature that no text has.
    unknown: f32,
}

/// The known features of a text with their weights; the squares of the weights sum up to the share of the text that is known.
#[derive(Debug)]
pub(crate) struct Query(Vec<(u32, f32)>);

impl Index {
    /// An index of texts, each given by its features (sorted, each once).
    pub(crate) fn new(texts: &[Vec<u64>]) -> Self {
        let mut index = Self {
            size: texts.len(),
            unknown: rarity(texts.len(), 0),
            ..Self::default()
        };
        let mut frequencies: Vec<u32> = Vec::new();
        for feature in texts.iter().flatten() {
            let next = frequencies.len() as u32;
            let number = *index.features.entry(*feature).or_insert(next);
            match frequencies.get_mut(number as usize) {
                Some(frequency) => *frequency += 1,
                None => frequencies.push(1),
            }
        }
        index.weights = frequencies
            .iter()
            .map(|frequency| rarity(texts.len(), *frequency))
            .collect();
        let mut postings: Vec<Vec<(u32, f32)>> = vec![Vec::new(); frequencies.len()];
        for (text, features) in (0..).zip(texts) {
            for (feature, weight) in index.query(features).0 {
                if let Some(list) = postings.get_mut(feature as usize) {
                    list.push((text, weight));
                }
            }
        }
        index.postings = postings;
        index
    }

    /// A query with these features.
    pub(crate) fn query(&self, features: &[u64]) -> Query {
        let mut known = Vec::with_capacity(features.len());
        let mut all = 0.0;
        for feature in features {
            let number = self.features.get(feature).copied();
            let weight = number.and_then(|number| self.weights.get(number as usize).copied());
            all += weight.unwrap_or(self.unknown).powi(2);
            known.extend(number.zip(weight));
        }
        let length = f32::sqrt(all).max(f32::MIN_POSITIVE);
        known.iter_mut().for_each(|(_, weight)| *weight /= length);
        Query(known)
    }

    /// Cosine similarity of the query with every text, 0 to 1.
    pub(crate) fn similarities(&self, query: &Query) -> Vec<f32> {
        let mut similarities = vec![0.0; self.size];
        for (feature, weight) in &query.0 {
            for (text, theirs) in self.postings.get(*feature as usize).into_iter().flatten() {
                if let Some(sum) = similarities.get_mut(*text as usize) {
                    *sum += weight * theirs;
                }
            }
        }
        similarities
    }
}

/// Inverse document frequency, smoothed.
fn rarity(texts: usize, frequency: u32) -> f32 {
    ((1.0 + texts as f32) / (1.0 + frequency as f32)).ln() + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_shared() {
        let index = Index::new(&[vec![1, 2, 3], vec![3, 4], vec![5]]);
        let found = index.similarities(&index.query(&[3, 4]));
        assert!(
            (found[1] - 1.0).abs() < 1e-5,
            "a text is like itself: {found:?}"
        );
        assert!(found[0] > 0.0 && found[0] < found[1] && found[2] == 0.0);
        let half = index.similarities(&index.query(&[4, 99]));
        assert!(
            half[1] > 0.2 && half[1] < 0.8,
            "half of it is unknown: {half:?}"
        );
        assert_eq!(index.similarities(&index.query(&[99])), [0.0; 3]);
    }
}
