use std::sync::LazyLock;

use super::complaint::complains;
use super::negation::refused;
use super::phrases::Phrases;
use crate::entities::numerals;
use crate::ngrams::features;
use crate::normalise;

/// Likeness from which a label is meant, and how far ahead of the next one it must be.
const NEAR: f32 = 0.5;
const AHEAD: f32 = 0.15;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// A position that cannot mean anything else, from 1.
    Ordinal(usize),
    /// A position from the end, the last one being 1.
    FromEnd(usize),
    /// `2`, `选二`: a position when no label speaks of that number.
    Number(usize),
    /// `one`: a number by itself, a filler after another word.
    One,
    Filler,
}

/// Phrases with their meanings, separated by `|`.
static TABLES: LazyLock<Phrases<Word>> = LazyLock::new(|| {
    Phrases::new(&[
        (
            Word::Ordinal(1),
            "第一|第一个|第一种|第一项|第一款|第一条|第1|第1个|第1种|第1项|第1款|first|1st|the first|首个|头一个|former|上面那个",
        ),
        (
            Word::Ordinal(2),
            "第二|第二个|第二种|第二项|第二款|第二条|第2|第2个|第2种|第2项|第2款|second|2nd|the second",
        ),
        (
            Word::Ordinal(3),
            "第三|第三个|第三种|第三项|第三款|第三条|第3|第3个|第3种|第3项|第3款|third|3rd|the third",
        ),
        (
            Word::Ordinal(4),
            "第四|第四个|第四种|第四项|第四款|第四条|第4|第4个|第4种|第4项|第4款|fourth|4th|the fourth",
        ),
        (
            Word::Ordinal(5),
            "第五|第五个|第五种|第五项|第五款|第五条|第5|第5个|第5种|第5项|第5款|fifth|5th|the fifth",
        ),
        (
            Word::Ordinal(6),
            "第六|第六个|第六种|第六项|第6|第6个|sixth|6th",
        ),
        (Word::Ordinal(7), "第七|第七个|第七项|第7|第7个|seventh|7th"),
        (Word::Ordinal(8), "第八|第八个|第八项|第8|第8个|eighth|8th"),
        (Word::Ordinal(9), "第九|第九个|第九项|第9|第9个|ninth|9th"),
        (
            Word::FromEnd(1),
            "最后|最后一个|最后那个|最后一种|最后一项|last|last one|the last|latter|最下面那个|倒数第一|倒数第一个",
        ),
        (
            Word::FromEnd(2),
            "倒数第二|倒数第二个|倒数第二款|倒数第2个|second to last|second last|second from last|second from the end|\
            second from the bottom|next to last|last but one|penultimate|one before last|one before the last",
        ),
        (
            Word::FromEnd(3),
            "倒数第三|倒数第三个|倒数第三款|倒数第3个|third to last|third last|third from last|third from the end",
        ),
        (Word::One, "one"),
        (Word::Number(1), "1|一|1号|一号|a"),
        (Word::Number(2), "2|二|两|two|2号|二号|b"),
        (Word::Number(3), "3|三|three|3号|三号|c"),
        (Word::Number(4), "4|四|four|4号|四号|d"),
        (Word::Number(5), "5|五|five|5号|五号|e"),
        (Word::Number(6), "6|六|six"),
        (Word::Number(7), "7|七|seven"),
        (Word::Number(8), "8|八|eight"),
        (Word::Number(9), "9|九|nine"),
        (
            Word::Filler,
            "我|我要|我想要|我选|我选择|我就要|要|选|选择|就|那就|那|那个|这个|吧|的|了|啊|呢|请|帮我|给我|办|办理|选项|嗯|好的|\
            谢谢|i|i'd like|i want|i'll take|i will take|i'll have|i'll go with|i choose|i pick|take|choose|pick|select|go with|\
            the|one|option|number|no.|no|choice|plan|please|thanks|that|this|let's go with|let me have|give me|ok|okay|yes|套餐|\
            方案|instead|rather|actually|i meant|i mean|i said|i'd rather|i'd prefer|i prefer|make it|switch to|change to|其实|还是|\
            换|换成|换到|改|改成|改选|改要|想要|我说的是|我说|我的意思是|应该|是|那一个|这一个|刚才|刚刚|刚才的|刚才那个|之前|前面|回到|after all|back to|earlier|before",
        ),
    ])
});

/// Words of a question about the choices, which picks none.
const ASKING: &[&str] = &[
    "?",
    "吗",
    "多少",
    "什么",
    "怎么",
    "哪",
    "区别",
    "为什么",
    "不要",
    "不是",
    "what",
    "how",
    "which",
    "why",
    "difference",
    "not ",
    "don't",
    "neither",
    "never",
    "nobody",
    "都不",
];

/// The index of the label that `text` picks: by position (`the second one`, `第二个`, `2`), by the label itself, or by
/// being clearly nearest to one label. `None` when that is not clear: `3` of `1个月`, `3个月`, `12个月` could be two of them.
pub fn choice_by_words(text: &str, labels: &[&str]) -> Option<usize> {
    let text = normalise(text);
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '。' | '!' | ',' | '"'));
    if text.is_empty() || labels.is_empty() {
        return None;
    }
    let labels: Vec<String> = labels.iter().map(|label| normalise(label)).collect();
    if let Some(exact) = only(labels.iter().map(|label| label == text)) {
        return Some(exact);
    }
    // "I never asked to change my plan" has all the words of a label, too.
    let picks = !complains(text) && refused(text).is_none();
    if !picks || ASKING.iter().any(|word| text.contains(word)) {
        return None;
    }
    if let Some(words) = TABLES.read(text)
        && let Some(position) = by_position(&words, &labels)
    {
        return position;
    }
    by_number(text, &labels).or_else(|| by_likeness(text, &labels))
}

