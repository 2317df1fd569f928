//! Names of the packs' own things, in both languages: the longest name at each place, and where there is none, a name with a
//! typing error.

mod exact;
mod han;
mod latin;
mod ordinary;

use std::collections::HashMap;

use jackfield_core::Value;

use self::exact::Exact;
use self::han::Han;
use self::latin::Latin;
use self::ordinary::Ordinary;
use super::Found;
use crate::scan::Scan;
use crate::{GazetteerEntry, normalise};

/// All names.
#[derive(Debug, Default)]
pub(crate) struct Gazetteer {
    exact: Exact,
    latin: Latin,
    han: Han,
    ordinary: Ordinary,
    /// What the names stand for, by the number the indexes give.
    things: Vec<Vec<Named>>,
}

/// One thing with this name.
#[derive(Debug)]
struct Named {
    kind: String,
    value: String,
    language: Option<String>,
}

/// A name with a typing error, in characters.
#[derive(Debug, Clone, Copy)]
struct Near {
    name: u32,
    start: usize,
    end: usize,
    edits: u32,
}

impl Gazetteer {
    /// Names of `entries`. Words of the `ordinary` texts are never taken for a misspelt name.
    pub(crate) fn new<'a>(
        entries: &[GazetteerEntry],
        ordinary: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut gazetteer = Self {
            things: Vec::new(),
            ..Self::default()
        };
        let mut numbers: HashMap<String, u32> = HashMap::new();
        for entry in entries {
            let name = normalise(&entry.name);
            if name.is_empty() {
                continue;
            }
            let fresh = gazetteer.things.len() as u32;
            let number = *numbers.entry(name.clone()).or_insert(fresh);
            if number == fresh {
                gazetteer.things.push(Vec::new());
                gazetteer.exact.add(&name, number);
                gazetteer.latin.add(&name, number);
                gazetteer.han.add(&name, number);
            }
            if let Some(things) = gazetteer.things.get_mut(number as usize) {
                things.push(Named {
                    kind: entry.kind.clone(),
                    value: entry.value.clone(),
                    language: entry.locale.as_deref().map(crate::knowledge::language),
                });
            }
        }
        if !numbers.is_empty() {
            gazetteer.ordinary = Ordinary::new(ordinary);
        }
        gazetteer
    }

    /// The names in a text, longest first at each place, none within another of its kind. A name with a typing error counts
    /// where nothing was found that is written right: no other name, and none of the places in `out`.
    pub(super) fn find(&self, scan: &Scan<'_>, language: &str, out: &mut Vec<Found>) {
        if self.things.is_empty() {
            return;
        }
        let mut taken: Vec<(usize, usize)> = out
            .iter()
            .filter(|found| found.kind == "place")
            .map(|found| (found.start, found.end))
            .collect();
        for (name, start, end) in self.exact.find(scan) {
            self.name(name, start, end, language, out);
            taken.push((start, end));
        }
        let mut near = Vec::new();
        self.latin.find(scan, &self.ordinary, &mut near);
        self.han
            .find(scan, &self.ordinary, |a, b| self.same(a, b), &mut near);
        near.sort_by_key(|near| {
            (
                near.edits,
                std::cmp::Reverse(near.end - near.start),
                near.start,
            )
        });
        for near in near.iter().filter(|one| !self.is_ambiguous(one, &near)) {
            let free = |(start, end): &(usize, usize)| *end <= near.start || near.end <= *start;
            if taken.iter().all(free) {
                self.name(near.name, near.start, near.end, language, out);
                taken.push((near.start, near.end));
            }
        }
    }

    /// Whether another thing is as near as this one.
    fn is_ambiguous(&self, one: &Near, all: &[Near]) -> bool {
        all.iter().any(|other| {
            (other.start, other.end, other.edits) == (one.start, one.end, one.edits)
                && !self.same(one.name, other.name)
        })
    }

    /// Whether two names stand for the same things.
    fn same(&self, a: u32, b: u32) -> bool {
        let things = |name: u32| self.things.get(name as usize);
        let (Some(a), Some(b)) = (things(a), things(b)) else {
            return false;
        };
        a.iter()
            .all(|a| b.iter().any(|b| a.kind == b.kind && a.value == b.value))
    }

    /// Adds what a name stands for. Of one kind, a name in the language of the conversation goes first.
    fn name(&self, name: u32, start: usize, end: usize, language: &str, out: &mut Vec<Found>) {
        let Some(things) = self.things.get(name as usize) else {
            return;
        };
        let here = things
            .iter()
            .filter(|thing| thing.language.as_deref().is_none_or(|l| l == language));
        let mut kinds: Vec<&str> = Vec::new();
        for thing in here.chain(things) {
            if !kinds.contains(&thing.kind.as_str()) {
                kinds.push(&thing.kind);
                let value = Value::Text(thing.value.clone());
                out.push(Found::new(&thing.kind, value, start, end));
            }
        }
    }
}

#[cfg(test)]
mod tests;
