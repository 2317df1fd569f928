/// How many of the nearest count.
const NEAREST: usize = 5;

/// 1 in the numbers that vectors are kept in. The sum of products of two vectors of this length fits into 32 bits.
const ONE: f32 = 16_384.0;

/// The vectors of all examples, to tell how near a sentence comes to any of them.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    dimensions: usize,
    /// One after the other, each of length [`ONE`]. Every sentence is compared with all of them, which takes as long as reading them
    /// from memory does: short numbers are half as many bytes.
    vectors: Vec<i16>,
}

impl Neighbours {
    /// Of sentences' vectors, which have one number of dimensions: none when there is no encoder.
    pub(super) fn new<'v>(vectors: impl Iterator<Item = &'v [f32]>) -> Self {
        let mut vectors = vectors.peekable();
        Self {
            dimensions: vectors.peek().map_or(0, |vector| vector.len()),
            vectors: vectors.flat_map(shortened).collect(),
        }
    }

    /// Number of dimensions of each vector.
    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Mean cosine similarity of `vector` with the nearest; 0 without an encoder.
    pub(super) fn nearness(&self, vector: &[f32]) -> f32 {
        if self.dimensions == 0 {
            return 0.0;
        }
        let vector: Vec<i16> = shortened(vector).collect();
        let mut nearest = [i32::MIN; NEAREST];
        for other in self.vectors.chunks_exact(self.dimensions) {
            let similarity = dot(&vector, other);
            if similarity > nearest[0] {
                nearest[0] = similarity;
                nearest.sort_unstable();
            }
        }
        let found = (self.vectors.len() / self.dimensions).min(NEAREST);
        let cosine = |similarity: &i32| *similarity as f32 / (ONE * ONE);
        nearest.iter().rev().take(found).map(cosine).sum::<f32>() / found.max(1) as f32
    }
}

/// The vector at length [`ONE`], in whole numbers.
fn shortened(vector: &[f32]) -> impl Iterator<Item = i16> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    let scale = ONE / length.max(f32::MIN_POSITIVE);
    vector.iter().map(move |x| (x * scale).round() as i16)
}

fn dot(a: &[i16], b: &[i16]) -> i32 {
    let products = a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b));
    products.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbours(vectors: &[&[f32]]) -> Neighbours {
        Neighbours::new(vectors.iter().copied())
    }

    #[test]
    fn nearness_is_the_mean_cosine_of_the_nearest_whatever_the_lengths() {
        let (near, far): ([f32; 2], [f32; 2]) = ([3.0, 4.0], [-1e-3, 0.0]);
        let both = neighbours(&[&near, &far]);
        assert!((both.nearness(&[0.6, 0.8]) - (1.0 - 0.6) / 2.0).abs() < 1e-3);
        let six = neighbours(&[&near, &far, &near, &near, &near, &near]);
        let only_five_count = six.nearness(&[60.0, 80.0]);
        assert!((only_five_count - 1.0).abs() < 1e-3);
        assert!(six.nearness(&[0.0, 0.0]).abs() < 1e-6);
        assert!(neighbours(&[&[]]).nearness(&[]).abs() < 1e-6);
    }
}
