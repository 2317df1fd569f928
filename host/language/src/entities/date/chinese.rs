//! Dates in Chinese by words: `明天`, `下周三`, `月底`, `下个月3号`, `明年3月5日`.

use super::super::numeral;
use super::{
    Days, Today, day_of, day_of_month, days_around, part_of_year, whole, within_month, ymd,
};
use crate::scan::Scan;

/// Words that are a number of days away.
const DAYS_ZH: &[(&str, i64)] = &[
    ("大后天", 3),
    ("大前天", -3),
    ("大后儿", 3),
    ("大前儿", -3),
    ("今天", 0),
    ("今日", 0),
    ("今晚", 0),
    ("今早", 0),
    ("今儿个", 0),
    ("今儿", 0),
    ("明儿个", 1),
    ("明儿", 1),
    ("后儿个", 2),
    ("后儿", 2),
    ("昨儿个", -1),
    ("昨儿", -1),
    ("前儿个", -2),
    ("前儿", -2),
    ("明天", 1),
    ("明日", 1),
    ("明早", 1),
    ("明晚", 1),
    ("后天", 2),
    ("昨天", -1),
    ("昨日", -1),
    ("昨晚", -1),
    ("前天", -2),
    ("后日", 2),
    ("前日", -2),
];
const WEEKS_ZH: &[(&str, Option<i64>)] = &[
    ("下下个", Some(2)),
    ("下下", Some(2)),
    ("下个", Some(1)),
    ("下", Some(1)),
    ("这个", Some(0)),
    ("这", Some(0)),
    ("本", Some(0)),
    ("上上个", Some(-2)),
    ("上上", Some(-2)),
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
    ("1", 1),
    ("2", 2),
    ("3", 3),
    ("4", 4),
    ("5", 5),
    ("6", 6),
    ("7", 7),
];

/// The date in Chinese that starts at `start` and does not begin with a number.
pub(super) fn read(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if !"今明后大昨前下这本上周星礼月年当次去近过最未接第".contains(scan.at(start))
    {
        return None;
    }
    if let Some((days, end)) = scan.one_of(start, DAYS_ZH) {
        // `三大后天` is nothing; `目前天气` and `以后天天` are words of their own.
        let word = matches!(
            scan.before(start),
            '目' | '以' | '之' | '然' | '先' | '声' | '从'
        ) && days.abs() == 2
            || scan.word(end, "天").is_some();
        return (!word).then_some((Days::one(today.plus_days(days)?), end));
    }
    week(scan, start, today)
        .or_else(|| month(scan, start, today))
        .or_else(|| year(scan, start, today))
        .or_else(|| around(scan, start, today))
}

/// `周三`, `下周三`, `这周末`, `下周`.
fn week(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    for (word, weeks) in WEEKS_ZH {
        let Some(at) = scan.word(start, word) else {
            continue;
        };
        let Some((_, at)) = scan.one_of(at, &[("星期", ()), ("礼拜", ()), ("周", ())]) else {
            continue;
        };
        // `三周一次` counts weeks.
        if scan.before(start).is_ascii_digit()
            || numeral::chinese_digit(scan.before(start)).is_some()
            || matches!(scan.before(start), '每' | '几' | '个')
        {
            return None;
        }
        if let Some(end) = scan.word(at, "六日").or_else(|| scan.word(at, "六周日")) {
            return Some((Days::weekend(today, weeks.unwrap_or(0))?, end));
        }
        if let Some((weekday, end)) = scan.one_of(at, WEEKDAYS_ZH) {
            // `周一般` and `一周三次` are no weekdays.
            if matches!(scan.at(end), '次' | '般' | '直' | '共' | '个' | '遍' | '起')
                && scan.word(end, "起").is_none()
            {
                return None;
            }
            let date = weeks.map_or_else(
                || today.coming_weekday(weekday),
                |weeks| today.weekday(weeks, weekday),
            );
            return Some((Days::one(date?), end));
        }
        if let Some(end) = scan.word(at, "末") {
            return Some((Days::weekend(today, weeks.unwrap_or(0))?, end));
        }
        // `周期`, `上周边`, `这周到`
        let weeks = (*weeks)?;
        let word = matches!(scan.at(at), '期' | '边' | '年' | '岁' | '转' | '围');
        return (!word).then_some((Days::week(today, weeks)?, at));
    }
    None
}

const MONTHS_ZH: &[(&str, i64)] = &[
    ("下下个月", 2),
    ("下个月", 1),
    ("下月", 1),
    ("次月", 1),
    ("这个月", 0),
    ("这月", 0),
    ("本月", 0),
    ("当月", 0),
    ("上上个月", -2),
    ("上个月", -1),
    ("上月", -1),
    ("月", 0),
];

