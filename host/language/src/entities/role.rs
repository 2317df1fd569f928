//! The role of an entity by the words before it: from one thing to another.

use crate::scan::Scan;

const FROM: &[&str] = &["from", "从", "由"];
const TO: &[&str] = &[
    "to",
    "into",
    "换成",
    "换到",
    "换为",
    "改成",
    "改为",
    "改到",
    "变成",
    "变为",
    "升级到",
    "升级成",
    "升到",
    "降到",
    "转到",
    "转成",
    "调到",
    "调整到",
    "调成",
    "变更为",
    "变更成",
    "到",
    "至",
];
/// Small words that may stand between.
const BETWEEN: &[&str] = &[
    "the",
    "a",
    "an",
    "my",
    "我的",
    "我",
    "现在的",
    "原来的",
    "那个",
    "这个",
    "about",
    "around",
];

/// The role of what starts at `start`.
pub(super) fn of(scan: &Scan<'_>, start: usize) -> Option<&'static str> {
    let from = start.saturating_sub(16);
    let mut before = scan.slice(from, start).trim_end();
    for _ in 0..2 {
        if let Some(rest) = BETWEEN.iter().find_map(|word| strip_word(before, word)) {
            before = rest.trim_end();
        }
    }
    if FROM.iter().any(|word| strip_word(before, word).is_some()) {
        Some("from")
    } else if TO.iter().any(|word| strip_word(before, word).is_some()) {
        Some("to")
    } else {
        None
    }
}

/// `text` without `word` at its end, when it ends in that whole word.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_suffix(word)?;
    let last = rest.chars().next_back().unwrap_or(' ');
    // `收到`, `看到`, `达到` are verbs of their own; `into` ends in `to`.
    let goes_on = if word.is_ascii() {
        last.is_ascii_alphanumeric()
    } else {
        word == "到" && "收看达得遇拿感知找碰提".contains(last)
    };
    (!goes_on).then_some(rest)
}
