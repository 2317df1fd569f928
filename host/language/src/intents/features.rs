//! The features of a sentence for recognising intents: hashed n-grams in groups.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};

use super::sounds::sounds;
use crate::ngrams::{extend, is_han, is_word, without_fillers};

/// What is inside words: characters in a row.
const INSIDE: u64 = 0xb492_b66f_be98_f273;
const HAN: u64 = 0xcbf2_9ce4_8422_2325;
/// What stands between words: words in a row, and two words of a sentence however far apart.
const WORD: u64 = 0x9ae1_6a3b_2f90_404f;
const ROW: u64 = 0xc3a5_c85c_97cb_3127;
const PAIR: u64 = 0x8b3f_60c1_93d2_75a9;

/// Stand where a sentence begins and ends: how it begins says much.
const START: u64 = 1;
const END: u64 = 2;

/// Characters in a row within words, the edges of the word included.
const LEAST_LETTERS: usize = 2;
const MOST_LETTERS: usize = 5;
/// Chinese characters in a row.
const MOST_HAN: usize = 3;
/// Words in a row. A Chinese character is a word of its own here, and two of them in a row are.
const MOST_WORDS: usize = 3;
const MOST_HAN_WORDS: usize = 2;
/// Words of a pair are at most so far apart.
const REACH: usize = 24;
/// In a text of more words, which tells a story, pairs say little and would drown the rest.
const LONGEST_PAIRED: usize = 40;
/// A word of more letters is no word; its inside would only cost time.
const LONGEST_WORD: usize = 40;

/// The features of one sentence, sorted, as often as they stand in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    /// Characters in a row: they survive typos and endings.
    pub(crate) inside: Vec<u64>,
    /// Words, words in a row, and pairs of words: they carry what the sentence is about.
    pub(crate) between: Vec<u64>,
    /// Syllables in a row, of Chinese only: they survive homophones.
    pub(crate) sound: Vec<u64>,
}

impl Features {
    /// The features of a normalised text. Greetings, polite openings and particles do not count unless nothing else was
    /// said, and all numbers are alike.
    pub(crate) fn of(text: &str) -> Self {
        let mut features = Self::default();
        features.collect(&without_fillers(text));
        if features.inside.is_empty() {
            features.collect(text);
        }
        for list in [
            &mut features.inside,
            &mut features.between,
            &mut features.sound,
        ] {
            list.sort_unstable();
        }
        features
    }

    /// Share of what one of two sentences has that both have, 0 to 1.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
        let parts = [
            (&self.inside, &other.inside),
            (&self.between, &other.between),
        ];
        let shares = parts.map(|(one, other)| {
            let both = one
                .iter()
                .filter(|feature| other.binary_search(feature).is_ok())
                .count();
            both as f32 / (one.len() + other.len()).saturating_sub(both).max(1) as f32
        });
        (shares.iter().sum::<f32>() / shares.len() as f32).min(1.0)
    }

    fn collect(&mut self, text: &str) {
        let mut words = vec![Word {
            hash: START,
            most: MOST_WORDS,
        }];
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let end = if is_han(c) {
                let end = rest.find(|c: char| !is_han(c)).unwrap_or(rest.len());
                self.han(rest.get(..end).unwrap_or_default(), &mut words);
                end
            } else if is_word(c) {
                let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                self.word(rest.get(..end).unwrap_or_default(), &mut words);
                end
            } else {
                c.len_utf8()
            };
            rest = rest.get(end..).unwrap_or_default();
        }
        words.push(Word { hash: END, most: 1 });
        self.rows(&words);
        if words.len() <= LONGEST_PAIRED {
            self.pairs(&words);
        }
        self.sound = sounds(text);
    }

    fn han(&mut self, run: &str, words: &mut Vec<Word>) {
        for (start, c) in run.char_indices() {
            let mut hash = HAN;
            for c in run.get(start..).unwrap_or_default().chars().take(MOST_HAN) {
                hash = extend(hash, c);
                self.inside.push(hash);
            }
            words.push(Word {
                hash: extend(WORD, c),
                most: MOST_HAN_WORDS,
            });
        }
    }

    fn word(&mut self, word: &str, words: &mut Vec<Word>) {
        let word = if word.bytes().all(|b| b.is_ascii_digit()) {
            "0"
        } else {
            word
        };
        words.push(Word {
            hash: stem(word).chars().fold(WORD, extend),
            most: MOST_WORDS,
        });
        let padded: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
        if padded.len() > LONGEST_WORD + 2 {
            return;
        }
        for start in 0..padded.len() {
            let mut hash = INSIDE;
            for (n, c) in padded.iter().skip(start).take(MOST_LETTERS).enumerate() {
                hash = extend(hash, *c);
                if n + 1 >= LEAST_LETTERS {
                    self.inside.push(hash);
                }
            }
        }
    }

    fn rows(&mut self, words: &[Word]) {
        for (start, first) in words.iter().enumerate() {
            let mut hash = ROW;
            for word in words.iter().skip(start).take(first.most) {
                hash = mix(hash, word.hash);
                self.between.push(hash);
            }
        }
    }

    /// Two words with something between them, in either order.
    fn pairs(&mut self, words: &[Word]) {
        for (at, one) in words.iter().enumerate() {
            for other in words.iter().skip(at + 2).take(REACH - 2) {
                let (low, high) = (one.hash.min(other.hash), one.hash.max(other.hash));
                self.between.push(mix(mix(PAIR, low), high));
            }
        }
    }
}

/// An English word without its endings; other words as they are.
fn stem(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        Stemmer::new(Algorithm::English).stem(word)
    } else {
        Cow::Borrowed(word)
    }
}

struct Word {
    hash: u64,
    /// The longest row that begins with it.
    most: usize,
}

pub(super) const fn mix(hash: u64, with: u64) -> u64 {
    (hash ^ with)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn politeness_and_numbers_do_not_count() {
        for (a, b) in [
            ("你好,请问流量还剩多少", "流量还剩多少"),
            ("please cancel my plan", "cancel my plan"),
            ("换成128的套餐", "换成59的套餐"),
            ("hello, what is my balance", "what is my balance"),
        ] {
            let (a, b) = (Features::of(a), Features::of(b));
            assert_eq!((a.inside, a.between), (b.inside, b.between));
        }
        assert!(
            !Features::of("你好").between.is_empty(),
            "a greeting alone still says something"
        );
    }

    #[test]
    fn a_typo_keeps_most_of_what_is_inside() {
        let right = Features::of("change my subscription").inside;
        let typo = Features::of("change my subscripton").inside;
        let shared = typo.iter().filter(|f| right.contains(f)).count();
        assert!(shared * 2 > right.len(), "{shared} of {}", right.len());
    }

    #[test]
    fn what_stands_far_apart_still_belongs_together() {
        let far = Features::of("cancel the thing which they sold me");
        let near = Features::of("they did cancel");
        assert!(near.between.iter().any(|f| far.between.contains(f)));
        let (one, other) = (
            Features::of("流量怎么这么少").between,
            Features::of("少给我流量").between,
        );
        assert!(one.iter().any(|f| other.contains(f)));
    }
}
