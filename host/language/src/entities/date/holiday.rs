//! Holidays with a fixed date, the coming one unless a year is named. Those of the lunar calendar are not read.

use super::{Days, Today, ymd};
use crate::scan::Scan;

const CHINESE: &[(&str, (u32, u32))] = &[
    ("元旦节", (1, 1)),
    ("元旦", (1, 1)),
    ("情人节", (2, 14)),
    ("三八妇女节", (3, 8)),
    ("三八节", (3, 8)),
    ("妇女节", (3, 8)),
    ("女神节", (3, 8)),
    ("植树节", (3, 12)),
    ("消费者权益日", (3, 15)),
    ("愚人节", (4, 1)),
    ("五一劳动节", (5, 1)),
    ("五一国际劳动节", (5, 1)),
    ("劳动节", (5, 1)),
    ("五一节", (5, 1)),
    ("五四青年节", (5, 4)),
    ("青年节", (5, 4)),
    ("六一儿童节", (6, 1)),
    ("儿童节", (6, 1)),
    ("六一", (6, 1)),
    ("五一", (5, 1)),
    ("建党节", (7, 1)),
    ("八一建军节", (8, 1)),
    ("建军节", (8, 1)),
    ("教师节", (9, 10)),
    ("十一国庆节", (10, 1)),
    ("国庆节", (10, 1)),
    ("国庆", (10, 1)),
    ("十一长假", (10, 1)),
    ("十一黄金周", (10, 1)),
    ("十一假期", (10, 1)),
    ("万圣节", (10, 31)),
    ("双十一", (11, 11)),
    ("双11", (11, 11)),
    ("光棍节", (11, 11)),
    ("双十二", (12, 12)),
    ("双12", (12, 12)),
    ("平安夜", (12, 24)),
    ("圣诞节", (12, 25)),
    ("圣诞", (12, 25)),
    ("跨年夜", (12, 31)),
];
pub(in super::super) const ENGLISH: &[(&str, (u32, u32))] = &[
    ("new year's day", (1, 1)),
    ("new years day", (1, 1)),
    ("new year's eve", (12, 31)),
    ("new years eve", (12, 31)),
    ("valentine's day", (2, 14)),
    ("valentines day", (2, 14)),
    ("women's day", (3, 8)),
    ("april fools' day", (4, 1)),
    ("april fool's day", (4, 1)),
    ("may day", (5, 1)),
    ("labour day", (5, 1)),
    ("international workers' day", (5, 1)),
    ("children's day", (6, 1)),
    ("independence day", (7, 4)),
    ("teachers' day", (9, 10)),
    ("national day", (10, 1)),
    ("halloween", (10, 31)),
    ("singles' day", (11, 11)),
    ("singles day", (11, 11)),
    ("christmas eve", (12, 24)),
    ("christmas day", (12, 25)),
    ("christmas", (12, 25)),
    ("xmas", (12, 25)),
    ("boxing day", (12, 26)),
];
/// Years that may stand before a holiday.
const YEARS: &[(&str, i32)] = &[
    ("今年的", 0),
    ("明年的", 1),
    ("去年的", -1),
    ("今年", 0),
    ("明年", 1),
    ("去年", -1),
];

pub(super) fn chinese(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if !"今明去元情三妇女植消愚五劳青六儿建八教十国万双光平圣跨".contains(scan.at(start))
    {
        return None;
    }
    let (years, at) = match scan.one_of(start, YEARS) {
        Some((years, at)) => (Some(years), at),
        None => (None, start),
    };
    let ((month, day), end) = scan.one_of(at, CHINESE)?;
    // `五一` and `六一` alone are holidays when something says so, otherwise digits.
    let digits = matches!(scan.slice(at, end), "五一" | "六一");
    let said = years.is_some()
        || [
            "假",
            "期间",
            "放",
            "长假",
            "节",
            "那天",
            "前",
            "后",
            "之",
            "当天",
            "快乐",
            "小长假",
            "活动",
        ]
        .iter()
        .any(|word| scan.word(end, word).is_some());
    // `圣诞树`, `国庆大叔`, `中国庆祝`
    if digits && !said || scan.word(end, "树").is_some() || scan.word(end, "祝").is_some() {
        return None;
    }
    date(years, month, day, today).map(|date| (date, end))
}

pub(super) fn english(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if !"nvwamlcitnhsxb".contains(scan.at(start)) {
        return None;
    }
    let (years, at) = match scan.one_of(start, &[("this ", 0), ("next ", 1), ("last ", -1)]) {
        Some((years, at)) => (Some(years), at),
        None => (None, start),
    };
    let ((month, day), end) = scan.one_of(at, ENGLISH)?;
    // `last Christmas` is the past one, `next Christmas` the coming one.
    let date = match years {
        Some(0) | None => date(years, month, day, today)?,
        Some(away) => {
            let coming = today.coming(month, day)?;
            let year = u32::try_from(coming.year()).ok()?;
            Days::one(if away > 0 {
                coming
            } else {
                ymd(year - 1, month, day)?
            })
        }
    };
    Some((date, end))
}

fn date(years: Option<i32>, month: u32, day: u32, today: &Today<'_>) -> Option<Days> {
    let date = match years {
        Some(years) => ymd(today.year(years)?, month, day)?,
        None => today.coming(month, day)?,
    };
    Some(Days::one(date))
}
