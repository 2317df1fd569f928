//! Things that exclude each other: common terms that hardly ever stand in one question, such as two products. A question
//! about one is not answered by an article about the other, however alike the rest is; yet their very
//! commonness gives them next to no weight elsewhere.

use super::statistics::Statistics;
use super::views::{Term, Terms, Views, WRITTEN, is_character};

/// A term is common when this share of the questions has it.
const COMMON: f32 = 0.08;
/// … and this many questions have it.
const LEAST: u32 = 5;
/// Two terms exclude each other when they stand together at most this often, compared with chance.
const TOGETHER: f32 = 0.25;
/// … and chance would have put them together this often, so that it is no accident.
const EXPECTED: f32 = 4.0;

/// Pairs of terms that exclude each other.
#[derive(Debug, Clone, Default)]
pub(super) struct Facets {
    pairs: Vec<(Term, Term)>,
}

impl Facets {
    /// Finds them in these questions, which `statistics` counts.
    pub(super) fn find<'v>(
        statistics: &Statistics,
        questions: impl Iterator<Item = &'v Views>,
    ) -> Self {
        let mut common: Vec<Term> = statistics
            .common(COMMON, LEAST)
            .into_iter()
            .filter(|term| !is_character(*term))
            .collect();
        common.sort_unstable();
        let size = common.len();
        let mut together = vec![0_u32; size * size];
        let mut alone = vec![0_u32; size];
        for question in questions {
            let Some(written) = question.views.get(WRITTEN) else {
                continue;
            };
            let here: Vec<usize> = common
                .iter()
                .enumerate()
                .filter(|(_, term)| written.contains(**term))
                .map(|(at, _)| at)
                .collect();
            for (n, a) in here.iter().enumerate() {
                if let Some(count) = alone.get_mut(*a) {
                    *count += 1;
                }
                for b in here.iter().skip(n + 1) {
                    if let Some(count) = together.get_mut(a * size + b) {
                        *count += 1;
                    }
                }
            }
        }
        let texts = statistics.texts().max(1) as f32;
        let mut pairs = Vec::new();
        for (a, term) in common.iter().enumerate() {
            for (b, other) in common.iter().enumerate().skip(a + 1) {
                let count = |at: usize| alone.get(at).copied().unwrap_or(0) as f32;
                let chance = count(a) * count(b) / texts;
                let seen = together.get(a * size + b).copied().unwrap_or(0) as f32;
                if chance >= EXPECTED && seen < TOGETHER * chance {
                    pairs.push((*term, *other));
                }
            }
        }
        Self { pairs }
    }

    /// The pairs that matter for a query: the term it has, the term that it has not.
    pub(super) fn of(&self, query: &Views) -> Vec<(Term, Term)> {
        let written = query.views.get(WRITTEN);
        let has = |term: Term| written.is_some_and(|terms| terms.contains(term));
        self.pairs
            .iter()
            .flat_map(|(a, b)| [(*a, *b), (*b, *a)])
            .filter(|(here, there)| has(*here) && !has(*there))
            .collect()
    }

    /// Whether a text with these terms is about another thing than the query whose pairs these are.
    pub(super) fn conflict(pairs: &[(Term, Term)], written: &Terms) -> bool {
        pairs
            .iter()
            .any(|(here, there)| written.contains(*there) && !written.contains(*here))
    }
}
