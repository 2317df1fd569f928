//! Digits as they are said one by one.

use super::super::numeral::chinese_digit;

/// A digit, also in Chinese; radio operators and call centres say `洞`, `拐` and `勾`.
pub(crate) fn said_in_chinese(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '洞' => Some('0'),
        '拐' => Some('7'),
        '勾' => Some('9'),
        _ => chinese_digit(c).and_then(|digit| char::from_digit(digit, 10)),
    }
}

/// A digit in English.
pub(crate) fn said_in_english(word: &str) -> Option<char> {
    Some(match word {
        "zero" | "oh" | "o" | "nought" | "naught" => '0',
        "one" => '1',
        "two" => '2',
        "three" => '3',
        "four" => '4',
        "five" => '5',
        "six" => '6',
        "seven" => '7',
        "eight" => '8',
        "nine" => '9',
        _ => return None,
    })
}

/// How often the digit after this word is meant: `double zero`.
pub(crate) fn times(word: &str) -> Option<usize> {
    match word {
        "double" => Some(2),
        "triple" | "treble" => Some(3),
        _ => None,
    }
}
