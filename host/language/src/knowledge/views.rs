//! A text as terms, in three views: what is written, what it means (synonyms replaced), and how it sounds or is spelt.
//! Chinese gives single characters and pairs of them (syllables for the sound); other words give stems, and their
//! characters in threes to fives for the spelling, so that a typo changes only some.

use super::stem::{is_stop_word, stem};
use super::synonyms::Synonyms;
use crate::ngrams::is_han;
use crate::normalise;
use crate::pinyin::syllable;

/// Number of views.
pub(super) const VIEWS: usize = 3;
/// The text as it is written.
pub(super) const WRITTEN: usize = 0;
/// The text with synonyms replaced.
pub(super) const MEANT: usize = 1;
/// How the text sounds, or is spelt.
pub(super) const HEARD: usize = 2;

/// A term's number: a hash of the view and the term. Its lowest bits say what it is made of: see [`is_unit`] and [`is_character`].
pub(super) type Term = u32;

/// The terms of one view of one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Terms {
    /// Sorted, each once.
    pub(super) terms: Box<[Term]>,
    /// How often each stands there.
    pub(super) counts: Box<[u8]>,
    /// How many there are with repetitions.
    pub(super) length: u32,
}

impl Terms {
    fn new(mut list: Vec<Term>) -> Self {
        list.sort_unstable();
        let length = list.len() as u32;
        let mut terms = Vec::with_capacity(list.len());
        let mut counts: Vec<u8> = Vec::with_capacity(list.len());
        for term in list {
            if terms.last() == Some(&term) {
                if let Some(count) = counts.last_mut() {
                    *count = count.saturating_add(1);
                }
            } else {
                terms.push(term);
                counts.push(1);
            }
        }
        Self {
            terms: terms.into(),
            counts: counts.into(),
            length,
        }
    }

    /// Terms with how often they stand there.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Term, u8)> + '_ {
        self.terms.iter().copied().zip(self.counts.iter().copied())
    }

    /// Whether the term stands there.
    pub(super) fn contains(&self, term: Term) -> bool {
        self.terms.binary_search(&term).is_ok()
    }
}

/// A text in all views.
#[derive(Debug, Clone, Default)]
pub(super) struct Views {
    /// By view.
    pub(super) views: [Terms; VIEWS],
    /// Whether it says no, not, or without.
    pub(super) negated: bool,
}

impl Views {
    /// The views of a text, which need not be normalised.
    pub(super) fn of(text: &str, synonyms: &Synonyms) -> Self {
        let text = normalise(text);
        let meant = synonyms.canonical(&text);
        let mut lists = [const { Vec::new() }; VIEWS];
        let [written, means, heard] = &mut lists;
        walk(
            &text,
            WRITTEN,
            &mut |term| written.push(term),
            &mut |word, emit| {
                emit(hash(WRITTEN, &stem(word)) | 1);
            },
        );
        walk(
            &meant,
            MEANT,
            &mut |term| means.push(term),
            &mut |word, emit| {
                if !is_stop_word(word) {
                    emit(hash(MEANT, synonyms.stem(&stem(word))) | 1);
                }
            },
        );
        walk(
            &text,
            HEARD,
            &mut |term| heard.push(term),
            &mut |word, emit| {
                if !is_stop_word(word) {
                    spelling(word, emit);
                }
            },
        );
        let [written, means, heard] = lists;
        // A question of stop words only still is one.
        let means = if means.is_empty() {
            written.clone()
        } else {
            means
        };
        Self {
            views: [Terms::new(written), Terms::new(means), Terms::new(heard)],
            negated: negated(&text),
        }
    }
}

/// Takes a word, and gives its terms to what collects them.
type OfWord<'a> = dyn FnMut(&str, &mut dyn FnMut(Term)) + 'a;

