//! How sure an article is, from 0 to 1, whatever the knowledge base: the order comes from [`super::ranker`], but its scores
//! compare within one query only.

use super::entry::Prepared;
use super::facets::Facets;
use super::shelf::{Asked, Shelf};
use super::statistics::Statistics;
use super::sums::{self, Candidate};
use super::views::{Term, VIEWS, WRITTEN};

/// How much the answer text counts beside the questions.
const ANSWER_SHARE: f32 = 0.15;
/// What a likeness is worth when the article is about another thing.
const CONFLICT: f32 = 0.6;
/// What a likeness is worth when one is negated and the other is not.
const NEGATION: f32 = 0.8;

/// A query whose likeness to articles is asked for.
#[derive(Debug)]
pub(super) struct Likeness<'q> {
    shelf: &'q Shelf,
    asked: &'q Asked,
    conflicts: Vec<(Term, Term)>,
    to_questions: Squares,
    to_answers: Squares,
}

impl<'q> Likeness<'q> {
    pub(super) fn new(shelf: &'q Shelf, asked: &'q Asked) -> Self {
        Self {
            shelf,
            asked,
            conflicts: shelf.facets.of(&asked.views),
            to_questions: Squares::of(asked, &shelf.questions),
            to_answers: Squares::of(asked, &shelf.answers),
        }
    }

    /// How sure it is that the article answers.
    pub(super) fn confidence(&self, candidate: Candidate<'_>) -> f32 {
        let question = candidate
            .question_squares(self.shelf)
            .map(|(text, squares)| {
                let mut likeness = self.likeness(text, squares, &self.to_questions);
                let written = text.views.views.get(WRITTEN);
                if written.is_some_and(|written| Facets::conflict(&self.conflicts, written)) {
                    likeness *= CONFLICT;
                }
                if self.asked.views.negated != text.views.negated {
                    likeness *= NEGATION;
                }
                likeness
            })
            .max_by(f32::total_cmp);
        let answer = candidate
            .answer_squares(self.shelf)
            .map(|(text, squares)| self.likeness(text, squares, &self.to_answers));
        match (question, answer) {
            // What is asked word for word is certain, whatever the answer says.
            (Some(question), Some(answer)) => question + ANSWER_SHARE * answer * (1.0 - question),
            (only, None) | (None, only) => only.unwrap_or(0.0),
        }
        .clamp(0.0, 1.0)
    }

    /// The mean of the cosines in the views, or the likeness by the encoder when that is more.
    fn likeness(&self, text: &Prepared, squares: sums::Squares, query: &Squares) -> f32 {
        let mut mean = 0.0;
        let views = query.0.iter().zip(&text.views.views).zip(squares);
        for ((query, text), theirs) in views {
            let ours: f32 = query.iter().map(|(_, square)| square).sum();
            let both = query.iter().filter(|(term, _)| text.contains(*term));
            let both: f32 = both.map(|(_, square)| square).sum();
            mean += both / (ours * theirs).sqrt().max(f32::EPSILON) / VIEWS as f32;
        }
        let dot: f32 = self
            .asked
            .vector
            .iter()
            .zip(&text.vector)
            .map(|(a, b)| a * b)
            .sum();
        mean.max(dot * dot)
    }
}

/// The terms of a query with their squared weights for the cosine, by view.
#[derive(Debug)]
struct Squares([Vec<(Term, f32)>; VIEWS]);

impl Squares {
    fn of(asked: &Asked, statistics: &Statistics) -> Self {
        let mut out = [const { Vec::new() }; VIEWS];
        for (to, view) in out.iter_mut().zip(&asked.views.views) {
            let square = |term: &Term| (*term, statistics.smooth_weight(*term).powi(2));
            *to = view.terms.iter().map(square).collect();
        }
        Self(out)
    }
}
