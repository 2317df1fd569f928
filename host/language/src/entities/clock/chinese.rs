//! Times in Chinese: `下午三点半`, `8点20`, `差五分三点`, `十二点钟`.

use super::super::numeral::chinese_digit;
use super::{Clock, Part, digital};
use crate::scan::Scan;

const PARTS: &[(&str, Part)] = &[
    ("凌晨", Part::NIGHT),
    ("清晨", Part::EARLY),
    ("清早", Part::EARLY),
    ("大早上", Part::EARLY),
    ("早上", Part::EARLY),
    ("早晨", Part::EARLY),
    ("上午", Part::FORENOON),
    ("午前", Part::FORENOON),
    ("中午", Part::NOON),
    ("正午", Part::NOON),
    ("下午", Part::AFTERNOON),
    ("午后", Part::AFTERNOON),
    ("傍晚", Part::DUSK),
    ("晚上", Part::EVENING),
    ("晚间", Part::EVENING),
    ("夜晚", Part::EVENING),
    ("夜里", Part::MIDNIGHT),
    ("深夜", Part::MIDNIGHT),
    ("半夜", Part::MIDNIGHT),
    ("午夜", Part::MIDNIGHT),
    ("早", Part::EARLY),
    ("晚", Part::EVENING),
];

/// Words after `两点` that make it points of a list, or another word: `三点建议`, `两点一线`.
const POINTS: &str =
    "建要意问原疑好小理想看不需说希补注事钱水东心收优缺关提感内经区一线共式内读赞名";

pub(super) fn read(scan: &Scan<'_>, start: usize, hint: Option<Part>) -> Option<(Clock, usize)> {
    let (part, at) = match scan.one_of(start, PARTS) {
        Some((part, at)) => (Some(part), at),
        None => (hint, start),
    };
    let spoken = at > start;
    let spaced = scan.skip_spaces(scan.word(at, "的").filter(|_| spoken).unwrap_or(at));
    if let Some(found) = hour_and_minute(scan, spaced, part) {
        return Some(found);
    }
    if let Some(found) = digital(scan, spaced, part).filter(|_| spoken) {
        return Some(found);
    }
    // A part of the day by itself; `晚` and `早` alone are not, nor are greetings and whole afternoons.
    let greeting = matches!(scan.at(at), '好' | '安' | '茶' | '饭' | '餐' | '会' | '觉');
    // `一上午` is all of it, `周一上午` is not, nor is `明儿个上午`.
    let before = scan.slice(0, start);
    let whole = matches!(scan.before(start), '一' | '整' | '个' | '每' | '大' | '更')
        && !["周一", "期一", "拜一", "儿个"]
            .iter()
            .any(|day| before.ends_with(day));
    (at - start == 2 && !greeting && !whole).then_some((Clock::Part(part?), at))
}

/// The part of the day that is named at `at`.
pub(super) fn part(scan: &Scan<'_>, at: usize) -> Option<(Part, usize)> {
    scan.one_of(at, PARTS)
}

/// A number from 0 to 59 in at most two Arabic or three Chinese digits.
pub(super) fn small(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    if let Some((number, end)) = scan.digits(at) {
        return (end - at <= 2 && number < 60).then_some((number, end));
    }
    let digit = |at: usize| chinese_digit(scan.at(at));
    let ten = |at: usize| scan.at(at) == '十';
    let (number, end) = match (digit(at), ten(at)) {
        (Some(0), _) => match digit(at + 1).filter(|digit| *digit > 0) {
            Some(ones) => (ones, at + 2),
            None => (0, at + 1),
        },
        (Some(tens), _) if ten(at + 1) => match digit(at + 2) {
            Some(ones) => (tens * 10 + ones, at + 3),
            None => (tens * 10, at + 2),
        },
        (Some(ones), _) => (ones, at + 1),
        (None, true) => match digit(at + 1) {
            Some(ones) => (10 + ones, at + 2),
            None => (10, at + 1),
        },
        (None, false) => return None,
    };
    (number < 60).then_some((number, end))
}