/// Gives the terms of a text: runs of Chinese characters here, words by `word`.
fn walk(text: &str, view: usize, emit: &mut dyn FnMut(Term), word: &mut OfWord<'_>) {
    let mut rest = text;
    let mut before: Option<u32> = None;
    while let Some(c) = rest.chars().next() {
        if is_han(c) {
            let one = match (view, syllable(c)) {
                (HEARD, Some(syllable)) => hash(view, syllable),
                _ => hash(view, c.encode_utf8(&mut [0; 4])),
            };
            emit(one | 3);
            if let Some(before) = before {
                emit(pair(before, one));
            }
            before = Some(one);
            rest = &rest[c.len_utf8()..];
        } else if c.is_alphanumeric() {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '\'') || is_han(c))
                .unwrap_or(rest.len());
            let (this, after) = rest.split_at(end);
            word(this.trim_end_matches("'s").trim_matches('\''), emit);
            before = None;
            rest = after;
        } else {
            before = None;
            rest = &rest[c.len_utf8()..];
        }
    }
}

/// Longest word whose spelling is looked at, in characters: longer ones are no words and would only cost time.
const LONGEST_WORD: usize = 40;

fn spelling(word: &str, emit: &mut dyn FnMut(Term)) {
    let mut padded = [' '; LONGEST_WORD + 2];
    let length = word.chars().count();
    if length > LONGEST_WORD {
        return;
    }
    for (to, c) in padded.iter_mut().skip(1).zip(word.chars()) {
        *to = c;
    }
    let padded = padded.get(..length + 2).unwrap_or_default();
    for size in 3..=5 {
        for window in padded.windows(size) {
            let term = window
                .iter()
                .fold(SEEDS[HEARD], |hash, c| extend(hash, u32::from(*c)));
            emit(finish(term));
        }
    }
}

/// Chinese signs of negation, and `A不A`, which only asks.
fn negated(text: &str) -> bool {
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let asks = c == '不' && before.is_some() && before == chars.peek().copied();
        if matches!(c, '不' | '没' | '无' | '未' | '别') && !asks {
            return true;
        }
        before = Some(c);
    }
    text.split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .any(|word| {
            word.ends_with("n't") || matches!(word, "not" | "no" | "without" | "cannot" | "never")
        })
}

const SEEDS: [u64; VIEWS] = [
    0xcbf2_9ce4_8422_2325,
    0x9ae1_6a3b_2f90_404f,
    0xb492_b66f_be98_f273,
];

const fn extend(hash: u64, c: u32) -> u64 {
    (hash ^ c as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The lowest bits are left for [`is_unit`] and [`is_character`].
const fn finish(hash: u64) -> Term {
    ((hash ^ (hash >> 29)) as u32 ^ (hash >> 40) as u32) & !3
}

fn hash(view: usize, text: &str) -> Term {
    let seed = SEEDS.get(view).copied().unwrap_or_default();
    finish(
        text.chars()
            .fold(seed, |hash, c| extend(hash, u32::from(c))),
    )
}

fn pair(first: Term, second: Term) -> Term {
    finish(extend(extend(u64::from(first) << 20, second), 7))
}

/// Whether the term is a single Chinese character, a syllable or a word, not a row of them or a part.
pub(super) const fn is_unit(term: Term) -> bool {
    term & 1 == 1
}

/// Whether the term is a single Chinese character or syllable.
pub(super) const fn is_character(term: Term) -> bool {
    term & 2 == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_see_what_others_do_not() {
        let synonyms = Synonyms::new(&[]).unwrap();
        let views = |text: &str| Views::of(text, &synonyms);
        let same = |a: &str, b: &str, view: usize| views(a).views[view] == views(b).views[view];
        assert!(same("如何注册", "怎么开通", MEANT) && !same("如何注册", "怎么开通", WRITTEN));
        assert!(same("在线支付", "再现之付", HEARD) && !same("在线支付", "再现之付", WRITTEN));
        assert!(same("The cards", "the card", WRITTEN));
        assert!(
            same("***花呗", "花呗", WRITTEN),
            "masked digits say nothing"
        );
        assert!(views("花呗不能用").negated && !views("能不能用花呗").negated);
        assert!(views("I can't pay").negated && !views("note it").negated);
        assert!(!views("how do I").views[MEANT].terms.is_empty());
    }
}
