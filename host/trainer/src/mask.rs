//! What could name a person is hidden before anybody sees a sentence.

use jackfield_language::normalise;

/// Stands for what was hidden.
const MASK: &str = "•••";
/// So many digits in a row are a number of something: a phone, a card, a code. Prices and years have fewer.
const LEAST_DIGITS: usize = 6;

/// A normalised text with long numbers and mail addresses masked. Digits count as one number across the signs that
/// people put between them.
pub(crate) fn mask(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.contains('@') {
        true => without_address(word),
        false => word.to_owned(),
    });
    without_numbers(&without_spelled(&words.collect::<Vec<_>>().join(" ")))
}

/// A text without long numbers that are spelled in English: `one three eight double oh …`.
fn without_spelled(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    let (mut digits, mut began) = (0, 0);
    for word in text.split(' ') {
        let said: usize = word.split('-').map(spelled).sum();
        let is_digits = word.split('-').all(|part| spelled(part) > 0);
        if !is_digits {
            digits = 0;
            began = out.len() + 1;
        } else {
            digits += said;
        }
        out.push(word);
        if digits >= LEAST_DIGITS {
            out.truncate(began);
            out.push(MASK);
        }
    }
    out.join(" ")
}

/// How many digits a word says: `double` says the next one once more.
fn spelled(word: &str) -> usize {
    const WORDS: [&str; 13] = [
        "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "double", "triple",
    ];
    usize::from(WORDS.contains(&word.trim_end_matches([',', '.'])))
}

/// A sentence that a person typed, as it was typed when there is nothing to hide, and otherwise normalised and masked.
pub(crate) fn without_personal(text: &str) -> String {
    let normal = normalise(text);
    let masked = mask(&normal);
    match masked == normal {
        true => text.trim().to_owned(),
        false => masked,
    }
}

fn without_address(word: &str) -> String {
    let in_address = |c: char| c.is_ascii_alphanumeric() || "@._+-%".contains(c);
    let mut out = String::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let inside = in_address(first);
        let end = rest.find(|c| in_address(c) != inside);
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        out.push_str(if run.contains('@') { MASK } else { run });
        rest = after;
    }
    out
}

fn is_digit(c: char) -> bool {
    c.is_numeric() || "零〇一二三四五六七八九幺洞拐勾".contains(c)
}

fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !is_digit(first) {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (length, digits) = number(rest);
        let (run, after) = rest.split_at(length);
        out.push_str(if digits >= LEAST_DIGITS { MASK } else { run });
        rest = after;
    }
    out
}

/// How many bytes the number takes at the beginning of the text, and how many digits it has.
fn number(text: &str) -> (usize, usize) {
    let (mut length, mut digits) = (0, 0);
    for (at, c) in text.char_indices() {
        if is_digit(c) {
            digits += 1;
            length = at + c.len_utf8();
        } else if !" -.()/*".contains(c) || at >= length + 2 {
            break;
        }
    }
    (length, digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_person_is_hidden_and_what_names_a_plan_is_not() {
        for (given, expected) in [
            ("13800138001的话费", "•••的话费"),
            ("my number is 138 0013-8001 ok", "my number is ••• ok"),
            ("卡号6222 0200 1234 5678丢了", "卡号•••丢了"),
            ("号码是一三八零零一三八零零一", "号码是•••"),
            ("write to anna.b@example.com please", "write to ••• please"),
            ("发到anna@example.com,谢谢", "发到•••,谢谢"),
            ("110101199003078515", "•••"),
            ("换成128的套餐", "换成128的套餐"),
            ("from 59 to 128 in 2026", "from 59 to 128 in 2026"),
            ("一千二百块", "一千二百块"),
            ("拨幺三八洞洞幺三八洞洞幺", "拨•••"),
            (
                "call one three eight, double oh one-three eight now",
                "call ••• now",
            ),
            ("one or two of five", "one or two of five"),
            ("", ""),
        ] {
            assert_eq!(mask(given), expected, "{given}");
        }
    }
}
