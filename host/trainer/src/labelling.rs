//! Saying what sentences mean: the draft.

use jackfield_language::{Article, Training, normalise};

use crate::corrections::speaks;
use crate::draft::{Drafted, Typed};
use crate::view::{DraftView, LabelledItem};
use crate::{Correction, Corrections, EntryId, Label, Learner, Trainer, TrainerError};

/// A sentence that is labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sentence {
    /// One from the list.
    Listed(EntryId),
    /// One that a person typed.
    Typed {
        /// The sentence.
        text: String,
        /// Its BCP 47 locale.
        locale: String,
    },
}

impl Trainer {
    /// Says in the draft what sentences mean; `None` takes their label out of the draft. All of them or none.
    ///
    /// # Errors
    /// [`TrainerError::UnknownEntry`] for a sentence that is neither on the list nor published nor in the draft;
    /// [`TrainerError::UnknownIntent`], [`TrainerError::UnknownArticle`], [`TrainerError::NoWords`], [`TrainerError::File`].
    pub fn label(
        &self,
        sentences: Vec<Sentence>,
        label: Option<&Label>,
        learner: &dyn Learner,
    ) -> Result<DraftView, TrainerError> {
        let own = learner.own();
        let mut named = Vec::new();
        for sentence in sentences {
            let (id, locale, typed) = match sentence {
                Sentence::Listed(id) => {
                    let known = self.words_of(id).ok_or_else(|| TrainerError::from(id))?;
                    let typed = self.typed(id);
                    (id, known.locale, typed)
                }
                Sentence::Typed { text, locale } => {
                    let normal = normalise(&text);
                    if normal.is_empty() {
                        return Err(TrainerError::NoWords);
                    }
                    let id = self.options.key.name(&normal);
                    let typed = Typed {
                        text: text.trim().to_owned(),
                        locale: locale.clone(),
                    };
                    (id, locale, Some(typed))
                }
            };
            if let Some(label) = label {
                check(label, &locale, &own)?;
            }
            named.push((id, typed));
        }
        self.draft.lock().change(|labels| {
            for (id, typed) in named {
                match label.cloned() {
                    Some(label) => labels.insert(id, Drafted { label, typed }),
                    None => labels.remove(&id),
                };
            }
        })?;
        Ok(self.draft())
    }

    /// What a person typed of a sentence in the draft.
    fn typed(&self, id: EntryId) -> Option<Typed> {
        self.draft
            .lock()
            .get(id)
            .and_then(|drafted| drafted.typed.clone())
    }

    /// Text and locale of a sentence: typed, from the list, or published.
    fn words_of(&self, id: EntryId) -> Option<Typed> {
        let from_list = || {
            let list = self.list.lock();
            let words = &list.get(id)?.words;
            Some(Typed {
                text: words.text.clone(),
                locale: words.locale.clone(),
            })
        };
        let published = || {
            let versions = self.versions.lock();
            let Correction { text, locale, .. } = versions.current().corrections.get(id)?.clone();
            Some(Typed { text, locale })
        };
        self.typed(id).or_else(from_list).or_else(published)
    }

    /// The labels that are not published yet.
    pub fn draft(&self) -> DraftView {
        let drafted: Vec<(EntryId, Label)> = {
            let draft = self.draft.lock();
            draft
                .iter()
                .map(|(id, drafted)| (id, drafted.label.clone()))
                .collect()
        };
        let labels = drafted.into_iter().map(|(id, label)| LabelledItem {
            id,
            text: self.words_of(id).map(|words| words.text),
            label,
        });
        DraftView {
            labels: labels.collect(),
            base: self.versions.lock().current().info.number,
        }
    }

    /// Throws the draft away.
    ///
    /// # Errors
    /// [`TrainerError::File`].
    pub fn drop_draft(&self) -> Result<DraftView, TrainerError> {
        self.draft
            .lock()
            .change(std::collections::BTreeMap::clear)?;
        Ok(self.draft())
    }

    /// Corrections with the draft, and the sentences that the draft adds.
    pub(crate) fn with_draft(
        &self,
        mut corrections: Corrections,
        since: u64,
    ) -> Result<(Corrections, Vec<EntryId>), TrainerError> {
        let mut added = Vec::new();
        for LabelledItem { id, label, .. } in self.draft().labels {
            let Some(Typed { mut text, locale }) = self.words_of(id) else {
                continue;
            };
            if label == Label::Dismissed {
                text.clear();
            } else if text.is_empty() {
                // A sentence that was dismissed, and whose words are gone since.
                continue;
            }
            let correction = Correction {
                label,
                text,
                locale,
                since,
            };
            corrections.0.insert(id, correction);
            added.push(id);
        }
        if added.is_empty() {
            return Err(TrainerError::NothingToPublish);
        }
        Ok((corrections, added))
    }
}

/// Whether a pack has what the label names.
fn check(label: &Label, locale: &str, own: &Training) -> Result<(), TrainerError> {
    match label {
        Label::Intent(intent) if own.examples.iter().all(|e| e.intent != *intent) => {
            let mut known: Vec<&str> = own.examples.iter().map(|e| e.intent.as_str()).collect();
            known.sort_unstable();
            known.dedup();
            Err(TrainerError::UnknownIntent {
                intent: intent.clone(),
                known: known.join(", "),
            })
        }
        Label::Article(article) => {
            let found = |a: &Article| a.id == *article && speaks(&a.locale, locale);
            own.articles.iter().any(found).then_some(()).ok_or_else(|| {
                TrainerError::UnknownArticle {
                    article: article.clone(),
                    locale: locale.to_owned(),
                }
            })
        }
        _ => Ok(()),
    }
}
