//! Questions that two articles have.

use std::collections::BTreeMap;

use jackfield_language::knowledge::{Scope, Validity};
use jackfield_language::{Article, letters};

use super::bad;
use crate::{Place, Problem};

/// Warnings kept of a file; more say nothing new.
const MOST: usize = 100;
/// Articles that are compared about one question: a hostile table costs no more than others.
const COMPARED: usize = 4;

/// Every question so far, and who answers it.
#[derive(Default)]
pub(super) struct Asked {
    /// By locale, scope and words.
    questions: BTreeMap<(String, Scope, String), Vec<Answered>>,
    warnings: Vec<Problem>,
}

struct Answered {
    article: String,
    validity: Validity,
    place: Place,
}

impl Asked {
    /// Notes that the article has this question, and warns when another one has it for the same customers at the same time.
    pub(super) fn note(&mut self, article: &Article, question: &str, place: Place) {
        let key = (
            article.locale.clone(),
            article.scope.clone(),
            letters(question),
        );
        let answered = self.questions.entry(key).or_default();
        let twin = answered
            .iter()
            .find(|other| other.article != article.id && overlap(other.validity, article.validity));
        if let Some(twin) = twin
            && self.warnings.len() < MOST
        {
            let problem = bad(
                format!(
                    "“{question}” is a question of the article `{}` too, at {}",
                    twin.article, twin.place
                ),
                "customers who ask it are given one of the two answers, and nobody says which",
                "remove it from one of them, or let them differ in scope or dates",
            );
            self.warnings.push(problem.at(place.clone()));
        }
        if answered.len() < COMPARED {
            answered.push(Answered {
                article: article.id.clone(),
                validity: article.validity,
                place,
            });
        }
    }

    /// The warnings since this was asked last.
    pub(super) fn take(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.warnings)
    }
}

/// Whether there is a moment at which both hold.
fn overlap(a: Validity, b: Validity) -> bool {
    let before = |from: Option<u64>, until: Option<u64>| match (from, until) {
        (Some(from), Some(until)) => from < until,
        _ => true,
    };
    before(a.from_ms, b.until_ms) && before(b.from_ms, a.until_ms)
}
