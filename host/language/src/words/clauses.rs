use std::ops::Range;
use std::sync::LazyLock;

use crate::ngrams::is_han;

/// Marks that end a clause.
const MARKS: &str = "，。；！？,.;!?\n";
/// Words between two wishes, wherever they stand. Lower case; longer ones first.
const BETWEEN: &[&str] = &[
    "除此之外",
    "再就是",
    "顺便再",
    "顺带再",
    "另外再",
    "另外还",
    "顺便",
    "顺带",
    "另外",
    "此外",
    "然后",
    "并且",
    " and by the way ",
    " and another thing ",
    " by the way ",
    " and also ",
    " and then ",
    " as well as ",
    " additionally ",
    " also ",
    " plus ",
    " then ",
    " btw ",
];
/// Words that add a wish where a clause begins; elsewhere they mean something else (`我还有多少流量`).
const OPENING: &[&str] = &[
    "对了",
    "最后再",
    "最后",
    "接着",
    "其次",
    "还有",
    "同时",
    "以及",
    "and by the way",
    "oh and by the way",
    "by the way",
    "one more thing",
    "another thing",
    "additionally",
    "furthermore",
    "secondly",
    "and also",
    "and then",
    "besides",
    "oh and",
    "also",
    "plus",
    "then",
    "next",
    "btw",
    "and",
];
/// Words that open a clause and add a wish, and are a part of it: `再问下漫游`, `还想换套餐`.
const ADDING: &[&str] = &[
    "再帮",
    "再问",
    "再查",
    "再看",
    "再给",
    "再换",
    "再告诉",
    "再办",
    "再开",
    "再推荐",
    "再说说",
    "再讲",
    "再了解",
    "再咨询",
    "再把",
    "再取消",
    "再请",
    "再麻烦",
    "还想",
    "还要",
    "还得",
    "还需要",
    "也想",
    "也要",
    "也帮",
    "也查",
    "也给",
    "也看",
    "i also",
    "i'd also",
    "i would also",
    "could you also",
    "can you also",
    "please also",
];
/// Words that set a clause against the one before, and add no wish: `I ordered a card but it has not arrived`.
const AGAINST: &[&str] = &["但是", "不过", "而是", " but "];
/// After ` and `, words that begin a clause of its own: `and how do I …`; `my plan and balance` stays in one piece.
const AFTER_AND: &[&str] = &[
    "how", "what", "what's", "whats", "when", "where", "which", "who", "why", "can", "could",
    "will", "would", "do", "does", "did", "is", "are", "i", "i'd", "i'm", "i've", "please", "tell",
    "show", "check", "change", "cancel", "give", "help", "send", "add", "turn", "switch", "find",
    "activate", "block", "let", "my", "play", "set", "remind", "get", "buy", "order", "book",
    "pay", "report", "transfer", "then", "talk", "speak", "connect",
];
/// Words that tell somebody to do something, where a clause begins.
const TELLING: &[&str] = &[
    "please", "tell", "show", "check", "change", "cancel", "give", "help", "send", "add", "turn",
    "switch", "find", "activate", "block", "let", "move", "put", "upgrade", "transfer", "查", "换",
    "改", "办", "问", "开", "看", "转", "推荐", "帮", "告诉", "给我", "把", "升级", "取消",
];
/// Words that ask, wherever they stand in a clause, and where it begins.
const ASKING: &[&str] = &["吗", "多少", "什么", "怎么", "哪", "几", "如何"];
const ASKING_FIRST: &[&str] = &[
    "how", "what", "what's", "when", "where", "which", "who", "why", "can", "could", "do", "does",
    "is", "are",
];
/// What the words at which a sentence is cut begin with.
static FIRST: LazyLock<Vec<char>> = LazyLock::new(|| {
    let words = AGAINST.iter().chain(BETWEEN);
    let mut first: Vec<char> = words.filter_map(|word| word.chars().next()).collect();
    first.sort_unstable();
    first.dedup();
    first
});
/// More clauses than a customer's sentence has.
const MOST: usize = 12;

/// A part of a sentence that may be a sentence by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Where it stands in the text, in bytes.
    pub at: Range<usize>,
    /// Whether a word before it says that it comes in addition: `另外`, `by the way`.
    pub adds: bool,
    /// Whether it asks something.
    pub asks: bool,
}

