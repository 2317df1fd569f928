//! What the examples say, in the words they are made of: so that a sentence which a speech recogniser wrote with other characters of the
//! same sounds can be read as what was said, and so that one which shares nothing with any example is known for it.

use std::collections::{HashMap, HashSet};

use crate::ngrams::{extend, is_han, is_word};
use crate::pinyin::sound;

/// Longest row of characters that is heard as one.
const LONGEST: usize = 4;
/// A pair of syllables is only taken for what examples say this often; three in a row are no accident.
const PAIR: u32 = 3;
/// Characters of a sentence that are looked at.
const MOST: usize = 80;
/// Characters with more than one reading in one row, at most: each doubles the work.
const AMBIGUOUS: usize = 3;

/// Characters whose commonest reading is not their only one, each with a character of another reading.
const OTHER_READINGS: &[(char, char)] = &[
    ('还', '换'),
    ('重', '虫'),
    ('行', '航'),
    ('长', '掌'),
    ('调', '掉'),
    ('便', '骗'),
    ('降', '祥'),
    ('乐', '月'),
    ('省', '醒'),
    ('单', '善'),
    ('参', '深'),
    ('了', '辽'),
    ('都', '独'),
    ('得', '德'),
    ('会', '快'),
    ('率', '帅'),
    ('差', '拆'),
    ('折', '舌'),
    ('划', '花'),
    ('扫', '嫂'),
    ('传', '赚'),
    ('宿', '秀'),
    ('卡', '咖'),
    ('模', '木'),
    ('系', '记'),
    ('解', '谢'),
];

/// Letters of a word that is known with a slip in it.
const LEAST_LETTERS: usize = 5;
const MOST_LETTERS: usize = 20;
/// Characters that stand in sentences about anything.
const ANYWHERE: &str = "的了吗是我你您他她它们这那有在不没吧呢啊么什怎多少个一就也都还和与请想要能会可以给帮问下为哪谁天样做得到说去来好";
/// Words that do.
const ANYWHERE_EN: &str = " the a an of in on at to for from with by is are was were be been am do does did have has had can could will would should may \
    might must i you he she it we they me my your his her its our their this that these those what what's which who whose when where \
    why how there here not no yes and or but if then so as than too very just please get got give tell show make want need like know \
    think go going come take put let help use much many more most less some any all new good best better one two three about up down \
    out off over into after before now today tomorrow again still also only really right ok hi hello thanks let's i'm i'd i've don't \
    can't it's that's who's where's how's thing things something someone say said way time day long year old name people work ";

/// The words of the examples.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// Rows of characters as they are written, and words.
    written: HashSet<u64>,
    /// Longer words with one letter less: what is misspelt has one of these in common with what is meant.
    shortened: HashSet<u64>,
    /// What is written for a row of sounds, most often.
    by_sound: HashMap<u64, (String, u32)>,
}

impl Spoken {
    /// The words of these normalised sentences.
    pub(crate) fn new<'t>(sentences: impl Iterator<Item = &'t str>) -> Self {
        let (mut written, mut shortened) = (HashSet::new(), HashSet::new());
        let mut counts: HashMap<u64, HashMap<String, u32>> = HashMap::new();
        for sentence in sentences {
            for word in words(sentence) {
                if !is_anywhere(word.as_str()) {
                    shortened.extend(with_a_letter_less(word.as_str()));
                }
                written.insert(hash(word));
            }
            for run in runs(sentence) {
                for end in 2..=run.len().min(LONGEST) {
                    for row in run.windows(end) {
                        written.insert(hash(row.iter().copied()));
                        let Some(heard) = row.iter().map(|c| sound(*c)).collect::<Option<Vec<_>>>()
                        else {
                            continue;
                        };
                        let spellings = counts.entry(key(&heard)).or_default();
                        *spellings.entry(row.iter().collect()).or_default() += 1;
                    }
                }
            }
        }
        let most = |spellings: HashMap<String, u32>| {
            // The same whatever order the map has.
            spellings
                .into_iter()
                .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))
        };
        let by_sound = counts
            .into_iter()
            .filter_map(|(key, spellings)| Some((key, most(spellings)?)));
        Self {
            by_sound: by_sound.collect(),
            shortened,
            written,
        }
    }

    /// The sentence with the characters that examples have for the same sounds: `查流量` for `茶流亮`. `None` when that changes
    /// nothing.
    pub(crate) fn as_heard(&self, text: &str) -> Option<String> {
        let mut said: Vec<char> = text.chars().collect();
        if said.len() > MOST {
            return None;
        }
        let mut changed = false;
        for at in 0..said.len() {
            let rows = (2..=LONGEST)
                .rev()
                .filter_map(|length| said.get(at..at + length));
            let mut rows = rows.filter(|row| row.iter().all(|c| is_han(*c)));
            let spelling = rows.find_map(|row| {
                let written = self.written.contains(&hash(row.iter().copied()));
                let spelling = if written { None } else { self.spelling(row) };
                (written || spelling.is_some()).then_some(spelling)
            });
            // The next row begins with the second character of this one: what is corrected helps to hear what follows.
            if let Some(spelling) = spelling.flatten().map(|s| s.chars().collect::<Vec<_>>()) {
                said.splice(at..at + spelling.len(), spelling);
                changed = true;
            }
        }
        changed.then(|| said.into_iter().collect())
    }

    /// What the examples write for the sounds of these characters.
    fn spelling(&self, row: &[char]) -> Option<&str> {
        let mut readings: Vec<Vec<u16>> = vec![Vec::new()];
        let mut ambiguous = 0;
        for c in row {
            let mut sounds = vec![sound(*c)?];
            let others = OTHER_READINGS.iter().filter(|(of, _)| of == c);
            for other in others.filter_map(|(_, other)| sound(*other)) {
                ambiguous += 1;
                sounds.push(other);
            }
            if ambiguous > AMBIGUOUS {
                return None;
            }
            readings = readings
                .iter()
                .flat_map(|reading| {
                    sounds.iter().map(move |sound| {
                        let mut longer = reading.clone();
                        longer.push(*sound);
                        longer
                    })
                })
                .collect();
        }
        let found = readings
            .iter()
            .filter_map(|reading| self.by_sound.get(&key(reading)));
        let (spelling, _) = found
            .filter(|(_, count)| row.len() > 2 || *count >= PAIR)
            .max_by_key(|(_, count)| *count)?;
        Some(spelling)
    }

    /// Whether a normalised text has any word of the examples that does not stand in sentences about anything.
    pub(crate) fn knows_a_word_of(&self, text: &str) -> bool {
        let telling = |pair: &&[char]| !pair.iter().any(|c| ANYWHERE.contains(*c));
        words(text).any(|word| {
            let spelt = word.as_str();
            let mut misspelt = with_a_letter_less(spelt);
            !is_anywhere(spelt)
                && (self.written.contains(&hash(word.clone()))
                    || misspelt.any(|shorter| self.shortened.contains(&shorter)))
        }) || runs(text).iter().any(|run| {
            run.windows(2)
                .filter(telling)
                .any(|pair| self.written.contains(&hash(pair.iter().copied())))
        })
    }
}

