//! Reads one numeral: Arabic (`1,280.5`, `1.5万`), Chinese (`一百二十八`, `三百五`, `二零二六`) or English (`twenty-five`, `a hundred and ten`).

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
        arabic(scan, at)
    } else if c.is_ascii_alphabetic() {
        if scan.starts_word(at) {
            english(scan, at)
        } else {
            None
        }
    } else {
        chinese(scan, at)
    }
}

fn arabic(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let before = scan.before(start);
    if (before.is_ascii_alphanumeric() && !follows_unit(scan, start))
        || (before == '.' && scan.before(start - 1).is_ascii_digit())
    {
        return None;
    }
    let mut value = 0.0;
    let mut end = start;
    let mut grouped = false;
    loop {
        match scan.at(end) {
            c @ '0'..='9' => value = value * 10.0 + f64::from(u32::from(c) - u32::from('0')),
            // A comma between digits groups them in threes.
            ',' if end > start
                && (1..=3).all(|n| scan.at(end + n).is_ascii_digit())
                && !scan.at(end + 4).is_ascii_digit()
                && (grouped || end - start <= 3) =>
            {
                grouped = true;
            }
            _ => break,
        }
        end += 1;
    }
    let mut plain = (!grouped).then_some(end - start);
    if end - start > 15 {
        return None;
    }
    if scan.at(end) == '.' && scan.at(end + 1).is_ascii_digit() {
        let mut scale = 0.1;
        end += 1;
        plain = None;
        let fraction = end;
        while let Some(digit) = scan.at(end).to_digit(10) {
            value += f64::from(digit) * scale;
            scale /= 10.0;
            end += 1;
        }
        if end - fraction > 9 || (scan.at(end) == '.' && scan.at(end + 1).is_ascii_digit()) {
            return None;
        }
        // Decimal fractions are exact to the digit that was written.
        let exact = 10_f64.powi(i32::try_from(end - fraction).unwrap_or(0));
        value = (value * exact).round() / exact;
    }
    if let Some(unit) = large_unit(scan.at(end)) {
        // `3千兆` and `5百度` are other words.
        if scan.at(end + 1) != '兆' && scan.at(end + 1) != '度' {
            value *= unit;
            end += 1;
            plain = None;
        }
    }
    Some(Numeral {
        value,
        end,
        style: Style::Arabic(plain),
    })
}

/// Whether the letters before `start` are the unit of another number: `20g500分钟`.
fn follows_unit(scan: &Scan<'_>, start: usize) -> bool {
    ["g", "gb", "m", "mb", "t", "min"].iter().any(|unit| {
        start
            .checked_sub(unit.len() + 1)
            .is_some_and(|at| scan.at(at).is_ascii_digit() && scan.slice(at + 1, start) == *unit)
    })
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

/// The value of a Chinese digit.
pub(super) fn chinese_digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' | '兩' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn small_unit(c: char) -> Option<f64> {
    Some(match c {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1_000.0,
        _ => return None,
    })
}

