//! Reads one numeral: Arabic (`1,280.5`, `1.5万`), Chinese (`一百二十八`, `三百五`, `二零二六`) or English (`twenty-five`, `a hundred and ten`).

mod arabic;
mod chinese;
mod english;
mod ordinals;

pub(super) use self::arabic::unchecked as digits_after_letters;
pub(super) use self::chinese::chinese_digit;
pub(super) use self::english::WORDS;
pub(super) use self::ordinals::{ORDINALS, ordinal};
use crate::scan::Scan;

/// How a numeral was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Arabic digits; how many when there is nothing else in it.
    Arabic(Option<usize>),
    /// One Chinese digit, which often is part of a word.
    SingleChinese,
    /// Chinese digits in a row, read one by one.
    ChineseDigits,
    /// Chinese with units.
    Chinese,
    /// Chinese with the last unit left out: `三百五` is 350. Said of money.
    Elided,
    /// English words; how many.
    English(usize),
}

/// A numeral that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numeral {
    pub(super) value: f64,
    /// Position after it.
    pub(super) end: usize,
    pub(super) style: Style,
}

/// The numeral that starts at `at`.
pub(super) fn read(scan: &Scan<'_>, at: usize) -> Option<Numeral> {
    let c = scan.at(at);
    if c.is_ascii_digit() {
        arabic::read(scan, at)
    } else if c.is_ascii_alphabetic() {
        if scan.starts_word(at) {
            english::read(scan, at)
        } else {
            None
        }
    } else {
        chinese::read(scan, at)
    }
}

fn large_unit(c: char) -> Option<f64> {
    Some(match c {
        '百' => 1e2,
        '千' => 1e3,
        '万' | '萬' => 1e4,
        '亿' | '億' => 1e8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
