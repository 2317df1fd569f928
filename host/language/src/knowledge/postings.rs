//! The texts of a small shelf by their terms. What every text shares with a query is found in one pass over the query's terms, and
//! the full-text engine, whose queries cost more than that in themselves, is not asked.

use crate::map::HashMap;

use super::entry::Entry;
use super::features::{Shared, Weighed};
use super::views::{Term, VIEWS, Views};

/// Texts of one kind by their terms. They are numbered in their order.
#[derive(Debug, Default)]
struct Kind {
    /// By view and term: numbers of texts, and how often it stands in each.
    texts: [HashMap<Term, Vec<(u32, u8)>>; VIEWS],
    /// Number of terms of each text, by view.
    lengths: Vec<[u32; VIEWS]>,
}

impl Kind {
    fn push(&mut self, text: &Views) {
        let number = self.lengths.len() as u32;
        for (to, view) in self.texts.iter_mut().zip(&text.views) {
            for (term, count) in view.iter() {
                to.entry(term).or_default().push((number, count));
            }
        }
        self.lengths
            .push(text.views.each_ref().map(|view| view.length));
    }

    fn shared(&self, query: &Weighed<'_>) -> Vec<Shared> {
        let mut out = vec![Shared::default(); self.lengths.len()];
        for (view, term) in query.terms() {
            let texts = self.texts.get(view).and_then(|view| view.get(&term.0));
            for (number, count) in texts.into_iter().flatten() {
                let number = *number as usize;
                let length = self.lengths.get(number).and_then(|of| of.get(view));
                if let (Some(to), Some(length)) = (out.get_mut(number), length) {
                    query.add(to, view, term, *count, *length);
                }
            }
        }
        out
    }
}

/// All texts of a shelf.
#[derive(Debug, Default)]
pub(super) struct Postings {
    questions: Kind,
    /// One for each slot.
    answers: Kind,
    /// The number of a slot's first question.
    first: Vec<usize>,
}

impl Postings {
    /// Of the articles in these slots.
    pub(super) fn of<'e>(slots: impl Iterator<Item = Option<&'e Entry>>) -> Self {
        let mut postings = Self::default();
        let none = Views::default();
        for slot in slots {
            postings.first.push(postings.questions.lengths.len());
            for question in slot.iter().flat_map(|entry| &entry.questions) {
                postings.questions.push(&question.views);
            }
            let answer = slot.and_then(|entry| entry.answer.as_ref());
            postings
                .answers
                .push(answer.map_or(&none, |text| &text.views));
        }
        postings
    }

    /// What each text shares with a query.
    pub(super) fn shared(&self, to_questions: &Weighed<'_>, to_answers: &Weighed<'_>) -> Found<'_> {
        Found {
            questions: self.questions.shared(to_questions),
            answers: self.answers.shared(to_answers),
            first: &self.first,
        }
    }
}

/// What the texts of a shelf share with a query.
#[derive(Debug)]
pub(super) struct Found<'p> {
    questions: Vec<Shared>,
    answers: Vec<Shared>,
    first: &'p [usize],
}

impl Found<'_> {
    /// Of a slot's question, by its place among them.
    pub(super) fn question(&self, slot: usize, at: usize) -> Shared {
        let first = self.first.get(slot).copied().unwrap_or(usize::MAX);
        let shared = self.questions.get(first.saturating_add(at));
        shared.copied().unwrap_or_default()
    }

    /// Of a slot's answer.
    pub(super) fn answer(&self, slot: usize) -> Shared {
        self.answers.get(slot).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Article;
    use crate::knowledge::ranker::Ranker;
    use crate::knowledge::shelf::{Asked, Shelf};
    use crate::knowledge::synonyms::Synonyms;

    #[test]
    fn one_pass_finds_what_comparing_one_by_one_finds() {
        let synonyms = Synonyms::new(&[]).unwrap();
        let article = |id: &str, questions: &[&str], answer: &str| Article {
            id: id.to_owned(),
            locale: "zh-CN".to_owned(),
            questions: questions.iter().map(|q| (*q).to_owned()).collect(),
            answer: answer.to_owned(),
            ..Article::default()
        };
        let articles = vec![
            article(
                "a",
                &["怎么开通国际漫游", "How do I turn on roaming roaming?"],
                "打开设置",
            ),
            article("b", &["补卡要什么证件"], ""),
            article(
                "c",
                &[],
                "Bring your identity card to the shop, card by card.",
            ),
        ];
        let entries = Entry::prepare(articles, &synonyms, None).unwrap();
        let shelf = Shelf::new(entries.into_iter().map(Into::into).collect()).unwrap();
        let entries: Vec<&Entry> = shelf.entries().map(AsRef::as_ref).collect();
        let postings = Postings::of(entries.iter().map(|entry| Some(*entry)));
        for query in [
            "漫游怎么开通开通",
            "which card for roaming",
            "证件 identity",
            "",
        ] {
            let views = Views::of(query, &synonyms);
            let asked = Asked {
                views,
                vector: Vec::new(),
            };
            let (to_questions, to_answers) = shelf.weigh(&asked, &Ranker::default());
            let found = postings.shared(&to_questions, &to_answers);
            for (slot, entry) in entries.iter().enumerate() {
                for (at, text) in entry.questions.iter().enumerate() {
                    assert_eq!(
                        found.question(slot, at),
                        to_questions.shared(text),
                        "{query}"
                    );
                }
                if let Some(text) = &entry.answer {
                    assert_eq!(found.answer(slot), to_answers.shared(text), "{query}");
                }
            }
        }
    }
}
