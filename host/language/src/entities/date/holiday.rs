//! Holidays by name, the coming one unless a year is named.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::festival::Festival::{DoubleNinth, DragonBoat, MidAutumn, Qingming, Qixi, Spring};
use super::festival::Rule::{self, Chinese, Easter, On, Weekday};
use super::{Days, Today};
use crate::scan::Scan;

const CHINESE: &[(&str, Rule)] = &[
    ("大年三十", Chinese(Spring, -1)),
    ("年三十", Chinese(Spring, -1)),
    ("除夕夜", Chinese(Spring, -1)),
    ("除夕", Chinese(Spring, -1)),
    ("大年初一", Chinese(Spring, 0)),
    ("大年初二", Chinese(Spring, 1)),
    ("大年初三", Chinese(Spring, 2)),
    ("正月初一", Chinese(Spring, 0)),
    ("农历新年", Chinese(Spring, 0)),
    ("春节", Chinese(Spring, 0)),
    ("过年", Chinese(Spring, 0)),
    ("正月十五", Chinese(Spring, 14)),
    ("元宵节", Chinese(Spring, 14)),
    ("元宵", Chinese(Spring, 14)),
    ("清明节", Chinese(Qingming, 0)),
    ("清明", Chinese(Qingming, 0)),
    ("端午节", Chinese(DragonBoat, 0)),
    ("端午", Chinese(DragonBoat, 0)),
    ("七夕节", Chinese(Qixi, 0)),
    ("七夕", Chinese(Qixi, 0)),
    ("八月十五中秋节", Chinese(MidAutumn, 0)),
    ("中秋节", Chinese(MidAutumn, 0)),
    ("中秋", Chinese(MidAutumn, 0)),
    ("重阳节", Chinese(DoubleNinth, 0)),
    ("重阳", Chinese(DoubleNinth, 0)),
    ("母亲节", Weekday(5, 2, 7, 0)),
    ("父亲节", Weekday(6, 3, 7, 0)),
    ("感恩节", Weekday(11, 4, 4, 0)),
    ("黑色星期五", Weekday(11, 4, 4, 1)),
    ("复活节", Easter(0)),
    ("元旦节", On(1, 1)),
    ("元旦", On(1, 1)),
    ("情人节", On(2, 14)),
    ("三八妇女节", On(3, 8)),
    ("三八节", On(3, 8)),
    ("妇女节", On(3, 8)),
    ("女神节", On(3, 8)),
    ("植树节", On(3, 12)),
    ("消费者权益日", On(3, 15)),
    ("愚人节", On(4, 1)),
    ("五一劳动节", On(5, 1)),
    ("五一国际劳动节", On(5, 1)),
    ("劳动节", On(5, 1)),
    ("五一节", On(5, 1)),
    ("五四青年节", On(5, 4)),
    ("青年节", On(5, 4)),
    ("六一儿童节", On(6, 1)),
    ("儿童节", On(6, 1)),
    ("六一", On(6, 1)),
    ("五一", On(5, 1)),
    ("建党节", On(7, 1)),
    ("八一建军节", On(8, 1)),
    ("建军节", On(8, 1)),
    ("教师节", On(9, 10)),
    ("十一国庆节", On(10, 1)),
    ("国庆节", On(10, 1)),
    ("国庆", On(10, 1)),
    ("十一长假", On(10, 1)),
    ("十一黄金周", On(10, 1)),
    ("十一假期", On(10, 1)),
    ("万圣节", On(10, 31)),
    ("双十一", On(11, 11)),
    ("双11", On(11, 11)),
    ("光棍节", On(11, 11)),
    ("双十二", On(12, 12)),
    ("双12", On(12, 12)),
    ("平安夜", On(12, 24)),
    ("圣诞节", On(12, 25)),
    ("圣诞", On(12, 25)),
    ("跨年夜", On(12, 31)),
];
const ENGLISH: &[(&str, Rule)] = &[
    ("chinese new year's eve", Chinese(Spring, -1)),
    ("lunar new year's eve", Chinese(Spring, -1)),
    ("chinese new year", Chinese(Spring, 0)),
    ("lunar new year", Chinese(Spring, 0)),
    ("spring festival", Chinese(Spring, 0)),
    ("lantern festival", Chinese(Spring, 14)),
    ("qingming festival", Chinese(Qingming, 0)),
    ("tomb-sweeping day", Chinese(Qingming, 0)),
    ("tomb sweeping day", Chinese(Qingming, 0)),
    ("qingming", Chinese(Qingming, 0)),
    ("dragon boat festival", Chinese(DragonBoat, 0)),
    ("qixi festival", Chinese(Qixi, 0)),
    ("mid-autumn festival", Chinese(MidAutumn, 0)),
    ("mid autumn festival", Chinese(MidAutumn, 0)),
    ("mid-autumn day", Chinese(MidAutumn, 0)),
    ("double ninth festival", Chinese(DoubleNinth, 0)),
    ("good friday", Easter(-2)),
    ("easter sunday", Easter(0)),
    ("easter monday", Easter(1)),
    ("easter", Easter(0)),
    ("mother's day", Weekday(5, 2, 7, 0)),
    ("mothers day", Weekday(5, 2, 7, 0)),
    ("father's day", Weekday(6, 3, 7, 0)),
    ("fathers day", Weekday(6, 3, 7, 0)),
    ("labor day", Weekday(9, 1, 1, 0)),
    ("thanksgiving day", Weekday(11, 4, 4, 0)),
    ("thanksgiving", Weekday(11, 4, 4, 0)),
    ("black friday", Weekday(11, 4, 4, 1)),
    ("cyber monday", Weekday(11, 4, 4, 4)),
    ("new year's day", On(1, 1)),
    ("new years day", On(1, 1)),
    ("new year's eve", On(12, 31)),
    ("new years eve", On(12, 31)),
    ("new years", On(1, 1)),
    ("new year's", On(1, 1)),
    ("new year", On(1, 1)),
    ("valentine's day", On(2, 14)),
    ("valentines day", On(2, 14)),
    ("women's day", On(3, 8)),
    ("april fools' day", On(4, 1)),
    ("april fool's day", On(4, 1)),
    ("may day", On(5, 1)),
    ("labour day", On(5, 1)),
    ("international workers' day", On(5, 1)),
    ("children's day", On(6, 1)),
    ("independence day", On(7, 4)),
    ("teachers' day", On(9, 10)),
    ("national day", On(10, 1)),
    ("halloween", On(10, 31)),
    ("singles' day", On(11, 11)),
    ("singles day", On(11, 11)),
    ("christmas eve", On(12, 24)),
    ("christmas day", On(12, 25)),
    ("christmas", On(12, 25)),
    ("xmas eve", On(12, 24)),
    ("xmas day", On(12, 25)),
    ("xmas", On(12, 25)),
    ("boxing day", On(12, 26)),
];
/// The names of holidays in English.
pub(in super::super) fn english_names() -> impl Iterator<Item = &'static str> {
    ENGLISH.iter().map(|(name, _)| *name)
}

