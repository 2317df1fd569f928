//! Provinces and prefecture-level cities of China, in Chinese and English: kind `place`, with the normal form `Guangdong` for
//! a province and `Guangdong/Shenzhen` for a city, whichever of the two was said.
//!
//! `china.tsv` has a line for each province: its names in Chinese, its names in English, its cities. Of several names
//! separated by `|`, the first English one is the normal form. `!` marks names that are other words too: they count with
//! `市` or after their province only. Of English names that two cities share, the first in the file counts.

mod street;

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use jackfield_core::Value;

use super::Found;
use crate::ngrams::is_han;
use crate::scan::Scan;

/// Provinces and cities with an automaton over their names.
struct Atlas {
    names: AhoCorasick,
    /// What each pattern of `names` names.
    places: Vec<Place>,
}

#[derive(Debug, Clone)]
struct Place {
    province: &'static str,
    city: Option<&'static str>,
    /// Whether the name is another word too.
    ambiguous: bool,
}

impl Place {
    fn value(&self) -> String {
        match self.city {
            Some(city) => format!("{}/{city}", self.province),
            None => self.province.to_owned(),
        }
    }
}

static ATLAS: LazyLock<Option<Atlas>> = LazyLock::new(|| {
    let lines = || include_str!("china.tsv").lines().filter_map(province);
    let mut names: Vec<String> = Vec::new();
    let mut places = Vec::new();
    let mut add = |name: &str, place: &Place| {
        names.push(name.to_lowercase());
        places.push(place.clone());
    };
    for (chinese, english, province, _) in lines() {
        let place = Place {
            province,
            city: None,
            ambiguous: false,
        };
        for name in chinese.split('|').chain(english.split('|')) {
            add(name, &place);
        }
    }
    for (_, _, province, cities) in lines() {
        for (chinese, english) in cities.split(", ").filter_map(|city| city.split_once(' ')) {
            let short = chinese.trim_start_matches('!');
            let place = Place {
                province,
                city: english.split('|').next(),
                ambiguous: short != chinese,
            };
            add(short, &place);
            for name in english.split('|') {
                add(
                    name,
                    &Place {
                        ambiguous: false,
                        ..place.clone()
                    },
                );
            }
        }
    }
    let names = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(names)
        .ok()?;
    Some(Atlas { names, places })
});

/// Names in Chinese and English, the normal form, and the cities of one line.
fn province(
    line: &'static str,
) -> Option<(&'static str, &'static str, &'static str, &'static str)> {
    let mut columns = line.split('\t');
    let (chinese, english, cities) = (columns.next()?, columns.next()?, columns.next()?);
    Some((chinese, english, english.split('|').next()?, cities))
}

/// One name in a text, in bytes.
struct Named<'a> {
    place: &'a Place,
    start: usize,
    end: usize,
    /// Whether `市` or the like made it clear.
    clear: bool,
}

/// The places that a text names.
pub(super) fn find(scan: &Scan<'_>, out: &mut Vec<Found>) {
    let Some(atlas) = ATLAS.as_ref() else {
        return;
    };
    let named = names(scan.rest(0), atlas);
    let mut at = 0;
    while let Some(first) = named.get(at) {
        at += 1;
        let mut best = (
            first.place,
            first.start,
            first.end,
            first.clear || !first.place.ambiguous,
        );
        // A province and its city are one place, in either order.
        if let Some(next) = named.get(at)
            && next.place.province == first.place.province
            && first.place.city.is_none() != next.place.city.is_none()
            && matches!(
                scan.rest(0).get(first.end..next.start),
                Some("" | " " | ", " | "," | " in " | "的" | " province ")
            )
        {
            let city = if first.place.city.is_some() {
                first.place
            } else {
                next.place
            };
            best = (city, first.start, next.end, true);
            at += 1;
        }
        let (start, end) = (scan.position(best.1), scan.position(best.2));
        // `100 Hong Kong dollars` is money.
        let free = out.iter().all(|other| {
            other.end <= start
                || end <= other.start
                || matches!(other.kind.as_str(), "yes-no" | "number" | "duration")
        });
        if best.3 && free {
            out.push(Found::new("place", Value::Text(best.0.value()), start, end));
        }
    }
}

