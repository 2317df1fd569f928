//! What can be asked of the trainer, as bodies and addresses say it.

use jackfield_core::ErrorCode;
use serde::Deserialize;

use crate::error::Refusal;

/// Longest sentence, note or name, in characters.
const LONGEST_TEXT: usize = 500;
/// Entries that are listed when nobody says how many.
const USUAL_COUNT: usize = 50;
/// Most that are listed at once.
const MOST_COUNT: usize = 20_000;

/// What can be asked of the trainer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrainerRequest {
    /// Sentences of the list, what was said most first.
    List {
        /// So many at most.
        limit: usize,
        /// Also those that need no label.
        all: bool,
    },
    /// One of them, by its id.
    Entry(String),
    /// Groups of sentences that are alike, the one said most first.
    Groups {
        /// So many at most.
        limit: usize,
    },
    /// What sentences can be labelled with.
    Meanings,
    /// Say what sentences mean.
    Label(LabelRequest),
    /// The labels that are not published.
    Draft,
    /// Throw them away.
    DropDraft,
    /// What publishing them would do.
    Effect,
    /// Publish them.
    Publish(Signed),
    /// The published versions.
    History,
    /// One of them with all that it teaches.
    Version(u64),
    /// Go back to one of them; 0 is what the packs teach by themselves.
    Rollback(u64, Signed),
}

/// Says what sentences mean: `{"entries":["0123456789abcdef"],"meaning":{"intent":"change-plan"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelRequest {
    /// Sentences of the list, by their ids.
    #[serde(default)]
    pub entries: Vec<String>,
    /// Sentences that a person typed.
    #[serde(default)]
    pub typed: Vec<TypedSentence>,
    /// What they mean; `null` takes their label out of the draft.
    pub meaning: Option<Meaning>,
}

/// A sentence that a person typed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypedSentence {
    /// The sentence.
    pub text: String,
    /// Its BCP 47 locale; left out, the script tells.
    #[serde(default)]
    pub locale: Option<String>,
}

/// What a sentence means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// An example of this intent.
    Intent(String),
    /// A question that this article answers.
    Article(String),
    /// Nothing that is taught.
    OutOfScope,
    /// Nothing to learn from.
    Dismissed,
}

/// Who does something, and why: `{"who":"anna","note":"SIM cards that were lost"}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Who, by their own word.
    #[serde(default)]
    pub who: String,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// The end of an address: `?limit=20&all=true`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    limit: Option<usize>,
    #[serde(default)]
    pub(super) all: bool,
}

impl Page {
    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or(USUAL_COUNT).min(MOST_COUNT)
    }
}

impl LabelRequest {
    /// Refuses what no person meant.
    pub(super) fn checked(self) -> Result<Self, Refusal> {
        if self.entries.is_empty() && self.typed.is_empty() {
            return Err(invalid("`entries` or `typed` must name a sentence"));
        }
        for typed in &self.typed {
            short("a sentence", &typed.text)?;
            short("a locale", typed.locale.as_deref().unwrap_or_default())?;
        }
        Ok(self)
    }
}

impl Signed {
    /// Refuses what no person wrote.
    pub(super) fn checked(self) -> Result<Self, Refusal> {
        short("`note`", &self.note)?;
        Ok(self)
    }
}

fn short(what: &str, text: &str) -> Result<(), Refusal> {
    match text.chars().count() <= LONGEST_TEXT {
        true => Ok(()),
        false => Err(invalid(&format!(
            "{what} has more than {LONGEST_TEXT} characters"
        ))),
    }
}

pub(super) fn invalid(what: &str) -> Refusal {
    Refusal::because(ErrorCode::BadRequest, what)
}
