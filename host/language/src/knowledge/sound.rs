//! How Chinese is pronounced, so that a recogniser's homophones still match.

use pinyin::ToPinyin;

/// The syllable of a character without its tone; `None` for what has none.
pub(super) fn syllable(c: char) -> Option<&'static str> {
    c.to_pinyin().map(|pinyin| pinyin.plain())
}
