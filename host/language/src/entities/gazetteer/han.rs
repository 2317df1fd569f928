//! Misspelt names in Chinese: one character wrong, too many or missing in a name of four and more. Numbers are not misspelt,
//! `三人套餐` is not `五人套餐`; nor are opposites taken for one another, `最低消费` and `最高消费`.
//!
//! Names are found by hashes of what is left of them without one character. A hash of a part of the text costs one
//! multiplication, and a small filter answers for nearly all parts that belong to no name.

use std::collections::HashMap;

use super::super::numeral::chinese_digit;
use super::{Near, Ordinary};
use crate::ngrams::is_han;
use crate::scan::Scan;

/// Shortest and longest name that is found with an error, in characters.
const SHORTEST: usize = 4;
const LONGEST: usize = 12;
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Characters that make the opposite of each other.
const OPPOSITES: &[(char, char)] = &[
    ('高', '低'),
    ('大', '小'),
    ('上', '下'),
    ('多', '少'),
    ('长', '短'),
    ('新', '老'),
    ('新', '旧'),
    ('男', '女'),
    ('前', '后'),
    ('左', '右'),
    ('内', '外'),
    ('开', '关'),
    ('进', '出'),
    ('买', '卖'),
    ('快', '慢'),
    ('有', '无'),
    ('早', '晚'),
    ('日', '夜'),
    ('日', '月'),
    ('月', '年'),
    ('东', '西'),
    ('南', '北'),
    ('金', '银'),
];

/// Whether a character may be misspelt.
fn is_loose(c: char) -> bool {
    is_han(c) && chinese_digit(c).is_none() && !matches!(c, '十' | '百' | '千' | '万' | '半')
}

/// Whether one character may be written for the other by mistake.
fn is_mistaken(a: char, b: char) -> bool {
    !OPPOSITES.contains(&(a, b)) && !OPPOSITES.contains(&(b, a))
}

/// One character of a name.
#[derive(Debug, Clone, Copy)]
struct Place {
    name: u32,
    at: u8,
    character: char,
}

/// Names by the hash of their characters, with a filter in front.
#[derive(Debug, Default)]
struct Table {
    filter: Vec<u64>,
    names: HashMap<u64, Vec<Place>>,
}

/// Bits of the filter: it lets one of ten strange hashes through with 10,000 names of ten characters.
const FILTER_BITS: u32 = 20;

impl Table {
    fn place(hash: u64) -> (usize, u64) {
        let bit = hash.wrapping_mul(BASE) >> (64 - FILTER_BITS);
        ((bit / 64) as usize, 1 << (bit % 64))
    }

    fn add(&mut self, hash: u64, name: u32, at: usize, character: char) {
        if self.filter.is_empty() {
            self.filter = vec![0; 1 << (FILTER_BITS - 6)];
        }
        let (word, bit) = Self::place(hash);
        if let Some(word) = self.filter.get_mut(word) {
            *word |= bit;
        }
        self.names.entry(hash).or_default().push(Place {
            name,
            at: at as u8,
            character,
        });
    }