/// The index that `text` picks with a word that cannot be anything but a place in a list: `the third`, `第二个`, `the last one`;
/// never `2`, which may be a button's number.
pub fn choice_by_ordinal(text: &str, labels: &[&str]) -> Option<usize> {
    let text = normalise(text);
    if ASKING.iter().any(|word| text.contains(word)) {
        return None;
    }
    let words = TABLES.read(&text)?;
    let places = |word: &Word| matches!(word, Word::Ordinal(_) | Word::FromEnd(_));
    let labels: Vec<String> = labels.iter().map(|label| normalise(label)).collect();
    words
        .iter()
        .any(places)
        .then(|| by_position(&words, &labels))??
}

/// The index that `text` picks by position alone, for who may also answer with a value: `第二个`, `the second one`, `2`; or
/// by all the words of its label.
pub fn choice_by_position(text: &str, labels: &[&str]) -> Option<usize> {
    let text = normalise(text);
    if let Some(exact) = only(labels.iter().map(|label| normalise(label) == text)) {
        return Some(exact);
    }
    if ASKING.iter().any(|word| text.contains(word)) {
        return None;
    }
    let labels: Vec<String> = labels.iter().map(|label| normalise(label)).collect();
    by_position(&TABLES.read(&text)?, &labels)?
}

/// What a text of nothing but positions and fillers picks; the outer `None` when it names no position.
fn by_position(words: &[Word], labels: &[String]) -> Option<Option<usize>> {
    let mut named = words
        .iter()
        .filter(|word| !matches!(word, Word::Filler | Word::One));
    let one = words.contains(&Word::One).then_some(Word::Number(1));
    let word = named.next().copied().or(one)?;
    if named.any(|other| *other != word) {
        return Some(None);
    }
    let within = |position: usize| (1..=labels.len()).contains(&position).then(|| position - 1);
    Some(match word {
        Word::FromEnd(position) => labels.len().checked_sub(position),
        Word::Ordinal(position) => within(position),
        Word::Number(number) => {
            let by_label = speaking_of(number as f64, labels);
            match (within(number), by_label) {
                (Some(position), Some(label)) if position != label => None,
                (position, label) => position.or(label),
            }
        }
        Word::Filler | Word::One => None,
    })
}

/// The only label with this number in it.
fn speaking_of(number: f64, labels: &[String]) -> Option<usize> {
    only(labels.iter().map(|label| numerals(label).contains(&number)))
}

/// A number that stands in exactly one label: `128的`, `the 128 one` of `59元套餐`, `128元套餐`.
fn by_number(text: &str, labels: &[String]) -> Option<usize> {
    if text.chars().count() > 20 {
        return None;
    }
    let mut meant = numerals(text)
        .into_iter()
        .filter_map(|number| speaking_of(number, labels));
    let first = meant.next()?;
    meant.all(|other| other == first).then_some(first)
}

fn by_likeness(text: &str, labels: &[String]) -> Option<usize> {
    let said = features(text);
    let core = core(text);
    let mut likeness: Vec<(f32, usize)> = labels
        .iter()
        .enumerate()
        .map(|(at, label)| {
            let theirs = features(label);
            let shared = said
                .iter()
                .filter(|feature| theirs.binary_search(feature).is_ok())
                .count() as f32;
            let dice = 2.0 * shared / (said.len() + theirs.len()).max(1) as f32;
            // A part of one label is enough when it is in no other one: `畅享` of `畅享套餐`.
            let part = label.contains(core) && core.chars().count() >= 2;
            let whole = text.contains(label.as_str()) && label.chars().count() >= 2;
            (if part || whole { dice.max(0.75) } else { dice }, at)
        })
        .collect();
    likeness.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = *likeness.first()?;
    let next = likeness.get(1).map_or(0.0, |other| other.0);
    (best.0 >= NEAR && best.0 - next >= AHEAD).then_some(best.1)
}

/// A text without the words around what it picks: `语音版` of `我要语音版的那个`, `voice` of `the voice one`.
fn core(text: &str) -> &str {
    const BEFORE: &[&str] = &[
        "我想要",
        "我要的是",
        "我要",
        "我选",
        "我说的是",
        "应该是",
        "换成",
        "改成",
        "选",
        "要",
        "换",
        "是",
        "the ",
        "i want ",
        "i meant ",
        "i'd like ",
        "give me ",
        "i'll take ",
        "take ",
        "make it ",
        "a ",
    ];
    const AFTER: &[&str] = &[
        "的那个",
        "那个",
        "那款",
        "这个",
        "的",
        "吧",
        " one",
        " plan",
        " please",
        " version",
        " instead",
        " option",
        " then",
    ];
    let mut core = text.trim();
    loop {
        let without = BEFORE
            .iter()
            .find_map(|word| core.strip_prefix(word))
            .or_else(|| AFTER.iter().find_map(|word| core.strip_suffix(word)));
        match without.map(str::trim) {
            Some(rest) if !rest.is_empty() => core = rest,
            _ => return core,
        }
    }
}

/// The index of the only `true`.
fn only(mut which: impl Iterator<Item = bool>) -> Option<usize> {
    let first = which.position(|is| is)?;
    (!which.any(|is| is)).then_some(first)
}
