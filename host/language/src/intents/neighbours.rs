use super::recogniser::Sentence;

/// How many of the nearest count.
const NEAREST: usize = 5;

/// The vectors of all examples, to tell how near a sentence comes to any of them.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    dimensions: usize,
    /// One after the other, each of length 1.
    vectors: Vec<f32>,
}

impl Neighbours {
    /// Of sentences whose vectors have one length, or none when there is no encoder.
    pub(super) fn new(sentences: &[&Sentence]) -> Self {
        let vectors: Vec<&[f32]> = sentences.iter().map(|s| s.vector.as_slice()).collect();
        Self {
            dimensions: vectors.first().map_or(0, |vector| vector.len()),
            vectors: vectors.concat(),
        }
    }

    /// Length of each vector.
    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Mean cosine similarity of `vector` with the nearest; 0 without an encoder.
    pub(super) fn nearness(&self, vector: &[f32]) -> f32 {
        if self.dimensions == 0 {
            return 0.0;
        }
        let mut nearest = [-1.0_f32; NEAREST];
        for other in self.vectors.chunks_exact(self.dimensions) {
            let similarity = dot(vector, other);
            if similarity > nearest[0] {
                nearest[0] = similarity;
                nearest.sort_unstable_by(f32::total_cmp);
            }
        }
        let found = (self.vectors.len() / self.dimensions).min(NEAREST);
        nearest.iter().rev().take(found).sum::<f32>() / found.max(1) as f32
    }
}

/// In eight sums side by side, which the compiler turns into vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}