/// The clauses of a sentence, cut at marks and at words like `另外`, `顺便` and `and also`. What stands between them (the
/// marks, the words) belongs to none.
pub fn clauses(text: &str) -> Vec<Clause> {
    // ASCII only: byte offsets stay what they are.
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let (mut start, mut adds, mut at) = (0, false, 0);
    while let Some(c) = lower.get(at..).and_then(|rest| rest.chars().next()) {
        let cut = if is_mark(&lower, at, c) || is_gap(&lower, at, c) {
            Some((at + c.len_utf8(), false))
        } else if !FIRST.contains(&c) {
            None
        } else if let Some(word) = starting(&lower, at, AGAINST) {
            Some((at + word.len(), false))
        } else {
            between(&lower, at).map(|end| (end, true))
        };
        let Some((next, adding)) = cut else {
            at += c.len_utf8();
            continue;
        };
        let clause = opened(&lower, start..at, adds);
        // A mark after the word, or a word after the mark, is part of the same joint.
        adds = adding || (clause.at.is_empty() && clause.adds);
        found.push(clause);
        (start, at) = (next, next);
    }
    found.push(opened(&lower, start..lower.len(), adds));
    found.retain(|clause| !clause.at.is_empty());
    // Of `查流量，换套餐，再问漫游` the second is added as well.
    for at in (2..found.len()).rev() {
        let added = found.get(at).is_some_and(|clause| clause.adds);
        if let Some(before) = found.get_mut(at - 1).filter(|_| added) {
            before.adds |= tells(lower.get(before.at.clone()).unwrap_or_default());
        }
    }
    found.truncate(MOST);
    found
}

/// The clause in this part of the text, without the words that only add it.
fn opened(lower: &str, at: Range<usize>, mut adds: bool) -> Clause {
    let mut rest = lower.get(at.clone()).unwrap_or_default().trim_start();
    while let Some(after) = OPENING.iter().find_map(|word| after_word(rest, word)) {
        adds = true;
        rest = after.trim_start();
    }
    adds |= at.start > 0 && ADDING.iter().any(|word| after_word(rest, word).is_some());
    let start = at.end - rest.len();
    let mark = lower.get(at.end..).unwrap_or_default();
    let asks = mark.starts_with(['?', '？'])
        || ASKING.iter().any(|word| rest.contains(word))
        || ASKING_FIRST
            .iter()
            .any(|word| after_word(rest, word).is_some());
    let at = start..start + rest.trim_end().len();
    Clause { at, adds, asks }
}

/// Whether a clause tells somebody to do something.
fn tells(clause: &str) -> bool {
    TELLING
        .iter()
        .any(|word| after_word(clause, word).is_some())
}

/// What follows `word` at the start of `text`.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(word)?;
    let goes_on = word.ends_with(|c: char| c.is_ascii_alphanumeric())
        && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '\'');
    (!goes_on).then_some(rest)
}

/// Whether the character is a mark here, and not part of a number or a name: `3.5`, `1,000`, `www.example.com`.
fn is_mark(text: &str, at: usize, c: char) -> bool {
    let next = || {
        text.get(at + c.len_utf8()..)
            .and_then(|rest| rest.chars().next())
    };
    MARKS.contains(c)
        && (!matches!(c, '.' | ',') || !next().is_some_and(|next| next.is_ascii_alphanumeric()))
}

/// Chinese characters in a row on both sides of a space that stands for a comma; words that a recogniser of speech set apart are shorter.
const GAP: usize = 3;

/// Whether a space stands here for a comma: `别给我换套餐啊 我就问问合约`.
fn is_gap(text: &str, at: usize, c: char) -> bool {
    let han = |side: &mut dyn Iterator<Item = char>| side.take(GAP).filter(|c| is_han(*c)).count();
    let before = text.get(..at).map(|text| han(&mut text.chars().rev()));
    let after = text.get(at + 1..).map(|text| han(&mut text.chars()));
    c == ' ' && before == Some(GAP) && after == Some(GAP)
}

/// The first of the words that stands here.
fn starting<'w>(text: &str, at: usize, words: &[&'w str]) -> Option<&'w str> {
    let rest = text.get(at..)?;
    words.iter().find(|word| rest.starts_with(**word)).copied()
}

/// The end of a word between two wishes that stands here.
fn between(text: &str, at: usize) -> Option<usize> {
    if let Some(word) = starting(text, at, BETWEEN) {
        return Some(at + word.len());
    }
    let after = text.get(at..)?.strip_prefix(" and ")?;
    let opens = AFTER_AND
        .iter()
        .any(|word| after_word(after, word).is_some());
    opens.then(|| text.len() - after.len())
}
