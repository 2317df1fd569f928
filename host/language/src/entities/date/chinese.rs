//! Dates in Chinese by words: `明天`, `下周三`, `月底`, `下个月3号`, `明年3月5日`.

use jiff::civil::Date;

use super::super::numeral;
use super::{Today, day_of, day_of_month, whole, within_month, ymd};
use crate::scan::Scan;

/// Words that are a number of days away.
const DAYS_ZH: &[(&str, i64)] = &[
    ("大后天", 3),
    ("大前天", -3),
    ("今天", 0),
    ("今日", 0),
    ("今晚", 0),
    ("今早", 0),
    ("明天", 1),
    ("明日", 1),
    ("明早", 1),
    ("明晚", 1),
    ("后天", 2),
    ("昨天", -1),
    ("昨日", -1),
    ("昨晚", -1),
    ("前天", -2),
];
const WEEKS_ZH: &[(&str, Option<i64>)] = &[
    ("下下个", Some(2)),
    ("下下", Some(2)),
    ("下个", Some(1)),
    ("下", Some(1)),
    ("这个", Some(0)),
    ("这", Some(0)),
    ("本", Some(0)),
    ("上个", Some(-1)),
    ("上", Some(-1)),
    ("", None),
];
const WEEKDAYS_ZH: &[(&str, i64)] = &[
    ("一", 1),
    ("二", 2),
    ("三", 3),
    ("四", 4),
    ("五", 5),
    ("六", 6),
    ("日", 7),
    ("天", 7),
    ("末", 6),
    ("1", 1),
    ("2", 2),
    ("3", 3),
    ("4", 4),
    ("5", 5),
    ("6", 6),
    ("7", 7),
];

/// The date in Chinese that starts at `start` and does not begin with a number.
pub(super) fn read(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    if !matches!(
        scan.at(start),
        '今' | '明'
            | '后'
            | '大'
            | '昨'
            | '前'
            | '下'
            | '这'
            | '本'
            | '上'
            | '周'
            | '星'
            | '礼'
            | '月'
            | '年'
            | '当'
            | '次'
    ) {
        return None;
    }
    if let Some((days, end)) = scan.one_of(start, DAYS_ZH) {
        return Some((today.plus_days(days)?, end));
    }
    for (word, weeks) in WEEKS_ZH {
        let Some(at) = scan.word(start, word) else {
            continue;
        };
        if let Some((_, at)) = scan.one_of(at, &[("星期", ()), ("礼拜", ()), ("周", ())])
            && let Some((weekday, end)) = scan.one_of(at, WEEKDAYS_ZH)
        {
            // `周一般` and `一周三次` are no weekdays.
            if scan.before(start).is_ascii_digit()
                || numeral::chinese_digit(scan.before(start)).is_some()
                || matches!(scan.at(end), '次' | '般' | '直' | '共' | '个')
            {
                return None;
            }
            let date = weeks.map_or_else(
                || today.coming_weekday(weekday),
                |weeks| today.weekday(weeks, weekday),
            );
            return Some((date?, end));
        }
    }
    month_zh(scan, start, today).or_else(|| year_zh(scan, start, today))
}

const MONTHS_ZH: &[(&str, i64)] = &[
    ("下下个月", 2),
    ("下个月", 1),
    ("下月", 1),
    ("次月", 1),
    ("这个月", 0),
    ("本月", 0),
    ("当月", 0),
    ("上个月", -1),
    ("上月", -1),
    ("月", 0),
];

/// `下个月3号`, `本月底`, `月底`, `下个月`.
fn month_zh(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let (months, at) = scan.one_of(start, MONTHS_ZH)?;
    let first = today.month(months)?;
    if scan.slice(start, at) == "月" {
        // `11月底` was read from its number; `每月底` names no date.
        return if scan.before(start) == '每' {
            None
        } else {
            within_month(scan, at, first)
        };
    }
    if let Some((day, end)) = day_of_month(scan, at) {
        return Some((day_of(first, day)?, end));
    }
    within_month(scan, at, first).or((months > 0).then_some((first, at)))
}

/// `年底`, `明年3月5日`, `今年年底`.
fn year_zh(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Date, usize)> {
    let (years, at) = scan.one_of(
        start,
        &[("今年", 0), ("明年", 1), ("后年", 2), ("去年", -1), ("", 0)],
    )?;
    let year = u32::try_from(i32::from(today.get().year()) + years).ok()?;
    if let Some((last, end)) = scan.one_of(
        at,
        &[
            ("年底", true),
            ("年末", true),
            ("年初", false),
            ("底", true),
            ("初", false),
        ],
    ) && (at > start || scan.at(start) == '年')
    {
        return Some((
            if last {
                ymd(year, 12, 31)?
            } else {
                ymd(year, 1, 1)?
            },
            end,
        ));
    }
    if at == start {
        return None;
    }
    let (month, at) = whole(scan, at).or_else(|| scan.digits(at))?;
    let at = scan.word(at, "月")?;
    match day_of_month(scan, at) {
        Some((day, end)) => Some((ymd(year, month, day)?, end)),
        None => within_month(scan, at, ymd(year, month, 1)?),
    }
}
