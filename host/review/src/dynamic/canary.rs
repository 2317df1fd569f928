//! Values that are planted and must not turn up elsewhere, and how they are searched for.

use aho_corasick::AhoCorasick;

use super::encode::disguises;

/// What a canary stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A setting of the operator.
    Setting,
    /// Something that is known of the contact: an attribute, an answer of another system, storage.
    Known,
    /// What the contact said.
    Said,
    /// An id of the session or the contact.
    Id,
}

/// A planted value.
#[derive(Debug, Clone)]
pub(super) struct Canary {
    /// What it stands for.
    pub(super) kind: Kind,
    /// Its name in findings.
    pub(super) name: String,
    /// The value.
    pub(super) text: String,
}

/// A value that was found.
pub(super) struct Found<'a> {
    /// Which one.
    pub(super) canary: &'a Canary,
    /// In which form, when not plainly.
    pub(super) disguise: Option<&'static str>,
}

/// Searches texts for canaries in every form.
pub(super) struct Search {
    canaries: Vec<Canary>,
    needles: Vec<(usize, Option<&'static str>)>,
    automaton: Option<AhoCorasick>,
}

impl Search {
    pub(super) fn new(canaries: Vec<Canary>) -> Self {
        let mut needles = Vec::new();
        let mut texts = Vec::new();
        for (place, canary) in canaries.iter().enumerate() {
            needles.push((place, None));
            texts.push(canary.text.clone());
            for (name, form) in disguises(&canary.text) {
                needles.push((place, Some(name)));
                texts.push(form);
            }
        }
        Self {
            automaton: AhoCorasick::new(&texts).ok(),
            canaries,
            needles,
        }
    }

    /// The canaries.
    pub(super) fn canaries(&self) -> &[Canary] {
        &self.canaries
    }

    /// What stands in a text.
    pub(super) fn find(&self, text: &str) -> Vec<Found<'_>> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let found = automaton.find_overlapping_iter(text);
        found
            .filter_map(|found| {
                let (place, disguise) = *self.needles.get(found.pattern().as_usize())?;
                let canary = self.canaries.get(place)?;
                Some(Found { canary, disguise })
            })
            .collect()
    }
}

/// The shortest piece of a canary that counts.
const PIECE: usize = 4;

/// Whether `text` stands in `corpus` in pieces, but not whole.
pub(super) fn in_pieces(text: &str, corpus: &str) -> bool {
    // Shorter ones would be found by chance.
    if text.len() < 16 || corpus.contains(text) {
        return false;
    }
    let mut rest = text;
    while !rest.is_empty() {
        let longest = (PIECE.min(rest.len())..=rest.len())
            .take_while(|end| rest.get(..*end).is_some_and(|piece| corpus.contains(piece)))
            .last();
        // The last piece may be short only when the others are long.
        match longest {
            Some(end) => rest = rest.get(end..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_put_together() {
        assert!(in_pieces("abcdefgh12345678", "x=12345678 y=abcdefgh"));
        assert!(!in_pieces("abcdefgh12345678", "abcdefgh1234567"));
        assert!(!in_pieces("abcdefgh12345678", "abcdefgh12345678"));
    }
}
