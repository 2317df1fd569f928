//! What a line is, by the signs it begins with. What Chinese keyboards write instead of `#` and `-`, and a space that
//! was forgotten, are taken for what can only be meant.

/// A heading: how many `#`, whether a space follows them, and the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading<'l> {
    pub(super) level: usize,
    pub(super) is_spaced: bool,
    pub(super) words: &'l str,
}

/// The line as a heading, when it begins with signs of one.
pub(super) fn heading(line: &str) -> Option<Heading<'_>> {
    let line = line.trim_start();
    let words = line.trim_start_matches(['#', '＃']);
    let level = line.chars().count() - words.chars().count();
    (level > 0).then(|| Heading {
        level,
        is_spaced: words.is_empty() || words.starts_with(char::is_whitespace),
        words: words.trim(),
    })
}

/// The words of an item of a list without numbers.
pub(super) fn item(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let sign = line.chars().next()?;
    let words = line.get(sign.len_utf8()..)?;
    let is_item = match sign {
        '•' | '·' | '●' | '－' | '–' => true,
        // Without a space it may be a number below zero, or the beginning of bold words.
        '-' => words.starts_with(|c: char| c.is_whitespace() || c.is_alphabetic()),
        '*' | '+' => words.starts_with(char::is_whitespace),
        _ => false,
    };
    is_item.then(|| words.trim())
}

/// Whether the line is an item of a numbered list: `1. `, `2)`, `３、`.
pub(super) fn is_numbered(line: &str) -> bool {
    let line = line.trim_start();
    let after = line.trim_start_matches(char::is_numeric);
    let digits = line.chars().count() - after.chars().count();
    let mut after = after.chars();
    let signed = matches!(after.next(), Some('.' | ')' | '、' | '．' | '）'));
    (1..=2).contains(&digits) && signed && !after.next().is_some_and(char::is_numeric)
}

/// Whether a title reads like a question that customers ask.
pub(super) fn asks(title: &str) -> bool {
    title.contains("{#") || title.ends_with(['?', '？', '吗', '呢'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_both_keyboards_are_read() {
        let read = |line| heading(line).map(|h| (h.level, h.is_spaced, h.words));
        assert_eq!(read("## a"), Some((2, true, "a")));
        assert_eq!(read("＃＃　问题"), Some((2, true, "问题")));
        assert_eq!(read("##问题"), Some((2, false, "问题")));
        assert_eq!(read(" #1"), Some((1, false, "1")));
        assert_eq!(read("##"), Some((2, true, "")));
        assert_eq!(read("a # b"), None);
        for line in ["- a", "* a", "+ a", "-a", "•a", "· a", "－a", "  - a"] {
            assert_eq!(item(line), Some("a"), "{line}");
        }
        for line in ["-5 %", "**a**", "a - b", "", "+86 10"] {
            assert_eq!(item(line), None, "{line}");
        }
        for line in ["1. a", "2) a", "３、a", "10.a", "1．a"] {
            assert!(is_numbered(line), "{line}");
        }
        for line in ["1.5 GB", "2026. a", "a 1. b", "", ". a"] {
            assert!(!is_numbered(line), "{line}");
        }
    }
}
