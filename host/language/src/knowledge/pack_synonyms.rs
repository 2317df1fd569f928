//! Synonyms that come with packs: which of them hold.

use std::collections::{HashMap, HashSet};

use super::article::Article;
use super::stem::stem;
use super::synonyms::{Synonyms, is_one_word, problem};
use crate::ngrams::is_han;
use crate::{LanguageError, normalise};

/// Words that mean the same. The first stands for the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynonymGroup {
    /// The words, two at least.
    pub words: Vec<String>,
    /// The pack it came with; `None` for the enterprise's own.
    pub pack: Option<String>,
}

impl SynonymGroup {
    /// What is wrong with it.
    pub fn problem(&self) -> Option<String> {
        if self.words.len() < 2 {
            return Some("the group has fewer than two words".to_owned());
        }
        problem(&self.words)
    }
}

/// Who uses a word in articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Users<'t> {
    Nobody,
    One(Option<&'t str>),
    Several,
}

/// The groups as a knowledge base takes them.
///
/// Synonyms change how every article reads, also those of other packs: a careless group, or a hostile one, would make
/// `bill` and `data` one word for all. So a pack's group replaces only words that neither the built-in table nor anybody
/// else's article uses; a word that others use may stand for these. What other packs' articles say, and questions in their
/// words, are then as they were without the group; that a sentence nobody wrote down leads elsewhere, a pack could
/// have by writing it as a question of its own.
///
/// # Errors
///
/// Only when the built-in table is broken.
pub(crate) fn that_hold(
    groups: &[SynonymGroup],
    articles: &[Article],
) -> Result<Vec<Vec<String>>, LanguageError> {
    let built_in = Synonyms::new(&[])?;
    let used = used(groups, articles);
    let mut replaced = HashSet::new();
    let mut hold = Vec::new();
    for group in groups {
        let words = group.words.iter().map(|word| normalise(word));
        let Some(pack) = &group.pack else {
            hold.push(words.collect());
            continue;
        };
        let is_own = |word: &String| {
            let users = used.get(&*key(word)).copied().unwrap_or(Users::Nobody);
            let elsewhere = users != Users::Nobody && users != Users::One(Some(pack));
            !elsewhere && !built_in.knows(word)
        };
        let (mut own, others): (Vec<String>, Vec<String>) = words.partition(is_own);
        let first = match others.into_iter().next() {
            Some(first) => first,
            None if own.is_empty() => continue,
            None => own.remove(0),
        };
        // Of two groups that replace a word, the first counts.
        own.retain(|word| *word != first && replaced.insert(key(word)));
        if !own.is_empty() {
            own.insert(0, first);
            hold.push(own);
        }
    }
    Ok(hold)
}

/// What a word is looked up by.
fn key(word: &str) -> String {
    if is_one_word(word) {
        stem(word).into_owned()
    } else {
        word.to_owned()
    }
}

/// For each word of packs' groups, whose articles use it.
fn used<'t>(groups: &[SynonymGroup], articles: &'t [Article]) -> HashMap<String, Users<'t>> {
    let of_packs = groups.iter().filter(|group| group.pack.is_some());
    let words = of_packs.flat_map(|group| &group.words);
    let mut used: HashMap<String, Users<'t>> = words
        .map(|word| (key(&normalise(word)), Users::Nobody))
        .collect();
    if used.is_empty() {
        return used;
    }
    let mut lengths: Vec<usize> = used.keys().map(|word| word.len()).collect();
    lengths.sort_unstable();
    lengths.dedup();
    for article in articles {
        let pack = article.pack.as_deref();
        let mut note = |word: &str| {
            if let Some(users) = used.get_mut(word) {
                *users = match *users {
                    Users::Nobody => Users::One(pack),
                    Users::One(other) if other == pack => Users::One(pack),
                    _ => Users::Several,
                };
            }
        };
        for text in article.questions.iter().chain([&article.answer]) {
            let text = normalise(text);
            for word in text.split(|c: char| !(c.is_alphanumeric() || c == '\'') || is_han(c)) {
                note(&stem(word.trim_end_matches("'s").trim_matches('\'')));
            }
            for (at, _) in text.char_indices() {
                for length in &lengths {
                    match text.get(at..at + length) {
                        Some(phrase) => note(phrase),
                        None if at + length > text.len() => break,
                        None => {}
                    }
                }
            }
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(pack: &str, words: &[&str]) -> SynonymGroup {
        SynonymGroup {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            pack: Some(pack.to_owned()),
        }
    }

    fn article(pack: &str, question: &str) -> Article {
        Article {
            id: question.to_owned(),
            locale: "zh-CN".to_owned(),
            questions: vec![question.to_owned()],
            answer: "好的。".to_owned(),
            pack: Some(pack.to_owned()),
            ..Article::default()
        }
    }

    #[test]
    fn a_pack_replaces_only_words_that_are_its_own() {
        let articles = [
            article("a", "流量包怎么买"),
            article("b", "怎么查账单"),
            article("b", "how do I pay my bills"),
        ];
        let hold = |groups: &[SynonymGroup]| that_hold(groups, &articles).unwrap();
        // Its own words, also those that its articles use.
        assert_eq!(
            hold(&[group("a", &["流量包", "加油包"])]),
            [["流量包", "加油包"]]
        );
        // The word of another pack stands for the others, wherever it is written.
        assert_eq!(
            hold(&[group("a", &["花费单", "账单"])]),
            [["账单", "花费单"]]
        );
        assert_eq!(hold(&[group("a", &["note", "bill"])]), [["bill", "note"]]);
        // Words of other packs do not become one, and the built-in ones stay as they are.
        assert!(hold(&[group("a", &["查", "账单"]), group("a", &["怎么", "如何"])]).is_empty());
        // The first group counts.
        let twice = [
            group("a", &["流量包", "加油包"]),
            group("b", &["账单", "加油包"]),
        ];
        assert_eq!(hold(&twice), [["流量包", "加油包"]]);
        let own = SynonymGroup {
            pack: None,
            ..group("", &["查", "账单"])
        };
        assert_eq!(hold(&[own]), [["查", "账单"]], "the enterprise may");
    }
}
