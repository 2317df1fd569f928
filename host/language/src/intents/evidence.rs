use super::recogniser::Seen;

/// What a probability is computed from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence {
    /// Score of the reading.
    pub(super) score: f32,
    /// How much it is ahead of the best other reading; negative when it is behind.
    pub(super) lead: f32,
    /// The share of the sentence that the model knows.
    pub(super) coverage: f32,
    /// How near the sentence comes to the mean of the reading's examples: the cosine between them.
    pub(super) likeness: f32,
    /// How near the sentence's vector is to those of the nearest examples; 0 without an encoder.
    pub(super) nearness: f32,
}

/// Number of terms of the evidence, a constant among them.
pub(super) const TERMS: usize = 6;

impl Evidence {
    /// The best class of a sentence, and the evidence for it.
    pub(super) fn of_best(seen: &Seen) -> (u32, Self) {
        let (best, _) = best_two(&seen.scores);
        (best as u32, Self::of(seen, best))
    }

    /// The evidence for a class.
    pub(super) fn of(seen: &Seen, class: usize) -> Self {
        let (best, second) = best_two(&seen.scores);
        let score = |class: usize| seen.scores.get(class).copied().unwrap_or(ALONE);
        let ahead_of = if class == best { second } else { score(best) };
        Self {
            score: score(class),
            lead: score(class) - ahead_of,
            coverage: seen.coverage,
            likeness: seen.likeness.get(class).copied().unwrap_or(0.0),
            nearness: seen.nearness,
        }
    }

    pub(super) fn terms(self) -> [f64; TERMS] {
        [
            1.0,
            self.score.into(),
            self.lead.into(),
            self.coverage.into(),
            self.likeness.into(),
            self.nearness.into(),
        ]
    }
}

/// What a reading is ahead of when there is no other: the score of a class that nothing speaks for.
const ALONE: f32 = -1.0;

/// The best class, and the score of the next best.
fn best_two(scores: &[f32]) -> (usize, f32) {
    let (mut best, mut first, mut second) = (0, f32::NEG_INFINITY, ALONE);
    for (class, score) in scores.iter().enumerate() {
        if *score > first {
            if class > 0 {
                second = first;
            }
            (best, first) = (class, *score);
        } else if *score > second || class == 1 {
            second = *score;
        }
    }
    (best, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lead_is_over_the_best_other() {
        let seen = |scores: &[f32]| Seen {
            scores: scores.to_vec(),
            coverage: 1.0,
            likeness: Vec::new(),
            nearness: 0.0,
        };
        for (scores, best, lead) in [
            (vec![0.5_f32, 0.25, -0.5], 0, 0.25_f32),
            (vec![-2.0, -3.0], 0, 1.0),
            (vec![-3.0, -2.0], 1, 1.0),
            (vec![-0.5, 0.5, 0.25], 1, 0.25),
            (vec![0.5], 0, 1.5),
        ] {
            let (class, evidence) = Evidence::of_best(&seen(&scores));
            assert_eq!((class, evidence.lead), (best, lead), "{scores:?}");
        }
        let seen = seen(&[0.5, 0.25]);
        assert_eq!(Evidence::of(&seen, 1).lead, -0.25);
    }
}
