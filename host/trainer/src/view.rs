//! What the trainer shows.

use jackfield_core::{Candidate, SessionId};
use jackfield_language::evaluation::Effect;
use serde::Serialize;

use crate::entry::Entry;
use crate::{Correction, EntryId, Label, VersionInfo, Warning, Why};

/// A sentence on the list.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// Its name.
    pub id: EntryId,
    /// The sentence: normalised, with what could name a person masked.
    pub text: String,
    /// BCP 47 locale of the conversation it was said in last.
    pub locale: String,
    /// Why it is on the list.
    pub why: Why,
    /// How often it was said.
    pub count: u64,
    /// When it was said first, milliseconds since 1970.
    pub first_seen: u64,
    /// When it was said last.
    pub last_seen: u64,
    /// How it was read last, best first.
    pub readings: Vec<Candidate>,
    /// A few of the sessions it was said in, for `jackfield journal show`.
    pub sessions: Vec<SessionId>,
    /// The label that the draft gives it.
    pub draft: Option<Label>,
    /// The label that was published.
    pub published: Option<Label>,
}

impl Item {
    pub(crate) fn new(
        id: EntryId,
        entry: &Entry,
        draft: Option<&Label>,
        published: Option<&Correction>,
    ) -> Self {
        let (words, counts) = (&entry.words, &entry.counts);
        Self {
            id,
            text: words.text.clone(),
            locale: words.locale.clone(),
            why: words.why,
            count: counts.count,
            first_seen: counts.first_seen,
            last_seen: counts.last_seen,
            readings: words.readings.clone(),
            sessions: counts
                .samples
                .iter()
                .rev()
                .map(|sample| sample.session)
                .collect(),
            draft: draft.cloned(),
            published: published.map(|correction| correction.label.clone()),
        }
    }
}

/// Sentences that are alike.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The sentence that most of the others are like.
    pub representative: Item,
    /// How often sentences of the group were said.
    pub count: u64,
    /// All of them, the representative first.
    pub members: Vec<EntryId>,
    /// The sentences of the first members.
    pub texts: Vec<String>,
}

/// A sentence with its label.
#[derive(Debug, Clone, Serialize)]
pub struct LabelledItem {
    /// The sentence's name.
    pub id: EntryId,
    /// The sentence; `None` when it has left the list since it was labelled, and will not be published.
    pub text: Option<String>,
    /// What it means.
    pub label: Label,
}

/// The labels that are not published yet.
#[derive(Debug, Clone, Serialize)]
pub struct DraftView {
    /// They are added to this version.
    pub base: u64,
    /// The labels.
    pub labels: Vec<LabelledItem>,
    /// Labels that are worth a second look.
    pub warnings: Vec<Warning>,
}

/// What publishing the draft would do.
#[derive(Debug, Clone, Serialize)]
pub struct EffectView {
    /// The draft is added to this version.
    pub base: u64,
    /// How many labels the draft has that would be published.
    pub labels: usize,
    /// Labels without effect: no installed pack has their intent or article.
    pub without_effect: Vec<EntryId>,
    /// Labels that are worth a second look.
    pub warnings: Vec<Warning>,
    /// What it does to recognising intents.
    pub effect: Effect,
}

/// A version that was just published.
#[derive(Debug, Clone, Serialize)]
pub struct Publication {
    /// The version.
    #[serde(flatten)]
    pub version: VersionInfo,
    /// How many sentences it has a label for.
    pub sentences: usize,
    /// Those without effect, because no installed pack has their intent or article.
    pub without_effect: Vec<EntryId>,
}

/// What was published.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    /// The version that counts; 0 is what the packs teach by themselves.
    pub current: u64,
    /// All versions, oldest first.
    pub versions: Vec<VersionInfo>,
    /// Versions whose files are damaged; they cannot be used.
    pub damaged: Vec<u64>,
}
