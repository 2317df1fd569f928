//! One-time codes.

use super::{Found, run};
use crate::scan::Scan;

/// Words that announce a one-time code, or another secret in digits.
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
    "pin is",
    "pin number is",
    "pin:",
    "pin number",
    " pin ",
];

/// Four to eight digits that are all that was said, or that a word announces.
pub(in super::super) fn code(scan: &Scan<'_>) -> Option<Found> {
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
        .then(|| run.found("code", &run.digits))
}
