//! What dates and times begin with, so that other words are passed over at once.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::date::{MONTHS_EN, WEEKDAYS_EN, WORDS_EN, english_names};
use super::numeral::{ORDINALS, WORDS, chinese_digit};
use crate::scan::Scan;

/// First words that are in no table.
const OTHERS: &[&str] = &[
    "a",
    "an",
    "the",
    "in",
    "between",
    "day",
    "end",
    "beginning",
    "start",
    "next",
    "last",
    "past",
    "previous",
    "this",
    "current",
    "coming",
    "weekend",
    "couple",
    "half",
    "quarter",
    "noon",
    "midday",
    "midnight",
    "month",
    "year",
    "morning",
    "afternoon",
    "evening",
    "night",
    "q",
];

static ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let names = WEEKDAYS_EN.iter().map(|(name, _)| *name);
    let months = MONTHS_EN.iter().map(|(name, _)| *name);
    let days = ORDINALS.iter().map(|(name, _)| *name);
    let words = WORDS_EN.iter().map(|(name, _)| *name);
    let holidays = english_names();
    let numbers = WORDS.iter().map(|(word, _)| *word);
    names
        .chain(months)
        .chain(days)
        .chain(holidays)
        .chain(numbers)
        .chain(words)
        .filter_map(|name| name.split(|c: char| !c.is_ascii_alphabetic()).next())
        .chain(OTHERS.iter().copied())
        .collect()
});

/// Whether a date or time may begin at `at`.
pub(super) fn may_open(scan: &Scan<'_>, at: usize) -> bool {
    let c = scan.at(at);
    if c.is_ascii_digit() {
        true
    } else if c.is_ascii_alphabetic() {
        scan.starts_word(at) && ENGLISH.contains(scan.letters(at).0)
    } else if c.is_ascii() {
        false
    } else {
        chinese_digit(c).is_some()
            || matches!(
                c,
                '十' | '拾'
                    | '百'
                    | '半'
                    | '今'
                    | '明'
                    | '后'
                    | '大'
                    | '昨'
                    | '前'
                    | '下'
                    | '这'
                    | '本'
                    | '上'
                    | '周'
                    | '星'
                    | '礼'
                    | '月'
                    | '年'
                    | '当'
                    | '次'
                    | '去'
                    | '近'
                    | '过'
                    | '最'
                    | '未'
                    | '接'
                    | '元'
                    | '情'
                    | '妇'
                    | '女'
                    | '植'
                    | '消'
                    | '愚'
                    | '劳'
                    | '青'
                    | '儿'
                    | '建'
                    | '教'
                    | '国'
                    | '万'
                    | '双'
                    | '光'
                    | '平'
                    | '圣'
                    | '跨'
                    | '凌'
                    | '清'
                    | '早'
                    | '中'
                    | '正'
                    | '午'
                    | '傍'
                    | '晚'
                    | '夜'
                    | '深'
                    | '差'
                    | '再'
                    | '俩'
                    | '仨'
                    | '除'
                    | '农'
                    | '春'
                    | '端'
                    | '重'
                    | '母'
                    | '父'
                    | '感'
                    | '黑'
                    | '复'
                    | '第'
            )
    }
}
