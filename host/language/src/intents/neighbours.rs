use pulp::Arch;
use rayon::prelude::*;

/// How many of the nearest count.
const NEAREST: usize = 5;

/// 1 in the numbers that vectors are kept in. The sum of products of two vectors of this length fits into 32 bits.
const ONE: f32 = 16_384.0;
/// So many vectors are one piece of work for a thread: under a tenth of a millisecond.
const PIECE: usize = 2_048;
const NONE: [i32; NEAREST] = [i32::MIN; NEAREST];

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
        let widest = Arch::new();
        let nearest = self
            .vectors
            .par_chunks(PIECE * self.dimensions)
            .map(|others| widest.dispatch(#[inline(always)] || nearest(&vector, others)))
            .reduce(|| NONE, |one, other| other.into_iter().fold(one, keep));
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

/// The products of `vector` with the nearest of `others`, least first. Compiled once for each kind of processor that `pulp` tells
/// apart, which only code that is inlined is: with 16 products at once it takes a third of the time.
#[inline(always)]
fn nearest(vector: &[i16], others: &[i16]) -> [i32; NEAREST] {
    let others = others.chunks_exact(vector.len());
    others.fold(NONE, |nearest, other| keep(nearest, dot(vector, other)))
}

#[inline(always)]
fn keep(mut nearest: [i32; NEAREST], product: i32) -> [i32; NEAREST] {
    if product > nearest[0] {
        nearest[0] = product;
        nearest.sort_unstable();
    }
    nearest
}

#[inline(always)]
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
    fn all_of_many_vectors_are_compared() {
        let vector = |n: usize| -> Vec<f32> {
            let (mut values, angle) = (vec![0.0; 40], n as f32 * 1e-4);
            (values[7], values[39]) = (angle.cos(), angle.sin());
            values
        };
        let vectors: Vec<Vec<f32>> = (0..3 * PIECE).map(vector).collect();
        let many = Neighbours::new(vectors.iter().map(Vec::as_slice));
        for at in [0, PIECE - 1, 2 * PIECE, 3 * PIECE - 1] {
            assert!(many.nearness(&vectors[at]) > 0.999, "{at}");
        }
        let mut beside = vec![0.0; 40];
        beside[39] = -1.0;
        assert!(many.nearness(&beside).abs() < 1e-3);
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
