//! Percentages. A discount is the share that remains to be paid, as it is said in Chinese: `八折` is 80 %.

use super::super::Found;
use super::super::numeral::{self, Numeral, Style, chinese_digit};
use super::quantity;
use crate::scan::Scan;

/// The percentage of a value.
pub(super) fn of(value: f64, start: usize, end: usize) -> Found {
    Found::new("percentage", quantity(value, "%"), start, end)
}

/// What half of the price is called. `对折叠屏` speaks of a telephone.
const HALF_PRICE: &[(&str, ())] = &[
    ("对折", ()),
    ("半价", ()),
    ("half price", ()),
    ("half-price", ()),
];

/// `半价`, `打对折`, `half price`: a discount that has no number.
pub(super) fn half(scan: &Scan<'_>, start: usize) -> Option<Found> {
    let begins = match scan.at(start) {
        '对' | '半' => true,
        'h' => scan.starts_word(start),
        _ => false,
    };
    let (_, end) = begins.then(|| scan.one_of(start, HALF_PRICE))??;
    (!matches!(scan.at(end), '叠' | '腾' | '页')).then(|| of(50.0, start, end))
}

/// `百分之五`, `千分之三`, `万分之五`.
pub(super) fn named(scan: &Scan<'_>, start: usize) -> Option<Found> {
    const PARTS: &[(&str, f64)] = &[("百分之", 1.0), ("千分之", 0.1), ("万分之", 0.01)];
    if scan.at(start + 1) != '分' {
        return None;
    }
    let (part, at) = scan.one_of(start, PARTS)?;
    // `百分之百`
    if let Some(end) = scan.word(at, "百") {
        return Some(of(100.0, start, end));
    }
    let numeral = numeral::read(scan, at)?;
    Some(of(numeral.value * part, start, numeral.end))
}

/// `八折` is 80 %, `八五折`, `八点五折` and `85折` are 85 %.
pub(super) fn discount(
    scan: &Scan<'_>,
    start: usize,
    end: usize,
    numeral: Numeral,
) -> Option<Found> {
    let percent = if numeral.value < 10.0 {
        numeral.value * 10.0
    } else {
        numeral.value
    };
    // `三折叠` is a kind of telephone, `骨折` has no number.
    let discount = (1.0..100.0).contains(&percent)
        && !matches!(scan.at(end), '叠' | '腾' | '页')
        && numeral.end + 1 == end;
    discount.then(|| of(percent, start, end))
}

/// `三成`, `三成五`: tenths. `一成不变` is an idiom.
pub(super) fn tenths(scan: &Scan<'_>, start: usize, end: usize, numeral: Numeral) -> Option<Found> {
    let spoken = matches!(numeral.style, Style::SingleChinese) && numeral.value <= 9.0;
    if !spoken || numeral.end + 1 != end || "不为立熟员功本果".contains(scan.at(end)) {
        return None;
    }
    match chinese_digit(scan.at(end)) {
        Some(digit) => Some(of(numeral.value * 10.0 + f64::from(digit), start, end + 1)),
        None => Some(of(numeral.value * 10.0, start, end)),
    }
}
