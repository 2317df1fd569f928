//! Which words of questions go with which words of articles, learned from questions whose article is known: a
//! customer says "lose", the article says "block". IBM model 1 (Brown et al., "The mathematics of statistical machine
//! translation", 1993), used as a translation language model (Berger and Lafferty, "Information retrieval as statistical
//! translation", 1999).

use std::collections::HashMap;

use super::views::{Term, Terms};

/// Rounds of expectation and maximisation.
const ROUNDS: usize = 6;
/// Terms of an article that are looked at.
const LONGEST: usize = 120;
/// Chances below this are forgotten.
const LEAST: f32 = 1e-3;
/// What is added to each article term's total, so that a term seen once is not sure of its translation.
const DOUBT: f32 = 0.5;
/// Share of a query term's probability that any article gives it.
const BACKGROUND: f32 = 0.5;
/// How much an article's own term counts as its own translation.
const ITSELF: f32 = 0.7;

/// A learned translation.
#[derive(Debug, Clone, Default)]
pub(super) struct Translation {
    /// For a query's term: terms of articles, and the chance that such a term is said as the query's.
    said_for: HashMap<Term, Vec<(Term, f32)>>,
}

/// A query, ready to be compared with articles.
#[derive(Debug)]
pub(super) struct Translated {
    /// For an article's term: which term of the query it may be said as, and the chance.
    of: HashMap<Term, Vec<(u32, f32)>>,
    /// How common each term of the query is.
    background: Vec<f32>,
}

impl Translation {
    /// Learns from pairs of a query and the text of its article.
    pub(super) fn learn(pairs: &[(&Terms, &Terms)]) -> Self {
        let mut chances: HashMap<(Term, Term), f32> = HashMap::new();
        for round in 0..ROUNDS {
            let mut counts: HashMap<(Term, Term), f32> = HashMap::new();
            let mut totals: HashMap<Term, f32> = HashMap::new();
            for (query, article) in pairs {
                let article: Vec<Term> = article.terms.iter().copied().take(LONGEST).collect();
                for said in &query.terms {
                    let chance = |meant: &Term| {
                        if round == 0 {
                            1.0
                        } else {
                            chances.get(&(*said, *meant)).copied().unwrap_or(1e-9)
                        }
                    };
                    let sum: f32 = article.iter().map(chance).sum();
                    for meant in &article {
                        let share = chance(meant) / sum;
                        *counts.entry((*said, *meant)).or_default() += share;
                        *totals.entry(*meant).or_default() += share;
                    }
                }
            }
            chances = counts
                .into_iter()
                .filter_map(|((said, meant), count)| {
                    let total = totals.get(&meant).copied().unwrap_or(0.0) + DOUBT;
                    (count / total > LEAST).then_some(((said, meant), count / total))
                })
                .collect();
        }
        let mut said_for: HashMap<Term, Vec<(Term, f32)>> = HashMap::new();
        for ((said, meant), chance) in chances {
            said_for.entry(said).or_default().push((meant, chance));
        }
        // The order in which likenesses are added up must not depend on the hash maps.
        for list in said_for.values_mut() {
            list.sort_unstable_by_key(|(meant, _)| *meant);
        }
        Self { said_for }
    }

    /// Prepares a query. `background` says how common a term is, as a share of all terms.
    pub(super) fn of(&self, query: &Terms, background: impl Fn(Term) -> f32) -> Translated {
        let mut of: HashMap<Term, Vec<(u32, f32)>> = HashMap::new();
        let mut known = Vec::with_capacity(query.terms.len());
        for (at, said) in (0_u32..).zip(query.terms.iter()) {
            of.entry(*said).or_default().push((at, ITSELF));
            for (meant, chance) in self.said_for.get(said).into_iter().flatten() {
                of.entry(*meant).or_default().push((at, *chance));
            }
            known.push(background(*said).max(1e-5));
        }
        Translated {
            of,
            background: known,
        }
    }
}

impl Translated {
    /// How much likelier the query is for this article than for any, as a logarithm.
    pub(super) fn likeness(&self, article: &Terms) -> f32 {
        let mut chances = vec![0.0_f32; self.background.len()];
        let length = article.length.max(1) as f32;
        for (term, count) in article.iter() {
            for (at, chance) in self.of.get(&term).into_iter().flatten() {
                if let Some(sum) = chances.get_mut(*at as usize) {
                    *sum += chance * f32::from(count) / length;
                }
            }
        }
        chances
            .iter()
            .zip(&self.background)
            .map(|(chance, background)| {
                let any = BACKGROUND * background;
                ((any + (1.0 - BACKGROUND) * chance) / any).ln()
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::synonyms::Synonyms;
    use crate::knowledge::views::{MEANT, Views};

    #[test]
    fn learns_what_goes_with_what() {
        let synonyms = Synonyms::new(&[]).unwrap();
        let view = |text: &str| Views::of(text, &synonyms).views[MEANT].clone();
        let texts = [
            ("my wallet was stolen", "hotlist the plastic"),
            ("stolen purse", "hotlist by phone"),
            ("change address", "visit the branch"),
        ];
        let known: Vec<(Terms, Terms)> = texts.iter().map(|(q, a)| (view(q), view(a))).collect();
        let pairs: Vec<(&Terms, &Terms)> = known.iter().map(|pair| (&pair.0, &pair.1)).collect();
        let translated = Translation::learn(&pairs).of(&view("stolen"), |_| 0.01);
        assert!(translated.likeness(&view("hotlist")) > translated.likeness(&view("visit")));
        assert_eq!(translated.likeness(&view("something else")), 0.0);
    }
}
