//! Reads a text as nothing but known phrases. What is not in the tables makes the whole text something else, which keeps the
//! host's own words precise.

use std::collections::HashMap;

use crate::ngrams::is_han;
use crate::normalise;
use crate::scan::Scan;

/// Longest text that can be nothing but phrases, in characters.
const LONGEST: usize = 60;

/// Phrases with what they mean, by their first character.
pub(crate) struct Phrases<T: 'static> {
    by_first: HashMap<char, Vec<(&'static str, T)>>,
}

impl<T: Copy> Phrases<T> {
    pub(crate) fn new(tables: &[(T, &'static str)]) -> Self {
        let mut by_first: HashMap<char, Vec<(&'static str, T)>> = HashMap::new();
        for (meaning, phrases) in tables {
            for phrase in phrases.split('|') {
                if let Some(first) = phrase.chars().next() {
                    by_first.entry(first).or_default().push((phrase, *meaning));
                }
            }
        }
        // The longest phrase counts, so it stands first.
        for phrases in by_first.values_mut() {
            phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        }
        Self { by_first }
    }

    /// The meanings of the phrases that `text` consists of, in order, or `None` when it holds anything else. At each place the
    /// longest phrase counts. Punctuation is passed over.
    pub(crate) fn read(&self, text: &str) -> Option<Vec<T>> {
        // Four bytes a character at most, and as much again for what normalising takes out: what is longer is no phrase.
        if text.len() > LONGEST * 8 {
            return None;
        }
        let text = normalise(text);
        let scan = Scan::new(&text);
        if scan.len() > LONGEST {
            return None;
        }
        let mut out = Vec::new();
        let mut at = 0;
        while at < scan.len() {
            let c = scan.at(at);
            if !c.is_alphanumeric() {
                at += 1;
                continue;
            }
            let (meaning, end) = self
                .by_first
                .get(&c)?
                .iter()
                .find_map(|(phrase, meaning)| {
                    let end = scan.word(at, phrase)?;
                    (is_han(c) || !scan.at(end).is_ascii_alphanumeric()).then_some((*meaning, end))
                })?;
            out.push(meaning);
            at = end;
        }
        Some(out)
    }
}
