use crate::map::HashMap;

/// The features that were seen while learning, each with a column and a weight by how rare it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary {
    /// Feature to column. The map is keyed, so that chosen training text cannot slow it down.
    columns: HashMap<u64, u32>,
    /// Weight by column.
    weights: Vec<f32>,
    /// Weight of a feature that was never seen.
    unknown: f32,
}

impl Vocabulary {
    /// The features that stand in at least `least` of `texts`, which are given by their features, sorted; the most frequent ones when
    /// these are more than `most`.
    pub(crate) fn new<'a>(
        texts: impl IntoIterator<Item = &'a [u64]>,
        least: u32,
        most: usize,
    ) -> Self {
        let mut frequencies: HashMap<u64, u32> = HashMap::default();
        let mut order = Vec::new();
        let mut size = 0;
        for text in texts {
            size += 1;
            for (feature, _) in counted(text) {
                let frequency = frequencies.entry(feature).or_insert_with(|| {
                    order.push(feature);
                    0
                });
                *frequency += 1;
            }
        }
        let least = least.max(least_of_most(&frequencies, most));
        let mut vocabulary = Self {
            unknown: rarity(size, 0),
            ..Self::default()
        };
        for feature in order {
            let frequency = frequencies.get(&feature).copied().unwrap_or(0);
            if frequency >= least {
                let column = vocabulary.weights.len() as u32;
                vocabulary.columns.insert(feature, column);
                vocabulary.weights.push(rarity(size, frequency));
            }
        }
        vocabulary
    }

    /// Number of columns.
    pub(crate) fn len(&self) -> usize {
        self.weights.len()
    }

    /// The row of a text, given by its features, sorted: its columns with their weights, of length 1, and the coverage: the share
    /// of the text's (squared) weight that is known. A feature counts with the logarithm of how often it stands there.
    pub(crate) fn row(&self, features: &[u64]) -> (Vec<(u32, f32)>, f32) {
        let mut cells = Vec::with_capacity(features.len());
        let (mut known, mut all) = (0.0, 0.0);
        for (feature, count) in counted(features) {
            let times = 1.0 + (count as f32).ln();
            let column = self.columns.get(&feature).copied();
            let weight = column.and_then(|column| self.weights.get(column as usize));
            let square = (times * weight.unwrap_or(&self.unknown)).powi(2);
            all += square;
            if let (Some(column), Some(weight)) = (column, weight) {
                known += square;
                cells.push((column, times * weight));
            }
        }
        if known > 0.0 {
            let length = 1.0 / f32::sqrt(known);
            cells.iter_mut().for_each(|(_, weight)| *weight *= length);
        }
        (cells, if all > 0.0 { known / all } else { 0.0 })
    }
}

/// The least frequency that at most `most` features reach.
fn least_of_most(frequencies: &HashMap<u64, u32>, most: usize) -> u32 {
    let mut sorted: Vec<u32> = frequencies.values().copied().collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.get(most).map_or(0, |next| next + 1)
}

/// Each feature of a sorted list with its number.
fn counted(features: &[u64]) -> impl Iterator<Item = (u64, usize)> {
    features
        .chunk_by(|a, b| a == b)
        .filter_map(|run| Some((*run.first()?, run.len())))
}

/// Inverse document frequency, smoothed.
fn rarity(texts: usize, frequency: u32) -> f32 {
    ((1.0 + texts as f32) / (1.0 + frequency as f32)).ln() + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_features_the_rarest_are_left_out() {
        let texts: [&[u64]; 3] = [&[1, 2, 3], &[1, 2], &[1]];
        assert_eq!(Vocabulary::new(texts, 1, 3).len(), 3);
        assert_eq!(Vocabulary::new(texts, 1, 2).len(), 2);
        assert_eq!(Vocabulary::new(texts, 2, 9).len(), 2);
        assert_eq!(Vocabulary::new(texts, 1, 0).len(), 0);
    }
}
