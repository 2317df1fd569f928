//! The list of sentences that were not understood. It is bounded, and written down without words.

use std::collections::{BTreeMap, HashMap};

use jackfield_core::ContactId;
use serde::{Deserialize, Serialize};

use crate::entry::{Counts, Entry, EntryKey, Sample, Words};
use crate::{EntryId, Why};

/// Most sentences on the list; the ones that were heard of longest ago make room.
pub(crate) const MOST_ENTRIES: usize = 20_000;
/// How many contacts are remembered by whom a sentence was said.
const MOST_SAMPLES: usize = 4;

/// The sentences, and how far the journal was read for them.
#[derive(Debug, Default)]
pub(crate) struct List {
    entries: HashMap<EntryId, Entry>,
    /// The last record of the journal that was read.
    after: Option<u64>,
}

/// What is written down.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) after: Option<u64>,
    pub(crate) entries: BTreeMap<EntryId, Counts>,
}

impl List {
    /// The last record of the journal that was read.
    pub(crate) fn after(&self) -> Option<u64> {
        self.after
    }

    /// A record was read.
    pub(crate) fn read_to(&mut self, position: u64) {
        self.after = Some(position);
    }

    /// A sentence was said.
    pub(crate) fn add(&mut self, key: &EntryKey, words: Words, at: u64, sample: Sample) {
        let id = key.name(&words.text);
        let entry = self.entries.entry(id).or_insert_with(|| Entry {
            words: words.clone(),
            counts: Counts {
                count: 0,
                first_seen: at,
                last_seen: at,
                refused: false,
                samples: Vec::new(),
            },
        });
        let refused = words.why == Why::Refused;
        entry.words = words;
        let counts = &mut entry.counts;
        counts.count += 1;
        counts.refused |= refused;
        counts.last_seen = counts.last_seen.max(at);
        counts.samples.retain(|old| old.contact != sample.contact);
        counts.samples.push(sample);
        if counts.samples.len() > MOST_SAMPLES {
            counts.samples.remove(0);
        }
        self.bound(MOST_ENTRIES);
    }

    /// Puts back what was written down, with words that were read again from the journal.
    pub(crate) fn restore(&mut self, id: EntryId, words: Words, counts: Counts) {
        self.entries.insert(id, Entry { words, counts });
    }

    /// Forgets a contact: sentences that nobody else is remembered to have said are gone.
    pub(crate) fn erase(&mut self, contact: ContactId) {
        self.entries.retain(|_, entry| {
            let samples = &mut entry.counts.samples;
            samples.retain(|sample| sample.contact != contact);
            !samples.is_empty()
        });
    }

    /// Makes room. An eighth at a time, so that it seldom happens.
    fn bound(&mut self, most: usize) {
        if self.entries.len() <= most + most / 8 {
            return;
        }
        let mut seen: Vec<(u64, EntryId)> = self
            .entries
            .iter()
            .map(|(id, entry)| (entry.counts.last_seen, *id))
            .collect();
        seen.sort_unstable();
        for (_, id) in seen.iter().take(seen.len().saturating_sub(most)) {
            self.entries.remove(id);
        }
    }

    pub(crate) fn get(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (EntryId, &Entry)> {
        self.entries.iter().map(|(id, entry)| (*id, entry))
    }

    /// What is to be written down.
    pub(crate) fn saved(&self) -> Saved {
        let counts = self.iter().map(|(id, entry)| (id, entry.counts.clone()));
        Saved {
            after: self.after,
            entries: counts.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jackfield_core::SessionId;

    use super::*;

    fn words(text: &str) -> Words {
        Words {
            text: text.to_owned(),
            locale: "en-US".to_owned(),
            why: Why::NotUnderstood,
            readings: Vec::new(),
        }
    }

    fn sample(position: u64, contact: ContactId) -> Sample {
        Sample {
            position,
            contact,
            session: SessionId::new(),
        }
    }

    #[test]
    fn the_newest_stay_and_few_samples_are_kept() {
        let key = EntryKey::new(&[1; 32]);
        let mut list = List::default();
        let contact = ContactId::new();
        for n in 0..64 {
            list.add(&key, words(&format!("sentence {n}")), n, sample(n, contact));
        }
        for n in 0..10 {
            list.add(
                &key,
                words("sentence 0"),
                100 + n,
                sample(100 + n, ContactId::new()),
            );
        }
        list.bound(16);
        let mut left: Vec<&str> = list.iter().map(|(_, e)| e.words.text.as_str()).collect();
        left.sort_unstable();
        assert_eq!(left.len(), 16);
        assert!(left.contains(&"sentence 0") && left.contains(&"sentence 63"));
        assert!(!left.contains(&"sentence 1"));
        let entry = list.get(key.name("sentence 0")).unwrap();
        assert_eq!(entry.counts.count, 11);
        assert_eq!(entry.counts.samples.len(), MOST_SAMPLES);
    }

    #[test]
    fn what_an_erased_contact_alone_said_is_gone() {
        let key = EntryKey::new(&[1; 32]);
        let mut list = List::default();
        let (one, other) = (ContactId::new(), ContactId::new());
        list.add(&key, words("shared"), 1, sample(1, one));
        list.add(&key, words("shared"), 2, sample(2, other));
        list.add(&key, words("alone"), 3, sample(3, one));
        list.erase(one);
        assert!(list.get(key.name("shared")).is_some());
        assert!(list.get(key.name("alone")).is_none());
        list.erase(other);
        assert_eq!(list.iter().count(), 0);
    }
}
