//! Ordinary words, which nobody meant for a name: a list of common English words, and all words of the packs' sentences.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::ngrams::is_han;
use crate::normalise;

/// Common English words of four letters and more, in their base forms.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("ordinary.txt").split_whitespace().collect());

/// Endings that make other forms of a word, with what the base form has instead.
const ENDINGS: &[(&str, &str)] = &[
    ("ies", "y"),
    ("ied", "y"),
    ("es", ""),
    ("es", "e"),
    ("s", ""),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
    ("er", ""),
    ("er", "e"),
    ("ers", ""),
    ("ers", "e"),
    ("est", ""),
    ("ness", ""),
    ("ment", ""),
    ("ments", ""),
    ("ally", "al"),
    ("able", ""),
    ("able", "e"),
];

#[derive(Debug, Default)]
pub(super) struct Ordinary {
    words: HashSet<String>,
    pairs: HashSet<(char, char)>,
}

impl Ordinary {
    pub(super) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut ordinary = Self::default();
        for text in texts {
            let text = normalise(text);
            ordinary.pairs.extend(
                text.chars()
                    .zip(text.chars().skip(1))
                    .filter(|(a, b)| is_han(*a) && is_han(*b)),
            );
            let words = text.split(|c: char| !c.is_alphanumeric() || is_han(c));
            ordinary
                .words
                .extend(words.filter(|word| word.len() > 3).map(str::to_owned));
        }
        ordinary
    }

    /// Whether this is an ordinary word, in any of its forms.
    pub(super) fn has_word(&self, word: &str) -> bool {
        let known = |word: &str| COMMON.contains(word) || self.words.contains(word);
        known(word)
            || ENDINGS.iter().any(|(ending, instead)| {
                word.strip_suffix(ending).is_some_and(|base| {
                    let doubled = base
                        .strip_suffix(|c: char| base.chars().rev().nth(1) == Some(c))
                        .filter(|_| instead.is_empty());
                    base.len() + instead.len() > 2
                        && (known(&format!("{base}{instead}")) || doubled.is_some_and(known))
                })
            })
    }

    /// Whether these two Chinese characters stand side by side in an ordinary sentence.
    pub(super) fn has_pair(&self, a: char, b: char) -> bool {
        self.pairs.contains(&(a, b))
    }
}