    fn get(&self, hash: u64) -> &[Place] {
        let (word, bit) = Self::place(hash);
        match self.filter.get(word) {
            Some(word) if word & bit != 0 => self.names.get(&hash).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Han {
    /// Names as they are.
    whole: Table,
    /// Names without one character, and which one.
    without: Table,
    /// Two characters that names begin with, and that they end with.
    first: Table,
    last: Table,
    /// Whether there are names of each length.
    lengths: [bool; LONGEST + 2],
}

/// Hashes of all beginnings of a text, from which those of its parts follow.
struct Hashes {
    /// Of the first `n` characters.
    upto: Vec<u64>,
    /// Powers of the base.
    powers: Vec<u64>,
}

impl Hashes {
    fn new(chars: impl Iterator<Item = char>) -> Self {
        let mut hashes = Self {
            upto: vec![0],
            powers: vec![1],
        };
        let (mut hash, mut power) = (0_u64, 1_u64);
        for c in chars {
            hash = hash
                .wrapping_mul(BASE)
                .wrapping_add(u64::from(u32::from(c)) + 1);
            power = power.wrapping_mul(BASE);
            hashes.upto.push(hash);
            hashes.powers.push(power);
        }
        hashes
    }

    fn at(list: &[u64], at: usize) -> u64 {
        list.get(at).copied().unwrap_or_default()
    }

    /// The hash of the characters from `start` to `end`.
    fn part(&self, start: usize, end: usize) -> u64 {
        let before = Self::at(&self.upto, start).wrapping_mul(Self::at(&self.powers, end - start));
        Self::at(&self.upto, end).wrapping_sub(before)
    }

    /// The hash of the characters from `start` to `end` without the one at `skip`.
    fn without(&self, start: usize, end: usize, skip: usize) -> u64 {
        self.part(start, skip)
            .wrapping_mul(Self::at(&self.powers, end - skip - 1))
            .wrapping_add(self.part(skip + 1, end))
    }
}

impl Han {
    pub(super) fn add(&mut self, name: &str, number: u32) {
        let chars: Vec<char> = name.chars().collect();
        let length = chars.len();
        if length > LONGEST || chars.iter().filter(|c| is_han(**c)).count() < SHORTEST {
            return;
        }
        let hashes = Hashes::new(chars.iter().copied());
        self.whole.add(hashes.part(0, length), number, 0, '\0');
        self.first.add(hashes.part(0, 2), number, 0, '\0');
        self.last
            .add(hashes.part(length - 2, length), number, 0, '\0');
        for (at, c) in chars.iter().enumerate().filter(|(_, c)| is_loose(**c)) {
            self.without
                .add(hashes.without(0, length, at), number, at, *c);
        }
        if let Some(known) = self.lengths.get_mut(length) {
            *known = true;
        }
    }

    /// The misspelt names in a text. What is left of a name must speak for one thing only (`same`).
    pub(super) fn find(
        &self,
        scan: &Scan<'_>,
        ordinary: &Ordinary,
        same: impl Fn(u32, u32) -> bool,
        out: &mut Vec<Near>,
    ) {
        if self.whole.names.is_empty() {
            return;
        }
        let hashes = Hashes::new((0..scan.len()).map(|at| scan.at(at)));
        let has = |length: usize| self.lengths.get(length).copied().unwrap_or_default();
        for start in 0..scan.len().saturating_sub(SHORTEST - 2) {
            let opens = !self.first.get(hashes.part(start, start + 2)).is_empty();
            for end in
                (start + SHORTEST - 1..=start + LONGEST + 1).take_while(|end| *end <= scan.len())
            {
                let length = end - start;
                if !(has(length - 1) || has(length) || has(length + 1)) {
                    continue;
                }
                if !opens && self.last.get(hashes.part(end - 2, end)).is_empty() {
                    continue;
                }
                let name = self.near(scan, &hashes, (start, end), ordinary, &same);
                out.extend(name.map(|name| Near {
                    name,
                    start,
                    end,
                    edits: 1,
                }));
            }
        }
    }

    /// The name that a part of the text is with one error.
    fn near(
        &self,
        scan: &Scan<'_>,
        hashes: &Hashes,
        (start, end): (usize, usize),
        ordinary: &Ordinary,
        same: &impl Fn(u32, u32) -> bool,
    ) -> Option<u32> {
        // What everybody says is no error.
        let strange = |at: usize| {
            let pair = |at: usize| ordinary.has_pair(scan.at(at), scan.at(at + 1));
            !((at == start || pair(at - 1)) && (at + 1 == end || pair(at)))
        };
        // A character is missing within.
        let missing = self.without.get(hashes.part(start, end)).iter();
        let missing = missing.filter(|place| {
            let at = start + usize::from(place.at);
            at > start && at < end && !ordinary.has_pair(scan.at(at - 1), scan.at(at))
        });
        if let Some(name) = only(missing.map(|place| place.name), same) {
            return Some(name);
        }
        (start..end)
            .filter(|at| is_loose(scan.at(*at)))
            .find_map(|at| {
                let rest = hashes.without(start, end, at);
                // The character is another one.
                let wrong = self.without.get(rest).iter();
                let wrong = wrong
                    .filter(|place| usize::from(place.at) == at - start)
                    .filter(|place| is_mistaken(place.character, scan.at(at)))
                    .map(|place| place.name);
                if let Some(name) = only(wrong, same).filter(|_| strange(at)) {
                    return Some(name);
                }
                // The character is too many.
                let within = at > start && at + 1 < end;
                let more = self.whole.get(rest).iter().map(|place| place.name);
                only(more, same).filter(|_| within && strange(at))
            })
    }
}

/// The name when all of them stand for the same things.
fn only(mut names: impl Iterator<Item = u32>, same: impl Fn(u32, u32) -> bool) -> Option<u32> {
    let first = names.next()?;
    names.all(|other| same(first, other)).then_some(first)
}
