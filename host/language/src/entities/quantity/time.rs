//! Lengths of time: `minutes` for hours and minutes, `duration` for days (`d`), weeks (`wk`), months (`mo`) and years (`yr`).

use super::super::Found;
use super::super::numeral::{self, Numeral, Style};
use super::quantity;
use super::units::{Span, UNITS, Unit};
use crate::scan::Scan;

/// `半个g`, `half a gig`, `半小时`, `half an hour`.
pub(super) fn half(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let end = match scan.at(start) {
        // `半天` says that it took long.
        '半' if !matches!(
            scan.before(start),
            '一' | '个' | '块' | '大' | '老' | '前' | '后' | '上' | '下' | '多'
        ) && scan.at(start + 1) != '天' =>
        {
            start + 1
        }
        'a' | 't' if scan.starts_word(start) => {
            let quarters = [("a quarter of an ", 0.25), ("three quarters of an ", 0.75)];
            let (value, end) = scan.one_of(start, &quarters)?;
            return Some(Numeral {
                value,
                end,
                style: Style::SingleChinese,
            });
        }
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

/// A length of time, with a smaller one that follows: `一年零三个月`, `1 hour 30 minutes`, `an hour and a half`.
pub(super) fn read(
    scan: &Scan<'_>,
    start: usize,
    end: usize,
    numeral: Numeral,
    span: Span,
) -> Option<Found> {
    if !is_length(scan, start, end, numeral, span) {
        return None;
    }
    let mut more = 0.0;
    let mut end = end;
    if let Some(after) = scan.word(end, " and a half").or_else(|| {
        scan.word(end, "半")
            .filter(|_| matches!(span, Span::Years | Span::Days))
    }) {
        more = 0.5;
        end = after;
    } else if let Some(after) = scan.word(end, " and a quarter") {
        more = 0.25;
        end = after;
    } else if let Some((minutes, after)) = touching_minutes(scan, end) {
        return Some(found(numeral.value * 60.0 + minutes, "min", start, after));
    } else if let Some((more, after)) = smaller(scan, end, span)
        && let Some((together, unit)) = sum((numeral.value, span), more)
    {
        // `2小时15分30秒`
        let seconds = smaller(scan, after, more.1)
            .filter(|((_, span), _)| unit == "min" && matches!(span, Span::Minutes(_)));
        return Some(match seconds {
            Some((rest, after)) => found(together + kept(rest.0, rest.1).0, unit, start, after),
            None => found(together, unit, start, after),
        });
    }
    let (amount, unit) = kept(numeral.value + more, span);
    Some(found(amount, unit, start, end))
}

/// After `1h`: the two digits of `1h30`.
fn touching_minutes(scan: &Scan<'_>, end: usize) -> Option<(f64, usize)> {
    let hour = scan.before(end) == 'h' && scan.before(end - 1).is_ascii_digit();
    let (minutes, after) = scan.digits(end).filter(|(_, to)| hour && to - end == 2)?;
    let after = scan
        .word(after, "m")
        .or_else(|| scan.word(after, "min"))
        .unwrap_or(after);
    (minutes < 60 && !scan.at(after).is_ascii_alphanumeric()).then(|| (f64::from(minutes), after))
}

fn found(amount: f64, unit: &str, start: usize, end: usize) -> Found {
    let kind = if unit == "min" { "minutes" } else { "duration" };
    Found::new(kind, quantity(amount, unit), start, end)
}

/// Whether the words say how long, and not which: `3天`, but not `2026年`, `每月1天一次` or `第三天`.
fn is_length(scan: &Scan<'_>, start: usize, end: usize, numeral: Numeral, span: Span) -> bool {
    let next = scan.at(end);
    let before = scan.before(start);
    // `128元一个月`, `一个月多少钱` and `我一个月用` say how much, not how long.
    let rate = numeral.value == 1.0
        && !matches!(before, '了' | '到' | '过')
        && (["不到", "不超", "大概", "大约", "差不多"]
            .iter()
            .any(|word| scan.word(end, word).is_some())
            || "元块钱g兆钟少个我你".contains(before)
            || "多几大固要用打才就三四五六七八九".contains(scan.at(scan.skip_spaces(end)))
            || scan.at(scan.skip_spaces(end)).is_ascii_digit());
    if rate && !scan.at(numeral.end).is_ascii() {
        return false;
    }
    match span {
        // `24小时客服` is always there.
        Span::Minutes(each) => {
            let always = each == 60.0 && numeral.value == 24.0;
            let served = [
                "客服",
                "服务",
                "在线",
                "营业",
                "热线",
                "人工",
                " support",
                " service",
                " hotline",
                "不间断",
            ];
            // `1900 hours` is a time of day.
            let clock = each == 60.0
                && matches!(numeral.style, Style::Arabic(Some(4)))
                && scan.slice(start, end).ends_with("hours")
                && numeral.value <= 2_400.0
                && numeral.value % 100.0 < 60.0;
            numeral.value > 0.0
                && !clock
                && !(always && served.iter().any(|word| scan.word(end, word).is_some()))
        }
        // `第三天`, `三天两头`, `一天到晚`; `一年级`; `一周三次` counts weeks that come again.
        Span::Years if !scan.at(numeral.end).is_ascii() => {
            numeral.value <= 100.0
                && before != '第'
                && !matches!(numeral.style, Style::ChineseDigits)
                && !matches!(
                    next,
                    '级' | '代' | '月' | '初' | '底' | '末' | '度' | '份' | '前' | '后'
                )
        }
        Span::Weeks if !scan.at(numeral.end).is_ascii() => {
            before != '第'
                && !matches!(
                    next,
                    '一' | '二' | '三' | '四' | '五' | '六' | '日' | '天' | '末' | '年'
                )
                && !(numeral.value == 1.0 && matches!(next, '几' | '2'..='9'))
        }
        Span::Days if !scan.at(numeral.end).is_ascii() => {
            before != '第'
                && !matches!(
                    next,
                    '两' | '到' | '然' | '气' | '地' | '生' | '下' | '线' | '空' | '才'
                )
                && !(numeral.value == 1.0
                    && matches!(before, '有' | '哪' | '某' | '每' | '这' | '那'))
        }
        // `a month` and `one day` are rarely about the number.
        _ if scan.at(numeral.end).is_ascii() && matches!(numeral.style, Style::English(1)) => {
            numeral.value != 1.0 || scan.slice(start, numeral.end) == "one" && span != Span::Days
        }
        _ => before != '第',
    }
}

/// An amount of units as it is kept.
fn kept(value: f64, span: Span) -> (f64, &'static str) {
    match span {
        Span::Minutes(each) => (value * each, "min"),
        Span::Days => (value, "d"),
        Span::Weeks => (value, "wk"),
        Span::Fortnights => (value * 2.0, "wk"),
        Span::Months => (value, "mo"),
        Span::Quarters => (value * 3.0, "mo"),
        // Parts of a year are said in months: `半年`, `一年半`.
        Span::Years if value.fract() != 0.0 => (value * 12.0, "mo"),
        Span::Years => (value, "yr"),
    }
}

/// The smaller length that goes on at `end`.
fn smaller(scan: &Scan<'_>, end: usize, larger: Span) -> Option<((f64, Span), usize)> {
    let joins = ["零", "又", " and ", ", ", " ", ""];
    let (numeral, at) = joins.iter().find_map(|join| {
        let at = scan.word(end, join)?;
        if let Some(half) = half(scan, at) {
            return Some((half, half.end));
        }
        let numeral = numeral::read(scan, at)?;
        Some((numeral, scan.skip_spaces(numeral.end)))
    })?;
    let (unit, after) = match scan.one_of(at, UNITS) {
        Some((unit, after)) => (unit, after),
        // `一小时二十分`
        None => (
            Unit::Time(Span::Minutes(1.0)),
            scan.word(at, "分").filter(|at| scan.at(*at) != '之')?,
        ),
    };
    let Unit::Time(span) = unit else {
        return None;
    };
    let fits = match (larger, span) {
        (Span::Minutes(a), Span::Minutes(b)) => a > b,
        (Span::Years, Span::Months | Span::Days) | (Span::Weeks | Span::Months, Span::Days) => true,
        (Span::Days, Span::Minutes(60.0)) => true,
        _ => false,
    };
    fits.then_some(((numeral.value, span), after))
}

/// Two lengths in the smaller one's unit; `None` when that is not exact.
fn sum(larger: (f64, Span), smaller: (f64, Span)) -> Option<(f64, &'static str)> {
    let each = match (larger.1, smaller.1) {
        (Span::Years, Span::Months) => 12.0,
        (Span::Weeks, Span::Days) => 7.0,
        (Span::Days, Span::Minutes(_)) => 1_440.0,
        (Span::Minutes(_), Span::Minutes(_)) => {
            return Some((
                kept(larger.0, larger.1).0 + kept(smaller.0, smaller.1).0,
                "min",
            ));
        }
        _ => return None,
    };
    let (rest, unit) = kept(smaller.0, smaller.1);
    Some((larger.0 * each + rest, unit))
}
