//! The features of a text: hashed n-grams. Chinese gives characters (1 to 3 in a row), everything else gives words (1 and 2 in a
//! row) and characters within words (3 to 5 in a row), so mixed text gives both and a typo changes only some.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Openings and fillers that say nothing about what is wanted. Longer ones first, for they contain shorter ones.
const FILLERS_ZH: &str = "我想问一下|请问一下|想问一下|我想问|请帮我|麻烦您|麻烦你|您好|你好|麻烦|请问|帮我|帮忙|劳驾|谢谢|那个|想问|一下";
/// Particles and pronouns that say nothing about which intent it is, but something about which question.
const PARTICLES_ZH: &str = "我想要|我想|我要|我|个|吧|呢|啊|呀|哦|嘛|的";
const FILLERS_EN: &str =
    "please|hi|hello|hey|kindly|thanks|thank|pls|plz|um|uh|er|erm|well|so|ok|okay";

/// What is left out of Chinese, by its first character, in the order of the lists.
static ZH: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut by_first: HashMap<char, Vec<&str>> = HashMap::new();
    for filler in FILLERS_ZH.split('|').chain(PARTICLES_ZH.split('|')) {
        by_first
            .entry(filler.chars().next().unwrap_or_default())
            .or_default()
            .push(filler);
    }
    by_first
});
/// What is left out of English.
static EN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| FILLERS_EN.split('|').collect());

/// Whether `c` is written without spaces between words.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}')
}

/// The features that tell intents apart in a normalised text, sorted, each once. Greetings, polite openings and particles
/// do not count unless nothing else was said.
pub(crate) fn features(text: &str) -> Vec<u64> {
    let mut out = Vec::with_capacity(256);
    collect(&without_fillers(text), &mut out);
    if out.is_empty() {
        collect(text, &mut out);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// A text without greetings, polite openings, fillers and particles.
pub(crate) fn without_fillers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let fillers = ZH.get(&c).into_iter().flatten();
        if let Some(filler) = fillers.copied().find(|filler| rest.starts_with(filler)) {
            rest = &rest[filler.len()..];
        } else if is_word(c) {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if !EN.contains(word) {
                out.push_str(word);
            }
            rest = after;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Whether `c` is part of a word that spaces or signs set apart.
pub(crate) fn is_word(c: char) -> bool {
    (c.is_alphanumeric() && !is_han(c)) || c == '\''
}

fn collect(text: &str, out: &mut Vec<u64>) {
    let mut rest = text;
    let mut before: Option<u64> = None;
    while let Some(c) = rest.chars().next() {
        if is_han(c) {
            let end = rest.find(|c: char| !is_han(c)).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            han(run, out);
            before = None;
            rest = after;
        } else if is_word(c) {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            // All numbers are alike for recognising an intent.
            let word = if word.bytes().all(|b| b.is_ascii_digit()) {
                "0"
            } else {
                word
            };
            before = Some(one_word(word, before, out));
            rest = after;
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
}

/// FNV-1a, which extends from one n-gram to the next longer one by one character.
pub(crate) const fn extend(hash: u64, c: char) -> u64 {
    (hash ^ c as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

const HAN: u64 = 0xcbf2_9ce4_8422_2325;
const WORD: u64 = 0x9ae1_6a3b_2f90_404f;
const PAIR: u64 = 0xc3a5_c85c_97cb_3127;
const INSIDE: u64 = 0xb492_b66f_be98_f273;

fn han(run: &str, out: &mut Vec<u64>) {
    for (start, _) in run.char_indices() {
        let mut hash = HAN;
        for c in run[start..].chars().take(3) {
            hash = extend(hash, c);
            out.push(hash);
        }
    }
}

fn one_word(word: &str, before: Option<u64>, out: &mut Vec<u64>) -> u64 {
    let whole = word.chars().fold(WORD, extend);
    out.push(whole);
    if let Some(before) = before {
        out.push((PAIR ^ before).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ whole);
    }
    let padded = || {
        std::iter::once(' ')
            .chain(word.chars())
            .chain(std::iter::once(' '))
    };
    let length = word.chars().count() + 2;
    // A word of 40 characters is no word; its inside would only cost time.
    if length <= 42 {
        for start in 0..length.saturating_sub(2) {
            let mut hash = INSIDE;
            for (n, c) in padded().skip(start).take(5).enumerate() {
                hash = extend(hash, c);
                if n >= 2 {
                    out.push(hash);
                }
            }
        }
    }
    whole
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
            assert_eq!(features(a), features(b), "{a} / {b}");
        }
        assert!(
            !features("你好").is_empty(),
            "a greeting alone still says something"
        );
        assert_ne!(features("cancel my plan"), features("change my plan"));
    }

    #[test]
    fn a_typo_keeps_most_features() {
        let right = features("change my subscription");
        let typo = features("change my subscripton");
        let shared = typo.iter().filter(|f| right.contains(f)).count();
        assert!(shared * 2 > right.len(), "{shared} of {}", right.len());
    }
}
