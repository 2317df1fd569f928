//! From evidence to a probability.

use super::evidence::{Evidence, TERMS};

/// How much the prior holds against the data.
const STRENGTH: f64 = 0.02;

/// A logistic function of the evidence.
#[derive(Debug, Clone)]
pub(super) struct Logistic {
    weights: [f64; TERMS],
}

/// One observation: the evidence of a best reading, whether it was right, and how much it counts.
#[derive(Debug)]
pub(super) struct Observation {
    pub(super) evidence: Evidence,
    pub(super) right: bool,
    pub(super) counts: f64,
}

impl Logistic {
    /// Fits by Newton's method on the penalised likelihood, with halved steps where it would overshoot. Few observations stay
    /// near the prior.
    pub(super) fn fit(prior: &[f64; TERMS], observations: &[Observation]) -> Self {
        let mut weights = *prior;
        let mut loss = penalised_loss(prior, &weights, observations);
        for _ in 0..50 {
            let step = newton_step(prior, &weights, observations);
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
                let next_loss = penalised_loss(prior, &next, observations);
                (next_loss < loss - 1e-9).then_some((next, next_loss))
            });
            let Some(better) = improved else { break };
            (weights, loss) = better;
        }
        Self { weights }
    }

    /// The probability of what was observed as right.
    pub(super) fn probability(&self, evidence: Evidence) -> f32 {
        logistic(&self.weights, &evidence.terms()) as f32
    }
}

/// The step to where the gradient would vanish. A weight that is zero and wants to be negative is left out.
fn newton_step(
    prior: &[f64; TERMS],
    weights: &[f64; TERMS],
    observations: &[Observation],
) -> [f64; TERMS] {
    let mut gradient = [0.0; TERMS];
    let mut curvature = [[0.0; TERMS]; TERMS];
    for t in 0..TERMS {
        gradient[t] = STRENGTH * (prior[t] - weights[t]);
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

fn penalised_loss(
    prior: &[f64; TERMS],
    weights: &[f64; TERMS],
    observations: &[Observation],
) -> f64 {
    let prior: f64 = weights
        .iter()
        .zip(prior)
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

    const PRIOR: [f64; TERMS] = [-3.0, 4.0, 8.0, 1.0, 0.0, 0.0];

    #[test]
    fn learns_where_right_turns_into_wrong() {
        let at = |score: f32| Evidence {
            score,
            lead: 0.2,
            coverage: 0.9,
            likeness: 0.0,
            nearness: 0.0,
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
        let fitted = Logistic::fit(&PRIOR, &observations);
        assert!(
            fitted.probability(at(0.1)) < 0.1,
            "{}",
            fitted.probability(at(0.1))
        );
        assert!(
            fitted.probability(at(0.95)) > 0.9,
            "{}",
            fitted.probability(at(0.95))
        );
        assert!(
            (fitted.probability(at(0.6)) - 0.5).abs() < 0.15,
            "{}",
            fitted.probability(at(0.6))
        );
    }

    #[test]
    fn few_data_do_not_make_it_certain() {
        let evidence = Evidence {
            score: 0.8,
            lead: 0.5,
            coverage: 1.0,
            likeness: 0.0,
            nearness: 0.0,
        };
        let fitted = Logistic::fit(
            &PRIOR,
            &[Observation {
                evidence,
                right: true,
                counts: 1.0,
            }],
        );
        assert!(fitted.probability(evidence) > 0.5);
        assert!(
            fitted.probability(Evidence {
                score: 0.05,
                lead: 0.0,
                coverage: 0.1,
                likeness: 0.0,
                nearness: 0.0,
            }) < 0.3
        );
    }
}
