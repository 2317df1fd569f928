//! Data volumes, which are not the names of networks: `5G` of data, and not `5G套餐`.

use super::super::Found;
use super::quantity;
use super::units::GB;
use crate::scan::Scan;

/// Words after `5g` that make it a network and not a volume.
const NETWORK: &[&str] = &[
    "套餐",
    "网",
    "信号",
    "手机",
    "用户",
    "卡",
    "服务",
    "基站",
    "畅享",
    "升级",
    "终端",
    "覆盖",
    "制式",
    "时代",
    "流量套餐",
    "plan",
    "plans",
    "packages",
    "phones",
    "network",
    "phone",
    "signal",
    "coverage",
    "sim",
    "service",
    "package",
    "home",
    "internet",
    "device",
    "tower",
    "router",
    "speed",
    "available",
    "here",
    "ready",
    "or 4g",
    "or 5g",
    "and 4g",
    "and 5g",
    "to 5g",
    "is",
    "works",
    "还慢",
    "还能",
    "能用",
    "还有信号",
    "退网",
    "停网",
    "关停",
    "频段",
    "模式",
    "图标",
    "速度",
    "网速",
];
/// Between two generations of networks: `4G换5G`, `4G to 5G`, `4G/5G`.
const GENERATIONS: &[&str] = &[
    "换成",
    "换到",
    "换",
    "升级到",
    "升级成",
    "升级",
    "升到",
    "升",
    "转",
    "改成",
    "改",
    "到",
    "和",
    "与",
    "跟",
    "或者",
    "或",
    "还是",
    "变成",
    "变",
    "比",
    "、",
    "/",
    " to ",
    " into ",
    " and ",
    " or ",
    " vs ",
    " / ",
    ", ",
    " over ",
    " than ",
];
/// Words after `兆` and `M` that make it the speed of a line.
const SPEED: &[&str] = &[
    "宽带",
    "带宽",
    "光纤",
    "网速",
    "broadband",
    "fiber",
    "fibre",
    "网络",
];

/// A volume of `value` units of so many megabytes; `apart` when something stands between number and unit.
pub(super) fn read(
    scan: &Scan<'_>,
    start: usize,
    end: usize,
    value: f64,
    megabytes: f64,
    apart: bool,
) -> Option<Found> {
    let follows = |words: &[&str]| {
        let next = scan.skip_spaces(end);
        words.iter().any(|word| scan.word(next, word).is_some())
    };
    let one_letter = scan.before(end) == 'g' && !scan.before(end - 1).is_ascii_alphabetic();
    if one_letter && !apart && (2.0..=6.0).contains(&value) && value.fract() == 0.0 {
        // A number after it belongs to the name of a plan: `5G 59`.
        let named = scan.at(scan.skip_spaces(end)).is_ascii_digit();
        if named
            || follows(NETWORK)
            || of_two(scan, start, end)
            || beside_network(scan, start, end)
            || asked_for(scan, start, scan.skip_spaces(end))
        {
            return None;
        }
    }
    let line = |at: usize| SPEED.iter().any(|word| scan.word(at, word).is_some());
    if megabytes == 1.0 && (follows(SPEED) || scan.word(end, "的").is_some_and(line)) {
        return None;
    }
    let mut end = end;
    if scan.before(end) == '兆' {
        end = scan.word(end, "字节").unwrap_or(end);
    }
    // Volumes are kept in the unit they were said in: MB below a gigabyte, GB otherwise.
    let value = if megabytes >= GB {
        quantity(value * (megabytes / GB), "GB")
    } else {
        quantity(value * megabytes, "MB")
    };
    Some(Found::new("data-volume", value, start, end))
}

/// Whether another generation stands beside this one, and nothing says that both are volumes.
fn of_two(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    let generation = |at: usize| {
        matches!(scan.at(at), '2'..='6')
            && scan.at(at + 1) == 'g'
            && !scan.at(at + 2).is_ascii_alphanumeric()
    };
    let volume = |at: usize| {
        let next = scan.skip_spaces(at);
        ["流量", "的流量", "data", "of data", "月", "每月", "a month"]
            .iter()
            .any(|word| scan.word(next, word).is_some())
    };
    let after = GENERATIONS.iter().any(|join| {
        scan.word(end, join)
            .is_some_and(|at| generation(at) && !volume(at + 2))
    });
    let before = scan.slice(0, start);
    after
        || !volume(end)
            && GENERATIONS.iter().any(|join| {
                before.strip_suffix(join).is_some_and(|rest| {
                    let at = start - join.chars().count();
                    rest.ends_with('g')
                        && at >= 2
                        && generation(at - 2)
                        && !scan.before(at - 2).is_ascii_alphanumeric()
                })
            })
}

/// Whether the sentence names another generation, and nothing makes a volume of either: `my 5G phone shows 4G`, `关了5G只用4G`.
fn beside_network(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    let counted = |at: usize| {
        matches!(
            scan.before(at),
            '有' | '送' | '剩' | '含' | '共' | '加' | '充' | '买' | '月' | '了' | '个' | '多'
        )
    };
    let volume = |at: usize| {
        [
            "流量",
            "的流量",
            "data",
            "of data",
            "每月",
            "a month",
            "for",
            "包",
        ]
        .iter()
        .any(|word| scan.word(scan.skip_spaces(at), word).is_some())
    };
    let network = |at: usize| {
        NETWORK
            .iter()
            .any(|word| scan.word(scan.skip_spaces(at), word).is_some())
    };
    let other = |at: usize| {
        at != start
            && scan.at(at) != scan.at(start)
            && matches!(scan.at(at), '2'..='6')
            && scan.at(at + 1) == 'g'
            && !scan.before(at).is_ascii_alphanumeric()
            && !scan.at(at + 2).is_ascii_alphanumeric()
            && (network(at + 2) || !counted(at) && !volume(at + 2))
    };
    !counted(start) && !volume(end) && (0..scan.len()).any(other)
}

/// Whether `5G` is what is asked about, and not how much: `是5G吗`, `is it 5G`.
fn asked_for(scan: &Scan<'_>, start: usize, next: usize) -> bool {
    let before = scan.slice(0, start).trim_end();
    ["吗", "的吗", "么"]
        .iter()
        .any(|word| scan.word(next, word).is_some())
        || [
            "是",
            "支持",
            "开通",
            "is it",
            "is this",
            "is that",
            "it's",
            " is",
            "unlimited",
            "is there",
            "upgrade to",
            "switch to",
            "4g and",
            "4g or",
            "4g to",
            "3g or",
            "3g to",
            "不用",
            "3g and",
            "升级到",
            "升级成",
            "升级为",
            "support",
            "supports",
            "have",
        ]
        .iter()
        .any(|word| before.ends_with(word))
}
