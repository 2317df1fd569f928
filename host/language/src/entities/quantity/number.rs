//! Numbers without a unit, and ordinals.

use jackfield_core::Value;

use super::super::Found;
use super::super::numeral::{self, Numeral, ORDINALS, Style};
use super::money::money;
use crate::ngrams::is_han;
use crate::scan::Scan;

/// Words that one Chinese digit often is part of; a number needs one of these after it, or nothing around it.
pub(super) const MEASURES: &[char] = &[
    '个', '张', '条', '次', '位', '天', '年', '月', '周', '份', '台', '部', '项', '种', '遍', '人',
    '件', '户', '岁', '倍', '家', '级', '档', '款', '号', '日', '口', '只', '套', '笔', '通', '层',
    '届', '斤', '米', '门', '名', '批', '支', '根', '段', '排', '期',
];
/// Measure words after which `一` is rarely about the number.
const ONE_OF: &[char] = &[
    '个', '种', '天', '次', '家', '位', '口', '只', '套', '笔', '通', '层', '届', '门', '名', '批',
    '支', '根', '段', '排', '级', '部', '号', '日', '人', '条', '遍', '份', '件', '项', '款', '年',
    '月', '斤', '瓶', '盒', '期',
];

/// Idioms that are full of numerals and speak of none.
const IDIOMS: &[&str] = &[
    "一心一意",
    "三心二意",
    "乱七八糟",
    "七上八下",
    "五花八门",
    "十全十美",
    "千方百计",
    "一五一十",
    "三三两两",
    "四面八方",
    "五颜六色",
    "不三不四",
    "丢三落四",
    "说三道四",
    "三番五次",
    "三番两次",
    "接二连三",
    "独一无二",
    "一清二楚",
    "九牛一毛",
    "一毛不拔",
    "一刀两断",
    "两面三刀",
    "三下五除二",
    "二话不说",
    "一干二净",
    "百里挑一",
    "万无一失",
    "五湖四海",
    "十有八九",
    "八九不离十",
    "一日千里",
    "千篇一律",
    "三言两语",
    "一年到头",
    "三天两头",
    "一天到晚",
    "一分为二",
    "七嘴八舌",
    "横七竖八",
    "不管三七二十一",
    "三七二十一",
    "一来二去",
    "一问三不知",
    "一举两得",
    "一石二鸟",
    "三长两短",
    "四通八达",
    "九死一生",
    "一了百了",
    "百分百",
    "三五成群",
    "一年一度",
    "百年一遇",
    "万一",
    "一万个不",
    "七七八八",
    "杂七杂八",
    "一门心思",
    "一人一次",
    "十之八九",
    "万八千",
    "千八百",
    "百八十",
    "一百个放心",
    "一百个愿意",
    "三天打鱼两天晒网",
    "三天打鱼",
    "一分钱一分货",
    "四六级",
    "五五开",
    "三七开",
    "四六开",
    "二八开",
];
/// Hotlines of operators, railways, governments and banks: they are named, and nobody means how many.
const HOTLINES: &[&str] = &[
    "10010", "10011", "10086", "10085", "10099", "10001", "10050", "11185", "11183", "12300",
    "12301", "12305", "12306", "12308", "12315", "12318", "12320", "12321", "12328", "12333",
    "12345", "12355", "12358", "12365", "12366", "12378", "12381", "12386", "12388", "12389",
    "12580", "12590", "114", "118114",
];

/// The end of the idiom at `start`.
pub(in super::super) fn idiom(scan: &Scan<'_>, start: usize) -> Option<usize> {
    if !"一二两三四五六七八九十百千万独乱丢说接不横杂".contains(scan.at(start))
    {
        return None;
    }
    IDIOMS.iter().find_map(|idiom| scan.word(start, idiom))
}

/// A number without a unit.
pub(super) fn bare(scan: &Scan<'_>, start: usize, numeral: Numeral) -> Option<Found> {
    let end = numeral.end;
    // `几十万` says only how many digits.
    if matches!(scan.before(start), '几' | '数') {
        return None;
    }
    let alone = |at: usize| !scan.at(at).is_alphanumeric();
    let alone = alone(end) && (start == 0 || alone(start - 1));
    let counts = match numeral.style {
        Style::Arabic(None) if scan.slice(start, end).ends_with(" and a half") => true,
        Style::Arabic(_) => {
            !scan.at(end).is_ascii_alphabetic() && !names_something(scan, start, end)
        }
        // `一个` and `第一个` are rarely about the number.
        Style::SingleChinese => {
            alone
                || (MEASURES.contains(&scan.at(end))
                    && !is_name(scan, start, end)
                    && scan.before(start) != '第'
                    // `卡号后四位`
                    && !(scan.at(end) == '位' && matches!(scan.before(start), '后' | '前' | '末'))
                    && !(numeral.value == 1.0 && ONE_OF.contains(&scan.at(end))))
        }
        // `三一重工` is a name.
        Style::ChineseDigits => {
            let next = scan.at(end);
            scan.slice(start, end).chars().count() > 2
                || !is_han(next)
                || MEASURES.contains(&next)
                || "的是吗吧呢啊这那和跟到".contains(next)
        }
        Style::Elided => {
            let value = money(numeral.value, "CNY")?;
            return Some(Found::new("amount", value, start, end));
        }
        // `十分` means very; `十来个` and `十几位` are about ten.
        Style::Chinese => {
            let about = usize::from(matches!(scan.at(end), '来' | '多' | '几'));
            numeral.value != 10.0 || alone || MEASURES.contains(&scan.at(end + about))
        }
        Style::English(1) if numeral.value == 1.0 => scan.len() == end && start == 0,
        // `twenty third` is no twenty.
        Style::English(_) => {
            let (word, _) = scan.letters(scan.skip_spaces(end));
            // `two-factor login`
            let compound = scan.at(end) == '-' && scan.at(end + 1).is_ascii_alphabetic();
            !compound
                && !ORDINALS
                    .iter()
                    .any(|(ordinal, _)| *ordinal == word && *ordinal != "second")
        }
    };
    counts.then(|| Found::new("number", number(numeral.value), start, end))
}

