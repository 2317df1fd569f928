//! What the terms of a text weigh together. It depends on all texts of a shelf, so that it belongs to one version of it; adding it
//! up anew for every candidate of every search would cost more than the rest of the search.

use super::entry::{Entry, Prepared};
use super::shelf::Shelf;
use super::statistics::Statistics;
use super::views::{MEANT, VIEWS};

/// Sums over the terms of one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    /// Of the BM25 weights of what it means.
    pub(super) meaning: f32,
    /// By view, of the squared weights for the cosine.
    pub(super) squares: [f32; VIEWS],
}

impl Sums {
    fn of(text: &Prepared, statistics: &Statistics) -> Self {
        let meant = text.views.views.get(MEANT);
        let meant = meant.map_or(&[][..], |terms| &terms.terms);
        let mut squares = [0.0; VIEWS];
        for (to, view) in squares.iter_mut().zip(&text.views.views) {
            let square = |term: &u32| statistics.smooth_weight(*term).powi(2);
            *to = view.terms.iter().map(square).sum();
        }
        Self {
            meaning: meant.iter().map(|term| statistics.weight(*term)).sum(),
            squares,
        }
    }
}

/// Sums of an article's texts.
#[derive(Debug)]
pub(super) struct EntrySums {
    questions: Box<[Sums]>,
    answer: Option<Sums>,
}

impl EntrySums {
    pub(super) fn of(entry: &Entry, shelf: &Shelf) -> Self {
        let sums = |text: &Prepared| Sums::of(text, &shelf.questions);
        Self {
            questions: entry.questions.iter().map(sums).collect(),
            answer: entry
                .answer
                .as_ref()
                .map(|text| Sums::of(text, &shelf.answers)),
        }
    }
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
    /// Its questions with their sums.
    pub(super) fn questions(self) -> impl Iterator<Item = (&'s Prepared, Sums)> {
        let sums = self.sums.questions.iter().copied();
        self.entry.questions.iter().zip(sums)
    }

    /// Its answer with its sums.
    pub(super) fn answer(self) -> Option<(&'s Prepared, Sums)> {
        self.entry.answer.as_ref().zip(self.sums.answer)
    }
}