fn chinese(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    if let Some(digits) = positional(scan, start) {
        return Some(digits);
    }
    let mut total = 0.0; // full ten-thousands and hundred-millions
    let mut section = 0.0; // below ten thousand
    let mut digit: Option<f64> = None;
    let mut unit = f64::INFINITY; // the last unit read
    let mut after_zero = false;
    let mut units = 0;
    let mut end = start;
    loop {
        let c = scan.at(end);
        if let Some(value) = chinese_digit(c) {
            if digit.is_some() {
                break;
            }
            if value == 0 {
                if units == 0 {
                    break;
                }
                after_zero = true;
            } else {
                digit = Some(f64::from(value));
            }
        } else if let Some(size) = small_unit(c) {
            // Ten may stand alone; other units need a digit. Units fall within a section.
            if size >= unit
                || (digit.is_none() && !(size == 10.0 && (section == 0.0 || after_zero)))
            {
                break;
            }
            section += digit.take().unwrap_or(1.0) * size;
            unit = size;
            units += 1;
            after_zero = false;
        } else if let Some(size) = large_unit(c).filter(|size| *size >= 1e4) {
            let value = section + digit.take().unwrap_or(0.0);
            if value == 0.0 {
                break;
            }
            total = if size == 1e8 {
                (total + value) * size
            } else {
                total + value * size
            };
            section = 0.0;
            unit = size;
            units += 1;
            after_zero = false;
            end += 1;
            if chinese_digit(scan.at(end)).is_none() && small_unit(scan.at(end)).is_none() {
                break;
            }
            // Below a large unit, sections start again; what `unit` says only matters for a left-out unit.
            if small_unit(scan.at(end + 1)).is_some()
                || scan.at(end) == '零'
                || scan.at(end) == '十'
            {
                unit = f64::INFINITY;
            }
            continue;
        } else {
            break;
        }
        end += 1;
    }
    let mut style = if units > 0 {
        Style::Chinese
    } else {
        Style::SingleChinese
    };
    if let Some(last) = digit {
        if units > 0 && !after_zero && unit.is_finite() && unit >= 100.0 {
            section += last * unit / 10.0;
            style = Style::Elided;
        } else {
            section += last;
        }
    } else if units == 0 {
        return None;
    }
    if after_zero && digit.is_none() {
        end -= 1; // a zero that nothing follows belongs to something else
    }
    let (value, after) = fraction(scan, total + section, end);
    if after > end {
        style = Style::Chinese;
    }
    Some(Numeral {
        value,
        end: after,
        style,
    })
}

/// `三点五`: a point and digits; `三点五分` is a time.
fn fraction(scan: &Scan<'_>, value: f64, end: usize) -> (f64, usize) {
    if scan.at(end) != '点' {
        return (value, end);
    }
    let mut at = end + 1;
    let mut part = 0.0;
    let mut scale = 1.0;
    while let Some(digit) = chinese_digit(scan.at(at)).filter(|_| at - end <= 6) {
        part = part * 10.0 + f64::from(digit);
        scale *= 10.0;
        at += 1;
    }
    if at == end + 1 || matches!(scan.at(at), '分' | '十') {
        (value, end)
    } else {
        (value + part / scale, at)
    }
}

/// Two or more Chinese digits without units.
fn positional(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let mut value = 0.0;
    let mut end = start;
    while let Some(digit) = chinese_digit(scan.at(end)) {
        value = value * 10.0 + f64::from(digit);
        end += 1;
    }
    let length = end - start;
    let unit_follows = small_unit(scan.at(end)).is_some() || large_unit(scan.at(end)).is_some();
    if !(2..=15).contains(&length) || unit_follows {
        // A single zero is a number too.
        return (length == 1 && scan.at(start) == '零' && !unit_follows).then_some(Numeral {
            value: 0.0,
            end,
            style: Style::SingleChinese,
        });
    }
    let (value, end) = fraction(scan, value, end);
    Some(Numeral {
        value,
        end,
        style: Style::ChineseDigits,
    })
}

fn english_word(word: &str) -> Option<f64> {
    const WORDS: &[(&str, f64)] = &[
        ("zero", 0.0),
        ("one", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
        ("ten", 10.0),
        ("eleven", 11.0),
        ("twelve", 12.0),
        ("thirteen", 13.0),
        ("fourteen", 14.0),
        ("fifteen", 15.0),
        ("sixteen", 16.0),
        ("seventeen", 17.0),
        ("eighteen", 18.0),
        ("nineteen", 19.0),
        ("twenty", 20.0),
        ("thirty", 30.0),
        ("forty", 40.0),
        ("fifty", 50.0),
        ("sixty", 60.0),
        ("seventy", 70.0),
        ("eighty", 80.0),
        ("ninety", 90.0),
    ];
    if !matches!(word.len(), 3..=9) {
        return None;
    }
    WORDS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
}

fn english_unit(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "thousand" => 1e3,
        "million" => 1e6,
        _ => return None,
    })
}

