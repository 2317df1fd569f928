//! Numerals with what stands around them: money, data volumes, minutes, percentages, and bare numbers.

use jackfield_core::{Money, Quantity, Value};

use super::Found;
use super::numeral::{self, Numeral, Style, chinese_digit};
use crate::scan::Scan;

/// What a unit word makes of a numeral.
#[derive(Debug, Clone, Copy)]
enum Unit {
    /// Megabytes in one unit.
    Data(f64),
    /// Minutes in one unit.
    Minutes(f64),
    Percent,
    Money(&'static str),
    /// `块`: yuan that tenths may follow.
    Yuan,
    /// Tenths of a yuan.
    Jiao,
    /// Hundredths of a yuan.
    Fen,
}

const GB: f64 = 1024.0;

/// Units by word; a word stands before its own beginnings.
const UNITS: &[(&str, Unit)] = &[
    ("gigabytes", Unit::Data(GB)),
    ("gigabyte", Unit::Data(GB)),
    ("gigs", Unit::Data(GB)),
    ("gig", Unit::Data(GB)),
    ("gbs", Unit::Data(GB)),
    ("gb", Unit::Data(GB)),
    ("gbp", Unit::Money("GBP")),
    ("g", Unit::Data(GB)),
    ("megabytes", Unit::Data(1.0)),
    ("megabyte", Unit::Data(1.0)),
    ("megs", Unit::Data(1.0)),
    ("meg", Unit::Data(1.0)),
    ("minutes", Unit::Minutes(1.0)),
    ("minute", Unit::Minutes(1.0)),
    ("mins", Unit::Minutes(1.0)),
    ("min", Unit::Minutes(1.0)),
    ("mb", Unit::Data(1.0)),
    ("m", Unit::Data(1.0)),
    ("兆", Unit::Data(1.0)),
    ("tb", Unit::Data(GB * GB)),
    ("t", Unit::Data(GB * GB)),
    ("kb", Unit::Data(1.0 / GB)),
    ("分钟", Unit::Minutes(1.0)),
    ("小时", Unit::Minutes(60.0)),
    ("个小时", Unit::Minutes(60.0)),
    ("个钟头", Unit::Minutes(60.0)),
    ("hours", Unit::Minutes(60.0)),
    ("hour", Unit::Minutes(60.0)),
    ("hrs", Unit::Minutes(60.0)),
    ("%", Unit::Percent),
    ("percent", Unit::Percent),
    ("per cent", Unit::Percent),
    ("元", Unit::Yuan),
    ("圆", Unit::Yuan),
    ("块", Unit::Yuan),
    ("人民币", Unit::Yuan),
    ("rmb", Unit::Yuan),
    ("cny", Unit::Yuan),
    ("yuan", Unit::Yuan),
    ("kuai", Unit::Yuan),
    ("¥", Unit::Yuan),
    ("毛", Unit::Jiao),
    ("角", Unit::Jiao),
    ("分钱", Unit::Fen),
    ("美元", Unit::Money("USD")),
    ("美金", Unit::Money("USD")),
    ("刀", Unit::Money("USD")),
    ("us dollars", Unit::Money("USD")),
    ("dollars", Unit::Money("USD")),
    ("dollar", Unit::Money("USD")),
    ("bucks", Unit::Money("USD")),
    ("usd", Unit::Money("USD")),
    ("$", Unit::Money("USD")),
    ("港币", Unit::Money("HKD")),
    ("港元", Unit::Money("HKD")),
    ("hkd", Unit::Money("HKD")),
    ("欧元", Unit::Money("EUR")),
    ("euros", Unit::Money("EUR")),
    ("euro", Unit::Money("EUR")),
    ("eur", Unit::Money("EUR")),
    ("€", Unit::Money("EUR")),
    ("英镑", Unit::Money("GBP")),
    ("pounds", Unit::Money("GBP")),
    ("pound", Unit::Money("GBP")),
    ("£", Unit::Money("GBP")),
];

/// Currencies that stand before the number.
const PREFIXES: &[(&str, &str)] = &[
    ("¥", "CNY"),
    ("rmb", "CNY"),
    ("cny", "CNY"),
    ("人民币", "CNY"),
    ("hk$", "HKD"),
    ("us$", "USD"),
    ("usd", "USD"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
];

/// Words after `5g` that make it a network and not a volume.
const NETWORK: &[(&str, ())] = &[
    ("套餐", ()),
    ("网", ()),
    ("信号", ()),
    ("手机", ()),
    ("用户", ()),
    ("卡", ()),
    ("服务", ()),
    ("基站", ()),
    ("plan", ()),
    ("network", ()),
    ("phone", ()),
    ("signal", ()),
    ("coverage", ()),
    ("sim", ()),
    ("service", ()),
    ("package", ()),
    ("畅享", ()),
    ("升级", ()),
    ("终端", ()),
];

/// What starts at `at`: an amount with its unit, or a bare number.
pub(super) fn read(scan: &Scan<'_>, at: usize) -> Option<Found> {
    percentage(scan, at)
        .or_else(|| prefixed_money(scan, at))
        .or_else(|| {
            if let Some(half) = half(scan, at) {
                return with_unit(scan, at, half);
            }
            let numeral = numeral::read(scan, at)?;
            with_unit(scan, at, numeral).or_else(|| bare(scan, at, numeral))
        })
}

/// `百分之五`.
fn percentage(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let at = scan.word(start, "百分之")?;
    let numeral = numeral::read(scan, at)?;
    Some(Found::new(
        "percentage",
        quantity(numeral.value, "%"),
        start,
        numeral.end,
    ))
}

fn prefixed_money(scan: &Scan<'_>, start: usize) -> Option<Found> {
    if !scan.starts_word(start) {
        return None;
    }
    let (currency, after) = scan.one_of(start, PREFIXES)?;
    let numeral = numeral::read(scan, scan.skip_spaces(after))
        .filter(|n| matches!(n.style, Style::Arabic(_)) || currency == "CNY")?;
    let mut end = numeral.end;
    // `¥128元` says it twice.
    if currency == "CNY"
        && let Some(after) = scan.word(end, "元")
    {
        end = after;
    }
    Some(Found::new(
        "amount",
        money(numeral.value, currency)?,
        start,
        end,
    ))
}

/// `半个g`, `half a gig`, `半小时`, `half an hour`.
fn half(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let end = match scan.at(start) {
        '半' if !matches!(scan.before(start), '一' | '个' | '块') => start + 1,
        'h' if scan.starts_word(start) => ["half a ", "half an "]
            .iter()
            .find_map(|words| scan.word(start, words))?,
        _ => return None,
    };
    Some(Numeral {
        value: 0.5,
        end,
        style: Style::SingleChinese,
    })
}

fn with_unit(scan: &Scan<'_>, start: usize, numeral: Numeral) -> Option<Found> {
    let spaced = scan.skip_spaces(numeral.end);
    // `20个g`
    let counted = scan
        .word(spaced, "个")
        .filter(|at| scan.at(*at).is_ascii_alphabetic());
    // `一个半小时`, `两个半g`
    let (value, at) = match scan.word(spaced, "个半") {
        Some(at) => (numeral.value + 0.5, at),
        None => (numeral.value, counted.unwrap_or(spaced)),
    };
    let (unit, end) = scan.one_of(at, UNITS)?;
    // A single letter belongs to the number only when it touches it, or says `g`.
    if at > numeral.end && counted.is_none() && end == at + 1 && matches!(scan.at(at), 'm' | 't') {
        return None;
    }
    match unit {
        Unit::Data(megabytes) => data(scan, start, end, value, megabytes, at > numeral.end),
        Unit::Minutes(each) => Some(Found::new(
            "minutes",
            quantity(value * each, "min"),
            start,
            end,
        )),
        Unit::Percent => Some(Found::new("percentage", quantity(value, "%"), start, end)),
        Unit::Money(currency) => Some(Found::new("amount", money(value, currency)?, start, end)),
        Unit::Yuan => yuan(scan, start, end, numeral),
        Unit::Jiao => {
            let (hundredths, end) = digit_at(scan, end).unwrap_or((0, end));
            let end = scan
                .word(end, "分")
                .or_else(|| scan.word(end, "钱"))
                .unwrap_or(end);
            Some(Found::new(
                "amount",
                money(value / 10.0 + f64::from(hundredths) / 100.0, "CNY")?,
                start,
                end,
            ))
        }
        Unit::Fen => Some(Found::new(
            "amount",
            money(value / 100.0, "CNY")?,
            start,
            end,
        )),
    }
}

fn data(
    scan: &Scan<'_>,
    start: usize,
    end: usize,
    value: f64,
    megabytes: f64,
    apart: bool,
) -> Option<Found> {
    let one_letter = scan.before(end) == 'g' && !scan.before(end - 1).is_ascii_alphabetic();
    if one_letter && !apart && (2.0..=6.0).contains(&value) && value.fract() == 0.0 {
        let next = scan.skip_spaces(end);
        // A number after it belongs to the name of a plan: `5G 59`.
        let named = scan.at(next).is_ascii_digit();
        let network =
            named || scan.one_of(next, NETWORK).is_some() || scan.word(next, "流量套餐").is_some();
        if network || asked_for(scan, start, next) {
            return None;
        }
    }
    let mut end = end;
    // `gb` may be followed by `流量`, which is part of no other entity: leave it.
    if scan.before(end) == '兆' && scan.at(end) == '字' && scan.at(end + 1) == '节' {
        end += 2;
    }
    // Volumes are kept in the unit they were said in: MB below a gigabyte, GB otherwise.
    let value = if megabytes >= GB {
        quantity(value * (megabytes / GB), "GB")
    } else {
        quantity(value * megabytes, "MB")
    };
    Some(Found::new("data-volume", value, start, end))
}

/// Whether `5G` is what is asked about, and not how much: `是5G吗`, `is it 5G`.
fn asked_for(scan: &Scan<'_>, start: usize, next: usize) -> bool {
    let before = scan.slice(0, start).trim_end();
    ["吗", "的吗", "么"]
        .iter()
        .any(|word| scan.word(next, word).is_some())
        || [
            "是", "支持", "is it", "is this", "is that", "it's", "support",
        ]
        .iter()
        .any(|word| before.ends_with(word))
}

/// After `元` or `块`: `三块五`, `12元5角3分`, `九块九毛`, `两块半`.
fn yuan(scan: &Scan<'_>, start: usize, after: usize, numeral: Numeral) -> Option<Found> {
    let unit = scan.before(after);
    // `一块儿办` and `我们一块去` mean together.
    if unit == '块' && matches!(numeral.style, Style::SingleChinese) && numeral.value == 1.0 {
        let next = scan.at(after);
        let money_goes_on = next == '\0'
            || matches!(
                next,
                '钱' | '的' | ',' | '。' | '.' | '?' | '!' | ' ' | '以' | '多'
            )
            || chinese_digit(next).is_some()
            || next.is_ascii_digit();
        if !money_goes_on {
            return None;
        }
    }
    let mut end = after;
    let mut value = numeral.value;
    if matches!(unit, '块' | '元' | '圆') {
        if let Some(at) = scan
            .word(end, "半")
            .filter(|at| !matches!(scan.at(*at), '年' | '个' | '天' | '月'))
        {
            value += 0.5;
            end = at;
        } else if let Some((tenths, at)) = digit_at(scan, end) {
            // A digit that a unit follows is another number: `5元3个月`.
            let marked = matches!(scan.at(at), '毛' | '角');
            let bare = !marked && unit == '块' && ends_here(scan, at);
            if marked || bare {
                value += f64::from(tenths) / 10.0;
                end = if marked { at + 1 } else { at };
                if let Some((hundredths, at)) = digit_at(scan, end)
                    .filter(|(_, at)| marked && (scan.at(*at) == '分' || ends_here(scan, *at)))
                {
                    value += f64::from(hundredths) / 100.0;
                    end = scan.word(at, "分").unwrap_or(at);
                }
            }
        }
        end = scan
            .word(end, "人民币")
            .or_else(|| scan.word(end, "钱"))
            .unwrap_or(end);
    }
    Some(Found::new("amount", money(value, "CNY")?, start, end))
}

/// Whether no number or measure word goes on at `at`.
fn ends_here(scan: &Scan<'_>, at: usize) -> bool {
    let c = scan.at(at);
    !c.is_ascii_alphanumeric()
        && chinese_digit(c).is_none()
        && !matches!(
            c,
            '.' | '十'
                | '百'
                | '千'
                | '万'
                | '个'
                | '天'
                | '月'
                | '年'
                | '分'
                | '号'
                | '日'
                | '次'
                | '张'
                | '兆'
                | '元'
                | '块'
                | '折'
                | '点'
        )
}

fn digit_at(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    let c = scan.at(at);
    c.to_digit(10)
        .or_else(|| chinese_digit(c))
        .map(|digit| (digit, at + 1))
}

/// Words that one Chinese digit often is part of; a number needs one of these after it, or nothing around it.
const MEASURES: &[char] = &[
    '个', '张', '条', '次', '位', '天', '年', '月', '周', '份', '台', '部', '项', '种', '遍', '人',
    '件', '户', '岁', '倍', '家', '级', '档', '款', '号', '日', '折',
];

/// A number without a unit.
fn bare(scan: &Scan<'_>, start: usize, numeral: Numeral) -> Option<Found> {
    let end = numeral.end;
    let alone = |at: usize| !scan.at(at).is_alphanumeric();
    let alone = alone(end) && (start == 0 || alone(start - 1));
    let counts = match numeral.style {
        Style::Arabic(_) => !scan.at(end).is_ascii_alphabetic(),
        // `一个` and `第一个` are rarely about the number.
        Style::SingleChinese => {
            alone
                || (MEASURES.contains(&scan.at(end))
                    && scan.before(start) != '第'
                    && (numeral.value != 1.0 || scan.at(end) != '个'))
        }
        Style::ChineseDigits => true,
        Style::Elided => {
            return Some(Found::new(
                "amount",
                money(numeral.value, "CNY")?,
                start,
                end,
            ));
        }
        // `十分` means very.
        Style::Chinese => numeral.value != 10.0 || alone || MEASURES.contains(&scan.at(end)),
        Style::English(1) if numeral.value == 1.0 => scan.len() == end && start == 0,
        Style::English(_) => true,
    };
    counts.then(|| Found::new("number", number(numeral.value), start, end))
}

fn number(value: f64) -> Value {
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

fn quantity(amount: f64, unit: &str) -> Value {
    Value::Quantity(Quantity {
        amount,
        unit: unit.to_owned(),
    })
}

/// Money from an amount in major units; `None` beyond what minor units hold exactly.
pub(crate) fn money(major: f64, currency: &str) -> Option<Value> {
    let minor = (major * 100.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    (minor.abs() < 9e15).then(|| {
        Value::Money(Money {
            minor: minor as i64,
            currency: currency.to_owned(),
        })
    })
}
