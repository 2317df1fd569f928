//! Telephone numbers and one-time codes: runs of digits that are read one by one.

use jackfield_core::Value;

use super::Found;
use super::numeral::chinese_digit;
use crate::scan::Scan;

/// Digits in a row, Arabic or spoken in Chinese, with single spaces and hyphens between groups.
struct Run {
    digits: String,
    end: usize,
    /// A plus stood before them.
    plus: bool,
    /// A hyphen or parenthesis stands between groups.
    marked: bool,
    /// Lengths of the groups.
    groups: Vec<usize>,
}

fn run(scan: &Scan<'_>, start: usize) -> Option<Run> {
    if scan.before(start).is_ascii_alphanumeric() || (scan.before(start) == '.' && start > 1) {
        return None;
    }
    let plus = scan.at(start) == '+';
    let mut at = start + usize::from(plus || scan.at(start) == '(');
    let mut run = Run {
        digits: String::new(),
        end: start,
        plus,
        marked: false,
        groups: vec![0],
    };
    // No number that people can call has more than 20 digits.
    while run.digits.len() <= 20 {
        let c = scan.at(at);
        let digit = if c.is_ascii_digit() {
            Some(c)
        } else {
            chinese_digit(c).and_then(|d| char::from_digit(d, 10))
        };
        if let Some(digit) = digit {
            run.digits.push(digit);
            at += 1;
            run.end = at;
            if let Some(group) = run.groups.last_mut() {
                *group += 1;
            }
        } else if matches!(c, ' ' | '-' | ')') && run.end > start {
            at += 1;
            if c == ')' && matches!(scan.at(at), ' ' | '-') {
                at += 1;
            }
            if !scan.at(at).is_ascii_digit() && chinese_digit(scan.at(at)).is_none() {
                break;
            }
            run.marked |= c != ' ';
            run.groups.push(0);
        } else {
            break;
        }
    }
    (run.digits.len() >= 3).then_some(run)
}

/// The telephone number that starts at `at`; its normal form is its digits without the prefix of China.
pub(super) fn phone(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let first = scan.at(start);
    if !(first.is_ascii_digit() || matches!(first, '+' | '(') || chinese_digit(first).is_some()) {
        return None;
    }
    let run = run(scan, start)?;
    // Digits that go on, or a unit, make it something else.
    if scan.at(run.end).is_ascii_alphanumeric()
        || chinese_digit(scan.at(run.end)).is_some()
        || matches!(scan.at(run.end), '元' | '块' | '兆' | '%')
    {
        return None;
    }
    let digits = run.digits.as_str();
    let home = digits
        .strip_prefix("0086")
        .or_else(|| {
            digits
                .strip_prefix("86")
                .filter(|rest| run.plus || is_mobile(rest))
        })
        .unwrap_or(digits);
    let apart = run.groups.len();
    let known = is_mobile(home)
        || is_landline(home) && (apart <= 4)
        || (home.starts_with("400") || home.starts_with("800")) && home.len() == 10
        || run.plus && (8..=15).contains(&digits.len())
        || run.groups == [3, 3, 4]
        || run.groups == [1, 3, 3, 4];
    known.then(|| Found::new("phone", Value::Text(home.to_owned()), start, run.end))
}

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11
        && bytes.first() == Some(&b'1')
        && bytes
            .get(1)
            .is_some_and(|second| (b'3'..=b'9').contains(second))
}

fn is_landline(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    (10..=12).contains(&bytes.len())
        && bytes.first() == Some(&b'0')
        && bytes.get(1).is_some_and(|second| *second != b'0')
}

/// Words that announce a one-time code.
const CODE_WORDS: &[&str] = &[
    "验证码是",
    "验证码为",
    "验证码",
    "校验码是",
    "校验码",
    "动态码是",
    "动态码",
    "code is",
    "code:",
    "code",
    "otp is",
    "otp",
    "passcode is",
    "passcode",
    "密码是",
    "密码",
];

/// Four to eight digits that are all that was said, or that a word announces.
pub(super) fn code(scan: &Scan<'_>) -> Option<Found> {
    let text = scan.rest(0);
    let mut start = 0;
    let announced = CODE_WORDS
        .iter()
        .find_map(|word| text.find(word).map(|at| at + word.len()));
    if let Some(announced) = announced {
        start = (0..scan.len()).find(|at| scan.offset(*at) as usize >= announced)?;
        while matches!(scan.at(start), ' ' | ':' | ',' | '是') {
            start += 1;
        }
    } else if let Some(opening) = ["是", "它是", "it's ", "its ", "it is "]
        .iter()
        .find(|opening| text.starts_with(**opening))
    {
        start = opening.chars().count();
    }
    let run = run(scan, start)?;
    let rest = scan
        .rest(run.end)
        .trim_matches([' ', '.', '。', '!', ',', '?']);
    let ends = rest.is_empty()
        || matches!(rest, "吧" | "吗" | "啊" | "谢谢" | "thanks")
        || announced.is_some() && !scan.at(run.end).is_alphanumeric();
    ((4..=8).contains(&run.digits.len()) && ends && !run.plus && !run.marked)
        .then(|| Found::new("code", Value::Text(run.digits), start, run.end))
}
