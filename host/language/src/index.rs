//! An inverted index of texts by their features, for cosine similarity with TF-IDF weights.

use std::collections::HashMap;

/// Texts, found by what they share with a query.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Feature to its number. The hash map is keyed, so that chosen training text cannot slow it down.
    features: HashMap<u64, u32>,
    /// Weight of each feature.
    idf: Vec<f32>,
    /// In how many texts each feature stands.
    frequency: Vec<u32>,
    /// Where the postings of each feature start; one more than there are features.
    starts: Vec<u32>,
    /// Text and weight, by feature.
    postings: Vec<(u32, f32)>,
    /// Number of texts.
    size: usize,
    /// Weight of a feature that no text has.
    unknown: f32,
}

/// A query against one index.
#[derive(Debug)]
pub(crate) struct Query {
    /// Known features with their weights; the squares of the weights sum up to `coverage`.
    weights: Vec<(u32, f32)>,
    /// The share of the query's weight that the index knows, 0 to 1.
    pub(crate) coverage: f32,
}

impl Index {
    /// An index of texts, each given by its features (sorted, each once).
    pub(crate) fn new(texts: &[Vec<u64>]) -> Self {
        let mut index = Self {
            size: texts.len(),
            unknown: idf(texts.len(), 0),
            ..Self::default()
        };
        for feature in texts.iter().flatten() {
            let next = index.frequency.len() as u32;
            let number = *index.features.entry(*feature).or_insert(next);
            match index.frequency.get_mut(number as usize) {
                Some(frequency) => *frequency += 1,
                None => index.frequency.push(1),
            }
        }
        index.idf = index
            .frequency
            .iter()
            .map(|frequency| idf(texts.len(), *frequency))
            .collect();
        let mut lists: Vec<Vec<(u32, f32)>> = vec![Vec::new(); index.frequency.len()];
        for (text, features) in texts.iter().enumerate() {
            for (feature, weight) in index.query(features).weights {
                if let Some(list) = lists.get_mut(feature as usize) {
                    list.push((text as u32, weight));
                }
            }
        }
        for list in lists {
            index.starts.push(index.postings.len() as u32);
            index.postings.extend(list);
        }
        index.starts.push(index.postings.len() as u32);
        index
    }

    /// Number of texts.
    pub(crate) fn len(&self) -> usize {
        self.size
    }

    /// A query with these features.
    pub(crate) fn query(&self, features: &[u64]) -> Query {
        self.weigh(features, 1)
    }

    /// The query that a text of the index would be if the index did not hold it: what only this text has is not known.
    pub(crate) fn query_left_out(&self, features: &[u64]) -> Query {
        self.weigh(features, 2)
    }

    /// A text of something else that shares only the commonest words with this one: the half of its features that fewer texts have are
    /// replaced by unknown ones.
    pub(crate) fn estranged(&self, features: &[u64]) -> Vec<u64> {
        let frequency = |feature: &u64| {
            let number = self.features.get(feature).map(|number| *number as usize);
            number
                .and_then(|at| self.frequency.get(at))
                .copied()
                .unwrap_or(0)
        };
        let mut out = features.to_vec();
        out.sort_by_cached_key(|feature| std::cmp::Reverse(frequency(feature)));
        let known = out.len() / 2;
        for feature in out.iter_mut().skip(known) {
            *feature = !*feature;
        }
        out
    }

    fn weigh(&self, features: &[u64], least: u32) -> Query {
        let mut weights = Vec::with_capacity(features.len());
        let mut all = 0.0;
        let mut known = 0.0;
        for feature in features {
            let found = self.features.get(feature).and_then(|number| {
                let at = *number as usize;
                (*self.frequency.get(at)? >= least).then_some((*number, *self.idf.get(at)?))
            });
            if let Some((number, weight)) = found {
                weights.push((number, weight));
                known += weight * weight;
                all += weight * weight;
            } else {
                all += self.unknown * self.unknown;
            }
        }
        if all > 0.0 {
            let norm = 1.0 / f32::sqrt(all);
            for (_, weight) in &mut weights {
                *weight *= norm;
            }
        }
        Query {
            weights,
            coverage: if all > 0.0 { known / all } else { 0.0 },
        }
    }

    /// Cosine similarity of the query with every text, 0 to 1.
    pub(crate) fn similarities(&self, query: &Query) -> Vec<f32> {
        let mut out = vec![0.0; self.size];
        for (feature, weight) in &query.weights {
            let at = *feature as usize;
            let (Some(start), Some(end)) = (self.starts.get(at), self.starts.get(at + 1)) else {
                continue;
            };
            for (text, theirs) in self
                .postings
                .get(*start as usize..*end as usize)
                .unwrap_or_default()
            {
                if let Some(sum) = out.get_mut(*text as usize) {
                    *sum += weight * theirs;
                }
            }
        }
        out
    }
}

fn idf(texts: usize, frequency: u32) -> f32 {
    ((1.0 + texts as f32) / (1.0 + frequency as f32)).ln() + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_shared_and_knows_what_is_not() {
        let index = Index::new(&[vec![1, 2, 3], vec![3, 4], vec![5]]);
        let query = index.query(&[3, 4]);
        let found = index.similarities(&query);
        assert!(
            (found[1] - 1.0).abs() < 1e-5,
            "a text is like itself: {found:?}"
        );
        assert!(found[0] > 0.0 && found[0] < found[1] && found[2] == 0.0);
        assert!((query.coverage - 1.0).abs() < 1e-5);
        let half = index.query(&[4, 99]);
        assert!(half.coverage > 0.2 && half.coverage < 0.8);
        assert_eq!(index.query(&[99]).coverage, 0.0);
        assert_eq!(
            index.query_left_out(&[5]).coverage,
            0.0,
            "only this text has it"
        );
    }
}
