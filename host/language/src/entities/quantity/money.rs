//! Amounts of money. Bare dollars, bucks and grands are those of the United States, bare pounds those of Britain.

use jackfield_core::{Money, Value};

use super::super::Found;
use super::super::numeral::{self, Numeral, Style, chinese_digit};
use super::number::MEASURES;
use super::units::{PREFIXES, Unit};
use crate::ngrams::is_han;
use crate::scan::Scan;

/// Money from an amount in major units; `None` beyond what minor units hold exactly.
pub(crate) fn money(major: f64, currency: &str) -> Option<Value> {
    let minor = (major * Money::minor_units(currency)).round();
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    (minor.abs() < 9e15).then(|| {
        Value::Money(Money {
            minor: minor as i64,
            currency: currency.to_owned(),
        })
    })
}

/// What is grand and no thousand dollars.
const GRAND: &[&str] = &[
    "piano", "total", "opening", "slam", "canyon", "hotel", "prize", "finale", "plan", "tour",
];

fn found(major: f64, currency: &str, start: usize, end: usize) -> Option<Found> {
    Some(Found::new("amount", money(major, currency)?, start, end))
}

/// `-50元`, `-$12.50`, `$-12.50`, `负20块`, `minus 20 yuan`: what is owed.
pub(super) fn negative(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let at = match scan.at(start) {
        '-' => {
            // Between two words or numbers it joins them; after these it stands before an amount.
            let before = scan.before(start);
            let free =
                !before.is_alphanumeric() && before != '-' || "额是示为成户了剩有".contains(before);
            (free && scan.at(start + 1) != ' ').then_some(start + 1)?
        }
        '负' => start + 1,
        'm' | 'n' if scan.starts_word(start) => scan
            .word(start, "minus ")
            .or_else(|| scan.word(start, "negative "))?,
        _ => return None,
    };
    let mut found = super::whole(scan, at).filter(|found| found.kind == "amount")?;
    if let Value::Money(money) = &mut found.value {
        money.minor = -money.minor.abs();
    }
    found.start = start;
    Some(found)
}

/// `¥128`, `$12.50`, `CNY 100`, `$5 million`.
pub(super) fn prefixed(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let c = scan.at(start);
    if c.is_ascii_digit() || !scan.starts_word(start) {
        return None;
    }
    // Words are longer than names of currencies, and these characters begin the others.
    let may_be = match c.is_ascii_alphabetic() {
        true => scan.letters(start).0.len() <= 3,
        false => matches!(c, '¥' | '$' | '€' | '£' | '人' | '港' | '美'),
    };
    if !may_be {
        return None;
    }
    let (currency, after) = scan.one_of(start, PREFIXES)?;
    let minus = scan.at(after) == '-' && scan.at(after + 1).is_ascii_digit();
    let after = after + usize::from(minus);
    let at = scan.skip_spaces(after);
    // `usd1500`
    let numeral = if at == after && scan.at(at).is_ascii_digit() {
        numeral::digits_after_letters(scan, at)
    } else {
        numeral::read(scan, at)
    };
    let numeral = numeral
        .filter(|n| matches!(n.style, Style::Arabic(_)) || matches!(currency, "CNY" | "HKD"))?;
    let (mut value, mut end) = (numeral.value, numeral.end);
    // `$5m` is money, where `5m` alone may be anything.
    if let Some((unit, after)) = scan.one_of(end, &[("mn", 1e6), ("m", 1e6), ("bn", 1e9)]) {
        value *= unit;
        end = after;
    }
    // `¥128元` and `$20 USD` say it twice.
    let again = scan.one_of(
        scan.skip_spaces(end),
        &[("元", "CNY"), ("块", "CNY"), ("usd", "USD"), ("rmb", "CNY")],
    );
    if let Some((_, after)) = again.filter(|(code, _)| *code == currency) {
        end = after;
    }
    found(if minus { -value } else { value }, currency, start, end)
}

/// A numeral with a unit of money.
pub(super) fn with_unit(
    scan: &Scan<'_>,
    start: usize,
    end: usize,
    numeral: Numeral,
    unit: Unit,
) -> Option<Found> {
    let value = numeral.value;
    match unit {
        Unit::Yuan => yuan(scan, start, end, numeral),
        Unit::Jiao => jiao(scan, start, end, numeral),
        Unit::Fen => found(value / 100.0, "CNY", start, end),
        Unit::Cents => found(value / 100.0, "USD", start, end),
        // `a grand piano`
        Unit::Grand if scan.at(end) == ' ' && GRAND.contains(&scan.letters(end + 1).0) => None,
        Unit::Grand => found(value * 1_000.0, "USD", start, end),
        // `三欧洲`
        Unit::Money(_)
            if scan.before(end) == '欧'
                && matches!(
                    scan.at(end),
                    '洲' | '美' | '式' | '派' | '阳' | '莱' | '盟' | '姆'
                ) =>
        {
            None
        }
        // `一刀两断`, `一刀切`
        Unit::Money(_)
            if scan.before(end) == '刀' && matches!(scan.at(end), '两' | '切' | '具' | '片') =>
        {
            None
        }
        Unit::Money(currency) => {
            let (cents, end) = cents(scan, end).unwrap_or((0.0, end));
            found(value + cents / 100.0, currency, start, end)
        }
        _ => None,
    }
}

