use std::collections::{BTreeSet, HashMap};

use crate::pinyin::syllable;

/// Characters that a speech recogniser may write for each other: common ones with the same syllable, whatever the tone.
///
/// Common are the 1,000 most frequent characters of general text, and those that stand at least twice in a
/// corpus of the domain.
#[derive(Debug, Clone)]
pub struct Homophones {
    by_syllable: HashMap<&'static str, Vec<char>>,
}

/// The 1,000 most frequent characters, by the frequencies of the words in the dictionary of jieba (MIT licence), most frequent first.
const FREQUENT: &str = include_str!("common_characters.txt");
/// A character that is as frequent in a corpus is common.
const COMMON: usize = 2;

impl Homophones {
    /// The characters that are common in general or in the texts of `corpus`.
    pub fn new<'a>(corpus: impl IntoIterator<Item = &'a str>) -> Self {
        let mut frequencies: HashMap<char, usize> = HashMap::new();
        for c in corpus.into_iter().flat_map(str::chars) {
            *frequencies.entry(c).or_default() += 1;
        }
        let of_corpus = frequencies
            .into_iter()
            .filter(|(_, frequency)| *frequency >= COMMON)
            .map(|(c, _)| c);
        let common: BTreeSet<char> = FREQUENT.chars().chain(of_corpus).collect();
        let mut by_syllable: HashMap<&'static str, Vec<char>> = HashMap::new();
        for c in common {
            if let Some(syllable) = syllable(c) {
                by_syllable.entry(syllable).or_default().push(c);
            }
        }
        Self { by_syllable }
    }

    /// The other common characters that sound like `c`, unless there is none.
    fn others(&self, c: char) -> Option<Vec<char>> {
        let alike = self.by_syllable.get(syllable(c)?)?;
        let others: Vec<char> = alike.iter().copied().filter(|other| *other != c).collect();
        (!others.is_empty()).then_some(others)
    }
}

/// The text as a speech recogniser that confuses homophones might write it: the `share` (0 to 1) of its Chinese characters,
/// chosen by chance, is replaced by other common characters of the same syllable without tone, each of them as likely.
///
/// The number of replaced characters is the share of all Chinese characters of the text, rounded up or down by
/// chance so that it is kept in the mean of many texts; it is less when fewer characters have a homophone. Everything else stays. The
/// same text, share, seed and homophones give the same result. Of a character with several readings only the commonest is known, as in
/// recognising intents.
pub fn homophone_noise(text: &str, share: f64, seed: u64, homophones: &Homophones) -> String {
    let mut random = Random(text.bytes().fold(seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }));
    let mut characters: Vec<char> = text.chars().collect();
    let chinese = characters
        .iter()
        .filter(|c| syllable(**c).is_some())
        .count();
    let wanted = (chinese as f64 * share.clamp(0.0, 1.0) + random.share()) as usize;
    let mut open: Vec<(&mut char, Vec<char>)> = characters
        .iter_mut()
        .filter_map(|c| homophones.others(*c).map(|others| (c, others)))
        .collect();
    for _ in 0..wanted.min(open.len()) {
        let (c, others) = open.swap_remove(random.below(open.len()));
        if let Some(other) = others.get(random.below(others.len())) {
            *c = *other;
        }
    }
    characters.into_iter().collect()
}

/// Splitmix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014), the same on every platform.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "帮我查一下这个月的流量还剩多少，然后打开 WeChat 交 128 元话费";

    fn homophones() -> Homophones {
        Homophones::new([TEXT, TEXT])
    }

    fn changed(text: &str, noisy: &str) -> usize {
        text.chars()
            .zip(noisy.chars())
            .filter(|(a, b)| a != b)
            .count()
    }

    #[test]
    fn the_share_is_kept_in_the_mean() {
        let homophones = homophones();
        for (text, share) in [(TEXT, 0.2), (TEXT, 0.5), ("是的", 0.2)] {
            let chinese = text.chars().filter(|c| syllable(*c).is_some()).count() as f64;
            let changes: Vec<usize> = (0..2_000)
                .map(|seed| changed(text, &homophone_noise(text, share, seed, &homophones)))
                .collect();
            let mean = changes.iter().sum::<usize>() as f64 / changes.len() as f64;
            assert!(
                (mean / chinese - share).abs() < 0.02,
                "{text} {share}: {mean} of {chinese}"
            );
            let (least, most) = (changes.iter().min().unwrap(), changes.iter().max().unwrap());
            assert!(most - least <= 1, "{least} to {most}");
        }
        assert_eq!(homophone_noise(TEXT, 0.0, 1, &homophones), TEXT);
    }

    #[test]
    fn the_sound_is_kept_and_what_is_not_chinese_stays() {
        let homophones = homophones();
        for seed in 0..200 {
            let noisy = homophone_noise(TEXT, 1.0, seed, &homophones);
            assert_eq!(noisy.chars().count(), TEXT.chars().count());
            for (a, b) in TEXT.chars().zip(noisy.chars()) {
                assert_eq!(syllable(a), syllable(b), "{a} {b}");
                assert!(syllable(a).is_some() || a == b, "{a} {b}");
            }
        }
        let english = "what is my balance, 128?";
        assert_eq!(homophone_noise(english, 1.0, 1, &homophones), english);
    }

    #[test]
    fn a_seed_gives_the_same_text_and_another_one_another() {
        let (one, same) = (homophones(), homophones());
        assert_eq!(
            homophone_noise(TEXT, 0.5, 7, &one),
            homophone_noise(TEXT, 0.5, 7, &same)
        );
        assert_ne!(
            homophone_noise(TEXT, 0.5, 7, &one),
            homophone_noise(TEXT, 0.5, 8, &one)
        );
    }

    #[test]
    fn common_characters_are_each_listed_once() {
        let list: Vec<char> = FREQUENT.split_whitespace().flat_map(str::chars).collect();
        let distinct: BTreeSet<&char> = list.iter().collect();
        assert_eq!((list.len(), distinct.len()), (1_000, 1_000));
        assert!(list.iter().all(|c| syllable(*c).is_some()));
    }
}
