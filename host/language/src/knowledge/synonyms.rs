//! Words that mean the same when a question is compared with another: a built-in table of general language, and
//! groups that the staff or a pack add.

use std::collections::HashMap;

use crate::ngrams::is_han;
use crate::{LanguageError, normalise};

use super::stem::stem;

/// Chinese groups, one a line; the first word stands for the others. Question words and words of customer service in
/// general: nothing of one company's products.
const CHINESE: &str = include_str!("synonyms_zh.txt");
/// English groups, of single words.
const ENGLISH: &str = include_str!("synonyms_en.txt");
/// What may be said before or after any question.
const FILLERS: &[&str] = &[
    "我想问一下",
    "请问一下",
    "想问一下",
    "我想问",
    "请问",
    "您好",
    "你好",
    "麻烦",
    "谢谢",
    "帮我",
    "帮忙",
    "想问",
    "一下",
    "请",
    "在吗",
];
/// Most groups that a knowledge base may add.
pub const MOST_SYNONYM_GROUPS: usize = 10_000;
/// Most words of one group.
pub const MOST_SYNONYMS: usize = 100;
/// Longest synonym, in characters.
const LONGEST_SYNONYM: usize = 50;

/// Which word stands for which.
#[derive(Debug, Clone)]
pub(crate) struct Synonyms {
    /// Phrases of Chinese (and mixed) writing: what replaces them.
    phrases: HashMap<String, String>,
    /// Lengths of phrases in characters, longest first.
    lengths: Vec<usize>,
    /// Stems of English words: what replaces them.
    stems: HashMap<String, String>,
}

impl Synonyms {
    /// The built-in table with `groups` on top: a word of a group is replaced by the first one of it.
    ///
    /// # Errors
    ///
    /// When there are too many groups or words, or an empty or overlong word.
    pub(crate) fn new(groups: &[Vec<String>]) -> Result<Self, LanguageError> {
        let wrong = |number: usize, problem: String| LanguageError::Training {
            what: "group of synonyms",
            number: number + 1,
            problem,
        };
        let mut synonyms = Self {
            phrases: HashMap::new(),
            lengths: Vec::new(),
            stems: HashMap::new(),
        };
        for filler in FILLERS {
            synonyms.phrases.insert((*filler).to_owned(), String::new());
        }
        for line in CHINESE.lines().chain(ENGLISH.lines()) {
            synonyms.group(line.split(' '));
        }
        if groups.len() > MOST_SYNONYM_GROUPS {
            let problem = format!("there are more than {MOST_SYNONYM_GROUPS} groups");
            return Err(wrong(MOST_SYNONYM_GROUPS, problem));
        }
        for (number, group) in groups.iter().enumerate() {
            if let Some(problem) = problem(group) {
                return Err(wrong(number, problem));
            }
            let mut words: Vec<String> = group.iter().map(|word| normalise(word)).collect();
            // What stands for the first word already stands for the others too.
            if let Some(first) = words.first_mut() {
                *first = synonyms.stands_for(first);
            }
            synonyms.group(words.iter().map(String::as_str));
        }
        let mut lengths: Vec<usize> = synonyms.phrases.keys().map(|p| p.chars().count()).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        lengths.dedup();
        synonyms.lengths = lengths;
        Ok(synonyms)
    }

    /// Whether the word is replaced, or stands for others.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.phrases.contains_key(word) || self.stems.contains_key(&*stem(word))
    }

    fn stands_for(&self, word: &str) -> String {
        let phrase = self.phrases.get(word).filter(|by| !by.is_empty());
        let known = phrase.or_else(|| self.stems.get(&*stem(word)));
        known.map_or(word, String::as_str).to_owned()
    }

    fn group<'w>(&mut self, words: impl Iterator<Item = &'w str>) {
        let mut first = None;
        for word in words {
            let first = *first.get_or_insert(word);
            if is_one_word(word) && is_one_word(first) {
                self.stems
                    .insert(stem(word).into_owned(), stem(first).into_owned());
            } else {
                self.phrases.insert(word.to_owned(), first.to_owned());
            }
        }
    }

    /// A normalised text with every phrase replaced by the one that stands for it, longest phrase first.
    pub(crate) fn canonical(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            // Phrases of the table begin with a Chinese character nearly always; others are looked up at a word's start only.
            let at_start =
                is_han(c) || out.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            match self.phrase(rest).filter(|_| at_start) {
                Some((phrase, by)) => {
                    out.push_str(by);
                    rest = &rest[phrase..];
                }
                None => {
                    out.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        out
    }

    fn phrase(&self, rest: &str) -> Option<(usize, &str)> {
        let longest = *self.lengths.first()?;
        let mut ends = [0_usize; LONGEST_SYNONYM + 1];
        let mut known = 0;
        for (at, c) in rest.char_indices().take(longest) {
            known += 1;
            *ends.get_mut(known)? = at + c.len_utf8();
        }
        self.lengths
            .iter()
            .filter(|length| **length <= known)
            .find_map(|length| {
                let end = *ends.get(*length)?;
                let (phrase, after) = rest.split_at_checked(end)?;
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
                // `card` does not stand in `cardinal`.
                if letter(phrase.chars().next_back()) && letter(after.chars().next()) {
                    return None;
                }
                Some((end, self.phrases.get(phrase)?.as_str()))
            })
    }

    /// The stem that stands for `stem`.
    pub(crate) fn stem<'s>(&'s self, stem: &'s str) -> &'s str {
        self.stems.get(stem).map_or(stem, String::as_str)
    }
}

/// Whether it is a word of letters, and no phrase or Chinese.
pub(super) fn is_one_word(word: &str) -> bool {
    !word.contains(' ') && !word.chars().any(is_han)
}

/// What is wrong with the words of a group.
pub(super) fn problem(words: &[String]) -> Option<String> {
    if words.len() > MOST_SYNONYMS {
        return Some(format!("the group has more than {MOST_SYNONYMS} words"));
    }
    let word = words.iter().find(|word| {
        let word = normalise(word);
        word.is_empty() || word.chars().count() > LONGEST_SYNONYM
    })?;
    Some(format!(
        "`{word}` is not a word of 1 to {LONGEST_SYNONYM} characters"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_mean_the_same_become_the_same() {
        let own = vec![
            vec!["畅享套餐".to_owned(), "老套餐".to_owned()],
            vec!["router".to_owned(), "modem".to_owned()],
        ];
        let synonyms = Synonyms::new(&own).unwrap();
        for (a, b) in [
            ("如何开通", "怎么开通"),
            ("请问怎样注册", "怎么开通"),
            ("老套餐咋样退", "畅享套餐怎么退"),
        ] {
            assert_eq!(synonyms.canonical(a), synonyms.canonical(b), "{a} {b}");
        }
        assert_eq!(synonyms.stem("modem"), "router");
        let mixed = [["无线网", "wifi"], ["怎样", "怎生"], ["sim", "sim card"]];
        let mixed = Synonyms::new(&mixed.map(|group| group.map(str::to_owned).to_vec())).unwrap();
        for (a, b) in [
            ("wifi连不上", "无线网连不上"),
            ("怎生是好", "怎么是好"),
            ("lost sim card", "lost sim"),
        ] {
            assert_eq!(mixed.canonical(a), mixed.canonical(b), "{a} {b}");
        }
        assert_eq!(mixed.canonical("a wifis"), "a wifis");
        assert!(Synonyms::new(&[vec![String::new()]]).is_err());
        assert!(Synonyms::new(&[vec!["a".to_owned(); MOST_SYNONYMS + 1]]).is_err());
    }
}