/// All names from left to right, the longest at each place, with what ends them.
fn names<'a>(text: &str, atlas: &'a Atlas) -> Vec<Named<'a>> {
    let mut out: Vec<Named<'a>> = Vec::new();
    for found in atlas.names.find_overlapping_iter(text) {
        let Some(place) = atlas.places.get(found.pattern().as_usize()) else {
            continue;
        };
        let (start, end) = (found.start(), found.end());
        let (before, after) = (
            text.get(..start).unwrap_or_default(),
            text.get(end..).unwrap_or_default(),
        );
        let latin = text
            .get(start..end)
            .is_some_and(|name| name.starts_with(|c: char| !is_han(c)));
        let (end, clear) = if latin {
            let letter =
                |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c) || c == '@');
            if letter(before.chars().next_back())
                || street::english(after)
                || letter(after.chars().next())
                || after.starts_with(".c")
            {
                continue;
            }
            (end + english_suffix(after), true)
        } else {
            if is_part_of_word(before, after) {
                continue;
            }
            let suffix = chinese_suffix(after, place);
            (end + suffix, suffix > 0)
        };
        let named = Named {
            place,
            start,
            end,
            clear,
        };
        // A longer name swallows those within it.
        while out
            .last()
            .is_some_and(|last| named.start < last.start && last.end <= named.end)
        {
            out.pop();
        }
        // Of names that overlap, the one that starts first counts, then the longer one, then a province or what is clear.
        match out.last() {
            Some(last) if last.start == named.start => {
                let same_length = last.end == named.end;
                let better = last.end < named.end
                    || same_length
                        && last.place.ambiguous
                        && !named.place.ambiguous
                        && last.place.city.is_some();
                if better {
                    out.pop();
                    out.push(named);
                }
            }
            Some(last) if last.end > named.start => {}
            _ => out.push(named),
        }
    }
    out
}

/// `广州路`, `南京东路`, `中山东一路`, `中山装`, `大理石`, `孙中山`, `老北京炸酱面` name something else.
fn is_part_of_word(before: &str, after: &str) -> bool {
    const AFTER: &[&str] = &[
        "石头",
        "石材",
        "扑克",
        "装",
        "祝",
        "话费卡",
        "银行",
        "晚报",
        "日报",
    ];
    (AFTER.iter().any(|word| after.starts_with(word)) && !after.starts_with("装宽带"))
        || street::chinese(after)
        || (after.starts_with('石') && !after.starts_with("石家庄"))
        || before.ends_with('孙')
        || before.ends_with('长') && after.is_empty()
}

/// How many bytes of `市`, `省` or the like follow a name.
fn chinese_suffix(after: &str, place: &Place) -> usize {
    const PROVINCE: &[&str] = &[
        "省",
        "壮族自治区",
        "回族自治区",
        "维吾尔族自治区",
        "维吾尔自治区",
        "自治区",
        "特别行政区",
        "特区",
    ];
    const CITY: &[&str] = &["市", "地区", "盟", "自治州", "州"];
    const MUNICIPALITIES: &[&str] = &["Beijing", "Tianjin", "Shanghai", "Chongqing"];
    let city = place.city.is_some();
    let known = match city || MUNICIPALITIES.contains(&place.province) {
        true => CITY,
        false => PROVINCE,
    };
    if let Some(suffix) = known.iter().find(|suffix| after.starts_with(**suffix)) {
        // `北京市场`, `上海市民`, `上海市区`: the suffix belongs to the next word.
        let next = after.get(suffix.len()..).unwrap_or_default();
        let word = *suffix == "市"
            && ["场", "民", "区", "面"]
                .iter()
                .any(|word| next.starts_with(word));
        return if word { 0 } else { suffix.len() };
    }
    // `延边朝鲜族自治州`
    match after.find("自治州").filter(|_| city) {
        Some(at) if at <= 27 && after.get(..at).is_some_and(|people| people.ends_with('族')) => {
            at + "自治州".len()
        }
        _ => 0,
    }
}

/// How many bytes of ` province` or ` city` follow a name.
fn english_suffix(after: &str) -> usize {
    [" province", " city", " municipality"]
        .iter()
        .find(|suffix| {
            after
                .strip_prefix(**suffix)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        })
        .map_or(0, |suffix| suffix.len())
}

#[cfg(test)]
mod tests;
