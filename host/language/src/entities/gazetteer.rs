//! Names of the packs' own things: the longest name at each place, in both languages.

use std::collections::HashMap;

use jackfield_core::Value;

use super::Found;
use crate::ngrams::is_han;
use crate::scan::Scan;
use crate::{GazetteerEntry, normalise};

/// All names in one tree of characters.
#[derive(Debug, Default)]
pub(crate) struct Gazetteer {
    /// The next node by node and character. Keyed hashing: names come from outside.
    next: HashMap<(u32, char), u32>,
    /// What each node names.
    named: Vec<Vec<Named>>,
}

#[derive(Debug)]
struct Named {
    kind: String,
    value: String,
    language: Option<String>,
}

impl Gazetteer {
    pub(crate) fn new(entries: &[GazetteerEntry]) -> Self {
        let mut gazetteer = Self {
            next: HashMap::new(),
            named: vec![Vec::new()],
        };
        for entry in entries {
            let mut node = 0;
            for c in normalise(&entry.name).chars() {
                let fresh = gazetteer.named.len() as u32;
                node = *gazetteer.next.entry((node, c)).or_insert(fresh);
                if node == fresh {
                    gazetteer.named.push(Vec::new());
                }
            }
            if let Some(names) = gazetteer.named.get_mut(node as usize).filter(|_| node != 0) {
                names.push(Named {
                    kind: entry.kind.clone(),
                    value: entry.value.clone(),
                    language: entry.locale.as_deref().map(crate::knowledge::language),
                });
            }
        }
        gazetteer
    }

    /// The names in a text, longest first at each place, none within another of its kind.
    pub(super) fn find(&self, scan: &Scan<'_>, language: &str, out: &mut Vec<Found>) {
        if self.next.is_empty() {
            return;
        }
        let mut at = 0;
        while at < scan.len() {
            at = match self.longest(scan, at) {
                Some((names, end)) => {
                    let mut kinds: Vec<&str> = Vec::new();
                    // Of one kind, a name in the language of the conversation goes first.
                    let here = names
                        .iter()
                        .filter(|n| n.language.as_deref().is_none_or(|l| l == language));
                    for named in here.chain(names) {
                        if !kinds.contains(&named.kind.as_str()) {
                            kinds.push(&named.kind);
                            out.push(Found::new(
                                &named.kind,
                                Value::Text(named.value.clone()),
                                at,
                                end,
                            ));
                        }
                    }
                    end
                }
                None => at + 1,
            };
        }
    }

    fn longest(&self, scan: &Scan<'_>, start: usize) -> Option<(&[Named], usize)> {
        let latin = |c: char| c.is_alphanumeric() && !is_han(c);
        if latin(scan.at(start)) && latin(scan.before(start)) {
            return None;
        }
        let mut node = 0;
        let mut best = None;
        for at in start..scan.len() {
            let c = scan.at(at);
            let Some(next) = self.next.get(&(node, c)) else {
                break;
            };
            node = *next;
            let names = self
                .named
                .get(node as usize)
                .filter(|names| !names.is_empty());
            if let Some(names) = names
                && !(latin(c) && latin(scan.at(at + 1)))
            {
                best = Some((names.as_slice(), at + 1));
            }
        }
        best
    }
}