/// After dollars, euros or pounds: ` and 50 cents`, ` fifty`.
fn cents(scan: &Scan<'_>, end: usize) -> Option<(f64, usize)> {
    let before = scan.slice(end.saturating_sub(7), end);
    if !["dollars", "dollar", "yuan", "bucks", "euros", "pounds"]
        .iter()
        .any(|word| before.ends_with(word))
    {
        return None;
    }
    let at = scan.word(end, " and ").or_else(|| scan.word(end, " "))?;
    let numeral = numeral::read(scan, at).filter(|n| n.value < 100.0 && n.value.fract() == 0.0)?;
    if let Some((_, after)) = scan.one_of(
        numeral.end,
        &[(" cents", ()), (" cent", ()), (" pence", ())],
    ) {
        return Some((numeral.value, after));
    }
    // A number that nothing belongs to says the cents; `20 dollars 5 times` does not.
    let spoken = matches!(numeral.style, Style::English(_) | Style::Arabic(Some(2)))
        && numeral.value >= 10.0;
    (spoken && at == end + 1 && !scan.at(scan.skip_spaces(numeral.end)).is_alphanumeric())
        .then_some((numeral.value, numeral.end))
}

/// `五毛`, `8毛5`, `五角三分`.
fn jiao(scan: &Scan<'_>, start: usize, end: usize, numeral: Numeral) -> Option<Found> {
    // `一毛不拔`, `三角形`, `毛病`, `毛巾`, `角度`
    if matches!(
        scan.at(end),
        '不' | '形' | '病' | '巾' | '度' | '衣' | '笔' | '洲' | '色'
    ) {
        return None;
    }
    let (hundredths, end) = digit_at(scan, end)
        .filter(|(_, at)| scan.at(*at) == '分' || ends_here(scan, *at))
        .unwrap_or((0, end));
    let end = scan
        .word(end, "分")
        .or_else(|| scan.word(end, "钱"))
        .unwrap_or(end);
    found(
        numeral.value / 10.0 + f64::from(hundredths) / 100.0,
        "CNY",
        start,
        end,
    )
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
                '钱' | '的' | ',' | '。' | '.' | '?' | '!' | ' ' | '以' | '多' | '半'
            )
            || chinese_digit(next).is_some()
            || next.is_ascii_digit();
        if !money_goes_on {
            return None;
        }
    }
    // `三元里` and `二元论` are names; `两块电池` are pieces.
    if unit == '元' && matches!(scan.at(after), '里' | '论' | '化' | '素' | '件' | '旦')
        || unit == '块' && matches!(scan.at(after), '电' | '屏' | '主' | '表' | '地')
    {
        return None;
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
            let bare = !marked && unit == '块' && (ends_here(scan, at) || counts_one(scan, at));
            if marked || bare {
                value += f64::from(tenths) / 10.0;
                end = if marked { at + 1 } else { at };
                if let Some((hundredths, at)) = digit_at(scan, end)
                    .filter(|(_, at)| marked && (scan.at(*at) == '分' || ends_here(scan, *at)))
                {
                    value += f64::from(hundredths) / 100.0;
                    end = scan.word(at, "分").unwrap_or(at);
                }
            } else if let Some(fen) = scan.word(at, "分").filter(|at| scan.at(*at) != '钟') {
                // `三块零五分` was read with its zero; `三块五分` has hundredths only.
                value += f64::from(tenths) / 100.0;
                end = fen;
            } else if tenths == 0
                && let Some((tenths, at)) = digit_at(scan, at)
                && matches!(scan.at(at), '毛' | '角')
            {
                // `二十块零五毛`
                value += f64::from(tenths) / 10.0;
                end = at + 1;
            } else if tenths == 0
                && let Some((hundredths, at)) = digit_at(scan, at)
                    .filter(|(_, at)| ends_here(scan, *at) || scan.at(*at) == '分')
            {
                value += f64::from(hundredths) / 100.0;
                end = scan.word(at, "分").unwrap_or(at);
            } else if let Some((hundredths, after)) =
                digit_at(scan, at).filter(|(_, after)| unit == '块' && ends_here(scan, *after))
            {
                // `九块九毛九` without its units: `九块九九`.
                value += f64::from(tenths) / 10.0 + f64::from(hundredths) / 100.0;
                end = after;
            }
        }
        end = scan
            .word(end, "人民币")
            .or_else(|| scan.word(end, "钱"))
            .unwrap_or(end);
    }
    let (cents, end) = cents(scan, end).unwrap_or((0.0, end));
    found(value + cents / 100.0, "CNY", start, end)
}

/// Whether a one counts what follows: `俩块五一瓶`.
fn counts_one(scan: &Scan<'_>, at: usize) -> bool {
    let next = scan.at(at + 1);
    scan.at(at) == '一'
        && is_han(next)
        && chinese_digit(next).is_none()
        && !"的钱吧吗呢了啊分毛角块".contains(next)
}

/// Whether no number or measure word goes on at `at`.
fn ends_here(scan: &Scan<'_>, at: usize) -> bool {
    let c = scan.at(at);
    !c.is_ascii_alphanumeric()
        && chinese_digit(c).is_none()
        && !MEASURES.contains(&c)
        && !matches!(
            c,
            '.' | '十' | '百' | '千' | '万' | '分' | '兆' | '元' | '块' | '折' | '点'
        )
}

fn digit_at(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    let c = scan.at(at);
    c.to_digit(10)
        .or_else(|| chinese_digit(c))
        .map(|digit| (digit, at + 1))
}
