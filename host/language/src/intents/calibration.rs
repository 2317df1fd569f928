//! From scores to a confidence that means a probability.

/// What the confidence is computed from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// Score of the reading.
    pub(super) score: f32,
    /// How much it is ahead of the best other reading; negative when it is behind.
    pub(super) margin: f32,
    /// The share of the sentence that the model knows.
    pub(super) coverage: f32,
}

impl Evidence {
    fn terms(self) -> [f64; TERMS] {
        [
            1.0,
            self.score.into(),
            self.margin.into(),
            self.coverage.into(),
        ]
    }
}

const TERMS: usize = 4;

/// Where the fit starts and what few data fall back to: from data of about ten intents with ten sentences each.
const PRIOR: [f64; TERMS] = [-3.0, 4.0, 8.0, 1.0];
/// How much the prior holds against the data.
const STRENGTH: f64 = 0.02;

/// A logistic function of the evidence.
#[derive(Debug, Clone)]
pub(super) struct Calibration {
    weights: [f64; TERMS],
}

/// One observation: the evidence of a best reading, whether it was right, and how much it counts.
pub(super) struct Observation {
    pub(super) evidence: Evidence,
    pub(super) right: bool,
    pub(super) counts: f64,
}

impl Calibration {
    /// Fits by Newton's method on the penalised likelihood, with halved steps where it would overshoot. Few observations stay
    /// near the prior.
    pub(super) fn fit(observations: &[Observation]) -> Self {
        let mut weights = PRIOR;
        let mut loss = penalised_loss(&weights, observations);
        for _ in 0..50 {
            let step = newton_step(&weights, observations);
            let improved = (0..12).find_map(|halvings| {
                let scale = 0.5_f64.powi(halvings);
                let mut next = weights;
                for t in 0..TERMS {
                    next[t] += step[t] * scale;
                }
                // More evidence never lowers the confidence, whatever chance there is in few data.
                next[1..]
                    .iter_mut()
                    .for_each(|weight| *weight = weight.max(0.0));
                let next_loss = penalised_loss(&next, observations);
                (next_loss < loss - 1e-9).then_some((next, next_loss))
            });
            let Some(better) = improved else { break };
            (weights, loss) = better;
        }
        Self { weights }
    }

    /// The probability that the reading is right.
    pub(super) fn confidence(&self, evidence: Evidence) -> f32 {
        logistic(&self.weights, &evidence.terms()) as f32
    }
}

/// The step to where the gradient would vanish. A weight that is zero and wants to be negative is left out.
fn newton_step(weights: &[f64; TERMS], observations: &[Observation]) -> [f64; TERMS] {
    let mut gradient = [0.0; TERMS];
    let mut curvature = [[0.0; TERMS]; TERMS];
    for t in 0..TERMS {
        gradient[t] = STRENGTH * (PRIOR[t] - weights[t]);
        curvature[t][t] = STRENGTH;
    }
    for observation in observations {
        let terms = observation.evidence.terms();
        let p = logistic(weights, &terms);
        let error = f64::from(u8::from(observation.right)) - p;
        for a in 0..TERMS {
            gradient[a] += observation.counts * error * terms[a];
            for b in 0..TERMS {
                curvature[a][b] += observation.counts * p * (1.0 - p) * terms[a] * terms[b];
            }
        }
    }
    for t in 1..TERMS {
        if weights[t] == 0.0 && gradient[t] < 0.0 {
            gradient[t] = 0.0;
            curvature[t] = [0.0; TERMS];
            curvature.iter_mut().for_each(|row| row[t] = 0.0);
            curvature[t][t] = 1.0;
        }
    }
    solve(curvature, gradient)
}

fn penalised_loss(weights: &[f64; TERMS], observations: &[Observation]) -> f64 {
    let prior: f64 = weights
        .iter()
        .zip(&PRIOR)
        .map(|(w, p)| 0.5 * STRENGTH * (w - p) * (w - p))
        .sum();
    let data: f64 = observations
        .iter()
        .map(|observation| {
            let p = logistic(weights, &observation.evidence.terms()).clamp(1e-12, 1.0 - 1e-12);
            -observation.counts
                * if observation.right {
                    p.ln()
                } else {
                    (1.0 - p).ln()
                }
        })
        .sum();
    prior + data
}

fn logistic(weights: &[f64; TERMS], terms: &[f64; TERMS]) -> f64 {
    let sum: f64 = weights.iter().zip(terms).map(|(w, t)| w * t).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Gaussian elimination; the matrix is positive definite, so no pivot is zero.
fn solve(mut m: [[f64; TERMS]; TERMS], mut v: [f64; TERMS]) -> [f64; TERMS] {
    for pivot in 0..TERMS {
        for row in pivot + 1..TERMS {
            let factor = m[row][pivot] / m[pivot][pivot];
            let upper = m[pivot];
            m[row]
                .iter_mut()
                .zip(upper)
                .skip(pivot)
                .for_each(|(cell, above)| *cell -= factor * above);
            v[row] -= factor * v[pivot];
        }
    }
    for row in (0..TERMS).rev() {
        for column in row + 1..TERMS {
            v[row] -= m[row][column] * v[column];
        }
        v[row] /= m[row][row];
    }
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_where_right_turns_into_wrong() {
        let at = |score: f32| Evidence {
            score,
            margin: 0.2,
            coverage: 0.9,
        };
        let observations: Vec<_> = (0..200)
            .map(|i| {
                let score = i as f32 / 200.0;
                Observation {
                    evidence: at(score),
                    right: score > 0.6,
                    counts: 1.0,
                }
            })
            .collect();
        let fitted = Calibration::fit(&observations);
        assert!(
            fitted.confidence(at(0.1)) < 0.1,
            "{}",
            fitted.confidence(at(0.1))
        );
        assert!(
            fitted.confidence(at(0.95)) > 0.9,
            "{}",
            fitted.confidence(at(0.95))
        );
        assert!(
            (fitted.confidence(at(0.6)) - 0.5).abs() < 0.15,
            "{}",
            fitted.confidence(at(0.6))
        );
    }

    #[test]
    fn few_data_do_not_make_it_certain() {
        let evidence = Evidence {
            score: 0.8,
            margin: 0.5,
            coverage: 1.0,
        };
        let fitted = Calibration::fit(&[Observation {
            evidence,
            right: true,
            counts: 1.0,
        }]);
        assert!(fitted.confidence(evidence) > 0.5);
        assert!(
            fitted.confidence(Evidence {
                score: 0.05,
                margin: 0.0,
                coverage: 0.1
            }) < 0.3
        );
    }
}
