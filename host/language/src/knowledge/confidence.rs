//! How sure an article is, from 0 to 1, whatever the knowledge base: the order comes from [`super::ranker`], but its scores
//! compare within one query only.

use super::entry::{Entry, Prepared};
use super::facets::Facets;
use super::shelf::{Asked, Shelf};
use super::statistics::Statistics;
use super::views::{VIEWS, Views, WRITTEN};

/// How much the answer text counts beside the questions.
const ANSWER_SHARE: f32 = 0.15;
/// What a likeness is worth when the article is about another thing.
const CONFLICT: f32 = 0.6;
/// What a likeness is worth when one is negated and the other is not.
const NEGATION: f32 = 0.8;

/// Likeness of a query and an article.
pub(super) fn confidence(shelf: &Shelf, asked: &Asked, entry: &Entry) -> f32 {
    let conflicts = shelf.facets.of(&asked.views);
    let question = entry
        .questions
        .iter()
        .map(|text| {
            let mut likeness = likeness(asked, text, &shelf.questions);
            let written = text.views.views.get(WRITTEN);
            if written.is_some_and(|written| Facets::conflict(&conflicts, written)) {
                likeness *= CONFLICT;
            }
            if asked.views.negated != text.views.negated {
                likeness *= NEGATION;
            }
            likeness
        })
        .max_by(f32::total_cmp);
    let answer = entry
        .answer
        .as_ref()
        .map(|text| likeness(asked, text, &shelf.answers));
    match (question, answer) {
        // What is asked word for word is certain, whatever the answer says.
        (Some(question), Some(answer)) => question + ANSWER_SHARE * answer * (1.0 - question),
        (only, None) | (None, only) => only.unwrap_or(0.0),
    }
    .clamp(0.0, 1.0)
}

/// The mean of the cosines in the views, or the likeness by the encoder when that is more.
fn likeness(asked: &Asked, text: &Prepared, statistics: &Statistics) -> f32 {
    let mean = cosines(&asked.views, &text.views, statistics)
        .iter()
        .sum::<f32>()
        / VIEWS as f32;
    let dot: f32 = asked
        .vector
        .iter()
        .zip(&text.vector)
        .map(|(a, b)| a * b)
        .sum();
    mean.max(dot * dot)
}

fn cosines(query: &Views, text: &Views, statistics: &Statistics) -> [f32; VIEWS] {
    let mut out = [0.0; VIEWS];
    for (to, (query, text)) in out.iter_mut().zip(query.views.iter().zip(&text.views)) {
        let square = |term: &u32| statistics.smooth_weight(*term).powi(2);
        let ours: f32 = query.terms.iter().map(square).sum();
        let theirs: f32 = text.terms.iter().map(square).sum();
        let both: f32 = query
            .terms
            .iter()
            .filter(|term| text.contains(**term))
            .map(square)
            .sum();
        *to = both / (ours * theirs).sqrt().max(f32::EPSILON);
    }
    out
}