fn english(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let mut total = 0.0;
    let mut section = 0.0;
    let mut words = 0;
    let mut end = start;
    let mut at = start;
    let mut room = f64::INFINITY; // a following number must be smaller: `twenty five`, not `five twenty`
    loop {
        let (word, after) = scan.letters(at);
        if scan.at(after).is_ascii_digit() {
            break;
        }
        if let Some(value) = english_word(word) {
            if value >= room {
                break;
            }
            section += value;
            room = if value >= 20.0 { 10.0 } else { 0.0 };
        } else if let Some(unit) = english_unit(word) {
            if words == 0 {
                break;
            }
            let value = if section == 0.0 { break } else { section };
            if unit == 1e2 {
                section = value * unit;
                room = 100.0;
            } else {
                total += value * unit;
                section = 0.0;
                room = 1_000.0;
            }
        } else if words == 0 && matches!(word, "a" | "an") {
            let (next, _) = scan.letters(scan.skip_spaces(after));
            english_unit(next)?;
            section = 1.0;
            room = 0.0;
        } else if word == "and"
            && words > 1
            && room >= 100.0
            && english_word(scan.letters(scan.skip_spaces(after)).0).is_some()
        {
            at = scan.skip_spaces(after);
            continue;
        } else {
            break;
        }
        words += 1;
        end = after;
        at = if scan.at(after) == '-' {
            after + 1
        } else {
            scan.skip_spaces(after)
        };
        if at == after {
            break;
        }
    }
    (words > 0).then_some(Numeral {
        value: total + section,
        end,
        style: Style::English(words),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<(f64, usize)> {
        read(&Scan::new(text), 0).map(|n| (n.value, n.end))
    }

    #[test]
    fn reads_whole_numerals() {
        for (text, expected) in [
            ("128", 128.0),
            ("1,280", 1280.0),
            ("1,280,000.5", 1_280_000.5),
            ("99.5", 99.5),
            ("1.5万", 15_000.0),
            ("3千", 3_000.0),
            ("0", 0.0),
            ("十", 10.0),
            ("十二", 12.0),
            ("二十", 20.0),
            ("二十五", 25.0),
            ("一百", 100.0),
            ("一百零五", 105.0),
            ("一百一十", 110.0),
            ("一百二十八", 128.0),
            ("两百", 200.0),
            ("三百五", 350.0),
            ("三百五十", 350.0),
            ("一千二", 1_200.0),
            ("一千二百", 1_200.0),
            ("一千零二十", 1_020.0),
            ("两千零八", 2_008.0),
            ("一万", 10_000.0),
            ("一万二", 12_000.0),
            ("一万二千", 12_000.0),
            ("一万零三百", 10_300.0),
            ("十五万", 150_000.0),
            ("一亿二千万", 120_000_000.0),
            ("三点五", 3.5),
            ("一二八", 128.0),
            ("二零二六", 2026.0),
            ("零", 0.0),
            ("五", 5.0),
            ("九十九", 99.0),
            ("twenty", 20.0),
            ("twenty five", 25.0),
            ("twenty-five", 25.0),
            ("a hundred", 100.0),
            ("one hundred and twenty eight", 128.0),
            ("two thousand five hundred", 2_500.0),
            ("a thousand and ten", 1_010.0),
            ("seven", 7.0),
        ] {
            assert_eq!(
                value(text),
                Some((expected, text.chars().count())),
                "{text}"
            );
        }
    }

    #[test]
    fn leaves_alone_what_is_no_numeral() {
        for text in [
            "万一",
            "千万不要",
            "百度",
            "a plan",
            "hundred",
            "and",
            "v2",
            "anyone",
            "tenant",
            "oneself",
            "点",
            "12345678901234567890",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value("五分"), Some((5.0, 1)));
        assert_eq!(value("1.2.3"), None);
        assert_eq!(value("三百块"), Some((300.0, 2)));
        assert_eq!(value("一百零"), Some((100.0, 2)));
        assert_eq!(value("one two"), Some((1.0, 3)));
    }
}
