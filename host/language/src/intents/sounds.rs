//! How a sentence sounds: features that are the same whichever character of a sound a speech recogniser wrote.

use super::features::mix;
use crate::ngrams::{extend, is_word};
use crate::pinyin::sound;

/// Kinds of features and of their parts, so that they are not taken for one another.
const ROW: u64 = 0x51ed_270b_9f6a_8e3d;
const SYLLABLE: u64 = 0x2c1b_3c6d_8a5f_e915;
const WORD: u64 = 0x7f4a_11c3_55d2_b60b;
const START: u64 = 1;
const END: u64 = 2;

/// Syllables in a row.
const MOST: usize = 3;

/// Syllables in a row, where the sentence's ends and words that are not Chinese count like a syllable. (Pairs of syllables far apart
/// were tried as well and brought nothing.) Nothing of a text without Chinese, for which this would only repeat what is written.
pub(super) fn sounds(text: &str) -> Vec<u64> {
    if !text.chars().any(|c| sound(c).is_some()) {
        return Vec::new();
    }
    let syllables = syllables(text);
    let mut sounds = Vec::new();
    for start in 0..syllables.len() {
        let mut hash = ROW;
        for syllable in syllables.iter().skip(start).take(MOST) {
            hash = mix(hash, *syllable);
            sounds.push(hash);
        }
    }
    sounds
}

/// All numbers are alike, as in what is written.
fn syllables(text: &str) -> Vec<u64> {
    let mut syllables = vec![START];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut end = c.len_utf8();
        if let Some(sound) = sound(c) {
            syllables.push(mix(SYLLABLE, sound.into()));
        } else if is_word(c) {
            end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or_default();
            let word = if word.bytes().all(|b| b.is_ascii_digit()) {
                "0"
            } else {
                word
            };
            syllables.push(word.chars().fold(WORD, extend));
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    syllables.push(END);
    syllables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homophones_sound_alike() {
        assert_eq!(sounds("查一下话费"), sounds("茶以下画费"));
        assert_ne!(sounds("查一下话费"), sounds("查一下流量"));
        assert_eq!(sounds("换成128的套餐"), sounds("换城59的套餐"));
        assert_ne!(sounds("打开wechat"), sounds("打开alipay"));
    }

    #[test]
    fn only_chinese_has_a_sound() {
        assert!(sounds("what is my balance").is_empty());
        assert!(sounds("").is_empty());
    }
}
