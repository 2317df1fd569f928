//! Names as they are written, in one tree of characters.

use std::collections::HashMap;

use crate::ngrams::is_han;
use crate::scan::Scan;

#[derive(Debug)]
pub(super) struct Exact {
    /// The next node by node and character. Keyed hashing: names come from outside.
    next: HashMap<(u32, char), u32>,
    /// The name that ends at each node.
    names: Vec<Option<u32>>,
}

impl Default for Exact {
    fn default() -> Self {
        Self {
            next: HashMap::new(),
            names: vec![None],
        }
    }
}

impl Exact {
    pub(super) fn add(&mut self, name: &str, number: u32) {
        let mut node = 0;
        for c in name.chars() {
            let fresh = self.names.len() as u32;
            node = *self.next.entry((node, c)).or_insert(fresh);
            if node == fresh {
                self.names.push(None);
            }
        }
        if let Some(named) = self.names.get_mut(node as usize) {
            *named = Some(number);
        }
    }

    /// The names in a text with their spans, the longest at each place.
    pub(super) fn find(&self, scan: &Scan<'_>) -> Vec<(u32, usize, usize)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < scan.len() {
            at = match self.longest(scan, at) {
                Some((name, end)) => {
                    found.push((name, at, end));
                    end
                }
                None => at + 1,
            };
        }
        found
    }

    fn longest(&self, scan: &Scan<'_>, start: usize) -> Option<(u32, usize)> {
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
            if let Some(name) = self.names.get(node as usize).copied().flatten()
                && !(latin(c) && latin(scan.at(at + 1)))
            {
                best = Some((name, at + 1));
            }
        }
        best
    }
}
