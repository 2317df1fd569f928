/// Answers of about the same confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Mean confidence, 0 to 1.
    pub confidence: f64,
    /// Share of right answers, 0 to 1.
    pub accuracy: f64,
    /// Number of answers.
    pub size: usize,
}

/// Ten bins of equal mass, by confidence, of answers with their confidence and whether they were right.
pub(super) fn bins(answers: &[(f32, bool)]) -> Vec<Bin> {
    let mut sorted = answers.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bound = |bin: usize| bin * sorted.len() / BINS;
    (0..BINS)
        .filter_map(|bin| sorted.get(bound(bin)..bound(bin + 1)))
        .filter(|answers| !answers.is_empty())
        .map(|answers| {
            let size = answers.len() as f64;
            Bin {
                confidence: answers
                    .iter()
                    .map(|(confidence, _)| f64::from(*confidence))
                    .sum::<f64>()
                    / size,
                accuracy: answers.iter().filter(|(_, right)| *right).count() as f64 / size,
                size: answers.len(),
            }
        })
        .collect()
}

const BINS: usize = 10;

/// The expected calibration error: the mean distance of confidence and accuracy over the bins, by their size (Naeini et al., 2015).
pub(super) fn error(bins: &[Bin]) -> f64 {
    let all: usize = bins.iter().map(|bin| bin.size).sum();
    bins.iter()
        .map(|bin| (bin.confidence - bin.accuracy).abs() * bin.size as f64)
        .sum::<f64>()
        / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_how_far_confidence_is_from_the_truth() {
        let honest: Vec<(f32, bool)> = (0..1000)
            .map(|i| ((i % 10) as f32 / 10.0, (i / 10) % 10 < i % 10))
            .collect();
        assert!(error(&bins(&honest)) < 1e-6);
        let boastful: Vec<(f32, bool)> = honest
            .iter()
            .map(|(confidence, right)| (confidence.max(0.5), *right))
            .collect();
        let expected = (0.5 + 0.4 + 0.3 + 0.2 + 0.1) / 10.0;
        assert!((error(&bins(&boastful)) - expected).abs() < 1e-6);
        assert_eq!(bins(&[]), []);
    }
}