/// `张三`, `李四`, `王五`; `三号码` has no three.
fn is_name(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    let person = matches!(
        (scan.before(start), scan.at(start)),
        ('张', '三') | ('李', '四') | ('王', '五') | ('赵', '六')
    );
    // `二期` is the second, two are `两期`.
    let phase = scan.at(start) == '二' && scan.at(end) == '期';
    person || phase || scan.word(end, "号码").is_some()
}

/// Hotlines within a sentence, `24/7`, numbers of orders and other long names, `Nr. 5-3-1`.
fn names_something(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    let whole = start == 0 && end == scan.len();
    let digits = scan.slice(start, end);
    let hotline = HOTLINES.contains(&digits)
        || digits.len() == 5 && (digits.starts_with("955") || digits.starts_with("966"));
    let slashed =
        scan.word(start, "24/7").is_some() || start >= 3 && scan.slice(start - 3, end) == "24/7";
    let padded = digits.len() > 2 && digits.starts_with('0') && !digits.contains('.');
    let order = padded || digits.len() > 9 || joined(scan, start, end);
    // `138****5678`
    let masked = scan.at(end) == '*' || scan.before(start) == '*';
    (hotline && !whole) || called(scan, start, digits) || masked || slashed || order && !whole
}

/// Whether a short number is one that is called: `打110`, `dial 911`.
fn called(scan: &Scan<'_>, start: usize, digits: &str) -> bool {
    let before = scan.slice(start.saturating_sub(8), start);
    (3..=5).contains(&digits.len())
        && ["打", "拨", "致电", "call ", "dial ", "ring "]
            .iter()
            .any(|word| before.ends_with(word))
}

/// Whether a hyphen or underline joins the digits to a name: `A-1024`, `JF-100-2`.
fn joined(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    let link = |c: char| matches!(c, '-' | '_' | '#');
    (link(scan.before(start))
        && start >= 2
        && scan.at(start - 2).is_ascii_alphanumeric()
        && scan.at(start - 2).is_ascii_alphabetic())
        || (link(scan.at(end)) && scan.at(end + 1).is_ascii_alphabetic())
        || scan.before(start) == '_'
}

/// What is counted by English ordinals: `second opinion` and `first of all` count nothing.
const COUNTED: &[&str] = &[
    " one",
    " option",
    " plan",
    " choice",
    " item",
    " line",
    " card",
    " number",
    " package",
    " month",
    " bill",
    " time",
    " offer",
    " row",
    " entry",
    " phone",
    " question",
    " answer",
    " step",
    " installment",
    " payment",
    " order",
    " result",
    " device",
    " sim",
    " account",
    " address",
    " message",
    " page",
    " floor",
    " attempt",
];

/// What makes an ordinal count from the end.
const FROM_END: &[(&str, ())] = &[
    (" to last", ()),
    (" from last", ()),
    (" last", ()),
    (" from the end", ()),
    (" from the bottom", ()),
];

/// `第三个`, `the second one`, `2nd option`; from the end it is negative: `倒数第二个`, `the second to last`.
pub(super) fn ordinal(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let found = |value: i64, end| Some(Found::new("ordinal", Value::Integer(value), start, end));
    let c = scan.at(start);
    if c == '第' {
        let numeral =
            numeral::read(scan, start + 1).filter(|n| n.value.fract() == 0.0 && n.value >= 1.0)?;
        // `第一时间`, `第三方`, `第二天` are words of their own.
        let word = ["时间", "方", "手", "天", "代", "人民", "产业", "世界"]
            .iter()
            .any(|word| scan.word(numeral.end, word).is_some());
        let from_end = scan.slice(0, start).ends_with("倒数");
        let value = numeral.value as i64;
        return (!word).then(|| found(if from_end { -value } else { value }, numeral.end))?;
    }
    if !c.is_ascii_alphanumeric() || !scan.starts_word(start) {
        return None;
    }
    let (value, end) = if c.is_ascii_digit() {
        let (value, at) = scan.digits(start).filter(|(_, at)| at - start <= 3)?;
        let (_, end) = scan.one_of(at, &[("st", ()), ("nd", ()), ("rd", ()), ("th", ())])?;
        (i64::from(value), end)
    } else {
        let (value, end) = numeral::ordinal(scan, start)?;
        (i64::from(value), end)
    };
    if let Some((_, end)) = scan.one_of(end, FROM_END).filter(|_| value > 1) {
        return found(-value, end);
    }
    let counted = COUNTED.iter().any(|word| scan.word(end, word).is_some());
    let last = scan.slice(0, start).ends_with("the ")
        && !scan.at(end).is_alphanumeric()
        && scan.at(end) != ' ';
    // `1 second` is a length of time.
    (counted || last && c.is_ascii_alphabetic()).then(|| found(value, end))?
}

/// A number as a value: whole when it is.
pub(super) fn number(value: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole numbers below 2^53 convert exactly"
    )]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        Value::Integer(value as i64)
    } else {
        Value::Number(value)
    }
}