/// `下个月3号`, `本月底`, `月底`, `下个月`, `上个月`.
fn month(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    let (months, at) = scan.one_of(start, MONTHS_ZH)?;
    let first = today.month(months)?;
    if scan.slice(start, at) == "月" {
        // `11月底` was read from its number; `每月底` names no date.
        return if matches!(scan.before(start), '每' | '个') || scan.at(at) == '份' {
            None
        } else {
            within_month(scan, at, first)
        };
    }
    if let Some((day, end)) = day_of_month(scan, at) {
        // `31号` of a shorter month is its last day.
        let date = day_of(first, day).unwrap_or_else(|| first.last_of_month());
        return Some((Days::one(date), end));
    }
    let whole = if months > 0 {
        Days::one(first)
    } else {
        Days::month(first)
    };
    within_month(scan, scan.word(at, "的").unwrap_or(at), first).or(Some((whole, at)))
}

/// `年底`, `明年3月5日`, `今年年底`, `去年`.
fn year(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    let years = [
        ("今年", 0),
        ("本年", 0),
        ("明年", 1),
        ("后年", 2),
        ("去年", -1),
        ("前年", -2),
        ("", 0),
    ];
    let (years, at) = scan.one_of(start, &years)?;
    // `年前年后`
    if scan.before(start) == '年' && years == -2 {
        return None;
    }
    let year = today.year(years)?;
    let of = scan.word(at, "的").unwrap_or(at);
    if let Some(found) = part_of_year::chinese(scan, of, year) {
        return Some(found);
    }
    let ends = [
        ("年底", true),
        ("年末", true),
        ("年初", false),
        ("底", true),
        ("初", false),
    ];
    if let Some((last, end)) = scan.one_of(at, &ends).filter(|_| {
        (at > start || scan.at(start) == '年') && !matches!(scan.before(start), '每' | '大')
    }) {
        let date = if last {
            ymd(year, 12, 31)
        } else {
            ymd(year, 1, 1)
        };
        return Some((Days::one(date?), end));
    }
    if at == start {
        return None;
    }
    let of = scan.word(at, "的").unwrap_or(at);
    let month = whole(scan, of).or_else(|| scan.digits(of));
    let Some((month, after)) =
        month.and_then(|(month, after)| Some((month, scan.word(after, "月")?)))
    else {
        return Some((Days::year(year)?, at));
    };
    match day_of_month(scan, after) {
        Some((day, end)) => Some((Days::one(ymd(year, month, day)?), end)),
        None => within_month(scan, after, ymd(year, month, 1)?).or(Some((
            Days::month(ymd(year, month, 1)?),
            scan.word(after, "份").unwrap_or(after),
        ))),
    }
}

/// `最近三天`, `过去一个月`, `未来7天`: up to today, or from it.
fn around(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    let words = [
        ("最近", -1),
        ("过去", -1),
        ("近", -1),
        ("前", -1),
        ("未来", 1),
        ("接下来", 1),
        ("这", -1),
        ("过", 1),
    ];
    let (sign, at) = scan.one_of(start, &words)?;
    let word = scan.slice(start, at);
    // `超过两天`, `不过三年` and `逾期过30天` count.
    let before = scan.before(start);
    if word == "过" && before.is_alphanumeric() && !"再我等那们你先他她".contains(before)
    {
        return None;
    }
    let at = scan.word(at, "的").unwrap_or(at);
    let (count, unit, end) = if let Some(end) = scan.word(at, "半年") {
        (6, 'm', end)
    } else {
        let (count, at) = whole(scan, at).filter(|(count, _)| *count > 0)?;
        let units = [
            ("天", 'd'),
            ("日", 'd'),
            ("周", 'w'),
            ("个星期", 'w'),
            ("个礼拜", 'w'),
            ("个月", 'm'),
            ("月", 'm'),
            ("年", 'y'),
        ];
        let (unit, end) = scan.one_of(at, &units)?;
        // `近三月`: only `俩月` and `仨月` hold their measure word.
        if scan.slice(at, end) == "月" && !matches!(scan.before(at), '俩' | '仨') {
            return None;
        }
        // `这两天` is now, and may be before or after.
        if word == "这" && (unit == 'd' || count < 2) {
            return None;
        }
        (i64::from(count), unit, end)
    };
    if word == "前" && !looks_back(scan, start, end) {
        return None;
    }
    if word == "过" {
        // `过两天`; `过三天后` says it twice.
        let end = scan
            .word(end, "之后")
            .or_else(|| scan.word(end, "后"))
            .unwrap_or(end);
        return Some((Days::one(today.shifted(count, unit)?), end));
    }
    Some((days_around(today, sign * count, unit)?, end))
}

/// Whether `前三个月` is about what was, as in `查前三个月的账单`: in `前三个月半价` it is about the first ones.
fn looks_back(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    let of = scan.word(end, "的").unwrap_or(end);
    let used = [
        "账单", "话费", "流量", "消费", "通话", "明细", "记录", "花", "用",
    ];
    let rest = scan.rest(end);
    let offered = ["免", "减", "半价", "折", "优惠", "送"];
    let asked = ["查", "查一下", "查下", "看", "看看", "看一下", "查询"];
    let before = scan.slice(0, start);
    (used.iter().any(|word| scan.word(of, word).is_some())
        || asked.iter().any(|word| before.ends_with(word)))
        && !offered.iter().any(|word| rest.contains(word))
}