fn hour_and_minute(scan: &Scan<'_>, start: usize, part: Option<Part>) -> Option<(Clock, usize)> {
    if let Some(at) = scan.word(start, "差") {
        return to_the_hour(scan, at, part);
    }
    if let Some(found) = between_hours(scan, start, part) {
        return Some(found);
    }
    let (hour, at) = small(scan, start)?;
    let (mark, at) = scan.one_of(at, &[("点", '点'), ("點", '点'), ("时", '时')])?;
    if mark == '时' && !scan.at(start).is_ascii_digit() && part.is_none() {
        return None;
    }
    let bare = at;
    if let Some(at) = scan.word(at, "差") {
        let (before, end) = minutes(scan, at)?;
        let clock = Clock::at(hour, 0, part)?;
        return Some((earlier(clock, before)?, end));
    }
    if let Some(end) = scan.word(at, "钟").or_else(|| scan.word(at, "整")) {
        return Some((Clock::at(hour, 0, part)?, end));
    }
    if let Some((minute, end)) = minutes(scan, at) {
        return Some((Clock::at(hour, minute, part)?, end));
    }
    // Without a part of the day, `一点` is a little and `三点建议` are points.
    let next = scan.at(bare);
    let certain = part.is_some()
        || mark == '点'
            && (hour != 1 || matches!(next, '前' | '后' | '之' | '到' | '左'))
            && !POINTS.contains(next)
            && !matches!(
                scan.before(start),
                '这' | '那' | '几' | '第' | '下' | '上' | '有'
            );
    let decimal = chinese_digit(next).is_some() || next.is_ascii_digit();
    (certain && !decimal).then_some((Clock::at(hour, 0, part)?, bare))
}

/// `三四点`: the time between two hours.
fn between_hours(scan: &Scan<'_>, start: usize, part: Option<Part>) -> Option<(Clock, usize)> {
    let (first, last) = (
        chinese_digit(scan.at(start))?,
        chinese_digit(scan.at(start + 1))?,
    );
    let hours = first > 0 && last == first + 1 && scan.at(start + 2) == '点';
    let end = scan.word(start + 2, "点钟").unwrap_or(start + 3);
    let number =
        chinese_digit(scan.before(start)).is_some() || chinese_digit(scan.at(end)).is_some();
    if !hours || number || POINTS.contains(scan.at(end)) {
        return None;
    }
    let hour = |hour: u32| {
        let minutes = part.map_or(hour * 60, |part| part.minutes(hour, 0));
        i8::try_from(minutes / 60).ok()
    };
    Some((Clock::Part(Part::hours(hour(first)?, hour(last)?)), end))
}

/// `半`, `一刻`, `20分`, `二十`, `05`.
fn minutes(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    let words = [
        ("半", 30),
        ("一刻钟", 15),
        ("一刻", 15),
        ("三刻", 45),
        ("1刻", 15),
        ("3刻", 45),
    ];
    if let Some(found) = scan.one_of(at, &words) {
        return Some(found);
    }
    let (minute, end) = small(scan, at)?;
    if let Some(end) = scan.word(end, "分钟").or_else(|| scan.word(end, "分")) {
        return Some((minute, end));
    }
    // Without `分`, minutes have two digits; one digit would be a decimal.
    let two = end - at >= 2 || minute >= 10;
    let goes_on = scan.at(end).is_ascii_alphanumeric()
        || matches!(scan.at(end), '元' | '块' | '%' | '折' | '万' | '号' | '.');
    (two && !goes_on).then_some((minute, end))
}

/// After `差`: `五分三点`.
fn to_the_hour(scan: &Scan<'_>, at: usize, part: Option<Part>) -> Option<(Clock, usize)> {
    let (before, at) = minutes(scan, at)?;
    let (hour, at) = small(scan, at)?;
    let end = scan.word(at, "点")?;
    Some((earlier(Clock::at(hour, 0, part)?, before)?, end))
}

fn earlier(clock: Clock, by: u32) -> Option<Clock> {
    match clock {
        Clock::At { minutes, sure } => Some(Clock::At {
            minutes: minutes.checked_sub(by)?,
            sure,
        }),
        Clock::Part(_) => None,
    }
}
