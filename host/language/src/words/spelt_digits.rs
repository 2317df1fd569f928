//! Numbers that are said digit by digit: `one three eight, double zero …`, `幺三八洞洞`.

use crate::entities::{said_in_chinese, said_in_english, times};

/// Most digits that anybody spells out.
const MOST: usize = 24;
/// Longest text that is looked at, in bytes.
const LONGEST: usize = 400;

/// Words around the digits that change nothing.
const AROUND: &[&str] = &[
    "my", "number", "phone", "mobile", "cell", "is", "it's", "its", "it", "the", "and", "then",
    "dash", "hyphen", "space", "code", "please", "ok", "okay", "so", "um", "uh", "that's", "here",
    "you", "go", "sure", "yes",
];
/// The same in Chinese, longer ones first.
const AROUND_ZH: &[&str] = &[
    "我的手机号码是",
    "我的手机号是",
    "我的号码是",
    "手机号码是",
    "手机号是",
    "号码是",
    "电话是",
    "验证码是",
    "我手机号",
    "手机号码",
    "手机号",
    "验证码",
    "号码",
    "我的",
    "电话",
    "尾号",
    "就是",
    "好的",
    "是",
    "嗯",
    "哦",
    "呃",
    "的",
    "吧",
];

/// The digits of a text that is nothing else than digits said one by one, four at least: `None` when it says anything more, or a
/// number in words like `fifty nine` and `五十九`.
pub fn spelt_digits(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let text = crate::normalise(text);
    let mut digits = String::new();
    let mut repeat = 1;
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let mut end = c.len_utf8();
        // 么 is often written for 幺.
        let digit = if c == '么' {
            Some('1')
        } else {
            said_in_chinese(c)
        };
        if let Some(digit) = digit {
            push(&mut digits, digit, &mut repeat);
        } else if let Some(around) = AROUND_ZH.iter().find(|around| rest.starts_with(**around)) {
            end = around.len();
        } else if c.is_ascii_alphabetic() {
            end = rest
                .find(|c: char| !c.is_ascii_alphabetic() && c != '\'')
                .unwrap_or(rest.len());
            let word = rest.get(..end)?;
            if let Some(times) = times(word) {
                repeat = times;
            } else if let Some(digit) = said_in_english(word) {
                push(&mut digits, digit, &mut repeat);
            } else if !AROUND.contains(&word) {
                return None;
            }
        } else if c.is_alphanumeric() || matches!(c, '+' | '%' | '@' | '/' | '¥') {
            return None;
        }
        if digits.len() > MOST {
            return None;
        }
        rest = rest.get(end..)?;
    }
    (digits.len() >= 4).then_some(digits)
}

fn push(digits: &mut String, digit: char, repeat: &mut usize) {
    digits.extend(std::iter::repeat_n(digit, std::mem::replace(repeat, 1)));
}

#[cfg(test)]
mod tests {
    use super::spelt_digits;

    #[test]
    fn what_is_spelt() {
        for (text, digits) in [
            (
                "one three eight zero zero one three eight zero zero one",
                "13800138001",
            ),
            (
                "My number is one three eight, double oh, one three eight, double zero one.",
                "13800138001",
            ),
            ("it's 138 zero zero one 38001", "13800138001"),
            ("幺三八洞洞幺三八洞洞幺", "13800138001"),
            ("我的手机号是一三八零零一三八零零一", "13800138001"),
            ("号码是 138 洞洞幺 38001", "13800138001"),
            ("幺三勾拐", "1397"),
            ("one two three four five six", "123456"),
            ("138 0013 800", "1380013800"),
        ] {
            assert_eq!(spelt_digits(text).as_deref(), Some(digits), "{text}");
        }
    }

    #[test]
    fn what_is_not() {
        for text in [
            "",
            "one",
            "fifty nine",
            "五十九",
            "128元",
            "一百二十八",
            "change 13800138001 to the 39 yuan plan",
            "13800138001换套餐",
            "+1 415 555 2671",
            "two people, one plan, three lines, four sims",
        ] {
            assert_eq!(spelt_digits(text), None, "{text}");
        }
    }
}
