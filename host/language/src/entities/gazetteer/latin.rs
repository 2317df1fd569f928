//! Misspelt names in Latin letters, word by word: one edit (a letter too many, too few, wrong, or two exchanged) in a word of five
//! letters and more, two in one of nine and more. Words with digits have no typing errors: `p59` is not `p58`.
//!
//! Words are found by what is left of them without one or two letters (symmetric deletion), so that the time does not grow
//! with the number of names.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use super::{Near, Ordinary};
use crate::ngrams::is_han;
use crate::scan::Scan;

/// Longest word that is looked at.
const LONGEST: usize = 24;

#[derive(Debug, Default)]
pub(super) struct Latin {
    /// Number of each word that names consist of.
    words: HashMap<String, u32>,
    /// The words by number.
    spelt: Vec<Vec<char>>,
    /// Numbers of words by hashes of what is left without some letters.
    deletions: HashMap<u64, Vec<u32>>,
    /// The next node by node and word.
    next: HashMap<(u32, u32), u32>,
    /// The name that ends at each node after the root.
    names: Vec<Option<u32>>,
}

/// How many edits a word of a name may have.
fn allowed(word: &[char]) -> u32 {
    if !word.iter().all(|c| c.is_alphabetic()) {
        return 0;
    }
    match word.len() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

/// One word of a text.
struct Word {
    start: usize,
    end: usize,
    /// Words of names that it may be, with the edits between.
    readings: Vec<(u32, u32)>,
}

impl Latin {
    pub(super) fn add(&mut self, name: &str, number: u32) {
        if name.chars().any(is_han) {
            return;
        }
        let mut node = 0;
        for word in name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            let word = self.word(word);
            let fresh = self.names.len() as u32 + 1;
            node = *self.next.entry((node, word)).or_insert(fresh);
            if node == fresh {
                self.names.push(None);
            }
        }
        if let Some(named) = (node as usize)
            .checked_sub(1)
            .and_then(|at| self.names.get_mut(at))
        {
            *named = Some(number);
        }
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let number = self.spelt.len() as u32;
        let letters: Vec<char> = word.chars().collect();
        let edits = allowed(&letters);
        if edits > 0 && letters.len() <= LONGEST {
            for hash in self.hashes(&letters, edits) {
                self.deletions.entry(hash).or_default().push(number);
            }
        }
        self.words.insert(word.to_owned(), number);
        self.spelt.push(letters);
        number
    }

    /// Hashes of a word and of what is left of it without up to `edits` letters.
    fn hashes(&self, word: &[char], edits: u32) -> Vec<u64> {
        let hasher = self.deletions.hasher();
        let mut out = vec![hasher.hash_one(word)];
        let mut left = Vec::with_capacity(word.len());
        let mut without = |skip: &dyn Fn(usize) -> bool| {
            left.clear();
            left.extend(
                word.iter()
                    .enumerate()
                    .filter(|(at, _)| !skip(*at))
                    .map(|(_, c)| *c),
            );
            out.push(hasher.hash_one(left.as_slice()));
        };
        for first in 0..word.len() {
            without(&|at| at == first);
            for second in (first + 1..word.len()).filter(|_| edits > 1) {
                without(&|at| at == first || at == second);
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The misspelt names in a text.
    pub(super) fn find(&self, scan: &Scan<'_>, ordinary: &Ordinary, out: &mut Vec<Near>) {
        if self.deletions.is_empty() {
            return;
        }
        let words = self.read(scan, ordinary);
        for first in 0..words.len() {
            self.follow(&words, first, 0, 0, scan, out, first);
        }
    }

    /// The words of a text with what they may be.
    fn read(&self, scan: &Scan<'_>, ordinary: &Ordinary) -> Vec<Word> {
        let latin = |c: char| c.is_alphanumeric() && !is_han(c);
        let mut words = Vec::new();
        let mut at = 0;
        while at < scan.len() {
            if !latin(scan.at(at)) {
                at += 1;
                continue;
            }
            let start = at;
            while latin(scan.at(at)) {
                at += 1;
            }
            let readings = self.readings(scan.slice(start, at), ordinary);
            words.push(Word {
                start,
                end: at,
                readings,
            });
        }
        words
    }

    fn readings(&self, text: &str, ordinary: &Ordinary) -> Vec<(u32, u32)> {
        if let Some(known) = self.words.get(text) {
            return vec![(*known, 0)];
        }
        let letters: Vec<char> = text.chars().collect();
        let plausible =
            (4..=LONGEST).contains(&letters.len()) && letters.iter().all(|c| c.is_alphabetic());
        if !plausible || ordinary.has_word(text) {
            return Vec::new();
        }
        // A word of seven letters may be one of nine with two missing.
        let edits = if letters.len() >= 7 { 2 } else { 1 };
        let mut candidates: Vec<u32> = self
            .hashes(&letters, edits)
            .iter()
            .filter_map(|hash| self.deletions.get(hash))
            .flatten()
            .copied()
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
            .into_iter()
            .filter_map(|word| {
                let spelt = self.spelt.get(word as usize)?;
                let edits = distance(&letters, spelt);
                // Few people miss the first letter; in short words it makes another word.
                let first = letters.first() == spelt.first() || spelt.len() >= 6;
                (edits <= allowed(spelt) && first).then_some((word, edits))
            })
            .collect()
    }

    /// Goes on from a node of the tree of names with the word at `at`.
    #[expect(clippy::too_many_arguments, reason = "the state of one walk")]
    fn follow(
        &self,
        words: &[Word],
        at: usize,
        node: u32,
        edits: u32,
        scan: &Scan<'_>,
        out: &mut Vec<Near>,
        first: usize,
    ) {
        let (Some(word), Some(start)) = (words.get(at), words.get(first).map(|word| word.start))
        else {
            return;
        };
        let joined = at == first
            || words
                .get(at - 1)
                .is_some_and(|before| matches!(scan.slice(before.end, word.start), " " | "-"));
        if !joined {
            return;
        }
        for (reading, more) in &word.readings {
            let Some(node) = self.next.get(&(node, *reading)) else {
                continue;
            };
            let edits = edits + more;
            if edits > 0
                && let Some(name) = self.names.get(*node as usize - 1).copied().flatten()
            {
                out.push(Near {
                    name,
                    start,
                    end: word.end,
                    edits,
                });
            }
            self.follow(words, at + 1, *node, edits, scan, out, first);
        }
    }
}

/// Edits between two words: letters inserted, left out, replaced, or exchanged with their neighbour.
fn distance(a: &[char], b: &[char]) -> u32 {
    let width = b.len() + 1;
    let mut rows = vec![0_u32; (a.len() + 1) * width];
    let cell =
        |rows: &[u32], i: usize, j: usize| rows.get(i * width + j).copied().unwrap_or(u32::MAX / 2);
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let least = if i == 0 || j == 0 {
                (i + j) as u32
            } else {
                let same = a.get(i - 1) == b.get(j - 1);
                let mut least = (cell(&rows, i - 1, j - 1) + u32::from(!same))
                    .min(cell(&rows, i - 1, j) + 1)
                    .min(cell(&rows, i, j - 1) + 1);
                if i > 1 && j > 1 && a.get(i - 1) == b.get(j - 2) && a.get(i - 2) == b.get(j - 1) {
                    least = least.min(cell(&rows, i - 2, j - 2) + 1);
                }
                least
            };
            if let Some(cell) = rows.get_mut(i * width + j) {
                *cell = least;
            }
        }
    }
    rows.last().copied().unwrap_or_default()
}
