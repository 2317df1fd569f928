//! Randomness that is the same when a turn is replayed.

/// A small generator (SplitMix64) over the seed that the host gave this turn. Not for secrets.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `bound`, exclusive; 0 when `bound` is 0.
    pub const fn below(&mut self, bound: u64) -> u64 {
        // Multiply and shift: no division, and a bias that no conversation notices.
        ((self.bits() as u128 * bound as u128) >> 64) as u64
    }

    /// One of `items`; `None` when there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len() as u64) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_numbers_within_bounds() {
        let (mut one, mut other) = (Random::new(7), Random::new(7));
        let numbers: Vec<_> = (0..100).map(|_| one.below(10)).collect();
        assert_eq!(
            numbers,
            (0..100).map(|_| other.below(10)).collect::<Vec<_>>()
        );
        assert!(
            (0..10).all(|n| numbers.contains(&n)),
            "every number comes up: {numbers:?}"
        );
        assert!(numbers.iter().all(|n| *n < 10));
        assert_eq!(one.pick::<u8>(&[]), None);
    }
}
