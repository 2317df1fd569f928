//! Chinese numerals: `一百二十八`, `三百五`, `二零二六`, `三点五`.

use super::{Numeral, Style, large_unit};
use crate::ngrams::is_han;
use crate::scan::Scan;

/// Most digits of a number that are read one by one.
const MOST: usize = 15;

/// The value of a Chinese digit.
pub(in super::super) fn chinese_digit(c: char) -> Option<u32> {
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

pub(super) fn read(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    if is_guess(scan, start) || start > 0 && is_guess(scan, start - 1) {
        return None;
    }
    if let Some(pair) = pair(scan, start) {
        return Some(pair);
    }
    if let Some(short) = positional(scan, start).or_else(|| one_left_out(scan, start)) {
        return Some(short);
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
                // `十五六块` is a guess.
                if units > 0 {
                    return None;
                }
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
        let next = scan.at(end);
        let counts = is_han(next) && !"块元钱的吧呢吗啊多左上以，。".contains(next);
        if units > 0
            && !after_zero
            && unit >= 100.0
            && counts
            && matches!(scan.before(end), '一' | '两')
        {
            // `两千一盒`: the one belongs to what is counted.
            end -= 1;
        } else if units > 0 && !after_zero && unit.is_finite() && unit >= 100.0 {
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
    let (mut value, mut after) = fraction(scan, total + section, end);
    if after > end {
        style = Style::Chinese;
    }
    // `一点八万`, `十来万`, `一百多万`
    let about = usize::from(units > 0 && after == end && "来多几".contains(scan.at(end)));
    if after + about > end
        && let Some(size) = large_unit(scan.at(after + about)).filter(|size| *size >= 1e4)
    {
        value *= size;
        after += about + 1;
    }
    Some(Numeral {
        value,
        end: after,
        style,
    })
}

/// `俩` and `仨` hold their measure word: `俩块五`, `仨月`. Of people (`我们俩`) they count nothing.
fn pair(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let value = match scan.at(start) {
        '俩' => 2.0,
        '仨' => 3.0,
        _ => return None,
    };
    let people = matches!(
        scan.before(start),
        '们' | '我' | '你' | '他' | '她' | '咱' | '哥' | '姐'
    );
    (!people && "块毛月周天年小钟星礼".contains(scan.at(start + 1))).then_some(Numeral {
        value,
        end: start + 1,
        style: Style::SingleChinese,
    })
}

/// `万五` is 15,000 and `千二` is 1,200: the one in front is left out as well. `万一` is a word.
fn one_left_out(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let unit = large_unit(scan.at(start)).filter(|unit| *unit < 1e8)?;
    let digit = chinese_digit(scan.at(start + 1)).filter(|digit| *digit > 1)?;
    let after = scan.at(start + 2);
    let whole =
        !scan.before(start).is_alphanumeric() || "要花交充付还收扣是".contains(scan.before(start));
    let ends = !after.is_alphanumeric() || matches!(after, '块' | '元' | '吧' | '的' | '以');
    (whole && ends).then_some(Numeral {
        value: unit + f64::from(digit) * unit / 10.0,
        end: start + 2,
        style: Style::Elided,
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

/// `两三天`, `五六个`: two neighbouring digits before what they count are a guess, while of `二三十` the
/// upper end is read. `周三四点` is a day and a time.
fn is_guess(scan: &Scan<'_>, at: usize) -> bool {
    let (Some(first), Some(second)) = (chinese_digit(scan.at(at)), chinese_digit(scan.at(at + 1)))
    else {
        return false;
    };
    let next = scan.at(at + 2);
    let neighbours = first > 0 && second == first + 1 || (first, second) == (3, 5);
    let counts = next.is_alphabetic() && !next.is_ascii() && chinese_digit(next).is_none();
    neighbours
        && counts
        && !matches!(scan.before(at), '周' | '期' | '拜' | '点')
        && chinese_digit(scan.before(at)).is_none()
        && small_unit(next).is_none()
        && large_unit(next).is_none()
        && !matches!(next, '折' | '年' | '号' | '分' | '点' | '的' | '是')
}

/// Two or more Chinese digits without units.
fn positional(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    let mut value = 0.0;
    let mut end = start;
    // A run that is longer is no number, and is not read to its end.
    while let Some(digit) = chinese_digit(scan.at(end)).filter(|_| end - start <= MOST) {
        value = value * 10.0 + f64::from(digit);
        end += 1;
    }
    let length = end - start;
    let unit_follows = small_unit(scan.at(end)).is_some() || large_unit(scan.at(end)).is_some();
    if !(2..=MOST).contains(&length) || unit_follows {
        // A single zero is a number too, and may begin a fraction.
        let zero = length == 1 && scan.at(start) == '零' && !unit_follows;
        let (value, after) = fraction(scan, 0.0, end);
        let style = if after > end {
            Style::Chinese
        } else {
            Style::SingleChinese
        };
        return zero.then_some(Numeral {
            value,
            end: after,
            style,
        });
    }
    let (value, end) = fraction(scan, value, end);
    Some(Numeral {
        value,
        end,
        style: Style::ChineseDigits,
    })
}
