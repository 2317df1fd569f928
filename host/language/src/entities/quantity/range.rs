//! Two ends of a range: `50到80块`, `20-30 GB`, `between $50 and $80`, and guesses such as `五六十块` and `两三天`, which are
//! ranges too. The ends have the roles `from` and `to`; what one of them leaves out, the other one says.

use jackfield_core::{Money, Value};

use super::super::Found;
use super::super::numeral::{self, Numeral, Style, chinese_digit};
use super::{money, number, with_unit};
use crate::scan::Scan;

/// Between the ends.
const JOINS: &[(&str, Join)] = &[
    ("到", Join::Word),
    ("至", Join::Word),
    (" to ", Join::Word),
    ("~", Join::Sign),
    (" ~ ", Join::Sign),
    ("-", Join::Sign),
    (" - ", Join::Sign),
    (" and ", Join::Between),
    ("和", Join::Between),
    ("与", Join::Between),
];

#[derive(Clone, Copy, PartialEq)]
enum Join {
    Word,
    /// May be a part of a name: counts with a unit only.
    Sign,
    /// Counts between `between` and `之间` only.
    Between,
}

/// The join at `at` of a range that starts at `start`, and its end.
fn join(scan: &Scan<'_>, start: usize, at: usize) -> Option<(Join, usize)> {
    let (join, end) = scan.one_of(at, JOINS)?;
    let known = join != Join::Between
        || scan.slice(0, start).ends_with("between ")
        || scan.rest(end).find("之间").is_some_and(|at| at < 30);
    known.then_some((join, end))
}

fn ends(mut first: Found, mut second: Found) -> Option<(Found, Found)> {
    first.role = Some("from");
    second.role = Some("to");
    (first.kind == second.kind && first.end <= second.start).then_some((first, second))
}

/// The range that begins with `first`, a whole amount with its unit.
pub(super) fn after(scan: &Scan<'_>, first: &Found, prefixed: bool) -> Option<(Found, Found)> {
    let (join, at) = join(scan, first.start, first.end)?;
    let second = super::whole(scan, at)
        .filter(|second| second.kind == first.kind)
        .or_else(|| {
            // `$50 to 80`
            let Value::Money(Money { currency, minor }) = &first.value else {
                return None;
            };
            let more = |numeral: &Numeral| {
                join != Join::Sign || numeral.value * Money::minor_units(currency) > *minor as f64
            };
            let numeral = numeral::read(scan, at).filter(|numeral| prefixed && more(numeral))?;
            let free = !scan.at(numeral.end).is_alphanumeric() && scan.at(numeral.end) != '%';
            let value = money::money(numeral.value, currency).filter(|_| free)?;
            Some(Found::new("amount", value, at, numeral.end))
        })?;
    let first = Found::new(&first.kind, first.value.clone(), first.start, first.end);
    ends(first, second)
}

/// The range that begins with a numeral without a unit: `50到80块`, `100到200`.
pub(super) fn open(scan: &Scan<'_>, start: usize, first: Numeral) -> Option<(Found, Found)> {
    let (join, at) = join(scan, start, first.end)?;
    let second = numeral::read(scan, at)?;
    // Long numbers are names of something.
    let long =
        |numeral: Numeral| matches!(numeral.style, Style::Arabic(Some(digits)) if digits > 8);
    if long(first) || long(second) || second.end == at {
        return None;
    }
    if let Some(found) = with_unit(scan, at, second) {
        let value = scaled(scan, first, at, second);
        let least = Numeral { value, ..second };
        let mut from = with_unit(scan, at, least).filter(|_| value < second.value)?;
        (from.start, from.end) = (start, first.end);
        return ends(from, found);
    }
    // `3到5月` and `9:00` are times; digits with a hyphen may be anything.
    let next = scan.at(second.end);
    let other = matches!(
        next,
        '月' | '号' | '日' | '点' | '时' | '年' | '楼' | ':' | '/' | '-'
    );
    let alike = matches!(first.style, Style::Arabic(_)) == matches!(second.style, Style::Arabic(_))
        && !matches!(first.style, Style::English(1));
    if join == Join::Sign || other || !alike {
        return None;
    }
    let found = number::bare(scan, at, second)?;
    let value = scaled(scan, first, at, second);
    // Names of plans and lines are changed from one to the other, and single digits count what has a measure word.
    let counted = !matches!(first.style, Style::SingleChinese) || scan.at(first.end) == '到';
    // `一百到一百五` is money at both ends.
    let least = match found.kind.as_str() {
        "amount" => money::money(value, "CNY")?,
        _ => number::number(value),
    };
    let from = Found::new(&found.kind, least, start, first.end);
    if counted { ends(from, found) } else { None }
}

/// The first number in the large unit that only the second one says: `一到两万`, `5-10k`.
fn scaled(scan: &Scan<'_>, first: Numeral, at: usize, second: Numeral) -> f64 {
    let said = scan.slice(at, second.end);
    let units = [
        ("百", 1e2),
        ("hundred", 1e2),
        ("千", 1e3),
        ("k", 1e3),
        ("thousand", 1e3),
        ("万", 1e4),
        ("w", 1e4),
        ("million", 1e6),
        ("亿", 1e8),
    ];
    let unit = units.iter().find(|(word, _)| said.ends_with(word));
    match unit {
        Some((_, size)) if first.value < second.value / size => first.value * size,
        _ => first.value,
    }
}

/// Two neighbouring digits that are a guess: `五六十块` is 50 to 60, `三十五六块` 35 or 36, `两三天` two or three.
pub(super) fn guess(scan: &Scan<'_>, start: usize) -> Option<(Found, Found)> {
    let digit = |at: usize| chinese_digit(scan.at(at));
    let ten = |at: usize| scan.at(at) == '十';
    let (tens, at) = match digit(start) {
        Some(tens) if ten(start + 1) => (f64::from(tens) * 10.0, start + 2),
        Some(_) => (0.0, start),
        None if ten(start) => (10.0, start + 1),
        None => return None,
    };
    let (first, second) = (digit(at)?, digit(at + 1)?);
    let neighbours = first > 0 && second == first + 1 || (first, second) == (3, 5);
    let before = scan.before(start);
    if !neighbours
        || digit(at + 2).is_some()
        || chinese_digit(before).is_some()
        || matches!(
            before,
            '周' | '期' | '拜' | '点' | '第' | '十' | '百' | '千' | '万' | '月' | '零'
        )
    {
        return None;
    }
    let next = scan.at(at + 2);
    let units = matches!(next, '十' | '百' | '千' | '万' | '亿');
    let (least, most) = if tens > 0.0 || !units {
        // `三四点`, `五六年` and `一二号` name something.
        let named = matches!(next, '年' | '号' | '点' | '折' | '级')
            || next == '分' && scan.at(at + 3) != '钟'
            || units;
        let most = Numeral {
            value: tens + f64::from(second),
            end: at + 2,
            style: Style::SingleChinese,
        };
        (!named).then_some((tens + f64::from(first), most))?
    } else {
        let most = numeral::read(scan, at + 1)?;
        let size = most.value / f64::from(second);
        let round = [10.0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].contains(&size);
        round.then_some((f64::from(first) * size, most))?
    };
    let small = Numeral {
        value: least,
        ..most
    };
    let read = |numeral| {
        with_unit(scan, at + 1, numeral)
            .or_else(|| number::bare(scan, at + 1, numeral).filter(|_| units))
    };
    let (mut from, to) = (read(small)?, read(most)?);
    (from.start, from.end) = (start, at + 1);
    ends(from, to)
}