/// Whether a word stands in sentences about anything.
fn is_anywhere(word: &str) -> bool {
    word.len() < 2
        || word.bytes().all(|b| b.is_ascii_digit())
        || ANYWHERE_EN.contains(&format!(" {word} "))
}

/// A word, when it is long enough to be known by the rest, and all that is left of it without one of its letters.
fn with_a_letter_less(word: &str) -> impl Iterator<Item = u64> {
    let long = (LEAST_LETTERS..=MOST_LETTERS).contains(&word.len());
    let letters = if long { word.len() } else { 0 };
    let without = (0..letters).map(|left| {
        let kept = word.chars().enumerate().filter(move |(at, _)| *at != left);
        hash(kept.map(|(_, c)| c))
    });
    without.chain(long.then(|| hash(word.chars())))
}

/// The words that spaces and signs set apart.
fn words(text: &str) -> impl Iterator<Item = std::str::Chars<'_>> {
    let words = text.split(|c: char| !is_word(c));
    words.filter(|word| !word.is_empty()).map(str::chars)
}

/// The rows of Chinese characters.
fn runs(text: &str) -> Vec<Vec<char>> {
    let runs = text.split(|c: char| !is_han(c));
    runs.filter(|run| !run.is_empty())
        .map(|run| run.chars().collect())
        .collect()
}

fn hash(chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(0, extend)
}

fn key(sounds: &[u16]) -> u64 {
    // At most four syllables, of which there are fewer than 2^16.
    sounds
        .iter()
        .fold(0, |key, sound| (key << 16) | u64::from(*sound))
}

#[cfg(test)]
mod tests {
    use super::Spoken;

    fn spoken() -> Spoken {
        Spoken::new(
            [
                "我要换套餐",
                "帮我换套餐",
                "换套餐",
                "改一下套参",
                "查流量",
                "查一下流量",
                "流量还有多少",
                "check my data plan",
                "what is the balance of my account",
            ]
            .into_iter(),
        )
    }

    #[test]
    fn what_was_said_is_read_whatever_was_written() {
        let spoken = spoken();
        for (written, said) in [
            ("还套参", Some("换套餐")),
            ("茶流亮", Some("查流量")),
            ("帮我茶一下流亮", Some("帮我查一下流量")),
            ("我要换讨餐", Some("我要换套餐")),
            ("换套餐", None),
            ("今天天气怎么样", None),
            ("check my data", None),
            ("", None),
        ] {
            assert_eq!(spoken.as_heard(written).as_deref(), said, "{written}");
        }
    }

    #[test]
    fn what_shares_no_word_with_any_example() {
        let spoken = spoken();
        for text in [
            "流量啊",
            "data stuff",
            "my account",
            "my acount",
            "balence",
            "套餐怎么了",
        ] {
            assert!(spoken.knows_a_word_of(text), "{text}");
        }
        for text in [
            "what's the capital of france",
            "红烧肉怎么做",
            "how do i cook rice",
            "我要多少",
            "12",
            "",
        ] {
            assert!(!spoken.knows_a_word_of(text), "{text}");
        }
    }
}
