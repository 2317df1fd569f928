/// Longest text that is understood, in characters; what comes after is not looked at.
pub const LONGEST_TEXT: usize = 2_000;

/// The form of a text that is understood: full-width forms folded to ASCII, lower case, white space collapsed to
/// single spaces and trimmed, invisible characters removed, and cut at [`LONGEST_TEXT`] characters.
///
/// Spans of entities are byte offsets in this form.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST_TEXT * 4));
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if gap {
            out.push(' ');
            length += 1;
            gap = false;
        }
        for lower in fold(c).to_lowercase() {
            out.push(lower);
            length += 1;
        }
        if length >= LONGEST_TEXT {
            break;
        }
    }
    out
}

/// The letters and digits of a text, normalised: two texts with the same ones are the same sentence to a reader, whatever signs
/// and spaces stand between. A text of signs alone stays as it is.
pub fn letters(text: &str) -> String {
    let normal = normalise(text);
    let letters: String = normal.chars().filter(|c| c.is_alphanumeric()).collect();
    match letters.is_empty() {
        true => normal,
        false => letters,
    }
}

/// Control characters and those that only steer layout.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The plain form of a full-width, circled or typographic character.
fn fold(c: char) -> char {
    let shifted = |base: u32, first: char| {
        char::from_u32(u32::from(c) - u32::from(first) + base).unwrap_or(c)
    };
    match c {
        '\u{ff01}'..='\u{ff5e}' => shifted(0x21, '\u{ff01}'),
        '①'..='⑨' => shifted(0x31, '①'),
        '￥' => '¥',
        '‘' | '’' | '‛' | '′' => '\'',
        '“' | '”' | '″' => '"',
        '‐'..='―' | '−' => '-',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_what_means_the_same() {
        for (given, expected) in [
            ("  Hello\t World \n", "hello world"),
            ("１２８元，ＯＫ！", "128元,ok!"),
            ("我　要　查", "我 要 查"),
            ("don’t", "don't"),
            ("￥99", "¥99"),
            ("a\u{200b}b\u{feff}", "ab"),
            ("第②个", "第2个"),
            ("", ""),
            (" \u{0} ", ""),
        ] {
            assert_eq!(normalise(given), expected, "{given:?}");
        }
    }

    #[test]
    fn signs_make_no_other_sentence() {
        assert_eq!(letters("查一下，流量！"), letters("查一下流量"));
        assert_eq!(letters("Don't stop"), "dontstop");
        assert_eq!(letters("？？"), "??");
    }

    #[test]
    fn is_stable_and_bounded() {
        let long = "İß流量 ".repeat(3_000);
        let once = normalise(&long);
        assert!(once.chars().count() <= LONGEST_TEXT + 2);
        assert_eq!(normalise("Ａ　ｂ"), normalise(&normalise("Ａ　ｂ")));
    }
}