/// Years that may stand before a holiday.
const YEARS: &[(&str, i32)] = &[
    ("今年的", 0),
    ("明年的", 1),
    ("去年的", -1),
    ("今年", 0),
    ("明年", 1),
    ("去年", -1),
];

/// What the names begin with, so that other characters are passed over at once.
const FIRST_ZH: &str =
    "今明去元情三妇女植消愚五劳青六儿建八教十国万双光平圣跨大年除正农春过清端七中重母父感黑复";
/// What they begin with in English, and the words that may stand before.
static FIRST_EN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    english_names()
        .filter_map(|name| name.split(|c: char| !c.is_ascii_alphabetic()).next())
        .chain(["this", "next", "last"])
        .collect()
});

pub(super) fn chinese(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if !FIRST_ZH.contains(scan.at(start)) {
        return None;
    }
    let (years, at) = match scan.one_of(start, YEARS) {
        Some((years, at)) => (Some(years), at),
        None => (None, start),
    };
    let (rule, end) = scan.one_of(at, CHINESE)?;
    let name = scan.slice(at, end);
    // `五一` and `六一` alone are holidays when something says so, otherwise digits.
    let digits = matches!(name, "五一" | "六一");
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
            "到",
            "至",
            "之",
            "当天",
            "快乐",
            "小长假",
            "活动",
        ]
        .iter()
        .any(|word| scan.word(end, word).is_some());
    // `圣诞树`, `中国庆祝`, `青春节奏`, `清明上河图`, `元宵馅`, `过年费`
    let other = matches!(
        scan.at(end),
        '树' | '祝' | '奏' | '目' | '上' | '馅' | '费' | '龄'
    ) || name.starts_with('春') && scan.before(at) == '青'
        || name == "过年" && matches!(scan.before(at), '超' | '不' | '通' | '经')
        || name == "元宵" && matches!(scan.before(at), '吃' | '个' | '煮');
    if digits && !said || other {
        return None;
    }
    date(years, rule, today).map(|date| (Days::one(date), end))
}

pub(super) fn english(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if !FIRST_EN.contains(scan.letters(start).0) {
        return None;
    }
    let (years, at) = match scan.one_of(start, &[("this ", 0), ("next ", 1), ("last ", -1)]) {
        Some((years, at)) => (Some(years), at),
        None => (None, start),
    };
    let (rule, end) = scan.one_of(at, ENGLISH)?;
    // A happy new year is wished, and one has resolutions.
    if scan.slice(at, end).starts_with("new year")
        && (scan.slice(0, at).ends_with("happy ")
            || scan.slice(0, at).ends_with("a ")
            || scan.word(end, " resolution").is_some())
    {
        return None;
    }
    // `last Christmas` and `since Easter` are the past one, `next Christmas` the coming one.
    let past = years == Some(-1) || scan.slice(0, start).ends_with("since ");
    let date = match years {
        Some(0) => date(years, rule, today)?,
        _ if past => (-1..=0)
            .rev()
            .filter_map(|years| rule.in_year(today.year(years)?))
            .find(|date| *date < today.get())?,
        _ => date(None, rule, today)?,
    };
    Some((Days::one(date), end))
}

/// The day of the year that is so far away, or the coming one.
fn date(years: Option<i32>, rule: Rule, today: &Today<'_>) -> Option<jiff::civil::Date> {
    match years {
        Some(years) => rule.in_year(today.year(years)?),
        None => (0..=1)
            .filter_map(|years| rule.in_year(today.year(years)?))
            .find(|date| *date >= today.get()),
    }
}
