//! What the terms of a text weigh together. It depends on all texts of a shelf, so that it belongs to one version of it; adding it
//! up anew for every candidate of every search would cost more than the rest of the search.

use std::sync::OnceLock;

use super::entry::{Entry, Prepared};
use super::shelf::Shelf;
use super::statistics::Statistics;
use super::views::{MEANT, VIEWS};

/// By view, the sum of the squared weights for the cosine.
pub(super) type Squares = [f32; VIEWS];

/// One number, or row of numbers, for each text of an article.
#[derive(Debug)]
pub(super) struct ByText<T> {
    questions: Box<[T]>,
    answer: Option<T>,
}

impl<T> ByText<T> {
    fn of(entry: &Entry, shelf: &Shelf, sum: fn(&Prepared, &Statistics) -> T) -> Self {
        let questions = entry.questions.iter();
        let answer = entry.answer.as_ref();
        Self {
            questions: questions.map(|text| sum(text, &shelf.questions)).collect(),
            answer: answer.map(|text| sum(text, &shelf.answers)),
        }
    }
}

/// Sums of an article's texts.
#[derive(Debug)]
pub(super) struct EntrySums {
    /// Of the BM25 weights of what a text means.
    meaning: ByText<f32>,
    /// Wanted of the few articles that are given, and dear: a long answer has a thousand terms.
    squares: OnceLock<Box<ByText<Squares>>>,
}

impl EntrySums {
    pub(super) fn of(entry: &Entry, shelf: &Shelf) -> Self {
        Self {
            meaning: ByText::of(entry, shelf, meaning),
            squares: OnceLock::new(),
        }
    }
}

fn meaning(text: &Prepared, statistics: &Statistics) -> f32 {
    let meant = text.views.views.get(MEANT);
    let terms = meant.map_or(&[][..], |meant| &meant.terms);
    terms.iter().map(|term| statistics.weight(*term)).sum()
}

fn squares(text: &Prepared, statistics: &Statistics) -> Squares {
    let mut squares = [0.0; VIEWS];
    for (to, view) in squares.iter_mut().zip(&text.views.views) {
        let square = |term: &u32| statistics.smooth_weight(*term).powi(2);
        *to = view.terms.iter().map(square).sum();
    }
    squares
}

/// An article that may answer, in one version of a shelf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'s> {
    /// Where it stands in the shelf.
    pub(super) slot: usize,
    pub(super) entry: &'s Entry,
    pub(super) sums: &'s EntrySums,
}

impl<'s> Candidate<'s> {
    /// Its questions with the sums of their meaning.
    pub(super) fn questions(self) -> impl Iterator<Item = (&'s Prepared, f32)> {
        let sums = self.sums.meaning.questions.iter().copied();
        self.entry.questions.iter().zip(sums)
    }

    /// Its answer with the sum of its meaning.
    pub(super) fn answer(self) -> Option<(&'s Prepared, f32)> {
        self.entry.answer.as_ref().zip(self.sums.meaning.answer)
    }

    /// Its questions with their squares in the shelf that it stands in.
    pub(super) fn question_squares(
        self,
        shelf: &Shelf,
    ) -> impl Iterator<Item = (&'s Prepared, Squares)> {
        let squares = self.squares(shelf).questions.iter().copied();
        self.entry.questions.iter().zip(squares)
    }

    /// Its answer with its squares.
    pub(super) fn answer_squares(self, shelf: &Shelf) -> Option<(&'s Prepared, Squares)> {
        let answer = self.entry.answer.as_ref();
        answer.zip(self.squares(shelf).answer)
    }

    fn squares(self, shelf: &Shelf) -> &'s ByText<Squares> {
        let squares = || Box::new(ByText::of(self.entry, shelf, squares));
        self.sums.squares.get_or_init(squares)
    }
}
