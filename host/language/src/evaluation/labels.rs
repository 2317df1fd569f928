//! How well each label is recognised, and how sure one can be of a share.

use std::collections::BTreeMap;

use super::answers::Answer;

/// How well one label of the test is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelFigures {
    /// The label.
    pub label: String,
    /// Sentences of the test that have it.
    pub sentences: usize,
    /// Sentences that were given it.
    pub given: usize,
    /// Sentences that have it and were given it.
    pub right: usize,
}

impl LabelFigures {
    /// Share of its sentences that are given it.
    pub fn recall(&self) -> f64 {
        share(self.right, self.sentences)
    }

    /// Share of the sentences that are given it and have it; 0 when none is given it.
    pub fn precision(&self) -> f64 {
        share(self.right, self.given)
    }

    /// The harmonic mean of both.
    pub fn f1(&self) -> f64 {
        share(2 * self.right, self.sentences + self.given)
    }
}

/// The labels of the test, the worst first.
pub(super) fn labels(answers: &[Answer]) -> Vec<LabelFigures> {
    let mut counts: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for answer in answers {
        let own = counts.entry(&answer.row.label).or_default();
        own.0 += 1;
        own.2 += usize::from(answer.is_right());
        counts.entry(&answer.got).or_default().1 += 1;
    }
    let mut labels: Vec<LabelFigures> = counts
        .into_iter()
        .filter(|(_, (sentences, ..))| *sentences > 0)
        .map(|(label, (sentences, given, right))| LabelFigures {
            label: label.to_owned(),
            sentences,
            given,
            right,
        })
        .collect();
    labels.sort_by(|a, b| {
        a.f1()
            .total_cmp(&b.f1())
            .then(b.sentences.cmp(&a.sentences))
    });
    labels
}

/// Mean over the labels of the test of their F1.
pub(super) fn macro_f1(labels: &[LabelFigures]) -> f64 {
    labels.iter().map(LabelFigures::f1).sum::<f64>() / labels.len().max(1) as f64
}

/// Where a share lies with 95 % probability, when `share` of `number` sentences were counted (Wilson's interval): what another test of
/// the same kind and size could give as well.
pub fn interval(share: f64, number: usize) -> (f64, f64) {
    const Z: f64 = 1.96;
    if number == 0 {
        return (0.0, 1.0);
    }
    let n = number as f64;
    let middle = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    (
        ((middle - spread) / whole).max(0.0),
        ((middle + spread) / whole).min(1.0),
    )
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_sentences_say_little() {
        let (low, high) = interval(0.9, 40);
        assert!(
            (low - 0.769).abs() < 0.002 && (high - 0.960).abs() < 0.002,
            "{low} {high}"
        );
        let (low, high) = interval(0.9, 4000);
        assert!(
            (low - 0.890).abs() < 0.002 && (high - 0.909).abs() < 0.002,
            "{low} {high}"
        );
        assert_eq!(interval(0.0, 0), (0.0, 1.0));
        assert!(interval(1.0, 3).0 < 0.5 && interval(1.0, 3).1 > 0.999);
    }
}
